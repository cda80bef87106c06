"""The profile on the screen: its sentence, and a table that fits."""

import re
from functools import partial

import pytest

from reports.timings import print_profile, verdict
from sim.study.timings import Profile, Spent
from tests.reports.screen import screen_of

RULE = Spent("keyword", "", {"sampling": 600_000_000, "slates": 100_000_000, "world": 50_000_000, "control": 80_000_000})
MINE = Spent(
    "my very own model of clicks",
    "my_platform:Clicks",
    {"fit": 7_000_000_000, "predict": 1_500_000_000, "features": 90_000_000, "sampling": 600_000_000, "control": 1_000_000},
)
SHARED = Spent("before day 1", "", {"world": 400_000_000, "sampling": 50_000_000})
WARM = Profile(SHARED, (RULE, MINE), 20_000_000, 11_000_000_000, 5_900_000_000, 2)
COLD = Profile(
    Spent("before day 1", "", {**SHARED.spent_ns, "compile": 40_000_000_000}), (RULE, MINE), 0, 51_000_000_000, 51_000_000_000, 1
)


screen = partial(screen_of, print_profile, width=80)


def test_a_model_that_takes_the_time_is_named_with_its_figure():
    assert verdict(WARM) == (
        "Eight tenths of the time (77%) are in my_platform:Clicks (fit 64%, predict 14%); the simulator itself takes 23%."
    )


def test_where_no_model_does_the_part_is_named():
    only = Profile(SHARED, (RULE,), 0, 2_000_000_000, 2_000_000_000, 1)
    assert verdict(only) == "The largest share of the time, 36%, is in the start and the rest."
    busy = Profile(SHARED, (RULE,), 0, 1_280_000_000, 1_280_000_000, 1)
    assert verdict(busy) == "Half of the time (51%) is in sampling (drawing the queries and playing them)."
    stored = Profile(SHARED, (RULE,), 10_000_000_000, 11_280_000_000, 11_280_000_000, 1)
    assert verdict(stored) == "Nine tenths of the time (89%) are in the store."


def test_two_candidates_of_one_model_are_one_model():
    half = Spent("half", "m:Model", {"fit": 300})
    both = Profile(Spent("", "", {}), (half, half, Spent("rule", "", {"sampling": 400})), 0, 1000, 1000, 1)
    assert verdict(both).startswith("Six tenths of the time (60%) are in m:Model (fit 60%, predict 0%)")


def test_compiling_stands_apart_when_the_cache_was_cold():
    assert "compiling" not in screen(WARM)
    cold = screen(COLD)
    assert "compiling" in cold
    assert "40.00" in cold
    before = next(line for line in cold.splitlines() if line.startswith("before day 1"))
    assert before.split()[3:5] == ["0.45", "89%"]
    assert "compiling the kernels, which the next run finds in the cache" in cold.replace("\n", " ")


@pytest.mark.parametrize("profile", [WARM, COLD])
@pytest.mark.parametrize("width", [40, 60, 80, 120])
def test_the_screen_keeps_to_its_width(profile, width):
    lines = screen(profile, width=width).splitlines()
    assert max(map(len, lines)) <= width
    tables = sum(line.startswith("all ") for line in lines)
    assert tables == 1 if width >= 80 else tables > 1
    assert sum(line.startswith("keyword ") for line in lines) == tables


def test_one_table_at_80_columns_with_every_part():
    told = screen(WARM)
    for part in ("world", "features", "fit", "predict", "slates", "sampling", "plane", "store", "start, rest"):
        assert part in told
    assert told.count("keyword") == 1
    row = next(line for line in told.splitlines() if line.startswith("keyword"))
    assert row.split() == ["keyword", "0.83", "6%", "–", "–", "–", "12%", "72%", "10%"]


def test_plain_ascii_and_no_colour_without_a_terminal():
    told = screen(WARM, ascii_only=True)
    assert told.isascii()
    assert "\x1b" not in told


def test_in_colour_the_words_are_the_same(monkeypatch):
    plain = screen(WARM)
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("FORCE_COLOR", "1")
    coloured = screen(WARM)
    assert "\x1b[" in coloured
    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured) == plain
