"""Looking ahead: the figures of the picture are those of the world that will be played."""

from __future__ import annotations

import numpy as np
import pytest

from sim.scenario.schema import DAY_S
from sim.study.foresee import foresee
from sim.study.outlook import Outage
from tests.laws.tiny import tiny, world_of

QUIET = {"noise": 0, "weekday": [1] * 7, "trend": 0}


def series_of(*drift, traffic=None, **settings):
    found = foresee(tiny(drift=drift, traffic=QUIET | (traffic or {}), **settings))
    return {one.what: one for one in found.series}, found


def step(what, by=0.3, **more):
    return {"kind": "step", "what": what, "by": by, "at": "day 6"} | more


def test_without_drift_there_is_demand_and_nothing_else():
    series, found = series_of()
    assert list(series) == ["demand"]
    assert series["demand"].middle == pytest.approx(5_000)
    assert (found.outages, found.events) == ((), ())


def test_weekdays_are_smoothed_away_and_steps_are_not():
    series, _ = series_of(step("demand", 1.0), traffic={"weekday": [1, 1, 1, 1, 1, 1, 8]}, horizon="60 days")
    middle = series["demand"].middle
    assert middle[8:57] == pytest.approx(10_000, rel=1e-9)
    assert middle[4] == pytest.approx(5_000, rel=1e-9)
    assert middle[5] == pytest.approx(10_000, rel=1e-9)


def test_one_day_can_be_foreseen():
    assert len(series_of(horizon="1 day")[0]["demand"].middle) == 1


@pytest.mark.parametrize("what", ["topics", "worthiness"])
def test_what_has_moved_is_the_stated_part(what):
    series, _ = series_of(step(what))
    assert list(series) == ["demand", what]
    assert series[what].middle[:5].tolist() == [0.0] * 5
    assert series[what].middle[5:] == pytest.approx(0.3, abs=0.003)


@pytest.mark.parametrize("what", ["clicks", "bids"])
def test_factors_are_of_all_pairs_or_ads(what):
    series, _ = series_of(step(what))
    assert list(series) == ["demand", what]
    for line in (series[what].low, series[what].middle, series[what].high):
        assert line[:5].tolist() == [1.0] * 5
        assert line[5:] == pytest.approx(1.3)


def test_a_walk_has_a_band_as_wide_as_its_size():
    walk = {"kind": "random_walk", "what": "clicks", "by": 0.5, "every": "30 days"}
    series, _ = series_of(walk, horizon="40 days", traffic={"topics": 50, "query_types": 2_000}, market={"ads": 20_000})
    one = series["clicks"]
    width = np.log(one.high[35] / one.low[35]) / (2 * 1.2816)
    assert width == pytest.approx(0.5, rel=0.1)
    assert one.middle[35] == pytest.approx(1, abs=0.25)


def test_of_two_devices_the_first_is_shown_and_of_three_all_that_move():
    (two, _) = series_of(step("devices", 0.1))
    assert (two["devices"].detail, two["devices"].middle[[0, 9]].round(6).tolist()) == ("desktop", [0.4, 0.3])
    devices = [{"name": name, "share": share} for name, share in (("a", 2), ("b", 1), ("c", 1))]
    found = foresee(tiny(drift=[step("devices", 0.1)], device=devices))
    assert [one.detail for one in found.series if one.what == "devices"] == ["a", "b", "c"]


def test_new_ads_and_types_are_shares_of_those_that_are_there():
    series, _ = series_of(step("ads"), step("types"))
    assert series["ads"].middle[[4, 5]] == pytest.approx([0, 240 / 560])
    world = world_of(drift=[step("ads"), step("types")])
    then, now = (world.patterns_at(day * DAY_S).types_asked for day in (0, 9))
    share = world.catalogue.share[: world.catalogue.heads]
    assert series["types"].middle[9] == pytest.approx(share[now & ~then].sum() / share[now].sum())


def test_outages_have_their_days_within_the_horizon():
    outages = [
        {"kind": "outage", "what": "tracking", "at": "day 4", "lasts": "30 h", "by": 0.5},
        {"kind": "outage", "what": "model", "at": "day 19", "lasts": "9 days"},
    ]
    series, found = series_of(*outages)
    assert list(series) == ["demand"]
    assert found.outages == (Outage("tracking", 3, 5, 0.5), Outage("model", 18, 20, 1.0))


def test_events_are_the_drifts_stories_in_order_of_time():
    _, found = series_of(step("demand"), {"kind": "ramp", "what": "ads", "by": 0.2, "at": "day 3", "lasts": "4 days"})
    assert [(event.day, event.detail) for event in found.events] == [
        (2, "ramp: 20% of the ads are born and as many others go over 4 days"),
        (5, "step: demand +30%"),
    ]


def test_the_figures_are_those_of_the_first_replication():
    drift = [
        {"kind": "random_walk", "what": "topics", "by": 0.3},
        {"kind": "ramp", "what": "topics", "by": 0.2, "at": "day 3", "lasts": "9 days"},
    ]
    series, _ = series_of(*drift)
    world = world_of(drift=drift, traffic=QUIET)
    for day in (0, 5, 12, 19):
        moved = np.abs(world.patterns_at(day * DAY_S).topic_shares - world.catalogue.topic_shares).sum() / 2
        assert series["topics"].middle[day] == pytest.approx(moved)
