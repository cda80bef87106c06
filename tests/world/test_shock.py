"""Shocks: they come at once, fade by half-lives, and end."""

from itertools import pairwise

import numpy as np
import pytest

from sim.scenario.schema import DAY_S
from sim.world.drift.effects import Demand
from sim.world.drift.patterns import Patterns
from sim.world.drift.shock import Shock

CALM = Patterns.at_start(np.ones(1))


def shock(half_life_s, by=1.0, at=10):
    return Shock(Demand(by), at * DAY_S, half_life_s)


def left(one, at_s):
    return one.apply(CALM, at_s).demand - 1


@pytest.mark.parametrize("days", [8, 16, 80])
def test_half_of_it_is_left_after_a_half_life(days):
    one = shock(days * DAY_S)
    assert left(one, 10 * DAY_S - 1) == 0
    for halves in range(7):
        assert left(one, (10 + halves * days) * DAY_S) == pytest.approx(0.5**halves)
    assert left(one, (10 + 7 * days) * DAY_S) == 0


@pytest.mark.parametrize(
    ("half_life_s", "every_s"),
    [(1, 3600), (3600, 3600), (DAY_S, 3 * 3600), (5 * DAY_S, 15 * 3600), (8 * DAY_S, DAY_S), (20 * DAY_S, 2 * DAY_S)],
)
def test_its_steps_are_an_eighth_of_a_half_life_but_no_shorter_than_an_hour(half_life_s, every_s):
    one = shock(half_life_s)
    assert one.every_s == every_s
    times = one.times(10_000 * DAY_S)
    assert times[0] == 10 * DAY_S
    assert set(np.diff(times)) <= {every_s}
    assert len(times) <= 8 * 7 * 1.5 + 2  # a step of 11 hours more than a day is a day


@pytest.mark.parametrize("half_life_s", [1, 3600, 40_000, DAY_S, 5 * DAY_S, 13 * DAY_S, 31 * DAY_S])
def test_nothing_changes_but_at_its_times_and_nothing_is_left_after_the_last(half_life_s):
    one = shock(half_life_s, by=-0.5)
    times = one.times(10_000 * DAY_S)
    for begin, end in pairwise(times):
        assert left(one, begin) == left(one, end - 1)
    assert left(one, times[-2]) != 0
    assert left(one, times[-1]) == left(one, times[-1] + 1000 * DAY_S) == 0
