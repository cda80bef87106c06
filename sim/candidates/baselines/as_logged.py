"""Go on as the replayed log went: the check that the simulation reproduces what really happened."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from sim.candidates.baselines.bids import offer_by_bid
from sim.candidates.offers import Offers
from sim.world.sight import Sight


class AsLogged:
    """Shows one ad for each query, the highest bidder: in a replayed world that is the log's own ad.

    One row of the log counts one ad shown to one query, so its clicks should come out as the log's.
    """

    def offers(self, sight: Sight, key: int) -> Offers:
        """The highest bid of each query, at the price of the second highest."""
        return replace(offer_by_bid(sight, np.ones((1, 1, 1), np.bool_)), slots=1)
