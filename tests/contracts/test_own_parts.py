"""docs/own_parts.md: its tables are the checks and the patterns that there are; tests/golden has its screens."""

from __future__ import annotations

from dataclasses import fields

import pytest

from sim.study.contract import drifts, examine
from sim.study.contract.part import DRIFT, EXPLORER, MODEL, OBJECTIVE, PRICING, Part
from sim.study.contract.sample import real_sample
from sim.world.drift.sound import MOST_DEMAND, MOST_LOG
from tests.contracts.documents import ROOT, code, sections, tables

FAULTS = ROOT / "tests" / "study" / "contract"
PAGE = ROOT / "docs" / "own_parts.md"
TEXT = PAGE.read_text(encoding="utf-8")
ROLES = {
    "Your own model": (MODEL, "Good"),
    "Your own objective": (OBJECTIVE, "profit"),
    "Your own drift": (DRIFT, "Sale"),
    "Your own explorer": (EXPLORER, "Coin"),
    "Your own pricing rule": (PRICING, "HalfWay"),
}


@pytest.mark.parametrize("heading", ROLES)
def test_every_check_is_told_in_its_order(heading):
    role, name = ROLES[heading]
    told = [part for rows in tables(sections(TEXT)[heading]) for row in rows if "check" in row for part in row["check"].split(", ")]
    assert told == [one.check for one in examine.findings_of(Part(role, f"faults:{name}", FAULTS)).findings]


def test_every_pattern_is_told_and_no_other():
    rows = [row for rows in tables(sections(TEXT)["Your own drift"]) for row in rows if "pattern" in row]
    assert [code(row["pattern"])[0] for row in rows] == [one.name for one in fields(real_sample().stage.world.calm)]


def test_the_stated_limits_of_patterns_are_the_codes():
    rows = {
        code(row["pattern"])[0]: row["allowed"] for rows in tables(sections(TEXT)["Your own drift"]) for row in rows if "pattern" in row
    }
    assert rows["demand"] == f"`0` to `{MOST_DEMAND:g}`"
    for pattern in ("topic_odds", "ad_odds", "topic_bids", "ad_bids"):
        assert rows[pattern] == f"`-{MOST_LOG:g}` to `{MOST_LOG:g}`"


def test_the_limits_of_notes_are_told():
    assert f"more than {drifts._MANY_MOMENTS:,}" in TEXT
    assert f"at most {drifts._MOST} are looked at" in TEXT
    assert f"{examine.LIMIT_S:.0f} s by default" in TEXT
