"""Seasons: where they peak, how they swing, and in which steps they move."""

import numpy as np
import pytest

from sim.scenario.schema import DAY_S
from sim.world.drift.effects import Demand, Topics
from sim.world.drift.patterns import Patterns
from sim.world.drift.season import Season
from tests.laws.tiny import world_of

CALM = Patterns.at_start(np.array([0.5, 0.3, 0.2]))
YEAR = 365


def wave(period=YEAR, peak=100, by=0.4, swings=True):
    return Season(Demand(by), period * DAY_S, peak * DAY_S, swings)


def demand(season, day):
    return season.apply(CALM, day * DAY_S).demand


def test_it_is_highest_at_its_peak_and_lowest_half_a_period_later():
    year = [demand(wave(), day) for day in range(YEAR)]
    assert max(year) == pytest.approx(1.4, abs=1e-3)
    assert min(year) == pytest.approx(0.6, abs=1e-3)
    assert abs(int(np.argmax(year)) - 100) <= 4
    assert abs(int(np.argmin(year)) - (100 + 182)) <= 4
    assert np.mean(year) == pytest.approx(1, abs=0.01)


@pytest.mark.parametrize("peak", [-500, -1, 0, 40, 3_000])
def test_it_comes_round_wherever_its_peak_is(peak):
    for day in (0, 20, 60, 80):
        assert demand(wave(100, peak), day) == pytest.approx(1 + 0.4 * np.cos(2 * np.pi * (day - peak) / 100))
        assert demand(wave(100, peak), day) == pytest.approx(demand(wave(100, peak), day + 100))


@pytest.mark.parametrize(("period", "every"), [(2, 1), (7, 1), (149, 1), (151, 2), (YEAR, 4), (3_650, 36)])
def test_it_moves_in_whole_days_and_never_more_than_a_hundred_times_a_period(period, every):
    one = wave(period)
    assert one.times(40 * DAY_S) == [day * DAY_S for day in range(every, 40, every)]
    for day in range(0, 3 * every, every):
        within = [one.apply(CALM, day * DAY_S + second).demand for second in (0, 1, every * DAY_S - 1)]
        assert len(set(within)) == 1


def test_a_wave_of_a_part_goes_from_nothing_to_all_of_it():
    part = Season(Topics(0.2, np.arange(3)), 100 * DAY_S, 50 * DAY_S, swings=False)
    moved = [np.abs(part.apply(CALM, day * DAY_S).topic_shares - CALM.topic_shares).sum() / 2 for day in (0, 25, 50, 75, 100)]
    assert moved == pytest.approx([0, 0.1, 0.2, 0.1, 0], abs=1e-12)


def test_the_world_of_the_history_stands_as_on_day_1():
    season = {"kind": "season", "what": "demand", "by": 0.4, "peak": "day 1"}
    world = world_of(drift=[season], horizon="200 days")
    assert world.at(world.first_day * DAY_S).demand == world.at(0).demand == 1.4


@pytest.mark.parametrize(("what", "pattern"), [("clicks", "topic_odds"), ("bids", "topic_bids")])
def test_odds_and_bids_swing_evenly_in_the_logarithm(what, pattern):
    world = world_of(drift=[{"kind": "season", "what": what, "by": 0.5, "peak": "day 1", "period": "100 days"}])
    high, low = (getattr(world.patterns_at(day * DAY_S), pattern) for day in (0, 50))
    assert high == pytest.approx(np.log(1.5))
    assert low == pytest.approx(-np.log(1.5))
