"""Steps and ramps: when they come, how far they go, and how they add up."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from sim.scenario.schema import DAY_S
from sim.world.drift.effects import Demand, InTopics, Topics, move
from sim.world.drift.level import Ramp, Step
from sim.world.drift.patterns import Patterns
from tests.laws.chance import repeatable
from tests.laws.tiny import world_of

TOPICS = 6
ORDER = np.array([3, 0, 5, 1, 4, 2])
CALM = Patterns.at_start(np.array([0.3, 0.25, 0.2, 0.1, 0.1, 0.05]), ads=3)

shares = st.lists(st.floats(0.01, 1), min_size=2, max_size=12).map(lambda raw: np.array(raw) / sum(raw))
parts = st.floats(0, 1)


def spread(one, other):
    """Total variation distance."""
    return np.abs(one - other).sum() / 2


def effect(what, by, share=1.0):
    return {"demand": Demand(by), "topics": Topics(by, ORDER), "clicks": InTopics("topic_odds", by, ORDER[: round(share * TOPICS)])}[what]


def step(what="demand", by=0.5, at=10, lasts=None, share=1.0):
    return Step(effect(what, by, share), at * DAY_S, lasts and lasts * DAY_S)


def ramp(what="demand", by=0.5, at=10, lasts=20, share=1.0):
    return Ramp(effect(what, by, share), at * DAY_S, lasts * DAY_S)


@given(shares, parts, parts, st.randoms(use_true_random=False))
@repeatable
def test_the_part_of_the_traffic_that_moves_is_the_stated_one(before, by, level, random):
    order = np.array(random.sample(range(len(before)), len(before)))
    assume(before[order[:-1]].sum() >= by)  # see the next test
    after = move(before, by, level, order)
    assert spread(before, after) == pytest.approx(by * level, abs=1e-12)
    assert after.sum() == pytest.approx(1)
    assert (after >= -1e-15).all()


def test_the_part_of_the_traffic_that_moves_is_the_stated_one_when_the_last_topic_is_large():
    after = move(np.array([0.3, 0.7]), 0.5, 1.0, np.array([0, 1]))
    assert spread(np.array([0.3, 0.7]), after) == pytest.approx(0.5)


@given(shares, st.floats(0.01, 1), parts, parts, st.randoms(use_true_random=False))
@repeatable
def test_a_ramp_of_topics_goes_straight(before, by, one, other, random):
    order = np.array(random.sample(range(len(before)), len(before)))
    assume(before[order[:-1]].sum() >= by)
    whole = move(before, by, 1.0, order) - before
    for level in (one, other):
        assert move(before, by, level, order) - before == pytest.approx(level * whole, abs=1e-12)


def test_nothing_moves_where_there_is_one_topic():
    assert move(np.ones(1), 0.5, 1.0, np.array([0])).tolist() == [1.0]


@pytest.mark.parametrize(("day", "level"), [(0, 0), (9, 0), (10, 1), (13, 1), (14, 0), (99, 0)])
def test_a_step_for_a_while_is_whole_from_its_first_second_to_its_last(day, level):
    sale = step(lasts=4)
    assert sale.apply(CALM, day * DAY_S).demand == 1 + 0.5 * level
    assert sale.apply(CALM, day * DAY_S + DAY_S - 1).demand == 1 + 0.5 * level
    assert sale.times(100 * DAY_S) == [10 * DAY_S, 14 * DAY_S]
    assert sale.times(12 * DAY_S) == [10 * DAY_S]


def test_a_step_for_good_stays():
    assert step().apply(CALM, 10_000 * DAY_S).demand == 1.5
    assert step().times(100 * DAY_S) == [10 * DAY_S]


@pytest.mark.parametrize(("day", "level"), [(9, 0), (10, 0), (11, 0.05), (20, 0.5), (30, 1), (31, 1), (400, 1)])
def test_a_ramp_grows_day_by_day_and_stays(day, level):
    assert ramp().apply(CALM, day * DAY_S).demand == pytest.approx(1 + 0.5 * level)
    assert ramp().times(1_000 * DAY_S) == [d * DAY_S for d in range(11, 31)]


def test_a_ramp_shorter_than_a_day_is_whole_at_its_end():
    quick = Ramp(Demand(0.5), 10 * DAY_S, 3600)
    assert quick.times(100 * DAY_S) == [10 * DAY_S + 3600]
    assert quick.apply(CALM, 10 * DAY_S + 3600).demand == 1.5


def test_a_ramp_does_not_grow_when_another_drift_comes_in_the_middle_of_a_day():
    noon = 10 * DAY_S + DAY_S // 2
    ours = {"kind": "ramp", "what": "demand", "by": 0.5, "at": "day 1", "lasts": "20 days"}
    nothing = {"kind": "step", "what": "clicks", "by": 0.0, "at": "day 11", "lasts": "12 h"}
    alone, together = world_of(drift=[ours]), world_of(drift=[ours, nothing])
    assert noon in together.drift_times(20 * DAY_S)
    served = [max(at for at in [0, *world.drift_times(20 * DAY_S)] if at <= noon) for world in (alone, together)]
    assert alone.at(served[0]).demand == together.at(served[1]).demand


@pytest.mark.parametrize(("share", "touched"), [(1.0, 4), (0.5, 2), (1e-6, 1)])
@pytest.mark.parametrize(("what", "pattern"), [("clicks", "topic_odds"), ("bids", "topic_bids")])
def test_a_change_of_clicks_or_bids_touches_the_stated_share_of_topics(what, pattern, share, touched):
    drift = {"kind": "step", "what": what, "by": -0.4, "at": "day 3", "share": share}
    moved = getattr(world_of(drift=[drift]).patterns_at(10 * DAY_S), pattern)
    assert sorted(moved) == [np.log(0.6)] * touched + [0] * (4 - touched)


@given(st.floats(-0.9, 5), st.floats(-0.9, 5), st.integers(0, 60))
@repeatable
def test_changes_of_demand_and_of_clicks_add_up_in_any_order(one, other, day):
    drifts = [step("demand", one), ramp("demand", other), step("clicks", one, lasts=9), ramp("clicks", other, share=0.5)]
    forth, back = CALM, CALM
    for drift in drifts:
        forth = drift.apply(forth, day * DAY_S)
    for drift in reversed(drifts):
        back = drift.apply(back, day * DAY_S)
    assert forth.demand == pytest.approx(back.demand)
    assert forth.topic_odds == pytest.approx(back.topic_odds, abs=1e-12)


def test_drifts_of_different_patterns_leave_each_other_alone():
    topics, demand = step("topics", 0.3), step("demand", 0.5)
    both = demand.apply(topics.apply(CALM, 20 * DAY_S), 20 * DAY_S)
    assert (both.topic_shares == topics.apply(CALM, 20 * DAY_S).topic_shares).all()
    assert both.demand == 1.5
    assert both.topic_odds is CALM.topic_odds


def test_the_world_stands_the_same_at_a_moment_however_one_got_there():
    world = world_of(drift=[{"kind": "ramp", "what": "topics", "by": 0.3, "at": "day 3", "lasts": "9 days"}])
    days = (0, 5, 8, 30)
    forth = [world.at(day * DAY_S).cell_shares for day in days]
    back = [world.at(day * DAY_S).cell_shares for day in reversed(days)]
    assert all((a == b).all() for a, b in zip(forth, reversed(back), strict=True))


def test_a_step_of_topics_moves_the_stated_part_of_the_queries_of_the_head():
    world = world_of(drift=[{"kind": "step", "what": "topics", "by": 0.3, "at": "day 3"}])
    before, after = (world.at(day * DAY_S).cell_shares for day in (1, 2))
    assert spread(before, after) == pytest.approx(0.3, abs=1e-9)
    assert after.sum() == pytest.approx(1)


def test_a_step_of_clicks_changes_the_odds_of_every_click_by_its_size():
    world = world_of(drift=[{"kind": "step", "what": "clicks", "by": 0.6, "at": "day 3"}])
    before, after = (world.at(day * DAY_S).chance.astype(float) for day in (1, 2))
    assert after / (1 - after) == pytest.approx(1.6 * before / (1 - before), rel=1e-4)
