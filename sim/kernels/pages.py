"""The pages as the tile loop wants them, and the accounts that are kept of them.

A page's ads and bars stand four slots to a block, so that a page is one cache line. All arrays are
indexed by row = variant × cells + cell. What is done row by row takes plain arrays, not tuples of
them: a tuple's members would be counted in and out for every row.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import int64, njit, uint32
from numpy.typing import NDArray

from sim.kernels.auction import AD, WHO, fill_page

LANES = 4
# Of each slot: the price of a click, its terms (who pays, upper half; bar of a conversion, lower half),
# the clicks since the page was made, and the place of the ad among the matched (-1 for none).
PRICE, TERMS, MADE, PLACE = range(4)
DEAL = 4
# Of each row: queries already in the tallies, ads shown, a bit for each place that has a say, whether the
# page is not the one of midnight, ads looked at that belong there, and that do not (in 2^-20).
SETTLED, SHOWN, SAYS, CHANGED, GOOD, BAD = range(6)
STATE = 8
PART = 2.0**20
_AD_MIX = uint32(0x9E3779B1)
QUERIES, WITH_ADS, IMPRESSIONS, CLICKS, REVENUE, INVALID_CLICKS, INVALID_MICROS, EXHAUSTED = range(8)
TALLIES = 8


class Pages(NamedTuple):
    """What each row shows now.

    Attributes
    ----------
    table
        Flat over (rows, blocks, 2, LANES): the ads' words, then the bars that a click's coin must stay below.
    deals
        Of each slot price, terms, clicks and place, shape (rows, lanes, DEAL).
    state
        What else is known of a row, shape (rows, STATE).
    counts
        Queries since the page was made, shape (rows,).
    stale
        1 for a page that has to be made again before its next query, shape (rows,).
    """

    table: NDArray[np.uint32]
    deals: NDArray[np.int64]
    state: NDArray[np.int64]
    counts: NDArray[np.int64]
    stale: NDArray[np.uint8]


class Truth(NamedTuple):
    """What decides a click on a page.

    Attributes
    ----------
    chance
        Upper bound of the chance of a click by someone who looks, shape (cells, matched).
    fate
        Bar of a conversion of a click, of 2^32, its last bit 1 for an ad that belongs there, shape (types, matched).
    looks
        Probability that a slot is looked at, shape (devices, lanes).
    scanned
        1 where looking is decided slot by slot from the top (cascade), 0 where it is part of the bars.
    """

    chance: NDArray[np.float32]
    fate: NDArray[np.uint32]
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
        The ads that entered each row's auction, as `auction._enter` notes them, shape (rows, matched, LOT),
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


@njit
def where(row, kinds, devices):
    """Cell, query type and device of a row; 32-bit division is much faster than 64-bit."""
    cell = uint32(row) % uint32(kinds * devices)
    kind = cell // uint32(devices)
    return int64(cell), int64(kind), int64(cell - kind * uint32(devices))


@njit
def _write_slot(row, slot, cell, kind, device, place, ad, payer, price, table, deals, state, chance, fate, looks, scanned):
    """Put an ad into a slot."""
    lanes = deals.shape[1]
    at = (row * (lanes // LANES) + slot // LANES) * 2 * LANES + slot % LANES
    look = looks[device, slot]
    bar = chance[cell, place] * (1.0 if scanned else look) * 4294967296.0 + 0.5
    table[at] = uint32(uint32(ad) + uint32(1)) * _AD_MIX
    table[at + LANES] = uint32(bar) if bar < 4294967295.0 else uint32(4294967295)
    sale = fate[kind, place]
    deals[row, slot, PRICE] = price
    deals[row, slot, TERMS] = (payer << int64(32)) | int64(sale)
    deals[row, slot, PLACE] = place
    state[row, GOOD if sale & uint32(1) else BAD] += int64(look * PART)


@njit
def _clear(row, shown, say, changed, table, deals, state):
    """Make room for a page of *shown* ads."""
    lanes = deals.shape[1]
    for slot in range(shown, lanes):
        at = (row * (lanes // LANES) + slot // LANES) * 2 * LANES + slot % LANES
        table[at] = 0
        table[at + LANES] = 0
        deals[row, slot, PLACE] = -1
    state[row, SHOWN] = shown
    state[row, SAYS] = int64(say)
    state[row, CHANGED] = changed
    state[row, GOOD] = 0
    state[row, BAD] = 0


@njit
def _write_clean(row, pages, truth, bidding, places, prices, says):
    """Put a row's page of midnight into the tables."""
    cell, kind, device = where(row, len(bidding.ad), len(truth.looks))
    shown = 0
    while shown < places.shape[1] and places[row, shown] >= 0:
        shown += 1
    _clear(row, shown, says[row], 0, pages.table, pages.deals, pages.state)
    for slot in range(shown):
        place = int64(places[row, slot])
        ad = bidding.ad[kind, place]
        _write_slot(
            row, slot, cell, kind, device, place, ad, int64(bidding.payer[ad]), prices[row, slot], pages.table, pages.deals, pages.state,
            truth.chance, truth.fate, truth.looks, truth.scanned,
        )  # fmt: skip


