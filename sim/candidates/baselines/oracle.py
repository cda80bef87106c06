"""The oracle: what perfect knowledge of the users would do. Nobody can deploy it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.candidates.offers import Offers
from sim.world.sight import Sight

_MICROS = 1_000_000


class Oracle:
    """Knows every click propensity, and shows the ads whose value per look exceeds *cut*.

    Parameters
    ----------
    objective
        "revenue" (bid × chance of a click) or "clicks" (chance of a click).
    cut
        The least value of a shown ad per look: money for revenue, a probability for clicks.
    """

    def __init__(self, objective: str = "revenue", cut: float = 0.001) -> None:
        if objective not in ("revenue", "clicks"):
            raise ValueError(f"the oracle's objective is 'revenue' or 'clicks', not {objective!r}")
        self.objective = objective
        self.cut = cut

    def offers_knowing(self, sight: Sight, chance: NDArray[np.float32]) -> Offers:
        """The best offers, given the true *chance* of a click of shape (types, devices, matched)."""
        bid = (sight.bid_micros / _MICROS).astype(np.float32)[:, None, :]
        by_bid = self.objective == "revenue"
        value = (chance * bid if by_bid else chance)[None]
        # A page is ordered by quality × bid: for clicks that has to be the chance itself.
        quality = chance[None] if by_bid else np.divide(chance, bid, out=np.zeros_like(chance), where=bid > 0)[None]
        return Offers(value, quality, np.zeros_like(value) if by_bid else value, self.cut, np.ones(1))
