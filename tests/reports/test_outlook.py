"""The picture of a world: what it says first, what it draws, and that nothing runs over."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import partial

import numpy as np
import pytest

from reports import foretold
from reports.console import cells, open_console
from reports.outlook import print_outlook
from reports.parts import braille
from sim.study.outlook import COUNT, FACTOR, SHARE, Outage, Series
from sim.study.results import WorldEvent
from tests.reports.made_up_outlook import OUTLOOKS, everything, outlook
from tests.reports.screen import screen_of

EVENT = [WorldEvent(5, "drift", "something")]
CALM = Series("demand", COUNT, np.full(365, 20_000.0))
RISE = np.linspace(0, 0.3, 365)


shown = partial(screen_of, print_outlook)


@pytest.mark.parametrize("name", OUTLOOKS)
@pytest.mark.parametrize("width", [40, 60, 80, 100, 120])
@pytest.mark.parametrize("ascii_only", [False, True])
def test_no_line_is_wider_than_the_screen(name, width, ascii_only, cut):
    text = shown(OUTLOOKS[name], width, ascii_only=ascii_only)
    assert cut == []
    assert max(map(cells, text.splitlines())) <= width
    assert not any(line.endswith(" ") for line in text.splitlines())
    assert not {"nan", "inf"} & set(re.findall(r"[a-z]+", text.lower()))
    assert text.isascii() or not ascii_only


@pytest.mark.parametrize("variable", ["", "1"])
def test_colour_changes_no_letter_and_no_color_silences_it(variable, terminal, monkeypatch):
    monkeypatch.setenv("NO_COLOR", variable)
    print_outlook(OUTLOOKS["everything"], open_console(terminal, width=100))
    assert ("\x1b" in terminal.getvalue()) == (variable == "")
    assert re.sub(r"\x1b\[[0-9;]*m", "", terminal.getvalue()) == shown(OUTLOOKS["everything"], 100)


def test_a_name_can_not_steer_the_terminal():
    text = shown(OUTLOOKS["foreign names"], 120)
    assert "\x1b" not in text
    assert "größe?[31m" in text
    assert "[bold]" in text


@pytest.mark.parametrize(
    ("series", "words"),
    [
        (Series("demand", COUNT, np.linspace(100, 150, 365)), "queries rise from 100 to 150 a day by 2026-12-31 (+50%)"),
        (Series("demand", COUNT, np.linspace(150, 100, 365)), "queries fall from 150 to 100 a day by 2026-12-31 (-33%)"),
        (Series("topics", SHARE, RISE), "30.0% of the traffic has turned to other topics by 2026-12-31"),
        (Series("worthiness", SHARE, RISE), "30.0% of the worthy pairs have given way to others by 2026-12-31"),
        (Series("ads", SHARE, RISE), "30.0% of the ads that exist are new by 2026-12-31"),
        (Series("types", SHARE, RISE), "30.0% of the queries with a history are of new types by 2026-12-31"),
        (Series("devices", SHARE, 0.6 - RISE, detail="tv"), "the share of tv goes from 60.0% to 30.0% by 2026-12-31"),
        (Series("clicks", FACTOR, 1 + RISE, 1 + RISE, 1 + RISE), "the odds of a click rise to 1.30 times what they were by"),
        (Series("bids", FACTOR, 1 - RISE, 1 - RISE, 1 - RISE), "bids fall to 0.70 times what they were by 2026-12-31"),
        (
            Series("bids", FACTOR, np.ones(365), 1 - RISE, 1 + RISE),
            "by 2026-12-31 one ad in ten bids 1.3 times what it bade on day 1 or more, and one in ten 0.7 times or less",
        ),
        (
            Series("clicks", FACTOR, np.ones(365), 1 - RISE, 1 + RISE),
            "by 2026-12-31 one pair of query and ad in ten has 1.3 times the odds of a click that it had on day 1 or more,",
        ),
    ],
)
def test_the_answer_tells_the_largest_change(series, words):
    found = (series,) if series.what == "demand" else (CALM, series)
    assert foretold.answer(outlook(*found, events=EVENT)).startswith(f"What this world will do: {words}")


def test_what_else_changes_is_named_once_and_what_hardly_does_is_not():
    small = Series("ads", SHARE, RISE / 10)
    topics, worthy = Series("topics", SHARE, 2 * RISE), Series("worthiness", SHARE, RISE)
    devices = [Series("devices", SHARE, 0.3 + RISE, detail=name) for name in "ab"]
    assert foretold.answer(outlook(CALM, topics, worthy, events=EVENT)).endswith("; show-worthiness changes too.")
    answer = foretold.answer(outlook(CALM, topics, worthy, *devices, small, events=EVENT))
    assert answer.endswith("; show-worthiness and devices change too.")


def test_a_world_without_drift_says_that_nothing_else_changes():
    assert foretold.answer(OUTLOOKS["nothing"]) == "What this world will do: nothing. Queries stay near 20.0 k a day; nothing else changes."
    assert foretold.answer(OUTLOOKS["only the calendar"]).endswith("(+40%); nothing else changes.")
    text = shown(OUTLOOKS["nothing"], 80)
    assert "there is no [[drift]] in this scenario" in text
    assert text.count("0 – ") == 1


def test_small_drifts_are_called_small():
    assert foretold.answer(outlook(CALM, Series("ads", SHARE, RISE / 10), events=EVENT)).endswith("nothing moves by more than 5%.")


def test_outages_are_told_with_their_length_and_drawn_as_bars():
    one = outlook(CALM, outages=[Outage("tracking", 10, 20, 0.4), Outage("model", 300, 301, 1.0)], events=EVENT)
    assert "40% of the clicks are missing in the log for 10 days from 2026-01-11; and 1 more outage." in foretold.answer(one)
    lines = shown(one, 100).splitlines()
    (tracking,) = [line for line in lines if line.startswith("tracking -40%")]
    (model,) = [line for line in lines if line.startswith("model down")]
    assert tracking.index("█") - tracking.index("│") == 1 + 10 * 73 // 365
    assert tracking.count("█") == 2
    assert model.count("█") == 1


def test_every_pattern_that_moves_has_its_chart_and_all_share_one_axis():
    text = shown(everything(), 80)
    heads = [line.partition("│")[0].strip() for line in text.splitlines() if "│" in line]
    for name in (
        "queries",
        "topics moved",
        "odds of a click",
        "worthy no more",
        "bids",
        "share of desktop",
        "new among ads",
        "new among types",
    ):
        assert name in heads
    assert text.count("Jan") == 1
    floors = {line.strip() for line in text.splitlines() if line.strip().startswith("└")}
    assert len(floors) == 1
    assert floors.pop().count("!") == 4


def test_a_spike_of_a_day_is_not_lost_between_two_dots():
    rows = {}
    for day in (None, 1_777):
        line = np.full(3_650, 100.0)
        line[day or 0] *= 1 if day is None else 4
        text = shown(outlook(Series("demand", COUNT, line), days=3_650), 60)
        rows[day] = next(row for row in text.splitlines() if row.startswith("queries")).partition("│")[2]
    assert rows[None] == "⠉" * 40  # the axis ends at 100
    assert len(rows[1_777].strip()) <= 2
    assert abs(rows[1_777].index(rows[1_777].strip()) - 1_777 * 40 // 3_650) <= 1


def test_the_farthest_day_is_found_in_either_direction():
    series = Series("clicks", FACTOR, np.array([1.0, 1.0, 1.1]), np.array([1.0, 0.5, 1.0]), np.array([1.0, 1.0, 1.2]))
    assert series.size == pytest.approx([0, np.sqrt(2) - 1, 0.1])
    found, day = replace(OUTLOOKS["nothing"], series=(Series("demand", COUNT, np.array([4.0, 4.0, 5.0])), series)).largest
    assert (found, day) == (series, 1)


def test_drawings_are_laid_over_each_other():
    low, high = (braille.draw([value], [0.0], 3, 2, 1.0) for value in (0.0, 1.0))
    both = braille.overlay([low, high])
    assert both == ["⠉⠉⠉", "⣀⣀⣀"]
    plain = [braille.draw([value], [0.0], 3, 1, 1.0, ascii_only=True) for value in (0.0, 1.0)]
    assert braille.overlay(plain) == ["___"]
    assert braille.overlay([["  "], [" x"]]) == [" x"]
