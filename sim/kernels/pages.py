"""The pages as the tile loop wants them, and the accounts that are kept of them.

A page's ads and bars stand four slots to a block, so that a page is one cache line. All arrays are
indexed by row = variant × cells + cell.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import int64, njit, uint32
from numpy.typing import NDArray

from sim.kernels.auction import WHO, fill_page

LANES = 4
DEAL = 4
_AD_MIX = uint32(0x9E3779B1)
QUERIES, WITH_ADS, IMPRESSIONS, CLICKS, REVENUE, INVALID_CLICKS, INVALID_MICROS, EXHAUSTED = range(8)
TALLIES = 8


class Pages(NamedTuple):
    """What each row shows now.

    Attributes
    ----------
    table
        Flat over (rows, blocks, 2, LANES): the ads' words, then the bars that a click's coin must stay below.
    place
        The matched ad in each slot, -1 for none, shape (rows, lanes).
    deal
        Of each slot the price of a click, who pays it and the bar of a conversion (upper and lower half
        of a word), and the clicks since the page was made; flat over (rows, lanes, 4), the last one empty.
    shown
        How many ads a row shows, shape (rows,).
    good, bad
        Ads that are looked at on a page and belong there, or do not, shape (rows,).
    says
        A bit for each matched ad that has a say in the page, shape (rows,).
    counts, settled
        Queries since the page was made, and how many of them are in the tallies, shape (rows,).
    stale
        1 for a page that has to be made again before its next query, shape (rows,).
    changed
        1 for a page that is not the one of midnight, shape (rows,).
    """

    table: NDArray[np.uint32]
    place: NDArray[np.int8]
    deal: NDArray[np.int64]
    shown: NDArray[np.int8]
    good: NDArray[np.float64]
    bad: NDArray[np.float64]
    says: NDArray[np.uint64]
    counts: NDArray[np.int64]
    settled: NDArray[np.int64]
    stale: NDArray[np.uint8]
    changed: NDArray[np.uint8]


class Truth(NamedTuple):
    """What decides a click on a page.

    Attributes
    ----------
    chance
        Upper bound of the chance of a click by someone who looks, shape (cells, matched).
    convert
        Bar of a conversion of a click, shape (types, matched).
    worthy
        Whether the ad belongs there, shape (types, matched).
    looks
        Probability that a slot is looked at, shape (devices, lanes).
    scanned
        1 where looking is decided slot by slot from the top (cascade), 0 where it is part of the bars.
    """

    chance: NDArray[np.float32]
    convert: NDArray[np.uint32]
    worthy: NDArray[np.bool_]
    looks: NDArray[np.float64]
    scanned: int


class Bidding(NamedTuple):
    """What an auction needs to be run again.

    Attributes
    ----------
    value, without_bid, quality
        What is offered, shape (rows, matched); row = (variant × types + type) × devices + device.
    ad, bid
        The ads matched to each query type and their bids, shape (types, matched).
    payer
        The advertiser of each ad, shape (ads,).
    lots, entered
        The ads that entered each row's auction, as `auction._enter` notes them, shape (rows, matched, 6),
        and how many. Where no budget can end there is room for one row of them only.
    looks
        Probability that a slot is looked at, shape (devices, slots).
    """

    value: NDArray[np.float32]
    without_bid: NDArray[np.float32]
    quality: NDArray[np.float32]
    ad: NDArray[np.int32]
    bid: NDArray[np.int64]
    payer: NDArray[np.int32]
    lots: NDArray[np.float64]
    entered: NDArray[np.int64]
    looks: NDArray[np.float64]
    slots: int
    cut: float
    reserve: float


@njit(inline="always")
def _where(row, kinds, devices):
    """Cell, query type and device of a row; 32-bit division is much faster than 64-bit."""
    cell = uint32(row) % uint32(kinds * devices)
    kind = cell // uint32(devices)
    return int64(cell), int64(kind), int64(cell - kind * uint32(devices))


@njit(inline="always")
def write_page(row, pages, truth, bidding, place, price):
    """Put a page into the tables: *place* and *price* of each slot."""
    lanes = pages.place.shape[1]
    cell, kind, device = _where(row, len(bidding.ad), len(truth.looks))
    shown = 0
    good = bad = 0.0
    for slot in range(lanes):
        at = (row * (lanes // LANES) + slot // LANES) * 2 * LANES + slot % LANES
        one = place[slot] if slot < len(place) else -1
        pages.place[row, slot] = one
        if one < 0:
            pages.table[at] = 0
            pages.table[at + LANES] = 0
            continue
        shown += 1
        ad = bidding.ad[kind, one]
        look = truth.looks[device, slot]
        bar = truth.chance[cell, one] * (1.0 if truth.scanned else look) * 4294967296.0 + 0.5
        pages.table[at] = uint32(uint32(ad) + uint32(1)) * _AD_MIX
        pages.table[at + LANES] = uint32(bar) if bar < 4294967295.0 else uint32(4294967295)
        deal = (row * lanes + slot) * DEAL
        pages.deal[deal] = price[slot]
        pages.deal[deal + 1] = (int64(bidding.payer[ad]) << int64(32)) | int64(truth.convert[kind, one])
        if truth.worthy[kind, one]:
            good += look
        else:
            bad += look
    pages.shown[row] = shown
    pages.good[row] = good
    pages.bad[row] = bad


@njit(cache=True)
def write_pages(pages, truth, bidding, places, prices, says):
    """Put every row's page of midnight into the tables."""
    for row in range(len(places)):
        write_page(row, pages, truth, bidding, places[row], prices[row])
        pages.says[row] = says[row]
        pages.stale[row] = 0
        pages.changed[row] = 0


