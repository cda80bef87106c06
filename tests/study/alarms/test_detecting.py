"""When detectors ring on a ledger's raw series."""

from __future__ import annotations

import numpy as np

from sim import columns
from sim.study.alarms.detecting import alarms, every, falling, off_course


def ledger(revenue, clicks=None):
    days = np.zeros((len(revenue), len(columns.COLUMNS)), np.int64)
    days[:, columns.QUERIES], days[:, columns.IMPRESSIONS] = 10_000, 5_000
    days[:, columns.REVENUE] = revenue
    days[:, columns.CLICKS] = np.full(len(revenue), 100) + np.arange(len(revenue)) % 3 if clicks is None else clicks
    return days


def wandering(rng, days=365, step=0.02):
    """Revenue in a drifting world: nothing is wrong with who serves."""
    return 1e9 * np.exp(np.cumsum(rng.normal(0, step, days)))


def test_a_fall_rings_within_days_and_a_drifting_world_does_for_nothing():
    rng = np.random.default_rng(6)
    fallen = ledger(np.concatenate([rng.normal(1e9, 1e7, 100), rng.normal(5e8, 1e7, 100)]))
    assert 100 <= alarms(fallen)[0].day < 110
    assert len(alarms(ledger(wandering(rng)))) > 1


def test_days_before_a_deployment_are_not_looked_at():
    jump = ledger(np.r_[np.full(100, 1e9), np.full(200, 4e9)] + np.arange(300) % 7 * 1e7)
    assert alarms(jump)[0].day >= 100
    assert [one for one in alarms(jump, (100,)) if one.detector == "Page-Hinkley"] == []


def test_after_each_deployment_everything_is_learned_anew():
    steps = ledger(np.repeat([1e9, 4e9, 2e9], 100) + np.arange(300) % 7 * 1e7)
    assert [one.day for one in alarms(steps, (0, 100, 200))] == []
    assert {one.day // 100 for one in alarms(steps)} == {1, 2}


def test_a_fall_that_lasts_rings_once_in_eight_weeks():
    y = 100 - 0.5 * np.arange(112) + np.random.default_rng(8).normal(size=112)
    assert falling(y) == [55, 111]
    assert falling(-y) == []


def test_a_level_that_stays_rings_once_and_is_learned_anew():
    rng = np.random.default_rng(9)
    y = np.concatenate([rng.normal(0, 1, 60), rng.normal(-6, 1, 100)])
    assert len(off_course(y)) == 1
    assert off_course(np.ones(100)) == []
    assert off_course(np.full(100, 0.1)) == []  # the mean of 28 of them is not quite 0.1


def test_the_dummy_rings_whatever_happens():
    assert every(100)(np.zeros(350)) == [99, 199, 299]
