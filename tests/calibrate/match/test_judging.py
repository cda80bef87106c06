"""What is called off: what lies outside and beyond chance, with all figures looked at together."""

from __future__ import annotations

import numpy as np
import pytest

from sim.calibrate.match.judging import judge
from sim.calibrate.match.measure import CORRELATION, RATIO, SHARE, Measure
from sim.calibrate.match.result import MATCH, OFF, UNSURE


def measures(number, scale=RATIO):
    return [Measure(f"f{k}", f"figure {k}", scale, float) for k in range(number)]


def test_where_all_match_few_families_have_one_off():
    """At most one in ten of 400 families in the long run; more than 60 happen by chance once in ten thousand seeds."""
    rng = np.random.default_rng(3)
    wrong = 0
    for _ in range(400):
        all_of_them = np.exp(rng.normal(0, 0.1, (25, 10)))
        told = judge(measures(10), all_of_them[0], all_of_them[1:], 0.9)
        wrong += any(one.verdict == OFF for one in told)
    assert wrong <= 60


def test_an_interval_holds_nine_of_ten():
    """Of 2,000 figures; outside 87 to 93 % happens by chance once in ten thousand seeds."""
    rng = np.random.default_rng(4)
    drawn = np.exp(rng.normal(0, 0.1, (13, 2000)))
    told = judge(measures(2000), drawn[0], drawn[1:], 0.9)
    assert 0.87 <= np.mean([one.low <= one.real <= one.high for one in told]) <= 0.93


def test_the_worst_comes_first_and_what_cannot_be_taken_is_left_out():
    drawn = np.exp(np.linspace(-0.1, 0.1, 21))[:, None] * np.ones(4)
    told = judge(measures(4), [1.0, 3.0, float("nan"), 9.0], drawn, 0.9)
    assert [(one.key, one.verdict) for one in told] == [("f3", OFF), ("f1", OFF), ("f0", MATCH)]
    assert judge(measures(1), [float("nan")], drawn[:, :1], 0.9) == ()


def test_a_figure_outside_that_may_be_chance_is_not_called_off():
    drawn = np.exp(np.linspace(-1, 1, 41) * 0.1)[:, None] * np.ones(30)
    real = np.ones(30)
    real[7] = np.exp(0.125)
    told = judge(measures(30), real, drawn, 0.9)
    assert (told[0].key, told[0].verdict) == ("f7", UNSURE)
    assert not told[0].low <= told[0].real <= told[0].high


@pytest.mark.parametrize(("scale", "drawn"), [(RATIO, [0.1, 10.0]), (SHARE, [0.01, 0.6]), (CORRELATION, [-0.9, 0.9])])
def test_an_interval_that_would_hold_anything_tells_nothing(scale, drawn):
    told = judge(measures(1, scale), [0.5], np.linspace(*drawn, 20)[:, None], 0.9)
    assert told[0].verdict == UNSURE
    assert told[0].why
