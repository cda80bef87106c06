"""What clicks lead to: how often, how late, and what it is worth."""

from functools import cache

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim import seeds
from sim.scenario.schema import Conversions as Settings
from sim.world.conversions import Conversions, build_conversions
from tests.laws.chance import near, repeatable
from tests.laws.tiny import tiny, world_of

HOUR, DAY = 3600, 86_400
MANY = 400_000
BIG = {"traffic": {"query_types": 8_000, "topics": 8}, "market": {"ads": 1_600, "advertisers": 160, "worthy": 0.004}}


@cache
def world():
    return world_of(**BIG)


def built(**settings):
    found = world()
    return build_conversions(Settings(**settings), found.relevance, found.ads, 3, 0)


def delays(law, count=MANY):
    return law.delay_s(seeds.uniforms(9, count))


def test_the_default_delays_meet_the_published_figures():
    late = delays(world().conversions)
    for within, share in ((HOUR, 0.35), (DAY, 0.50), (14 * DAY, 1 - 0.13)):
        assert near((late < within).mean(), share, np.sqrt(share * (1 - share) / MANY) + 0.0005)  # the figures are rounded to a percent


@pytest.mark.parametrize("within", [60, HOUR, 6 * HOUR, DAY, 5 * DAY, 30 * DAY, 60 * DAY])
def test_delays_are_a_mixture_of_exponentials(within):
    means, shares = tiny().conversions.delays, tiny().conversions.delay_shares
    expected = sum(share * -np.expm1(-within / mean) for mean, share in zip(means, shares, strict=True))
    assert near((delays(world().conversions) < within).mean(), expected, np.sqrt(expected * (1 - expected) / MANY))


def test_one_part_is_an_exponential():
    late = delays(built(delays=["1 h"], delay_shares=[0.5]))
    assert near(late.mean() + 0.5, HOUR, HOUR / np.sqrt(MANY))  # whole seconds, rounded down


@given(st.lists(st.integers(1, 10**7), min_size=1, max_size=6), st.data())
@repeatable
def test_a_delay_is_never_negative_and_always_finite(means, data):
    shares = data.draw(st.lists(st.floats(1e-3, 1), min_size=len(means), max_size=len(means)))
    law = Conversions(np.zeros((1, 1)), 1.0, np.zeros(1, np.int64), tuple(means), tuple(shares))
    ends = [0.0, 0.5, 1 - 2**-53, 1.0]
    found = law.delay_s(np.array([*ends, *data.draw(st.lists(st.floats(0, 1), max_size=10))]))
    assert (found >= 0).all()
    assert (found < 40 * max(means)).all()


def test_ads_that_belong_convert_at_the_stated_rate_on_average_and_others_less():
    found = world()
    worthy = found.relevance.worthy
    chance = found.conversions.chance(worthy)
    factors = np.exp(np.sqrt(0.5) * 0.5 * 4.5 / np.sqrt(1_600)) - 1  # four and a half errors of the mean factor of the ads
    assert chance[worthy].mean() == pytest.approx(0.07, rel=factors)
    assert chance[~worthy].mean() == pytest.approx(0.07 / 3, rel=factors)


def test_without_spread_all_ads_that_belong_convert_alike():
    law, worthy = built(spread=0, rate=0.1, worthy_lift=4), world().relevance.worthy
    assert law.chance(worthy)[worthy] == pytest.approx(0.1)
    assert law.chance(worthy)[~worthy] == pytest.approx(0.025)


def test_types_and_ads_share_the_spread():
    law, found = built(spread=0.6, worthy_lift=1), world().relevance
    log = np.log(law.chance(found.worthy) / 0.07)
    assert near(log.std(), 0.6, 0.6 * np.sqrt(1 / 1_600))
    counts = np.bincount(found.ad.ravel())
    of_ad = (np.bincount(found.ad.ravel(), log.ravel()) / np.maximum(counts, 1))[counts >= 40]
    left = 0.18 / counts[counts >= 40].mean()  # of the types' half, in a mean over the types that an ad meets
    assert near(of_ad.var(), 0.18 + left, 0.18 * np.sqrt(2 / len(of_ad)))
    assert len(of_ad) > 500


def test_no_click_converts_for_sure():
    assert built(rate=0.9, spread=2).chance(world().relevance.worthy).max() == pytest.approx(0.9)


@pytest.mark.parametrize("worth", [0.0, 1.0, 1.5])
def test_a_click_on_an_ad_that_belongs_is_worth_so_many_bids_on_average(worth):
    law, found = built(worth=worth), world()
    assert law.value_micros * 0.07 == pytest.approx(found.ads.bid_micros * worth, abs=0.04)
    assert (found.sight.value_micros == found.conversions.value_micros[found.sight.ad]).all()


def test_without_conversions_nothing_is_worth_anything():
    law = built(rate=0)
    assert not law.chance(world().relevance.worthy).any()
    assert not law.value_micros.any()


def test_replications_draw_other_conversions():
    one, other = world_of(), world_of(replication=1)
    assert (one.conversions.base != other.conversions.base).mean() > 0.9
