"""Show an ad as often as it may be the best: pages from draws of what the models might have learned."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from sim import seeds
from sim.candidates.calibration import log_odds
from sim.candidates.exploration.explorer import Prospect
from sim.candidates.objectives.objective import LABELS
from sim.candidates.offers import Offers
from sim.scenario.schema import MOST_VARIANTS

_PRIOR_CLICKS = 2.0  # as in the histories: log clicks over expected have sd 1/sqrt(expected + 2), about


class Thompson:
    """Every page is the objective's under one draw of the predictions around what the models say.

    The draws are *approximate*. An ad gets one standard normal number for each variant and label,
    times the model's own standard error of the log-odds where it tells one (`predict_sd`). Else the
    error is taken from the evidence: 1/sqrt(expected clicks + 2) of the ad, and of the query type
    with a number of its own; for a conversion, from the conversions expected of those clicks. What
    raters say does not come from showing, so `show` is left as predicted then.

    Parameters
    ----------
    variants
        How many draws there are at each serve; each query gets one of them.
    scale
        Times the standard error: below 1 explores less, above 1 more.

    Examples
    --------
    >>> Thompson(variants=4).scale
    1.0
    """

    def __init__(self, variants: int = 8, scale: float = 1.0) -> None:
        if not 1 <= variants <= MOST_VARIANTS:
            raise ValueError(f"'variants' is a whole number from 1 to {MOST_VARIANTS}, not {variants!r}")
        if scale <= 0:
            raise ValueError(f"'scale' is above 0, not {scale!r}")
        self.variants, self.scale = variants, scale

    @property
    def pages(self) -> int:
        """How many pages are made for each cell."""
        return self.variants

    def explore(self, prospect: Prospect, key: int) -> Offers:
        """A variant for each draw, all of the same weight."""
        drawn = [prospect.offer(self._draw(prospect, key, variant)) for variant in range(self.variants)]
        return replace(
            prospect.offers,
            value=np.concatenate([one.value for one in drawn]),
            quality=np.concatenate([one.quality for one in drawn]),
            value_without_bid=np.concatenate([one.value_without_bid for one in drawn]),
            weights=np.full(self.variants, 1 / self.variants),
        )

    def _draw(self, prospect: Prospect, key: int, variant: int) -> dict[str, NDArray[np.floating]]:
        """What the models might have said."""
        drawn: dict[str, NDArray[np.floating]] = {}
        for label, said in prospect.said.items():
            word = seeds.mix(key + len(LABELS) * variant + LABELS.index(label))
            error = self._error(prospect, label, word)
            drawn[label] = said if error is None else 1 / (1 + np.exp(-(log_odds(said) + self.scale * error)))
        return drawn

    @staticmethod
    def _error(prospect: Prospect, label: str, word: int) -> NDArray[np.float64] | None:
        """A draw of how far the log-odds of each row are off, shape (rows,)."""
        sight, sd = prospect.sight, prospect.log_odds_sd[label]
        by_ad = seeds.normals(word, sight.ads)[sight.ad][:, None, :]
        if sd is not None:
            return np.asarray((by_ad * sd.reshape(sight.shape)).ravel(), np.float64)
        if label == "show":
            return None
        rate = prospect.said["conversion"].reshape(sight.shape) if label == "conversion" else 1.0
        by_query = seeds.normals(word, sight.types, first=sight.ads)[:, None, None]
        known = np.where(sight.is_tail, 0.0, prospect.histories.query_expected)[:, None, None]
        of_ad = by_ad / np.sqrt(prospect.histories.ad_expected[sight.ad][:, None, :] * rate + _PRIOR_CLICKS)
        of_query = by_query / np.sqrt(known * rate + _PRIOR_CLICKS)
        return np.broadcast_to(of_ad + of_query, sight.shape).ravel()
