"""The auction: which of the ads offered win a slot, in what order, at what price.

The objective says who may be shown and who is worth most; the auction orders those by bid × quality.
What a click costs is the pricing rule's: it is told the lowest bids with which a winner would have
held its slot and each slot below, which is enough to stay among the chosen, to stay above the next
in rank, and to reach the reserve.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.kernels import auction as kernel
from sim.kernels.arrays import solid
from sim.kernels.tables import Bidding
from sim.serving.pricing.second_price import SecondPrice


class Allocation(NamedTuple):
    """Winners of each auction, shape (..., slots or, if fewer, ads): the best slot first, -1 and 0 where none is left."""

    winner: NDArray[np.int8]
    price_micros: NDArray[np.int64]


@lru_cache(maxsize=8)
def compiled(pricing: type) -> Any:
    """A pricing rule as the kernels call it."""
    return kernel.compile_price(pricing.price)  # type: ignore[attr-defined]


def run_auctions(
    value: NDArray[np.floating],
    quality: NDArray[np.floating],
    bid_micros: NDArray[np.int64],
    *,
    slots: int,
    cut: float = 0.0,
    reserve_micros: int = 0,
    value_without_bid: NDArray[np.floating] | None = None,
    pricing: type = SecondPrice,
    looks: NDArray[np.float64] | None = None,
) -> Allocation:
    """Run one auction for each row of ads; ties go to the ad that stands first.

    Parameters
    ----------
    value
        What the objective sees in each ad, shape (..., ads); below *cut* an ad is not shown.
    quality
        The weight of a bid in the ranking, same shape.
    value_without_bid
        The value had the bid been zero. Where it is less than *value*, a bid buys its way in, and
        the price says how little would have been enough (the value is taken as linear in the bid).
    pricing
        What a click costs, a class of `sim.serving.pricing`.
    looks
        Probability that each slot is looked at, shape (slots,), for a rule that weighs them.

    Examples
    --------
    Slots of 200 and 100 clicks, values 10, 4 and 2 dollars, bid truthfully, earn $1,000:

    >>> bids = np.array([10, 4, 2]) * 1_000_000
    >>> won = run_auctions(bids / 1e6, np.ones(3), bids, slots=2, value_without_bid=np.zeros(3))
    >>> won.winner.tolist(), float((won.price_micros / 1e6) @ [200, 100])
    ([0, 1], 1000.0)
    """
    shape, ads = value.shape[:-1], value.shape[-1]
    slots = min(slots, ads)
    rows = value.size // ads
    base = value if value_without_bid is None else value_without_bid
    ad = np.arange(rows * ads, dtype=np.int32).reshape(rows, ads)
    won = run_pages(
        _rows(value, value.shape, np.float32),
        _rows(base, value.shape, np.float32),
        _rows(quality, value.shape, np.float32),
        ad,
        _rows(bid_micros, value.shape, np.int64),
        np.zeros(ad.size, np.int32),
        np.ones((1, slots)) if looks is None else looks[None],
        np.zeros(1, np.bool_),
        slots=slots,
        cut=cut,
        reserve_micros=reserve_micros,
        pricing=pricing,
    )
    return Allocation(won.place.reshape(*shape, slots), won.price_micros.reshape(*shape, slots))


class Ranked(NamedTuple):
    """Auctions that were run, row by row.

    Attributes
    ----------
    place, price_micros
        The matched ad in each slot (-1 for none) and what a click costs, shape (rows, slots).
    says
        A bit for each ad that has a say in the row's page, in the order of choice (`Bidding.order`), shape (rows,).
    bidding
        What is needed to run one of them again.
    """

    place: NDArray[np.int8]
    price_micros: NDArray[np.int64]
    says: NDArray[np.uint64]
    bidding: Bidding


def run_pages(
    value: NDArray[np.floating],
    without_bid: NDArray[np.floating],
    quality: NDArray[np.floating],
    ad: NDArray[np.int32],
    bid_micros: NDArray[np.int64],
    payer: NDArray[np.int32],
    looks: NDArray[np.float64],
    broke: NDArray[np.bool_],
    *,
    slots: int,
    cut: float,
    reserve_micros: int,
    pricing: type,
) -> Ranked:
    """Run the auction of every row of a slate table.

    Parameters
    ----------
    value, without_bid, quality
        What is offered, shape (rows, matched); row = (variant × types + type) × devices + device.
    ad, bid_micros
        The ads matched to each query type and their bids, shape (types, matched).
    payer, broke
        The advertiser of each ad, and which advertisers never enter.
    looks
        Probability that a slot is looked at, shape (devices, slots).
    """
    rows, matched = value.shape
    bidding = Bidding(
        solid(value, np.float32), solid(without_bid, np.float32), solid(quality, np.float32), solid(ad, np.int32),
        solid(bid_micros, np.int64), solid(payer, np.int32), np.zeros((rows, matched), np.int8), np.zeros(rows, np.int64),
        solid(looks[:, :slots], np.float64), slots, float(np.float32(cut)), float(reserve_micros),
        int(pricing is SecondPrice),
    )  # fmt: skip
    won = Ranked(np.empty((rows, slots), np.int8), np.empty((rows, slots), np.int64), np.zeros(rows, np.uint64), bidding)
    kernel.call_priced(kernel.run_pages, bidding, solid(broke, np.bool_), compiled(pricing), *won[:3], *kernel.make_room())
    return won


def _rows(array: NDArray[Any], shape: tuple[int, ...], dtype: type) -> NDArray[Any]:
    return solid(np.broadcast_to(array, shape), dtype).reshape(-1, shape[-1])