@njit(cache=True)
def write_pages(pages, truth, bidding, places, prices, says):
    """Put every row's page of midnight into the tables."""
    for row in range(len(places)):
        _write_clean(row, pages, truth, bidding, places, prices, says)
        pages.stale[row] = 0


@njit
def _settle_row(row, devices, counts, state, tallies, met):
    """Enter a row's new queries into the tallies, and what their users met: ads that belong, ads that do not."""
    new = counts[row] - state[row, SETTLED]
    if new == 0:
        return
    state[row, SETTLED] = counts[row]
    shown = state[row, SHOWN]
    tallies[QUERIES] += new
    device = int64(uint32(row) % uint32(devices))
    met[device, 0] += new
    if shown > 0:
        tallies[WITH_ADS] += new
        tallies[IMPRESSIONS] += new * shown
        met[device, 1] += new * state[row, GOOD] / PART
        met[device, 2] += new * state[row, BAD] / PART


@njit(cache=True)
def settle(pages, tallies, met):
    """Enter every row's new queries into the tallies.

    Parameters
    ----------
    met
        Added to, shape (devices, 3): queries, ads looked at that belong, ads looked at that do not.
    """
    counts, state, devices = pages.counts, pages.state, len(met)
    for row in range(len(counts)):
        _settle_row(row, devices, counts, state, tallies, met)


@njit
def _retire(row, devices, counts, deals, state, tallies, met, retired, used):
    """Close the accounts of a page that goes; returns how many rows of *retired* are in use."""
    n = counts[row]
    if n == 0:
        return used
    _settle_row(row, devices, counts, state, tallies, met)
    lanes = deals.shape[1]
    if len(retired) > 0:
        retired[used, 0] = row
        retired[used, 1] = n
        for slot in range(lanes):
            retired[used, 2 + slot] = deals[row, slot, PLACE]
            retired[used, 2 + lanes + slot] = deals[row, slot, MADE]
        used += 1
    for slot in range(lanes):
        deals[row, slot, MADE] = 0
    counts[row] = 0
    state[row, SETTLED] = 0
    return used


@njit
def make_again(
    row, kinds, devices, table, deals, state, counts, stale, chance, fate, looks, scanned, lots, entered, slots, cut, reserve, price, dead,
    tallies, met, retired, used, page, prices, scratch,
):  # fmt: skip
    """Run a row's auction without those who can't pay, and open a new page."""
    used = _retire(row, devices, counts, deals, state, tallies, met, retired, used)
    cell, kind, device = where(row, kinds, devices)
    shown, say = fill_page(row, device, lots, entered[row], slots, cut, reserve, looks, dead, price, page, prices, scratch)
    _clear(row, shown, say, 1, table, deals, state)
    for slot in range(shown):
        lot = page[slot]
        who, ad = int64(lots[row, lot, WHO]), int64(lots[row, lot, AD])
        _write_slot(
            row, slot, cell, kind, device, who & int64(63), ad, who >> int64(6), prices[slot], table, deals, state, chance, fate, looks,
            scanned,
        )  # fmt: skip
    stale[row] = 0
    return used


@njit(cache=True)
def restore(pages, truth, bidding, places, prices, says, tallies, met, retired, used):
    """Midnight: every page that changed is again the one of *places*. Returns how many rows of *retired* are in use."""
    devices = len(truth.looks)
    for row in range(len(places)):
        if pages.state[row, CHANGED]:
            used = _retire(row, devices, pages.counts, pages.deals, pages.state, tallies, met, retired, used)
            _write_clean(row, pages, truth, bidding, places, prices, says)
        pages.stale[row] = 0
    return used


@njit(cache=True)
def count_dry(pages, bidding, dead, clean, cells):
    """How many cells can't fill their page as at midnight any more, since the budgets of the ads they matched are gone."""
    dry = np.zeros(cells, np.uint8)
    for row in range(len(pages.counts)):
        if not (pages.state[row, CHANGED] or pages.stale[row]):
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
