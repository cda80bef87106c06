"""The pages of a story that was played: its months, its diary, and the pieces of both that the README shows."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path

import pytest

import sim
from reports.diary import print_diary
from reports.page import print_page
from sim.study.gather import settings_of
from tests.golden.played_story import FILE, STORY
from tests.golden.played_story import load as read
from tests.golden.test_screens import same_screen
from tests.reports.screen import screen_of

README = Path(__file__).parents[2] / "README.md"
PAGES = {"story": print_page, "diary": print_diary}
SCREENS = [("story", 80, False), ("story", 120, False), ("story", 80, True)]
SCREENS += [("diary", 80, False), ("diary", 120, False), ("diary", 80, True), ("diary", 120, True)]
MONTHS = re.compile(rf"(<!-- screen: foreshow run {STORY} --width 100 -->)\n```text\n.*?```\n", re.DOTALL)
DIARY = re.compile(r"(<!-- diary -->)\n```text\n.*?```\n", re.DOTALL)
VERB = re.compile(r"[ \d]{7}\w")
_WORDS = 19  # where they begin
_CUT = "  …"
load = cache(read)


def drawn(page, width, *, ascii_only=False):
    return screen_of(PAGES[page], load(), width, ascii_only=ascii_only)


@pytest.mark.parametrize(("page", "width", "ascii_only"), SCREENS)
def test_the_page_is_as_it_was(page, width, ascii_only, request):
    same_screen(page, PAGES[page], load(), width, ascii_only, request)


def shown_in_the_readme(block, shown, request):
    text = README.read_text(encoding="utf-8")
    if request.config.getoption("--update-golden"):
        text = block.sub(lambda found: f"{found[1]}\n```text\n{shown}```\n", text)
        README.write_text(text, encoding="utf-8")
    (found,) = block.finditer(text)
    assert found[0] == f"{found[1]}\n```text\n{shown}```\n"


def test_the_readme_shows_the_page_that_the_command_prints_but_for_its_tables_by_month(request):
    first, rest = drawn("story", 100).split("\nadvertisers and users", 1)
    shown_in_the_readme(MONTHS, f"{first}\n{_CUT}\n\nwhat happened{rest.split('what happened', 1)[1]}", request)


def test_the_readme_shows_the_diary_of_the_first_team(request):
    """Up to the deployment, and the switch with its first model; then how often it went so, and what it was worth."""
    first, rest = drawn("diary", 100).split("\nwhen each step came", 1)
    told = first.splitlines()
    renewed = [place for place, line in enumerate(told) if VERB.match(line) and "renewed" in line[:_WORDS]]
    switched = next(place for place, line in enumerate(told) if "SWITCHED" in line[:_WORDS])
    alarm = max(place for place, line in enumerate(told[:switched]) if "ALARM" in line[:_WORDS])
    begin = max(place for place, line in enumerate(told[: alarm + 1]) if line[:5].strip().isdecimal())  # where its day stands
    end = next(place for place in renewed if place > switched)
    assert any("deployed" in line[:_WORDS] for line in told[switched:end])
    lines = [*told[: renewed[0]], _CUT, *told[begin:end], _CUT]
    shown_in_the_readme(DIARY, "\n".join([*lines, "", "when each step came" + rest.split("\nthe diary of ", 1)[0]]), request)


def test_the_run_is_that_of_the_scenario_as_it_is_shipped():
    scenario = sim.load(STORY)
    assert json.loads(load().settings) == json.loads(settings_of(scenario))
    assert (load().replications, load().seed, load().complete) == (scenario.replications, scenario.seed, True)
    assert FILE.stat().st_size < 200_000
