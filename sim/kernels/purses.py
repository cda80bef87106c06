"""What advertisers have left, and which pages are stale when one of them has nothing left."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit, uint64
from numpy.typing import NDArray

from sim.kernels.bare import bare
from sim.kernels.pages import where
from sim.kernels.tables import STALE


class Purse(NamedTuple):
    """What advertisers have left today.

    Attributes
    ----------
    limited
        1 if anyone has a budget.
    left, dead
        Micro-units left of the day's budget, and whether that is nothing, shape (advertisers,).
    first, entries
        Where each advertiser's ads entered: entries first[a] to first[a + 1], each row × 64 + number in the order of choice.
    """

    limited: int
    left: NDArray[np.int64]
    dead: NDArray[np.bool_]
    first: NDArray[np.int64]
    entries: NDArray[np.int64]


@bare
def close_pages(payer, first, entries, says, able, status):
    """An advertiser can't pay any more: the pages in which it had a say are stale."""
    for at in range(uint64(first[payer]), uint64(first[payer + 1])):
        row, bit = uint64(entries[at]) >> uint64(6), uint64(1) << (uint64(entries[at]) & uint64(63))
        able[row] &= ~bit
        if says[row] & bit:
            status[row] = STALE


@bare
def close_all(pages, purse, budgets):
    """Pages that have just been made for the whole day: those with a say of anyone who has spent a budget are stale."""
    for payer in range(len(budgets)):
        if purse.dead[payer] and budgets[payer] > 0:
            close_pages(payer, purse.first, purse.entries, pages.says, pages.able, pages.status)


@njit(cache=True)
def index_payers(bidding, advertisers):
    """Where each advertiser's ads entered: `Purse.first` and `Purse.entries`."""
    first = np.zeros(advertisers + 1, np.int64)
    order, entered, ad, payer, kinds, devices = (
        bidding.order,
        bidding.entered,
        bidding.ad,
        bidding.payer,
        len(bidding.ad),
        len(bidding.looks),
    )
    for row in range(len(entered)):
        kind = where(row, kinds, devices)[1]
        for entry in range(entered[row]):
            first[payer[ad[kind, order[row, entry]]] + 1] += 1
    for one in range(advertisers):
        first[one + 1] += first[one]
    at = first.copy()
    entries = np.empty(first[-1], np.int64)
    for row in range(len(entered)):
        kind = where(row, kinds, devices)[1]
        for entry in range(entered[row]):
            who = payer[ad[kind, order[row, entry]]]
            entries[at[who]] = row * 64 + entry
            at[who] += 1
    return first, entries
