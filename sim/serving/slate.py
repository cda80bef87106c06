"""The slate table: what every cell shows, compiled once for as long as nothing changes.

Between two control events the world, the model and the policy are constant, so the whole decision
is too. The data plane only looks up rows of this table.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.candidates.offers import Offers
from sim.serving.auction import Allocation, run_auctions

_FULL = 2.0**32


@dataclass(frozen=True, slots=True, eq=False)
class SlateTable:
    """What is shown in each cell; arrays have shape (variants, cells, slots).

    Attributes
    ----------
    arm
        Whose traffic this is; one arm unless an experiment splits the traffic.
    weights
        How often each variant is drawn, shape (variants,).
    matched
        Which of the cell's matched ads holds the slot, -1 for none.
    ad
        Index of that ad (0 where there is none).
    price_micros
        What a click on it costs.
    """

    arm: int
    weights: NDArray[np.float64]
    matched: NDArray[np.int8]
    ad: NDArray[np.uint32]
    price_micros: NDArray[np.int64]

    @property
    def shown(self) -> NDArray[np.int64]:
        """How many ads a page of each cell holds, shape (variants, cells)."""
        return np.asarray((self.matched >= 0).sum(axis=-1), dtype=np.int64)


def compile_slates(
    offers: Offers, ad: NDArray[np.int32], bid_micros: NDArray[np.int64], slots: int, reserve_micros: int, arm: int = 0
) -> SlateTable:
    """Run the auction of every variant and cell.

    Parameters
    ----------
    ad, bid_micros
        The ads matched to each query type and their bids, shape (types, matched).
    """
    won = run_auctions(
        offers.value,
        offers.quality,
        bid_micros[:, None, :],
        slots=min(slots, offers.slots or slots),
        cut=offers.cut,
        reserve_micros=reserve_micros,
        value_without_bid=offers.value_without_bid,
    )
    empty = slots - won.winner.shape[-1]
    beside = [(0, 0)] * (won.winner.ndim - 1) + [(0, empty)]
    won = Allocation(np.pad(won.winner, beside, constant_values=-1), np.pad(won.price_micros, beside))
    variants = offers.value.shape[0]
    flat = (variants, -1, won.winner.shape[-1])
    ads = np.take_along_axis(np.broadcast_to(ad[:, None, :], offers.value.shape), np.maximum(won.winner, 0).astype(np.intp), -1)
    shown = won.winner >= 0
    return SlateTable(
        arm=arm,
        weights=offers.weights,
        matched=won.winner.reshape(flat),
        ad=np.where(shown, ads, 0).astype(np.uint32).reshape(flat),
        price_micros=won.price_micros.reshape(flat),
    )


def click_thresholds(slates: SlateTable, chance: NDArray[np.float32], examination: NDArray[np.float64]) -> NDArray[np.uint32]:
    """The truth behind a slate table: a click happens when a keyed 32-bit number is below this.

    Parameters
    ----------
    chance
        Probability of a click by someone who looks, shape (types, devices, matched).
    examination
        Probability that a position is looked at, shape (devices, slots).
    """
    types, devices, matched = chance.shape
    cells = chance.reshape(types * devices, matched)
    pick = np.maximum(slates.matched, 0).astype(np.intp)
    looked = np.tile(examination[:, : pick.shape[-1]], (types, 1))
    clicked = np.take_along_axis(np.broadcast_to(cells, (pick.shape[0], *cells.shape)), pick, -1) * looked
    bar = np.minimum(np.rint(clicked * _FULL), _FULL - 1)
    return np.where(slates.matched >= 0, bar, 0).astype(np.uint32)
