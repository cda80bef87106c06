"""A moment: what it follows from, what it shares with the one before, and the bids that can be seen in it."""

import numpy as np
import pytest

from sim import seeds
from sim.scenario.schema import DAY_S
from sim.world.drift.effects import Devices, LostClicks, ModelDown
from sim.world.drift.patterns import Patterns
from sim.world.drift.random_walk import RandomWalk
from sim.world.drift.walkers import DeviceWalkers
from tests.laws.chance import mean_is, near
from tests.laws.tiny import world_of

ARRAYS = ("cell_shares", "device_shares", "chance", "margin", "sight")
EXAMPLES = {
    "demand": ({"kind": "step", "what": "demand", "by": 0.5}, set()),
    "topics": ({"kind": "step", "what": "topics", "by": 0.3}, {"cell_shares"}),
    "types": ({"kind": "step", "what": "types", "by": 0.3}, {"cell_shares"}),
    "devices": ({"kind": "step", "what": "devices", "by": 0.3}, {"cell_shares", "device_shares"}),
    "clicks": ({"kind": "step", "what": "clicks", "by": 0.3}, {"chance"}),
    "worthiness": ({"kind": "step", "what": "worthiness", "by": 0.3}, {"chance", "margin"}),
    "bids": ({"kind": "step", "what": "bids", "by": 0.3}, {"sight"}),
    "ads": ({"kind": "step", "what": "ads", "by": 0.3}, {"sight"}),
    "tracking": ({"kind": "outage", "what": "tracking", "lasts": "3 days"}, set()),
    "model": ({"kind": "outage", "what": "model", "lasts": "3 days"}, set()),
}


def moments(world):
    before = world.at(0)
    return before, world.at(5 * DAY_S, before), world.at(5 * DAY_S)


@pytest.mark.parametrize("name", EXAMPLES)
def test_a_moment_shares_with_another_whatever_has_not_changed(name):
    drift, changed = EXAMPLES[name]
    before, after, alone = moments(world_of(drift=[drift | {"at": "day 3"}]))
    assert {part for part in ARRAYS if getattr(after, part) is not getattr(before, part)} == changed
    for part in ARRAYS[:4]:
        assert np.array_equal(getattr(after, part), getattr(alone, part))
    assert np.array_equal(after.sight.bid_micros, alone.sight.bid_micros)
    assert (after.demand, after.tracking, after.model_up) == (alone.demand, alone.tracking, alone.model_up)


def test_in_a_world_that_does_not_drift_a_moment_is_the_world_itself():
    world = world_of()
    one, two = world.at(0), world.at(9 * DAY_S)
    assert one.sight is two.sight is world.sight
    assert one.margin is two.margin is world.relevance.margin
    assert one.device_shares is world.users.device_share
    assert (one.tracking, one.model_up, one.demand) == (1.0, True, 1.0)


@pytest.mark.parametrize(("by", "share"), [(0.5, 1.0), (-0.4, 0.5)])
def test_a_step_of_bids_raises_every_bid_of_its_topics(by, share):
    world = world_of(drift=[{"kind": "step", "what": "bids", "by": by, "at": "day 3", "share": share}])
    before, after, _ = moments(world)
    factor = after.sight.bid_micros / before.sight.bid_micros
    touched = np.isin(world.sight.topic, np.flatnonzero(world.patterns_at(5 * DAY_S).topic_bids))
    assert len(set(world.sight.topic[touched])) == 4 * share
    assert factor[touched] == pytest.approx(1 + by, rel=1e-4)
    assert (factor[~touched] == 1).all()


def test_no_bid_falls_below_a_millionth_or_rises_above_a_million():
    steps = [{"kind": "step", "what": "bids", "by": by, "at": at} for by, at in [(-0.999999, "day 2"), (-0.999999, "day 2")]]
    floored = world_of(drift=steps).at(5 * DAY_S).sight.bid_micros
    assert (floored == 1).all()
    rises = [{"kind": "step", "what": "bids", "by": 1000, "at": "day 2"} for _ in range(4)]
    assert (world_of(drift=rises).at(5 * DAY_S).sight.bid_micros == 10**12).all()


def test_a_walk_of_bids_has_its_size_and_a_mean_factor_of_one():
    drift = {"kind": "random_walk", "what": "bids", "by": 0.3, "every": "30 days"}
    world = world_of(drift=[drift], horizon="40 days", market={"ads": 20_000})
    patterns = world.patterns_at(31 * DAY_S)
    assert near(patterns.ad_bids.std(), 0.3 * np.sqrt(0.5), 0.3 / np.sqrt(4 * 20_000))
    assert mean_is(np.exp(patterns.ad_bids), 1)
    moved = np.log(world.bids(patterns) / world.ads.bid_micros)
    assert moved == pytest.approx(patterns.ad_bids + patterns.topic_bids[world.ads.topic], abs=1e-4)


def test_devices_move_from_the_first_to_the_others_in_proportion():
    calm = Patterns.at_start(np.ones(1), np.array([0.5, 0.3, 0.2]))
    assert Devices(0.1).apply(calm, 1.0).device_shares == pytest.approx([0.4, 0.36, 0.24])
    assert Devices(0.1).apply(calm, 0.5).device_shares == pytest.approx([0.45, 0.33, 0.22])
    assert Devices(0.9).apply(calm, 1.0).device_shares == pytest.approx([0, 0.6, 0.4])
    assert Devices(0.1).apply(Patterns.at_start(np.ones(1)), 1.0).device_shares.tolist() == [1.0]


@pytest.mark.parametrize("shares", [(0.4, 0.6), (0.9, 0.1), (0.5, 0.3, 0.2)])
def test_a_walk_of_devices_moves_about_the_stated_part_in_a_month(shares):
    start = np.array(shares)
    walks = [RandomWalk(DeviceWalkers(start), 0.05, 0, 30 * DAY_S, 40 * DAY_S, seeds.mix(key)) for key in range(2_000)]
    found = [walk.apply(Patterns.at_start(np.ones(1), start), 30 * DAY_S).device_shares for walk in walks]
    assert np.sum(found, axis=1) == pytest.approx(1)
    # Half-normal: the sd of a move is 0.76 of its mean; shares bend a little, so 3 % are left to that.
    assert np.mean(np.abs(found - start).sum(axis=1) / 2) == pytest.approx(0.05, rel=0.03 + 4.5 * 0.76 / np.sqrt(2_000))


def test_what_two_outages_lose_is_what_either_loses():
    calm = Patterns.at_start(np.ones(1))
    both = LostClicks(0.5).apply(LostClicks(0.2).apply(calm, 1.0), 1.0)
    assert both.tracking == pytest.approx(0.4)
    assert LostClicks(1.0).apply(both, 1.0).tracking == 0
    assert not ModelDown().apply(ModelDown().apply(calm, 1.0), 0.0).model_up


def test_an_outage_begins_and_ends():
    drift = [{"kind": "outage", "what": what, "at": "day 3", "lasts": "30 h"} for what in ("tracking", "model")]
    world = world_of(drift=drift)
    assert world.drift_times(20 * DAY_S) == [2 * DAY_S, 3 * DAY_S + 6 * 3600]
    found = [(world.at(at).tracking, world.at(at).model_up) for at in (2 * DAY_S - 1, 2 * DAY_S, 3 * DAY_S + 6 * 3600 - 1, 4 * DAY_S)]
    assert found == [(1.0, True), (0.0, False), (0.0, False), (1.0, True)]
