"""Ads, their topics, their advertisers and bids."""

import numpy as np
import pytest
from scipy import stats

from sim.scenario.schema import Market
from sim.world.market import MICROS, build_ads
from tests.laws.chance import ALARM, near

TOPICS = 2_000
MANY = Market(ads=40_000, advertisers=4_000, bid=2.0, bid_spread=0.85)


def log_bids():
    """Logs of bids over the stated one, shape (ads of an advertiser, advertisers of a topic, topics)."""
    return np.log(build_ads(MANY, TOPICS, 1, 0).bid_micros / MICROS / 2.0).reshape(10, 2, TOPICS)


def variance_is(found, expected, count):
    return near(found, expected, expected * np.sqrt(2 / count))


def test_bids_are_lognormal_around_the_stated_bid():
    of_one_ad = log_bids()[0, 0]
    assert near(of_one_ad.mean(), 0, 0.85 / np.sqrt(TOPICS))
    assert variance_is(of_one_ad.var(), 0.85**2, TOPICS)
    assert stats.kstest(of_one_ad / 0.85, "norm").pvalue > ALARM


def test_most_of_the_variance_of_bids_lies_between_topics():
    bids = log_bids() / 0.85
    assert variance_is(bids.var(axis=0, ddof=1).mean(), 0.2, 9 * 2 * TOPICS)
    assert variance_is(bids.mean(axis=0).var(axis=0, ddof=1).mean(), 0.2 + 0.02, TOPICS)
    assert variance_is(bids.mean(axis=(0, 1)).var(ddof=1), 0.6 + 0.1 + 0.01, TOPICS)


def test_an_advertiser_keeps_to_one_topic_and_topics_share_the_ads():
    ads = build_ads(MANY, 20, 1, 0)
    assert np.bincount(ads.topic).tolist() == [2_000] * 20
    assert (ads.topic == ads.advertiser % 20).all()


@pytest.mark.parametrize(("ads", "advertisers", "topics"), [(100, 7, 5), (100, 100, 3), (64, 1, 4)])
def test_topics_share_the_ads_however_few_the_advertisers(ads, advertisers, topics):
    found = build_ads(Market(ads=ads, advertisers=advertisers), topics, 1, 0)
    assert np.ptp(np.bincount(found.topic, minlength=topics)) <= 1


def test_without_spread_everyone_bids_the_same():
    assert set(build_ads(Market(ads=50, advertisers=5, bid_spread=0), 5, 1, 0).bid_micros.tolist()) == {MICROS}


def test_the_smallest_bid_is_a_micro_unit():
    assert build_ads(Market(ads=500, advertisers=5, bid=1e-6, bid_spread=3), 5, 1, 0).bid_micros.min() == 1


def test_without_a_budget_nobody_has_a_limit():
    assert build_ads(MANY, TOPICS, 1, 0).budgets is None


def test_budgets_are_lognormal_around_the_stated_one():
    budgets = build_ads(MANY.model_copy(update={"budget": 30.0, "budget_spread": 0.7}), TOPICS, 1, 0).budgets
    log = np.log(budgets / MICROS / 30.0)
    assert len(log) == 4_000
    assert near(log.mean(), 0, 0.7 / np.sqrt(4_000))
    assert variance_is(log.var(), 0.49, 4_000)
    assert stats.kstest(log / 0.7, "norm").pvalue > ALARM


def test_budgets_may_all_be_the_same_and_may_be_nothing():
    assert set(build_ads(Market(budget=2.5, budget_spread=0), 20, 1, 0).budgets.tolist()) == {2_500_000}
    assert not build_ads(Market(budget=0), 20, 1, 0).budgets.any()


def test_a_budget_changes_no_bid():
    assert (build_ads(Market(budget=5), 20, 1, 0).bid_micros == build_ads(Market(), 20, 1, 0).bid_micros).all()
