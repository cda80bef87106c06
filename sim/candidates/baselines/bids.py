"""Offers of a rule that leaves the choice to the bids."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.candidates.offers import Offers
from sim.world.sight import Sight

_MICROS = 1_000_000


def offer_by_bid(sight: Sight, may_show: NDArray[np.bool_]) -> Offers:
    """Offer the ads that *may_show* marks (shape broadcastable to (types, devices, matched)), by bid."""
    bid = (sight.bid_micros / _MICROS).astype(np.float32)[:, None, :]
    value = np.where(may_show, np.broadcast_to(bid, sight.shape), -np.inf).astype(np.float32)[None]
    one = np.ones((1, *sight.shape), np.float32)
    return Offers(value, one, np.zeros_like(value), 0.0, np.ones(1))
