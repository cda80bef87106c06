"""docs/own_parts.md: its screens are the commands' own, and its tables are the checks and patterns that there are.

Written anew by `pytest tests/contracts/test_own_parts.py --update-golden`.
"""

from __future__ import annotations

import re
import shlex
from dataclasses import fields
from pathlib import Path

import pytest

from sim.commands import new
from sim.study.contract import drifts, examine
from sim.study.contract.part import DRIFT, MODEL, OBJECTIVE, Part
from sim.study.contract.sample import calm, real_sample
from sim.world.drift.sound import MOST_DEMAND, MOST_ODDS, sound
from tests.commands.shell import foreshow_in
from tests.contracts.test_docs import ROOT, code, sections, tables

FAULTS = ROOT / "tests" / "study" / "contract"
PAGE = ROOT / "docs" / "own_parts.md"
TEXT = PAGE.read_text(encoding="utf-8")
SCREEN = re.compile(r"<!-- screen: foreshow (?P<words>[^\n]*) -->\n```text\n(?P<shown>.*?)```\n", re.DOTALL)
ROLES = {"Your own model": (MODEL, "Good"), "Your own objective": (OBJECTIVE, "profit"), "Your own drift": (DRIFT, "Sale")}


def masked(screen: str) -> list[str]:
    """A screen without the figures of speed, which are a machine's own."""
    lines = re.sub(r"\n {8,}", " ", screen).splitlines()
    return [re.sub(r"[-+]?\d[\d.,]*( [kM]| ms| s| min)?", "0", line) if "speed" in line else line for line in lines]


@pytest.mark.parametrize("words", [match["words"] for match in SCREEN.finditer(TEXT)])
def test_a_screen_is_what_the_command_prints(words, tmp_path, monkeypatch, capsys, request):
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.chdir(tmp_path)
    if not words.startswith("new"):
        new._make(Path(), {file: text for file, text in new.starter("shop").items() if file.endswith((".py", ".toml"))})
    done = foreshow_in(monkeypatch, capsys)(*shlex.split(words))
    assert (done.code, done.err) == (0, "")
    if request.config.getoption("--update-golden"):
        text = PAGE.read_text(encoding="utf-8")
        match = next(found for found in SCREEN.finditer(text) if found["words"] == words)
        shown = f"<!-- screen: foreshow {words} -->\n```text\n{done.out}```\n"
        PAGE.write_text(text[: match.start()] + shown + text[match.end() :], encoding="utf-8")
        return
    match = next(found for found in SCREEN.finditer(TEXT) if found["words"] == words)
    assert masked(done.out) == masked(match["shown"])


@pytest.mark.parametrize("heading", ROLES)
def test_every_check_is_told_in_its_order(heading):
    role, name = ROLES[heading]
    told = [part for rows in tables(sections(TEXT)[heading]) for row in rows if "check" in row for part in row["check"].split(", ")]
    assert told == [one.check for one in examine.findings_of(Part(role, f"faults:{name}", FAULTS)).findings]


def test_every_pattern_is_told_and_no_other():
    rows = [row for rows in tables(sections(TEXT)["Your own drift"]) for row in rows if "pattern" in row]
    assert [code(row["pattern"])[0] for row in rows] == [one.name for one in fields(calm(real_sample().world))]


def test_the_stated_limits_of_patterns_are_the_codes():
    rows = {
        code(row["pattern"])[0]: row["allowed"] for rows in tables(sections(TEXT)["Your own drift"]) for row in rows if "pattern" in row
    }
    assert rows["demand"] == f"`0` to `{MOST_DEMAND:g}`"
    assert rows["topic_odds"] == rows["ad_odds"] == f"`-{MOST_ODDS:g}` to `{MOST_ODDS:g}`"
    before = calm(real_sample().world)
    assert sound(before, before) is not None


def test_the_limits_of_notes_are_told():
    assert f"more than {drifts._MANY_MOMENTS:,}" in TEXT
    assert f"at most {drifts._MOST} are looked at" in TEXT
    assert f"{examine.LIMIT_S:.0f} s by default" in TEXT
