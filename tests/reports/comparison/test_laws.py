"""What holds for every comparison's page, whatever it found, the width and the terminal."""

from __future__ import annotations

import re
import shlex
from dataclasses import replace
from io import StringIO

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reports.comparison.page import print_comparison, print_quiet
from reports.console import cells, open_console
from sim.study.compare.comparison import Check
from tests.reports.comparison.example import CLICKS, COMPARISONS, REVENUE, compare

WIDTHS = (40, 60, 80, 96, 100, 120, 160)
ESCAPE = "\x1b"


def sound(text, width):
    assert max(map(cells, text.splitlines())) <= width
    assert not any(line.endswith(" ") for line in text.splitlines())
    assert not {"nan", "inf", "none"} & set(re.findall(r"[a-z]+", text.lower().replace("warm-up: none", "").replace("means none", "")))


@pytest.mark.parametrize("name", COMPARISONS)
@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("ascii_only", [False, True])
def test_no_line_is_wider_than_the_screen(name, width, ascii_only, show, cut):
    text = show(COMPARISONS[name], width, ascii_only=ascii_only)
    sound(text, width)
    assert cut == []
    assert not ascii_only or text.isascii()


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(width=st.integers(40, 160), name=st.sampled_from(sorted(COMPARISONS)), ascii_only=st.booleans())
def test_any_width_holds_every_page(width, name, ascii_only, show, cut):
    sound(show(COMPARISONS[name], width, ascii_only=ascii_only), width)
    assert cut == []


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(
    clicks=st.floats(0.001, 50), half=st.floats(1e-7, 5), ads=st.floats(0.01, 20), price=st.floats(0.01, 1e4),
    width=st.integers(40, 120),
)  # fmt: skip
def test_any_size_of_lift_can_be_shown(clicks, half, ads, price, width, show, cut):
    shape = REVENUE._replace(clicks=clicks, half=half, ads=ads, price=price)
    sound(show(compare((shape, CLICKS)), width), width)
    assert cut == []


def test_colour_changes_no_letter_and_no_color_silences_it(terminal, show, monkeypatch):
    print_comparison(COMPARISONS["ship"], open_console(terminal, width=100), month_page=True)
    coloured = terminal.getvalue()
    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured) == show(COMPARISONS["ship"])
    assert "\x1b[1;37;42m[SHIP]" in coloured
    monkeypatch.setenv("NO_COLOR", "1")
    terminal.truncate(0)
    terminal.seek(0)
    print_comparison(COMPARISONS["ship"], open_console(terminal, width=100))
    assert ESCAPE not in terminal.getvalue()


@pytest.mark.parametrize("name", COMPARISONS)
def test_quiet_is_one_line_that_begins_with_the_verdict(name):
    stream = StringIO()
    print_quiet(COMPARISONS[name], open_console(stream, width=40))
    assert stream.getvalue().count("\n") == 1
    badge = "PARTIAL" if COMPARISONS[name].run.interrupted else COMPARISONS[name].verdict
    assert stream.getvalue().startswith(f"[{badge}]  ")


def test_the_commands_can_be_pasted(show):
    for source in ("short.toml", "a/rather/long/path/of a/scenario.toml", "it's/" * 30):
        full = COMPARISONS["long names"]
        text = show(
            replace(full, baseline="it is 'a baseline' with a name that is long, of 60 signs!", run=replace(full.run, source=source)), 60
        )
        pasted = text.partition("reproduce  ")[2].partition("build")[0].replace("\\\n", "")
        assert shlex.split(pasted) == [
            "foreshow", "compare", source, "--seed", "7", "--baseline", "it is 'a baseline' with a name that is long, of 60 signs!",
            "--primary", "revenue", "--replications", "40",
        ]  # fmt: skip


def test_what_a_user_wrote_cannot_steer_the_terminal(show):
    odd = "\x1b[31mred\x07\nline [bold]"
    full = compare(checks=(Check(odd, holds=False, detail=odd),), settings={odd: (odd,) * 5})
    text = show(replace(full, run=replace(full.run, notes=(odd,))))
    assert ESCAPE not in text
    assert text.count("?[31mred? line [bold]") >= 3


def test_the_same_comparison_gives_the_same_page(show):
    assert show(compare()) == show(compare())
