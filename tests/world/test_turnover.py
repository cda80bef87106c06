"""A catalogue that turns over: nobody before his birth, nobody after his death, and always as many."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.scenario.schema import DAY_S
from sim.world.drift.turnover import turned
from tests.laws.chance import repeatable
from tests.laws.tiny import world_of

ADS = {"kind": "ramp", "what": "ads", "by": 0.3, "at": "day 5", "lasts": "10 days"}
TYPES = ADS | {"what": "types"}


def alive(world, day):
    return world.patterns_at(day * DAY_S).ads_alive


@given(st.integers(0, 20), st.floats(0, 1), st.integers(0, 10))
@repeatable
def test_as_many_are_there_at_every_level(each, level, others):
    order = np.random.default_rng(each).permutation(2 * each + others)
    found = turned(np.ones(2 * each + others, bool), order[:each], order[each : 2 * each], level)
    assert found.sum() == each + others
    assert found[order[2 * each :]].all()


def test_births_are_spread_evenly_over_a_ramp():
    world = world_of(drift=[ADS])
    assert alive(world, -14).sum() == alive(world, 0).sum() == 560
    first = alive(world, 4)
    for day, born in [(4, 0), (5, 24), (9, 120), (13, 216), (14, 240), (19, 240)]:
        now = alive(world, day)
        assert now.sum() == 560
        assert (now & ~first).sum() == (first & ~now).sum() == born


def test_who_has_come_stays_and_who_has_gone_does_not_come_back():
    world = world_of(drift=[ADS])
    days = [alive(world, day) for day in range(20)]
    changes = sum((a != b).astype(int) for a, b in pairwise(days))
    assert changes.max() == 1


def test_a_step_brings_all_at_once_and_one_that_is_undone_takes_them_back():
    step = {"kind": "step", "what": "ads", "by": 0.25, "at": "day 5"}
    world, back = world_of(drift=[step]), world_of(drift=[step | {"lasts": "3 days"}])
    assert (alive(world, 4) & ~alive(world, 3)).sum() == 200
    assert (alive(world, 19) == alive(world, 4)).all()
    assert (alive(back, 5) == alive(world, 5)).all()
    assert (alive(back, 7) == alive(back, 0)).all()


def test_two_drifts_have_ads_of_their_own_and_their_order_does_not_matter_to_how_many_there_are():
    one, two = world_of(drift=[ADS, ADS | {"by": 0.2, "at": "day 8"}]), world_of(drift=[ADS | {"by": 0.2, "at": "day 8"}, ADS])
    for day in range(20):
        assert alive(one, day).sum() == alive(two, day).sum() == 400
    first, second = one.drifts
    numbers = np.concatenate([part for drift in (first, second) for part in (drift.effect.born, drift.effect.dying)])
    assert len(set(numbers)) == len(numbers) == 800


def test_an_ad_that_does_not_exist_has_a_bid_of_nothing_and_all_others_have_theirs():
    world = world_of(drift=[ADS])
    for day in (0, 9, 19):
        moment = world.at(day * DAY_S)
        there = alive(world, day)[world.sight.ad]
        assert (moment.sight.bid_micros == np.where(there, world.sight.bid_micros, 0)).all()
    assert (world.sight.bid_micros > 0).all()


def type_shares(world, day):
    return world.at(day * DAY_S).cell_shares.reshape(world.sight.types, -1).sum(axis=1)


@pytest.mark.parametrize("day", [-14, 0, 5, 9, 14, 19])
def test_the_queries_of_types_that_are_not_asked_are_their_topics_others(day):
    world, calm = world_of(drift=[TYPES]), world_of()
    shares, before = type_shares(world, day), type_shares(calm, 0)
    asked = world.patterns_at(day * DAY_S).types_asked
    heads = world.catalogue.heads
    assert asked.sum() == 280
    assert (shares[:heads][~asked] == 0).all()
    assert (shares[:heads][asked] > before[:heads][asked]).all()
    assert shares.sum() == pytest.approx(1)
    assert shares[heads:] == pytest.approx(before[heads:])
    for one in (shares, before):
        assert np.bincount(world.sight.topic[:heads], one[:heads]) == pytest.approx(np.bincount(world.sight.topic[:heads], before[:heads]))


def test_new_types_and_moving_topics_go_together():
    topics = {"kind": "step", "what": "topics", "by": 0.3, "at": "day 3"}
    both = [world_of(drift=drift) for drift in ([TYPES, topics], [topics, TYPES])]
    mix = [world.patterns_at(9 * DAY_S).topic_shares for world in both]
    for world, shares in zip(both, mix, strict=True):
        heads = world.catalogue.heads
        found = type_shares(world, 9)
        assert np.bincount(world.sight.topic[:heads], found[:heads]) / found[:heads].sum() == pytest.approx(shares)
        assert found[heads:].sum() == pytest.approx(0.15)


def test_a_topic_whose_types_are_all_gone_leaves_its_queries_to_the_others():
    world = world_of(traffic={"query_types": 4})
    asked = np.array([True, True, False, True])
    shares = world.catalogue.shares(world.catalogue.topic_shares, asked)
    assert shares[2] == 0
    assert shares.sum() == pytest.approx(1)
    assert shares[4:].sum() == pytest.approx(0.15)
