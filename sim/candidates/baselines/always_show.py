"""Fill every slot that anyone bids for."""

from __future__ import annotations

import numpy as np

from sim.candidates.baselines.bids import offer_by_bid
from sim.candidates.offers import Offers
from sim.world.sight import Sight


class AlwaysShow:
    """Shows every matched ad, the highest bids first."""

    def offers(self, sight: Sight, key: int) -> Offers:
        """Everything that was matched."""
        return offer_by_bid(sight, np.ones((1, 1, 1), np.bool_))
