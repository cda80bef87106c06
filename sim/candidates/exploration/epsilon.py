"""Now and then a page drawn by lot."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from sim import seeds
from sim.candidates.exploration.explorer import Prospect
from sim.candidates.offers import Offers
from sim.scenario import units
from sim.scenario.schema import MOST_VARIANTS


class Epsilon:
    """A share of the queries gets a page of ads that are drawn uniformly, the others the objective's page.

    Parameters
    ----------
    share
        Which share of the queries explores.
    variants
        How many pages are drawn for each cell at each serve; a query that explores gets one of them.

    Examples
    --------
    >>> Epsilon("5%").share
    0.05
    """

    def __init__(self, share: float | str = 0.05, variants: int = 4) -> None:
        self.share = units.fraction(share)
        if not 0 < self.share <= 1:
            raise ValueError(f"'share' is a share above 0% and up to 100%, not {share!r}")
        if not 1 <= variants < MOST_VARIANTS:
            raise ValueError(f"'variants' is a whole number from 1 to {MOST_VARIANTS - 1}, not {variants!r}")
        self.variants = variants

    @property
    def pages(self) -> int:
        """How many pages are made for each cell: the objective's, and those that are drawn."""
        return 1 + self.variants

    def explore(self, prospect: Prospect, key: int) -> Offers:
        """The objective's page, and *variants* drawn ones that are ordered by bid."""
        return self.draw(prospect.offers, prospect.may_show, key)

    def draw(self, exploit: Offers, may_show: NDArray[np.bool_], key: int) -> Offers:
        """The same for offers that no model stands behind; *may_show* has shape (types, devices, matched)."""
        size = (self.variants, *may_show.shape)
        lot = seeds.uniforms(key, int(np.prod(size))).reshape(size)
        # Above the cut whatever that is, so that the lot alone decides.
        above = exploit.cut + max(1.0, abs(exploit.cut)) * (0.5 + lot)
        drawn = np.where(may_show, above, -np.inf).astype(np.float32)
        return replace(
            exploit,
            value=np.concatenate([exploit.value, drawn]),
            quality=np.concatenate([exploit.quality, np.ones(size, np.float32)]),
            value_without_bid=np.concatenate([exploit.value_without_bid, drawn]),
            weights=np.array([1 - self.share, *[self.share / self.variants] * self.variants]),
        )
