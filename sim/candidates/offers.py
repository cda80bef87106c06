"""What a candidate hands to the auction: the value it sees in each ad, and who may be shown."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, eq=False)
class Offers:
    """What a candidate offers to the auction.

    Attributes
    ----------
    value
        What the objective sees in each ad, shape (variants, types, devices, matched).
    quality
        The weight of its bid in the ranking, same shape.
    value_without_bid
        The value had the bid been zero, same shape.
    cut
        The value below which an ad is not shown.
    slots
        The most ads that a page may hold, None for as many as the platform has.
    weights
        How often each variant is drawn, shape (variants,), sums to 1.
    """

    value: NDArray[np.float32]
    quality: NDArray[np.float32]
    value_without_bid: NDArray[np.float32]
    cut: float
    weights: NDArray[np.float64]
    slots: int | None = None
