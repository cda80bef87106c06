"""The slate table: what every cell shows, compiled once for as long as nothing changes.

Between two control events the world, the model and the policy are constant, so the whole decision
is too. The data plane only looks up rows of this table, and runs a row's auction again where an
advertiser's budget ends.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.candidates.offers import Offers
from sim.kernels.tables import Bidding
from sim.serving.auction import run_pages
from sim.stopwatch import timed


@dataclass(frozen=True, slots=True, eq=False)
class Auction:
    """How this market sells a place.

    Attributes
    ----------
    slots
        Places for ads on a page.
    reserve_micros
        The lowest price of a click.
    pricing
        What a click costs, a class such as those in `sim.serving.pricing`.
    payer
        The advertiser of each ad, shape (ads,).
    looks
        Probability that each slot is looked at, shape (devices, slots).
    """

    slots: int
    reserve_micros: int
    pricing: type
    payer: NDArray[np.int32]
    looks: NDArray[np.float64]


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
    bidding, says
        What is needed to run a row's auction again, see `kernels.tables`.
    """

    arm: int
    weights: NDArray[np.float64]
    matched: NDArray[np.int8]
    ad: NDArray[np.uint32]
    price_micros: NDArray[np.int64]
    bidding: Bidding
    says: NDArray[np.uint64]

    @property
    def shown(self) -> NDArray[np.int64]:
        """How many ads a page of each cell holds, shape (variants, cells)."""
        return np.asarray((self.matched >= 0).sum(axis=-1), dtype=np.int64)


@timed("slates")
def compile_slates(
    offers: Offers,
    ad: NDArray[np.int32],
    bid_micros: NDArray[np.int64],
    auction: Auction,
    broke: NDArray[np.bool_] | None = None,
    arm: int = 0,
) -> SlateTable:
    """Run the auction of every variant and cell.

    Parameters
    ----------
    ad, bid_micros
        The ads matched to each query type and their bids, shape (types, matched).
    broke
        Advertisers whose budget is zero, who never enter, shape (advertisers,); None where nobody has a limit.
    """
    variants, types, devices, matched = offers.value.shape
    slots = min(auction.slots, offers.slots or auction.slots, matched)
    rows = (variants * types * devices, matched)
    dead = np.zeros(int(auction.payer.max()) + 1, np.bool_) if broke is None else broke
    won = run_pages(
        offers.value.reshape(rows), offers.value_without_bid.reshape(rows), offers.quality.reshape(rows),
        ad, bid_micros, auction.payer, auction.looks, dead,
        slots=slots, cut=offers.cut, reserve_micros=auction.reserve_micros, pricing=auction.pricing,
    )  # fmt: skip
    beside = [(0, 0), (0, auction.slots - slots)]
    place = np.pad(won.place, beside, constant_values=-1)
    price = np.pad(won.price_micros, beside)
    kind = (np.arange(rows[0]) // devices) % types
    flat = (variants, types * devices, auction.slots)
    ads = np.take_along_axis(ad[kind], np.maximum(place, 0).astype(np.intp), -1)
    return SlateTable(
        arm=arm,
        weights=offers.weights,
        matched=place.reshape(flat),
        ad=np.where(place >= 0, ads, 0).astype(np.uint32).reshape(flat),
        price_micros=price.reshape(flat),
        bidding=won.bidding,
        says=won.says,
    )
