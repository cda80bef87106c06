"""Go on as the replayed log went: the check that the simulation reproduces what really happened."""

from __future__ import annotations

import numpy as np

from sim.candidates.baselines.bids import offer_by_bid
from sim.candidates.offers import Offers
from sim.world.sight import Sight


class AsLogged:
    """Shows the ads that the log's own pages showed; its clicks should come out as the log's."""

    def offers(self, sight: Sight, key: int) -> Offers:
        """The log's pages.

        Raises
        ------
        ValueError
            In a world that replays no log.
        """
        if sight.logged is None:
            raise ValueError("only a replayed log has pages of its own")
        types, _, matched = sight.shape
        page = np.zeros((types, matched + 1), np.bool_)
        page[np.arange(types)[:, None], sight.logged] = True  # the last column takes the -1s
        return offer_by_bid(sight, page[:, None, :matched])
