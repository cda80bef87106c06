"""Click histories from a candidate's own log: what production would know of an ad and of a query type.

Clicks are set against the clicks expected from the positions alone ("clicks over expected clicks"),
so that an ad is not taken to be good because it stood on top. Old days fade with a half-life.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.stopwatch import timed

_HALF_LIFE_DAYS = 28.0
_PRIOR_CLICKS = 2.0
_PRIOR_LOOKS = 20.0  # clicks that an estimate of examination has to stand up against


@dataclass(frozen=True, slots=True, eq=False)
class Histories:
    """Faded counts of one candidate's log.

    Attributes
    ----------
    ad_clicks, ad_expected
        Clicks of each ad, and those expected from its positions, shape (ads,).
    query_clicks, query_expected
        The same of each query type, shape (types,).
    position_shown, position_clicks
        Impressions and clicks of each position, shape (slots,).
    """

    ad_clicks: NDArray[np.float64]
    ad_expected: NDArray[np.float64]
    query_clicks: NDArray[np.float64]
    query_expected: NDArray[np.float64]
    position_shown: NDArray[np.float64]
    position_clicks: NDArray[np.float64]

    @classmethod
    def empty(cls, ads: int, types: int, slots: int) -> Histories:
        """No history at all."""
        return cls(*(np.zeros(size) for size in (ads, ads, types, types, slots, slots)))

    @timed("features")
    def after(
        self,
        days: float,
        ad: NDArray[np.intp],
        query: NDArray[np.intp],
        position: NDArray[np.intp],
        shown: NDArray[np.int64],
        clicks: NDArray[np.int64],
    ) -> Histories:
        """The histories *days* later, with the rows of a log added (all of one shape)."""
        fade = 0.5 ** (days / _HALF_LIFE_DAYS)
        slots = len(self.position_shown)
        all_shown = fade * self.position_shown + np.bincount(position, shown, slots)
        all_clicks = fade * self.position_clicks + np.bincount(position, clicks, slots)
        rate = np.divide(all_clicks, all_shown, out=np.zeros(slots), where=all_shown > 0)
        expected = shown * rate[position]
        ads, types = len(self.ad_clicks), len(self.query_clicks)
        return Histories(
            fade * self.ad_clicks + np.bincount(ad, clicks, ads),
            fade * self.ad_expected + np.bincount(ad, expected, ads),
            fade * self.query_clicks + np.bincount(query, clicks, types),
            fade * self.query_expected + np.bincount(query, expected, types),
            all_shown,
            all_clicks,
        )

    @property
    def ad_lift(self) -> NDArray[np.float32]:
        """Log of clicks over expected clicks of each ad, shrunk towards 0."""
        return _lift(self.ad_clicks, self.ad_expected)

    @property
    def query_lift(self) -> NDArray[np.float32]:
        """The same of each query type."""
        return _lift(self.query_clicks, self.query_expected)

    @property
    def examination(self) -> NDArray[np.float64]:
        """How likely each position is looked at, from 1 on top; estimated, shape (slots,).

        Its clicks over those that it would have with the click rate of the top position, shrunk
        towards 1/position. Better ads stand higher up, so the estimate is on the low side.
        """
        law = 1 / np.arange(1, len(self.position_shown) + 1)
        top = self.position_clicks[0] / self.position_shown[0] if self.position_shown[0] > 0 else 0.0
        return np.minimum((self.position_clicks + _PRIOR_LOOKS * law) / (self.position_shown * top + _PRIOR_LOOKS), 1.0)


def _lift(clicks: NDArray[np.float64], expected: NDArray[np.float64]) -> NDArray[np.float32]:
    return np.log((clicks + _PRIOR_CLICKS) / (expected + _PRIOR_CLICKS)).astype(np.float32)
