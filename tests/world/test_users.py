"""Who clicks: the realised click rates of real pages follow the law that was measured."""

from functools import cache

import numpy as np
import pytest
from scipy import stats

from sim import seeds
from tests.laws.chance import ALARM, near
from tests.laws.tiny import tiny, world_of

BIG = {"traffic": {"query_types": 8_000, "topics": 8}, "market": {"ads": 1_600, "advertisers": 160, "worthy": 0.004}}


@cache
def world(slots=4):
    """Eight thousand query types, most of them with a worthy ad or two."""
    return world_of(traffic=BIG["traffic"], market=BIG["market"] | {"slots": slots})


def realised(world, kind):
    """Clicks per impression of a type's page of worthy ads in order of their bids, added up by hand."""
    relevance, users = world.relevance, world.users
    places = [place for place in range(relevance.ad.shape[1]) if relevance.margin[kind, place] > 0]
    page = sorted(places, key=lambda place: -world.ads.bid_micros[relevance.ad[kind, place]])[: users.examination.shape[1]]
    clicks = sum(
        users.device_share[device] * users.examination[device, slot] / (1 + np.exp(-users.odds[kind, place] - users.device_odds[device]))
        for slot, place in enumerate(page)
        for device in range(len(users.device_share))
    )
    return clicks / len(page)


def rates(world):
    """Realised rate of each type with a worthy ad, as if all were commercial."""
    known = np.flatnonzero(world.relevance.worthy.any(axis=1))
    lift = np.where(world.catalogue.commercial[known], 1, tiny().users.intent_lift)
    return np.array([realised(world, kind) for kind in known]) * lift, world.catalogue.commercial[known]


@pytest.mark.parametrize("slots", [1, 4])
def test_realised_click_rates_of_worthy_pages_follow_the_measured_beta_law(slots):
    found, commercial = rates(world(slots))
    law = stats.beta(1.16, 33.6)
    for kind in (commercial, ~commercial):
        assert kind.sum() > 200
        assert stats.kstest(found[kind], law.cdf).pvalue > ALARM
        assert near(found[kind].mean(), law.mean(), law.std() / np.sqrt(kind.sum()))


def test_a_type_without_a_worthy_ad_is_as_lively_as_its_like():
    found = world()
    odds = found.users.odds - np.log(8.0) * found.relevance.worthy
    level = odds.mean(axis=1)  # the ads' own parts are common to both
    known = found.relevance.worthy.any(axis=1)
    for kind in (found.catalogue.commercial, ~found.catalogue.commercial):
        assert stats.ks_2samp(level[kind & known], level[kind & ~known]).pvalue > ALARM


def test_a_worthy_ad_and_a_readier_device_raise_the_odds_as_stated():
    found = world()
    same_ad = found.users.odds - np.log(8.0) * found.relevance.worthy
    level = seeds.normals(seeds.key(3, "users", 0, 0), 1_600)[found.relevance.ad] * 0.35
    assert np.ptp(same_ad - level, axis=1).max() < 1e-9  # nothing else tells the ads of one type apart
    chance = found.at(0).chance.astype(float)
    odds = np.log(chance / (1 - chance))
    assert odds[:, 1] - odds[:, 0] == pytest.approx(np.log(1.1), abs=1e-3)


def test_positions_are_looked_at_by_their_power_law():
    assert world().examination[0] == pytest.approx([1, 1 / 2, 1 / 3, 1 / 4])
    assert world().examination[1] == pytest.approx([k**-1.2 for k in (1, 2, 3, 4)])


def test_device_shares_need_not_add_up_to_one():
    found = world_of(device=[{"name": "a", "share": 3.0}, {"name": "b", "share": 1.0}, {"name": "c", "share": 4.0}])
    assert found.users.device_share.tolist() == [0.375, 0.125, 0.5]
    shares = found.at(0).cell_shares.reshape(-1, 3)
    assert shares.sum(axis=0) == pytest.approx([0.375, 0.125, 0.5])
