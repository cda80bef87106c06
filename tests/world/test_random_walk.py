"""Walks: their size, their memory, and a mean effect that stays 1."""

import numpy as np
import pytest

from sim import seeds
from sim.scenario.schema import DAY_S
from sim.world.drift.patterns import Patterns
from sim.world.drift.random_walk import RandomWalk
from sim.world.drift.walkers import DemandWalker, PairWalkers, TopicWalkers
from tests.laws.chance import mean_is, near
from tests.laws.tiny import world_of

MONTH_S, WEEK_S = 30 * DAY_S, 7 * DAY_S
MANY = 20_000


def walk(what="clicks", by=0.5, topics=1, ads=MANY, every_s=WEEK_S, half_life_s=None, end=400, key=1, at_s=0, settled=False):
    walkers = {"demand": DemandWalker(), "topics": TopicWalkers(topics)}.get(what) or PairWalkers(what, topics, ads)
    return RandomWalk(walkers, by, at_s, every_s, end * DAY_S, seeds.mix(key), half_life_s, settled)


def calm(topics=1, ads=MANY):
    return Patterns.at_start(np.full(topics, 1 / topics), ads=ads)


def ad_odds(walk, day):
    return walk.apply(calm(), day * DAY_S).ad_odds


def test_half_of_a_months_variance_is_the_ads_and_half_the_topics():
    monthly = walk(every_s=MONTH_S)
    assert near(ad_odds(monthly, 30).std(), 0.5 * np.sqrt(0.5), 0.5 / np.sqrt(4 * MANY))
    topics = walk(every_s=MONTH_S, topics=MANY, ads=1).apply(calm(MANY, 1), MONTH_S).topic_odds
    assert near(topics.std(), 0.5 * np.sqrt(0.5), 0.5 / np.sqrt(4 * MANY))


@pytest.mark.parametrize("every", [1, 5, 10, 15, 30])
def test_the_size_is_by_the_month_however_long_a_step_is(every):
    found = ad_odds(walk(every_s=every * DAY_S), 30)
    assert near(found.std(), 0.5 * np.sqrt(0.5), 0.5 / np.sqrt(4 * MANY))
    assert near(ad_odds(walk(every_s=every * DAY_S), 120).std(), 2 * 0.5 * np.sqrt(0.5), 2 * 0.5 / np.sqrt(4 * MANY))


@pytest.mark.parametrize("half_life", [None, 50])
@pytest.mark.parametrize("day", [7, 28, 360])
def test_the_mean_effect_on_the_odds_of_a_click_stays_one(half_life, day):
    assert mean_is(np.exp(ad_odds(walk(half_life_s=half_life and half_life * DAY_S), day)), 1)


@pytest.mark.parametrize("half_life", [None, 50])
def test_the_mean_effect_on_demand_stays_one(half_life):
    walks = [walk("demand", 0.3, 1, 1, end=121, key=key, half_life_s=half_life and half_life * DAY_S) for key in range(1_500)]
    for day in (7, 119):
        assert mean_is([one.apply(calm(1, 1), day * DAY_S).demand for one in walks], 1)


def test_a_month_of_demand_moves_by_the_stated_size():
    log = np.log([walk("demand", 0.3, 1, 1, every_s=MONTH_S, end=31, key=key).apply(calm(1, 1), MONTH_S).demand for key in range(3_000)])
    assert near(log.std(), 0.3, 0.3 / np.sqrt(6_000))


def test_with_a_half_life_the_spread_comes_to_rest():
    pulled = walk(half_life_s=50 * DAY_S)
    carry = 0.5 ** (7 / 50)
    rest = 0.5 * np.sqrt(7 / 30) / np.sqrt(1 - carry**2) * np.sqrt(0.5)
    for day in (350, 399):
        assert near(ad_odds(pulled, day).std(), rest, rest / np.sqrt(2 * MANY))
    assert near(np.corrcoef(ad_odds(pulled, 343), ad_odds(pulled, 350))[0, 1], carry, (1 - carry**2) / np.sqrt(MANY))
    assert near(np.corrcoef(ad_odds(pulled, 301), ad_odds(pulled, 350))[0, 1], 0.5 ** (49 / 50), 1 / np.sqrt(MANY))


