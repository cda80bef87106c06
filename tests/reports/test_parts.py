"""Numbers, braille, bars and the axis of time."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from reports.console import cells
from reports.glyphs import ASCII, UNICODE, clean, translate
from reports.parts import axis, bars, braille, charts, numbers, series
from reports.parts.axis import Mark
from reports.parts.numbers import Unit
from sim.study.estimates import Estimate
from sim.study.results import months_between
from tests.reports.made_up import CLICKS, KEYWORD, make_run


@pytest.mark.parametrize("exponent", range(-9, 21))
def test_a_figure_in_the_unit_of_its_column_has_five_signs_at_most(exponent):
    for lead in (1, 1.0004, 9.994, 9.996, 9.9999):
        value = lead * 10.0**exponent
        assert len(numbers.figure(value, numbers.unit_for(value))) <= 5


def test_too_small_to_show_is_not_nothing():
    assert numbers.figure(3, Unit(1e6, "M", 2)) == "<.01"
    assert numbers.figure(0, Unit(1e6, "M", 2)) == "0.00"
    assert numbers.figure(-1e-9, Unit(1.0, "", 2)) == "0.00"


def test_a_thousand_of_a_unit_is_one_of_the_next():
    assert numbers.count(999_999) == "1.00 M"
    assert numbers.money(999.999, "USD") == "1.00 k USD"


def test_a_delta_has_a_sign_and_huge_ones_stay_short():
    assert [numbers.delta(value) for value in (0.0, -0.5, 1e-9)] == ["+0.0%", "-50.0%", "+0.0%"]
    assert numbers.delta(1e15) == "+1.0e+17%"


def test_errors_have_two_figures():
    assert numbers.lift(Estimate(0.1, 0.09, 0.11)) == "+10.0% ±1.0"
    assert numbers.lift(Estimate(0.1, 0.1, 0.1)) == "+10.0% ±0.0"
    assert numbers.lift(Estimate(0.1, -11.9, 12.1)) == "+10% ±1,200"


def test_a_rising_line_rises_and_a_falling_line_falls():
    up = braille.levels([0, 1, 2, 3], [0.1, 0.4, 0.6, 0.9], 40, 16, 3)
    assert np.all(np.diff(up) >= 0)
    assert up[0] == 0
    assert up[-1] == 15
    down = braille.levels([3, 2, 1, 0], [0.1, 0.4, 0.6, 0.9], 40, 16, 3)
    assert np.all(np.diff(down) <= 0)


def test_the_top_of_the_axis_is_the_top_row_and_zero_the_bottom_row():
    assert braille.draw([1], [0.5], 3, 2, 1) == ["⠉⠉⠉", "   "]
    assert braille.draw([0], [0.5], 3, 2, 1) == ["   ", "⣀⣀⣀"]
    assert braille.draw([1], [0.5], 3, 2, 1, ascii_only=True) == ["'''", "   "]
    assert braille.draw([0], [0.5], 3, 2, 1, ascii_only=True) == ["   ", "___"]


def test_no_value_leaves_a_gap():
    level = braille.levels([1, None, None, 1], [0.125, 0.375, 0.625, 0.875], 16, 8, 1)
    assert level[0] == level[-1] == 7
    assert np.all(level[4:12] == -1)
    assert braille.draw([None], [0.5], 3, 1, 0) == ["   "]


def test_a_jump_is_drawn_without_holes():
    lit = braille.dots(braille.levels([0, 0, 10, 10], [0.1, 0.49, 0.51, 0.9], 20, 16, 10), 16)
    assert lit.any(axis=1).all()


def test_a_point_is_the_mean_of_its_days():
    run = make_run((KEYWORD,), days=365, replications=2)
    cuts = series.edges(365)
    found = series.points(run.candidates[0], "impressions", cuts)
    assert found[3] == pytest.approx(run.candidates[0].days[:, 21:28, 2].mean())
    assert len(found) == len(series.centres(cuts)) == 52
    assert series.edges(1) == [0, 1]


def test_the_rarer_sign_wins_a_place():
    assert axis.floor([Mark(0, "R"), Mark(1, "!"), Mark(9, "R"), Mark(99, "R")], 10, 5, UNICODE) == "!───R"


@pytest.mark.parametrize("width", [8, 11, 17, 25, 31])
@pytest.mark.parametrize("days", [1, 2, 31, 59, 60, 90, 180, 364, 365, 730, 1826])
@pytest.mark.parametrize("start", [date(2026, 1, 1), date(2026, 5, 17), date(2026, 12, 31)])
def test_ticks_fit_and_do_not_touch(width, days, start):
    line = axis.ticks(start, days, months_between(start, days), width)
    assert len(line) <= width
    assert all(len(word) <= 4 for word in line.split())


def test_bars_share_one_axis():
    heading, drawn = bars.bars([Estimate(0.2, 0.1, 0.3), Estimate(-0.1, -0.2, 0.0), Estimate(None)], 21, UNICODE)
    assert drawn[0].index("┆") == drawn[2].index("┆") == heading.index("0", 3)
    assert drawn[0].endswith("┤")
    assert len(drawn[0]) == 21
    assert bars.bars([Estimate(None)], 21, UNICODE) == ("", [""])
    assert bars.bars([Estimate(0.0, 0.0, 0.0)], 21, UNICODE) == ("", [""])


@pytest.mark.parametrize("width", [40, 60, 79, 80, 100, 120])
def test_panels_of_a_chart_stand_under_their_titles(width):
    run = make_run((KEYWORD, CLICKS))
    strips = [charts.Strip(one, (one.name,), "", ()) for one in run.candidates]
    lines = [line.plain for line in charts.draw(run, strips, width, UNICODE)]
    places = [lines[0].index(title) for title in ("impressions", "CTR", "revenue")]
    walls = [line for line in lines if "│" in line]
    assert len(walls) >= 6
    assert all(line[place] == "│" for line in walls for place in places)


def test_both_glyph_tables_have_every_sign_and_one_is_plain():
    for name in UNICODE.__slots__[1:]:
        assert cells(getattr(UNICODE, name)) == cells(getattr(ASCII, name)) == 1
        assert getattr(ASCII, name).isascii()


def test_text_is_cleaned_and_swapped():
    assert translate("2 × 3 ≥ 5 — “ja” 検") == '2 x 3 >= 5 - "ja" ?'
    assert clean("a\tb\r\n c\u202e\udc80") == "a b c??"
