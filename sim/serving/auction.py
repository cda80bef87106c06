"""The auction: which of the ads offered win a slot, in what order, at what price.

The objective says who may be shown and who is worth most; the auction orders those by bid × quality
and prices them (generalised second price, quality-weighted, with a reserve). The price of a slot is
the lowest bid that keeps it: enough to stay among the chosen, to stay above the next in rank, and
to reach the reserve.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray


class Allocation(NamedTuple):
    """Winners of each auction, shape (..., slots or, if fewer, ads): the best slot first, -1 and 0 where none is left."""

    winner: NDArray[np.int8]
    price_micros: NDArray[np.int64]


def run_auctions(
    value: NDArray[np.floating],
    quality: NDArray[np.floating],
    bid_micros: NDArray[np.int64],
    *,
    slots: int,
    cut: float = 0.0,
    reserve_micros: int = 0,
    value_without_bid: NDArray[np.floating] | None = None,
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

    Examples
    --------
    Slots of 200 and 100 clicks, values 10, 4 and 2 dollars, bid truthfully, earn $1,000:

    >>> bids = np.array([10, 4, 2]) * 1_000_000
    >>> won = run_auctions(bids / 1e6, np.ones(3), bids, slots=2, value_without_bid=np.zeros(3))
    >>> won.winner.tolist(), float((won.price_micros / 1e6) @ [200, 100])
    ([0, 1], 1000.0)
    """
    bid = np.broadcast_to(bid_micros, value.shape)
    enters = (value >= cut) & (bid >= reserve_micros) & (bid > 0)  # a bid of 0 is an ad that does not exist now
    score = np.where(enters, quality * bid, -np.inf)
    by_score = np.argsort(-score, axis=-1, kind="stable")
    worth = np.where(enters, value, -np.inf)
    by_value = np.argsort(-np.take_along_axis(worth, by_score, -1), axis=-1, kind="stable")
    # Positions in the ranking by score: sorting them puts the chosen in the order of the page.
    page = np.take_along_axis(by_score, np.sort(by_value[..., :slots], axis=-1), -1)
    ahead = np.take_along_axis(score, page, -1)
    won = np.isfinite(ahead)
    lowest = np.full(page.shape, float(reserve_micros))
    follower = np.where(won[..., 1:], ahead[..., 1:], 0.0)
    weight = np.take_along_axis(np.broadcast_to(quality, value.shape), page, -1)
    np.divide(follower, weight[..., :-1], out=lowest[..., :-1], where=(weight[..., :-1] > 0) & won[..., :-1])
    needed = np.full((*value.shape[:-1], 1), cut)
    if value.shape[-1] > slots:
        first_out = np.take_along_axis(by_score, by_value[..., slots : slots + 1], -1)
        rival = np.take_along_axis(worth, first_out, -1)
        needed = np.maximum(rival, cut)
        # Of ads with one value the higher score is chosen: against an equal left out, that is what the bid is for.
        tied = np.take_along_axis(worth, page, -1) == rival
        at_door = np.broadcast_to(np.take_along_axis(score, first_out, -1), page.shape)
        stay = np.zeros(page.shape)
        np.divide(at_door, weight, out=stay, where=tied & won & np.isfinite(at_door) & (weight > 0))
        lowest = np.maximum(lowest, stay)
    if value_without_bid is not None:
        stay = _bid_to_stay(value, np.broadcast_to(value_without_bid, value.shape), bid, page, needed)
        lowest = np.maximum(lowest, stay)
    own = np.take_along_axis(bid, page, -1)
    # Up to the next whole micro-unit: a price that rounds down would not have kept the slot.
    price = np.minimum(np.ceil(np.maximum(lowest, reserve_micros) - 1e-6), own).astype(np.int64)
    return Allocation(np.where(won, page, -1).astype(np.int8), np.where(won, price, 0))


def _bid_to_stay(
    value: NDArray[np.floating],
    without_bid: NDArray[np.floating],
    bid: NDArray[np.int64],
    page: NDArray[np.intp],
    needed: NDArray[np.floating],
) -> NDArray[np.float64]:
    """The bid at which each chosen ad's value falls to *needed*; 0 where the bid does not matter."""
    base = np.take_along_axis(without_bid, page, -1).astype(np.float64)
    worth = np.take_along_axis(value, page, -1).astype(np.float64)
    offered = np.take_along_axis(bid, page, -1)
    stay = np.zeros(page.shape)
    real = np.isfinite(base) & np.isfinite(worth) & np.isfinite(needed) & (worth > base)
    bought = np.subtract(worth, base, out=np.ones(page.shape), where=real)
    lacking = np.subtract(needed, base, out=np.zeros(page.shape), where=real)
    np.divide(lacking * offered, bought, out=stay, where=real)
    return stay