def test_one_that_has_settled_is_as_far_out_on_every_day():
    settled = walk(half_life_s=50 * DAY_S, at_s=14 * DAY_S, settled=True)
    carry = 0.5 ** (7 / 50)
    rest = 0.5 * np.sqrt(7 / 30) / np.sqrt(1 - carry**2) * np.sqrt(0.5)
    for day in (-56, 0, 14, 21, 63, 399):
        assert near(ad_odds(settled, day).std(), rest, rest / np.sqrt(2 * MANY))
        assert mean_is(np.exp(ad_odds(settled, day)), 1)
    assert np.array_equal(ad_odds(settled, -56), ad_odds(settled, 20))  # it stands still until it sets out
    assert near(np.corrcoef(ad_odds(settled, 0), ad_odds(settled, 63))[0, 1], 0.5 ** (49 / 50), 1 / np.sqrt(MANY))


def test_one_that_has_settled_takes_the_same_steps():
    one, other = (walk(half_life_s=50 * DAY_S, settled=settled) for settled in (False, True))
    carry = 0.5 ** (7 / 50)
    steps = [ad_odds(each, 14) - carry * ad_odds(each, 7) for each in (one, other)]
    assert np.ptp(steps[0] - steps[1]) < 1e-9


def test_the_shipped_half_life_gives_the_spread_that_was_measured():
    # docs/world_figures.md: as of an AR(1) with sd 0.63; a walk of 0.6 a month drawn back in 50 days.
    pulled = walk(by=0.6, half_life_s=50 * DAY_S)
    assert pulled.spread(1_000) == pytest.approx(0.63, abs=0.08)


def test_steps_are_independent_of_each_other():
    one = walk()
    moves = np.diff([ad_odds(one, day) for day in (0, 7, 14, 21)], axis=0)
    assert near(np.corrcoef(moves)[np.triu_indices(3, 1)], 0, 1 / np.sqrt(MANY))


@pytest.mark.parametrize("by", [0.05, 0.15, 0.3])
def test_topics_move_about_the_stated_part_of_the_traffic_in_a_month(by):
    topics = 2_000
    walks = [walk("topics", by, topics, 1, every_s=MONTH_S, key=key) for key in range(10)]
    before = np.full(topics, 1 / topics)
    moved = [np.abs(one.apply(calm(topics, 1), MONTH_S).topic_shares - before).sum() / 2 for one in walks]
    assert np.mean(moved) == pytest.approx(by, rel=0.03)


def test_it_stands_still_between_its_steps_and_starts_at_nothing():
    one = walk(at_s=3 * DAY_S)
    assert (one.apply(calm(), 10 * DAY_S - 1).ad_odds == 0).all()
    assert (one.apply(calm(), 10 * DAY_S).ad_odds == one.apply(calm(), 17 * DAY_S - 1).ad_odds).all()
    assert one.times(40 * DAY_S) == [day * DAY_S for day in (10, 17, 24, 31, 38)]


def test_a_longer_horizon_does_not_change_where_it_has_been():
    assert (ad_odds(walk(end=60), 49) == ad_odds(walk(end=400), 49)).all()


def test_two_walks_of_one_world_are_apart():
    drifts = [{"kind": "random_walk", "what": "clicks", "by": 0.5}] * 2
    one, two = world_of(drift=drifts, horizon="60 days").drifts
    before = calm(4, 800)
    first, second = one.apply(before, 50 * DAY_S).ad_odds, two.apply(before, 50 * DAY_S).ad_odds
    assert near(np.corrcoef(first, second)[0, 1], 0, 1 / np.sqrt(800))


def test_walks_of_topics_add_up_in_any_order():
    one, two = walk("topics", 0.3, 12, 1, key=1), walk("topics", 0.2, 12, 1, key=2)
    at = 70 * DAY_S
    assert two.apply(one.apply(calm(12, 1), at), at).topic_shares == pytest.approx(one.apply(two.apply(calm(12, 1), at), at).topic_shares)
