"""What clicks lead to: how likely a sale is, how late it comes, what it is worth to the advertiser.

Delays are a mixture of exponentials. The default was solved from the published figures (Chapelle
2014): 35 % of conversions within an hour, 50 % within a day, 13 % after more than two weeks. No
single exponential fits all three.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim import seeds
from sim.scenario import schema
from sim.world.market import Ads
from sim.world.relevance import Relevance

_MOST = 0.9


@dataclass(frozen=True, slots=True, eq=False)
class Conversions:
    """The truth about conversions.

    Attributes
    ----------
    base
        Probability that a click on an ad that belongs converts, before it is capped, shape (types, matched).
    worthy_lift
        How many times less often an ad converts that does not belong.
    value_micros
        What a conversion is worth to each ad's advertiser, who declares it: everyone sees it, shape (ads,).
    delays_s, delay_shares
        Mean delay and share of each part of the mixture.
    """

    base: NDArray[np.float64]
    worthy_lift: float
    value_micros: NDArray[np.int64]
    delays_s: tuple[int, ...]
    delay_shares: tuple[float, ...]

    def chance(self, worthy: NDArray[np.bool_]) -> NDArray[np.float64]:
        """Probability that a click converts, given which ads belong, both of shape (types, matched)."""
        return np.minimum(self.base / np.where(worthy, 1.0, self.worthy_lift), _MOST)

    def delay_s(self, uniform: NDArray[np.float64]) -> NDArray[np.int64]:
        """Seconds from a click to its conversion, one for each uniform number.

        The number first picks a part of the mixture; where it falls within that part is then uniform
        again, and becomes the part's exponential delay.

        Examples
        --------
        >>> law = Conversions(np.zeros((1, 1)), 1.0, np.zeros(1, np.int64), (60, 6000), (0.5, 0.5))
        >>> law.delay_s(np.array([0.25, 0.75])).tolist()
        [41, 4158]
        """
        edges = np.concatenate([[0.0], np.cumsum(self.delay_shares) / np.sum(self.delay_shares)])
        part = np.clip(np.searchsorted(edges, uniform, side="right") - 1, 0, len(self.delays_s) - 1)
        inside = (uniform - edges[part]) / (edges[part + 1] - edges[part])
        mean = np.array(self.delays_s, dtype=np.float64)[part]
        return np.asarray(-mean * np.log1p(-np.clip(inside, 0.0, 1 - 1e-12)), dtype=np.float64).astype(np.int64)


def build_conversions(settings: schema.Conversions, relevance: Relevance, ads: Ads, seed: int, replication: int) -> Conversions:
    """Draw the conversions of one replication.

    An ad that belongs converts at `rate` on average, `worthy_lift` times as often as one that does
    not; query types and ads differ by a lognormal factor of mean 1 each. A click on an ad that belongs
    is worth `worth` times the bid on average.
    """
    types = len(relevance.ad)
    of_type = _factors(settings.spread, seeds.key(seed, "conversions", replication, 0), types)
    of_ad = _factors(settings.spread, seeds.key(seed, "conversions", replication, 1), ads.count)
    base = settings.rate * of_type[:, None] * of_ad[relevance.ad]
    value = ads.bid_micros * settings.worth / settings.rate if settings.rate > 0 else np.zeros(ads.count)
    return Conversions(base, settings.worthy_lift, np.rint(value).astype(np.int64), settings.delays, settings.delay_shares)


def _factors(spread: float, key: int, count: int) -> NDArray[np.float64]:
    half = spread / np.sqrt(2)
    return np.asarray(np.exp(half * seeds.normals(key, count) - half**2 / 2), dtype=np.float64)
