"""Show no ad, ever: right on 99.99 % of all pairs."""

from __future__ import annotations

import numpy as np

from sim.candidates.baselines.bids import offer_by_bid
from sim.candidates.offers import Offers
from sim.world.sight import Sight


class NeverShow:
    """Shows nothing."""

    def offers(self, sight: Sight, key: int) -> Offers:
        """Nothing."""
        return offer_by_bid(sight, np.zeros((1, 1, 1), np.bool_))
