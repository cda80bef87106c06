"""Show-worthiness that changes hands: how much of it, where, and that there is never more of it."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.scenario.schema import DAY_S
from sim.world.drift.patterns import Patterns
from sim.world.drift.worthiness import Worthiness, keep_number, losing_types
from tests.laws.chance import near, repeatable
from tests.laws.tiny import world_of

RNG = np.random.default_rng(5)
MARGIN = RNG.normal(-1.5, 1, (400, 8)).astype(np.float32)
TOPIC = np.arange(400, dtype=np.int32) % 6
WORTHY = MARGIN > 0
WALK = {"kind": "random_walk", "what": "worthiness", "by": 0.5}


def turned(by, level, order=(3, 0, 5, 1, 4, 2), margin=MARGIN):
    losing = losing_types(MARGIN, TOPIC, by, np.array(order))
    return Worthiness(by, losing).apply(Patterns.at_start(np.ones(6) / 6, margin=margin), level).margin


@given(st.floats(0.001, 1), st.floats(0, 1), st.permutations(range(6)))
@repeatable
def test_the_stated_part_gives_way_and_as_many_come_instead(by, level, order):
    after = turned(by, level, order) > 0
    wanted = round(by * level * WORTHY.sum())
    losing = losing_types(MARGIN, TOPIC, by, np.array(order))
    room = min(WORTHY[losing].sum(), (~WORTHY)[~losing].sum())
    assert (WORTHY & ~after).sum() == (after & ~WORTHY).sum() == min(wanted, room)
    assert after.sum() == WORTHY.sum()
    assert not (WORTHY & ~after)[~losing].any()
    assert not (after & ~WORTHY)[losing].any()


@given(st.floats(0.001, 1), st.permutations(range(6)))
@repeatable
def test_the_topics_that_lose_hold_enough_and_never_are_all(by, order):
    losing = losing_types(MARGIN, TOPIC, by, np.array(order))
    topics = set(TOPIC[losing])
    assert topics == set(order[: len(topics)])
    assert 1 <= len(topics) <= 5
    assert WORTHY[losing].sum() >= max(by, 0.5) * WORTHY.sum() - 1e-6 or len(topics) == 5


def test_a_ramp_never_takes_back_what_it_gave():
    gone = [WORTHY & ~(turned(0.4, level) > 0) for level in (0, 0.1, 0.4, 0.7, 1)]
    come = [~WORTHY & (turned(0.4, level) > 0) for level in (0, 0.1, 0.4, 0.7, 1)]
    for sooner, later in pairwise(gone):
        assert not (sooner & ~later).any()
    for sooner, later in pairwise(come):
        assert not (sooner & ~later).any()
    assert gone[0].sum() == 0


def test_those_nearest_to_the_bar_cross_it_first():
    after = turned(0.2, 1.0) > 0
    losing = losing_types(MARGIN, TOPIC, 0.2, np.array((3, 0, 5, 1, 4, 2)))[:, None] & np.ones_like(WORTHY)
    assert MARGIN[WORTHY & ~after].max() < MARGIN[losing & WORTHY & after].min()
    assert MARGIN[~WORTHY & after].min() > MARGIN[~losing & ~WORTHY & ~after].max()


def test_a_world_without_a_worthy_pair_has_nothing_to_turn_over():
    none = Patterns.at_start(np.ones(6) / 6, margin=MARGIN - 50)
    assert Worthiness(0.5, np.arange(400) < 100).apply(none, 1.0) is none


@given(st.integers(0, 4_000))
@repeatable
def test_the_bar_is_set_so_that_the_wanted_number_is_above_it(wanted):
    found = (keep_number(MARGIN, wanted) > 0).sum()
    assert found == (wanted if 0 < wanted <= MARGIN.size else WORTHY.sum())


def test_a_step_moves_the_clicks_of_the_pairs_that_change_and_no_others():
    world = world_of(drift=[{"kind": "step", "what": "worthiness", "by": 0.3, "at": "day 3"}])
    before, after = world.at(0), world.at(5 * DAY_S)
    was, now = before.margin > 0, after.margin > 0
    assert before.margin is world.relevance.margin
    assert (was & ~now).sum() == round(0.3 * was.sum())
    odds = [moment.chance.astype(float) / (1 - moment.chance.astype(float)) for moment in (before, after)]
    factor = np.where(was == now, 1, np.where(now, 8.0, 1 / 8.0))[:, None, :]
    assert odds[1] == pytest.approx(odds[0] * factor, rel=1e-4)


@pytest.mark.parametrize("half_life", [None, "30 days"])
def test_a_walk_keeps_the_number_of_worthy_pairs(half_life):
    world = world_of(horizon="300 days", drift=[WALK | ({"half_life": half_life} if half_life else {})])
    worthy = world.relevance.worthy
    turnover = []
    for day in (6, 7, 70, 140, 299):
        now = world.at(day * DAY_S).margin > 0
        assert now.sum() == worthy.sum()
        turnover.append((worthy & ~now).mean() / worthy.mean())
    assert turnover[0] == 0
    assert turnover[1] < turnover[2]


def test_a_walk_of_margins_has_the_stated_size():
    settings = {"topics": 40, "query_types": 2_000}
    world = world_of(horizon="40 days", drift=[WALK | {"every": "30 days"}], traffic=settings, market={"ads": 20_000, "advertisers": 400})
    moved = (world.at(31 * DAY_S).margin - world.relevance.margin).astype(float)
    # Every pair of a topic moves by the topic's step and every pair of an ad by the ad's, and all by the bar's.
    topics = np.array([moved[world.sight.topic == topic].mean() for topic in range(40)])
    own = moved - topics[world.sight.topic][:, None]
    ads = np.unique(world.sight.ad)
    steps = np.array([own[world.sight.ad == ad].mean() for ad in ads[:3_000]])
    assert near(steps.std(), 0.5 * np.sqrt(0.5), 0.5 / np.sqrt(4 * len(steps)))
    assert near(topics.std(ddof=1), 0.5 * np.sqrt(0.5), 0.5 / np.sqrt(4 * 40))
