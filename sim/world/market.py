"""Who advertises: ads, their topics, advertisers and bids."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim import seeds
from sim.scenario import schema

MICROS = 1_000_000
_TOPIC_PART = 0.6


@dataclass(frozen=True, slots=True, eq=False)
class Ads:
    """The index of ads, all arrays of shape (ads,).

    Attributes
    ----------
    bid_micros
        What the advertiser offers for a click, in millionths of the currency.
    budgets
        What each advertiser spends in a day at most, in millionths, shape (advertisers,); None without limits.
    """

    topic: NDArray[np.int32]
    advertiser: NDArray[np.int32]
    bid_micros: NDArray[np.int64]
    budgets: NDArray[np.int64] | None = None

    @property
    def count(self) -> int:
        """How many ads there are."""
        return len(self.topic)


def build_ads(market: schema.Market, topics: int, seed: int, replication: int) -> Ads:
    """Draw the ads of one replication.

    Bids are lognormal around `bid` with log-sd `bid_spread`. The published spread of prices is one
    between keywords, so 60 % of the variance is the topic's; of the rest half is the advertiser's,
    half the ad's. An advertiser keeps to one topic where there are enough of them.
    """

    def normals(part: int, count: int) -> NDArray[np.float64]:
        return seeds.normals(seeds.key(seed, "market", replication, part), count)

    advertiser = (np.arange(market.ads) % market.advertisers).astype(np.int32)
    topic = (advertiser % topics if market.advertisers % topics == 0 else np.arange(market.ads) % topics).astype(np.int32)
    common, own = np.sqrt(_TOPIC_PART), np.sqrt((1 - _TOPIC_PART) / 2)
    drawn = common * normals(2, topics)[topic] + own * (normals(0, market.advertisers)[advertiser] + normals(1, market.ads))
    log_bid = market.bid_spread * drawn
    bid = np.maximum(np.rint(market.bid * np.exp(log_bid) * MICROS), 1).astype(np.int64)
    return Ads(topic, advertiser, bid, _budgets(market, seed, replication))


def _budgets(market: schema.Market, seed: int, replication: int) -> NDArray[np.int64] | None:
    """Lognormal daily budgets around `budget`."""
    if market.budget is None:
        return None
    drawn = seeds.normals(seeds.key(seed, "budgets", replication), market.advertisers)
    return np.rint(market.budget * np.exp(market.budget_spread * drawn) * MICROS).astype(np.int64)
