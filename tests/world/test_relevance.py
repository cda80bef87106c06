"""Which ads are matched to a query, and which of them belong there."""

from functools import cache

import numpy as np
import pytest

from sim.scenario.schema import Market, Traffic
from sim.world.catalogue import TAIL_BINS, build_catalogue
from sim.world.market import build_ads
from sim.world.relevance import build_relevance
from tests.laws.chance import near

HEADS, ADS, TOPICS, EVERY_AD = 120, 800, 4, 200
CATALOGUE = build_catalogue(Traffic(query_types=HEADS, topics=TOPICS), 3, 0)
INDEX = build_ads(Market(ads=ADS, advertisers=80), TOPICS, 3, 0)


@cache
def relevance(matched=EVERY_AD, worthy=0.004, replication=0):
    return build_relevance(CATALOGUE, INDEX, matched, worthy, 3, replication)


@pytest.mark.parametrize("worthy", [1e-9, 0.0001, 0.004, 0.1, 0.2])
def test_the_stated_share_of_all_pairs_of_the_index_is_worthy(worthy):
    found = relevance(worthy=worthy).worthy[:HEADS]
    assert found.sum() == max(1, round(worthy * HEADS * ADS))


def test_no_share_above_what_the_topics_hold_is_reached():
    assert relevance(worthy=0.5).worthy[:HEADS].all()  # pairs across topics are never worthy


def test_worthy_pairs_are_those_with_the_highest_margins():
    margin = relevance().margin[:HEADS].ravel()
    best = np.sort(margin)[::-1]
    wanted = round(0.004 * HEADS * ADS)
    assert best[wanted - 1] > 0 >= best[wanted]


def test_a_higher_bar_moves_every_margin_down_alike():
    low, high = relevance(worthy=0.01).margin, relevance(worthy=0.001).margin
    assert np.ptp(low - high) < 1e-5
    assert (low > high).all()


@pytest.mark.parametrize("matched", [1, 8, 64])
def test_retrieval_brings_up_the_ads_whose_text_fits_best(matched):
    few, all_of_them = relevance(matched), relevance()
    for kind in range(CATALOGUE.types):
        best = np.sort(np.argsort(-all_of_them.text[kind], kind="stable")[:matched])
        assert (few.ad[kind] == all_of_them.ad[kind, best]).all()
        assert (few.text[kind] == all_of_them.text[kind, best]).all()
        assert (few.margin[kind] == all_of_them.margin[kind, best]).all()


def test_matched_ads_are_of_the_querys_topic_and_in_order_of_their_ids():
    found = relevance(8)
    assert (INDEX.topic[found.ad] == CATALOGUE.topic[:, None]).all()
    assert (np.diff(found.ad, axis=1) > 0).all()


def test_text_is_standard_normal_over_a_topics_pairs_of_heads_and_tells_of_the_margin():
    found = relevance()
    text = found.text[:HEADS]
    # An eighth of the places' dimensions is shared by a row or a column: the sampling error is theirs.
    assert near(text.mean(), 0, np.sqrt(1 / HEADS / 8 + 1 / ADS / 8 + 1e-4))
    assert text.std() == pytest.approx(1, abs=0.1)
    assert np.corrcoef(text.ravel(), found.margin[:HEADS].ravel())[0, 1] > 0.6


def test_bins_of_the_tail_rise_in_quality():
    text = relevance().text[HEADS:].mean(axis=1).reshape(TOPICS, TAIL_BINS)
    assert (np.corrcoef(text.mean(axis=0), np.arange(TAIL_BINS))[0, 1]) > 0.95


def test_most_worthy_pairs_belong_to_commercial_queries():
    found = relevance(worthy=0.01).worthy[:HEADS]
    commercial = CATALOGUE.commercial[:HEADS]
    assert found[commercial].mean() > 5 * found[~commercial].mean()


def test_replications_draw_other_matches():
    assert (relevance(8).ad != relevance(8, replication=1).ad).mean() > 0.8
