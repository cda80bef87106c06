"""What people ask, and how the mix stays what the settings say while topics move."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.scenario.schema import DAY_S, Traffic
from sim.traffic.arrivals import arrivals_of, cell_table
from sim.world.catalogue import TAIL_BINS, build_catalogue
from tests.laws.chance import drawn_from, near, repeatable
from tests.laws.tiny import world_of
from tests.traffic.pages import pages, play

TRAFFIC = Traffic(query_types=400, topics=4)
WANDERING = [
    {"kind": "random_walk", "what": "topics", "by": 0.4},
    {"kind": "ramp", "what": "topics", "by": 0.3, "at": "day 20", "lasts": "60 days"},
]


def queries_on(world, day, queries_seed=3):
    """Queries of each type on one day of a world, whatever is shown."""
    moment, cells = world.at(day * DAY_S), world.sight.cells
    arrivals = arrivals_of(world, day, moment, cell_table(moment.cell_shares), queries_seed, 0)
    return play(pages(np.full((cells, 1), -1)), 0, arrivals).queries.reshape(world.catalogue.types, -1).sum(axis=1)


def test_the_head_follows_the_zipf_mandelbrot_law():
    found = build_catalogue(TRAFFIC, 1, 0)
    law = (np.arange(400) + 1 + 12.8) ** -1.13
    assert found.share[:400] == pytest.approx(0.85 * law / law.sum(), rel=1e-12)
    assert found.share.sum() == pytest.approx(1, abs=1e-12)


def test_the_tail_has_sixteen_bins_a_topic_of_one_share_each():
    found = build_catalogue(TRAFFIC, 1, 0)
    tail = found.share[400:].reshape(4, TAIL_BINS)
    assert found.is_tail.sum() == 64
    assert (found.topic[400:].reshape(4, TAIL_BINS) == np.arange(4)[:, None]).all()
    assert np.ptp(tail, axis=1).max() == 0
    assert tail.sum(axis=1) == pytest.approx(0.15 * found.topic_shares)


def test_topics_have_equal_numbers_of_types_and_a_part_of_the_popular_ones():
    found = build_catalogue(TRAFFIC, 1, 0)
    assert np.bincount(found.topic[:400]).tolist() == [100] * 4
    assert (np.bincount(found.topic[:100], minlength=4) > 10).all()


def test_the_stated_share_of_types_is_commercial():
    found = build_catalogue(Traffic(query_types=100_000, topics=4), 1, 0)
    assert near(found.commercial.mean(), 0.2, np.sqrt(0.16 / 100_000))


def test_without_a_tail_every_type_is_a_head():
    found = build_catalogue(Traffic(query_types=50, topics=5, never_seen=0), 1, 0)
    assert found.types == found.heads == 50
    assert found.share.sum() == pytest.approx(1)
    assert found.shares(np.full(5, 0.2)).sum() == pytest.approx(1)


@given(st.lists(st.floats(0.001, 1), min_size=4, max_size=4))
@repeatable
def test_the_share_of_the_tail_never_moves(weights):
    found = build_catalogue(TRAFFIC, 1, 0)
    topic_shares = np.array(weights) / sum(weights)
    moved = found.shares(topic_shares)
    assert moved[400:].sum() == pytest.approx(0.15, abs=1e-12)
    assert np.bincount(found.topic[:400], moved[:400]) / 0.85 == pytest.approx(topic_shares)
    assert np.bincount(found.topic[400:], moved[400:]) / 0.15 == pytest.approx(topic_shares)


def test_topics_that_stand_as_before_change_nothing():
    found = build_catalogue(TRAFFIC, 1, 0)
    assert found.shares(found.topic_shares) == pytest.approx(found.share, rel=1e-12)


def test_the_never_seen_share_holds_on_day_2_and_on_day_181():
    world = world_of(horizon="200 days", drift=WANDERING, traffic={"queries": 200_000})
    for day in (1, 180):
        queries = queries_on(world, day)
        never_seen = queries[world.catalogue.is_tail].sum() / queries.sum()
        assert near(never_seen, 0.15, np.sqrt(0.15 * 0.85 / queries.sum()))
    assert np.abs(world.at(180 * DAY_S).cell_shares - world.at(0).cell_shares).sum() > 0.2  # topics did move


def test_queries_come_with_the_shares_of_the_moment():
    world = world_of(horizon="200 days", drift=WANDERING, traffic={"queries": 200_000})
    for day in (0, 90):
        shares = world.at(day * DAY_S).cell_shares.reshape(world.catalogue.types, -1).sum(axis=1)
        assert drawn_from(queries_on(world, day), shares)


def test_replications_and_seeds_draw_other_catalogues():
    drawn = [build_catalogue(TRAFFIC, seed, replication).topic for seed in (1, 2) for replication in (0, 1)]
    assert len({topic.tobytes() for topic in drawn}) == 4
    assert (build_catalogue(TRAFFIC, 1, 0).topic == drawn[0]).all()


def test_the_classifier_of_intent_is_wrong_in_a_tenth():
    world = world_of(traffic={"query_types": 40_000, "topics": 80}, market={"ads": 800, "advertisers": 80})
    wrong = world.sight.commercial != world.catalogue.commercial
    assert near(wrong.mean(), 0.1, np.sqrt(0.09 / len(wrong)))
