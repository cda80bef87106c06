"""The diary of a story that was played, as text, and the piece of it that the README shows."""

from __future__ import annotations

import re
from io import StringIO
from pathlib import Path

import pytest

from reports.console import open_console
from reports.diary import print_diary
from tests.golden.played_story import load
from tests.golden.test_screens import HERE, same_as

README = Path(__file__).parents[2] / "README.md"
BLOCK = re.compile(r"<!-- diary -->\n```text\n.*?```\n", re.DOTALL)
VERB = re.compile(r"[ \d]{7}\w")
_WORDS = 19  # where they begin


def diary(width, monkeypatch, *, ascii_only=False):
    for variable in ("NO_COLOR", "FORCE_COLOR", "COLUMNS", "TTY_COMPATIBLE"):
        monkeypatch.delenv(variable, raising=False)
    stream = StringIO()
    print_diary(load(), open_console(stream, width=width, ascii_only=ascii_only))
    return stream.getvalue()


@pytest.mark.parametrize(("width", "ascii_only"), [(80, False), (120, False), (80, True), (120, True)])
def test_the_diary_is_as_it_was(width, ascii_only, request, monkeypatch):
    same_as(HERE / f"diary_{width}{'_ascii' if ascii_only else ''}.txt", diary(width, monkeypatch, ascii_only=ascii_only), request)


def test_the_readme_shows_the_diary_of_the_first_team(request, monkeypatch):
    """Up to the deployment, and the switch; then how often it went so, and what it was worth."""
    first, rest = diary(100, monkeypatch).split("\nwhen each step came", 1)
    told = first.splitlines()
    renewed = [place for place, line in enumerate(told) if VERB.match(line) and "renewed" in line[:_WORDS]]
    switched = next(place for place, line in enumerate(told) if "SWITCHED" in line[:_WORDS])
    alarm = max(place for place, line in enumerate(told[:switched]) if "ALARM" in line[:_WORDS])
    begin = max(place for place, line in enumerate(told[: alarm + 1]) if line[:5].strip().isdecimal())  # where its day stands
    started_over = next(place for place in renewed if place > switched)
    end = next(place for place in renewed if place > started_over)
    lines = [*told[: renewed[0]], "  …", *told[begin:end], "  …"]
    shown = "\n".join([*lines, "", "when each step came" + rest.split("\nthe diary of ", 1)[0]])
    block = f"<!-- diary -->\n```text\n{shown}```\n"
    text = README.read_text(encoding="utf-8")
    if request.config.getoption("--update-golden"):
        README.write_text(BLOCK.sub(lambda _: block, text), encoding="utf-8")
        return
    assert block in text