@njit(inline="always")
def settle_row(row, pages, tallies, met):
    """Enter a row's new queries into the tallies, and what their users met: ads that belong, ads that do not."""
    new = pages.counts[row] - pages.settled[row]
    if new == 0:
        return
    pages.settled[row] = pages.counts[row]
    shown = int64(pages.shown[row])
    tallies[QUERIES] += new
    device = int64(uint32(row) % uint32(len(met)))
    met[device, 0] += new
    if shown > 0:
        tallies[WITH_ADS] += new
        tallies[IMPRESSIONS] += new * shown
        met[device, 1] += new * pages.good[row]
        met[device, 2] += new * pages.bad[row]


@njit(cache=True)
def settle(pages, tallies, met):
    """Enter every row's new queries into the tallies.

    Parameters
    ----------
    met
        Added to, shape (devices, 3): queries, ads looked at that belong, ads looked at that do not.
    """
    for row in range(len(pages.counts)):
        settle_row(row, pages, tallies, met)


@njit(inline="always")
def retire(row, pages, tallies, met, retired, used):
    """Close the accounts of a page that goes; returns how many rows of *retired* are in use."""
    settle_row(row, pages, tallies, met)
    n = pages.counts[row]
    if n > 0:
        lanes = pages.place.shape[1]
        if len(retired) > 0:
            retired[used, 0] = row
            retired[used, 1] = n
            for slot in range(lanes):
                retired[used, 2 + slot] = pages.place[row, slot]
                retired[used, 2 + lanes + slot] = pages.deal[(row * lanes + slot) * DEAL + 2]
            used += 1
        for slot in range(lanes):
            pages.deal[(row * lanes + slot) * DEAL + 2] = 0
        pages.counts[row] = 0
        pages.settled[row] = 0
    return used


@njit(inline="always")
def make_again(row, pages, truth, bidding, price, dead, tallies, met, retired, used, place, prices, scratch):
    """Run a row's auction without those who can't pay, and open a new page."""
    used = retire(row, pages, tallies, met, retired, used)
    _, _, device = _where(row, len(bidding.ad), len(truth.looks))
    _, say = fill_page(
        bidding.lots[row], bidding.entered[row], bidding.slots, bidding.cut, bidding.reserve, bidding.looks, device, dead, price, place,
        prices, scratch,
    )  # fmt: skip
    write_page(row, pages, truth, bidding, place, prices)
    pages.says[row] = say
    pages.stale[row] = 0
    pages.changed[row] = 1
    return used


@njit(cache=True)
def restore(pages, truth, bidding, places, prices, says, tallies, met, retired, used):
    """Midnight: every page that changed is again the one of *places*. Returns how many rows of *retired* are in use."""
    for row in range(len(places)):
        if pages.changed[row]:
            used = retire(row, pages, tallies, met, retired, used)
            write_page(row, pages, truth, bidding, places[row], prices[row])
            pages.says[row] = says[row]
            pages.changed[row] = 0
        pages.stale[row] = 0
    return used


@njit(cache=True)
def count_dry(pages, bidding, dead, clean, cells):
    """How many cells can't fill their page as at midnight any more, since the budgets of the ads they matched are gone."""
    dry = np.zeros(cells, np.uint8)
    for row in range(len(pages.counts)):
        if not (pages.changed[row] or pages.stale[row]):
            continue
        alive = 0
        for i in range(bidding.entered[row]):
            alive += not dead[int64(bidding.lots[row, i, WHO]) >> int64(6)]
        before = 0
        for slot in range(clean.shape[1]):
            before += clean[row, slot] >= 0
        if alive < before:
            dry[row % cells] = 1
    return dry.sum()
