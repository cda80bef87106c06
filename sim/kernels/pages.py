"""The pages as the tile loop wants them, and the accounts that are kept of them.

A page's ads and bars stand four slots to a block, so that a page is one cache line. All arrays are
indexed by row = variant × cells + cell. What is done row by row takes plain arrays, not tuples of
them: a tuple's members would be counted in and out for every row.
"""

from __future__ import annotations

import numpy as np
from numba import int64, njit, uint32, uint64

from sim.kernels.auction import everyone, fill_page
from sim.kernels.bare import bare
from sim.kernels.prefetch import prefetch
from sim.kernels.tables import (
    BAD,
    CHANGED,
    CLEAN,
    FULL,
    GOOD,
    IMPRESSIONS,
    LANES,
    MADE,
    PART,
    PLACE,
    PRICE,
    QUERIES,
    SETTLED,
    SHOWN,
    STALE,
    TERMS,
    WITH_ADS,
)

_AD_MIX = uint32(0x9E3779B1)


@njit(inline="always")
def where(row, kinds, devices):
    """Cell, query type and device of a row; 32-bit division is much faster than 64-bit."""
    cell = uint32(row) % uint32(kinds * devices)
    kind = cell // uint32(devices)
    return uint64(cell), uint64(kind), uint64(cell - kind * uint32(devices))


@njit(inline="always")
def address(row, slot, lanes):
    """Where a slot's ad stands in the table; its bar stands `LANES` further."""
    return (uint64(row) * uint64(lanes // LANES) + uint64(slot) // uint64(LANES)) * uint64(2 * LANES) + uint64(slot) % uint64(LANES)


@njit(inline="always")
def bar_of(chance, look):
    """The number that a click's coin must stay below."""
    bar = chance * look * FULL + 0.5
    return uint32(bar) if bar < FULL - 1.0 else uint32(4294967295)


@njit(inline="always")
def _write_slot(row, slot, cell, kind, device, place, ad, payer, price, table, deals, chance, fate, looks, scanned):
    """Put an ad into a slot; returns how much it is looked at, and whether it belongs there."""
    at = address(row, slot, deals.shape[1])
    look = looks[device, slot]
    table[at] = uint32(uint32(ad) + uint32(1)) * _AD_MIX
    table[at + uint64(LANES)] = bar_of(chance[cell, place], 1.0 if scanned else look)
    sale = fate[kind, place]
    deals[row, slot, uint64(PRICE)] = price
    deals[row, slot, uint64(TERMS)] = (int64(payer) << int64(32)) | int64(sale)
    deals[row, slot, uint64(PLACE)] = place
    return int64(look * PART), int64(sale & uint32(1))


@njit(inline="always")
def _write_page(row, cell, kind, device, page, prices, shown, table, deals, state, ads, payers, chance, fate, looks, scanned):
    """Put a page into a row's slots."""
    lanes = uint64(deals.shape[1])
    good = bad = int64(0)
    for slot in range(uint64(shown)):
        place = uint64(page[slot])
        ad = uint64(ads[kind, place])
        look, belongs = _write_slot(
            row, slot, cell, kind, device, place, ad, payers[ad], prices[slot], table, deals, chance, fate, looks, scanned
        )  # fmt: skip
        good += look * belongs
        bad += look * (int64(1) - belongs)
    for slot in range(uint64(shown), lanes):
        at = address(row, slot, lanes)
        table[at] = 0
        table[at + uint64(LANES)] = 0
        deals[row, slot, uint64(PLACE)] = -1
    state[row, uint64(SHOWN)] = shown
    state[row, uint64(GOOD)] = good
    state[row, uint64(BAD)] = bad


@njit(inline="always")
def _settle_row(row, devices, counts, state, tallies, met):
    """Enter a row's new queries into the tallies, and what their users met: ads that belong, ads that do not."""
    new = counts[row] - state[row, uint64(SETTLED)]
    if new == 0:
        return
    state[row, uint64(SETTLED)] = counts[row]
    shown = state[row, uint64(SHOWN)]
    device = uint64(uint32(row) % uint32(devices))
    tallies[QUERIES] += new
    met[device, 0] += new
    if shown > 0:
        tallies[WITH_ADS] += new
        tallies[IMPRESSIONS] += new * shown
        met[device, 1] += new * state[row, uint64(GOOD)] / PART
        met[device, 2] += new * state[row, uint64(BAD)] / PART


@bare
def settle(pages, tallies, met):
    """Enter every row's new queries into the tallies.

    Parameters
    ----------
    met
        Added to, shape (devices, 3): queries, ads looked at that belong, ads looked at that do not.
    """
    counts, state, devices = pages.counts, pages.state, len(met)
    for row in range(uint64(len(counts))):
        _settle_row(row, devices, counts, state, tallies, met)


@njit(inline="always")
def _retire(row, devices, matched, counts, deals, state, tallies, met, queries, shown):
    """Close the accounts of a page that goes."""
    n = counts[row]
    if n == 0:
        return
    _settle_row(row, devices, counts, state, tallies, met)
    kept, lanes = len(shown) > 0, uint64(deals.shape[1])
    if kept:
        queries[row] += n
    for slot in range(uint64(state[row, uint64(SHOWN)])):
        if kept:
            at = (row * lanes + slot) * matched + uint64(deals[row, slot, uint64(PLACE)])
            shown[at, uint64(0)] += n
            shown[at, uint64(1)] += deals[row, slot, uint64(MADE)]
        deals[row, slot, uint64(MADE)] = 0
    counts[row] = 0
    state[row, uint64(SETTLED)] = 0


@bare
def retire(pages, matched, tallies, met, books):
    """Close the accounts of every page."""
    counts, deals, state, devices = pages.counts, pages.deals, pages.state, len(met)
    queries, shown = books.queries, books.shown
    for row in range(uint64(len(counts))):
        _retire(row, devices, matched, counts, deals, state, tallies, met, queries, shown)


@bare
def put_up(pages, truth, bidding, places, prices, says, everything, tallies, met, books):
    """Put up the pages of midnight: in every row, or where another page stands."""
    table, deals, state, counts, status = pages.table, pages.deals, pages.state, pages.counts, pages.status
    chance, fate, looks, scanned = truth.chance, truth.fate, truth.looks, truth.scanned
    ads, payers, kinds, devices = bidding.ad, bidding.payer, len(bidding.ad), len(truth.looks)
    queries, shown_before, matched = books.queries, books.shown, uint64(ads.shape[1])
    entered = bidding.entered
    for row in range(uint64(len(places))):
        pages.able[row] = everyone(entered[row])
        if status[row] != CLEAN:
            _retire(row, devices, matched, counts, deals, state, tallies, met, queries, shown_before)
        elif not everything:
            continue
        cell, kind, device = where(row, kinds, devices)
        shown = uint64(0)
        while shown < uint64(places.shape[1]) and places[row, shown] >= 0:
            shown += uint64(1)
        _write_page(
            row, cell, kind, device, places[row], prices[row], shown, table, deals, state, ads, payers, chance, fate, looks, scanned
        )  # fmt: skip
        pages.says[row] = says[row]
        status[row] = CLEAN


@njit(inline="always")
def list_stale(first, end, asked, status, rows):
    """List the rows asked for that are stale, some of them twice; returns how many."""
    count = uint64(0)
    for i in range(uint64(first), uint64(end)):
        rows[count] = uint64(asked[i])
        count += uint64(status[uint64(asked[i])] == STALE)
    return count


@njit(inline="always")
def _bring(row, cell, kind, pages, truth, bidding, books):
    """Have near what making a page again reads: memory answers many questions in the time of one."""
    prefetch(bidding.order, row, 1)
    prefetch(bidding.value, row, 1)
    prefetch(bidding.quality, row, 1)
    prefetch(bidding.without_bid, row, 1)
    prefetch(bidding.ad, kind, 1)
    prefetch(bidding.bid, kind, 1)
    prefetch(truth.chance, cell, 1)
    prefetch(truth.fate, kind, 1)
    prefetch(pages.deals, row, 2)
    prefetch(pages.state, row, 1)
    if len(books.queries) > 0:
        prefetch(books.queries, row, 1)


@bare
def freshen(rows, pages, truth, bidding, price, tallies, met, books, page, prices, scratch):
    """Make the stale ones of *rows* again: run their auctions without those who can't pay.

    All is done in this one function: calls with so many arrays would take longer than the work.
    """
    table, deals, state, counts = pages.table, pages.deals, pages.state, pages.counts
    says, able, status = pages.says, pages.able, pages.status
    chance, fate, looks, scanned = truth.chance, truth.fate, truth.looks, truth.scanned
    value, without_bid, quality = bidding.value, bidding.without_bid, bidding.quality
    ads, bid, payers, order = bidding.ad, bidding.bid, bidding.payer, bidding.order
    slots, cut, reserve, second, believed = bidding.slots, bidding.cut, bidding.reserve, bidding.second, bidding.looks
    queries, shown_before, kinds, devices = books.queries, books.shown, len(fate), len(looks)
    matched, lanes = uint64(ads.shape[1]), uint64(deals.shape[1])
    for row in rows:
        cell, kind, device = where(row, kinds, devices)
        _bring(row, cell, kind, pages, truth, bidding, books)
    if len(shown_before) > 0:
        for row in rows:
            for slot in range(uint64(state[row, uint64(SHOWN)])):
                prefetch(shown_before, (row * lanes + slot) * matched + uint64(deals[row, slot, uint64(PLACE)]), 1)
    for row in rows:
        if status[row] != STALE:
            continue
        cell, kind, device = where(row, kinds, devices)
        shown, says[row] = fill_page(
            row, kind, device, able[row], order, value, without_bid, quality, bid, slots, cut, reserve, second, believed, price,
            page, prices, scratch,
        )  # fmt: skip
        _retire(row, devices, matched, counts, deals, state, tallies, met, queries, shown_before)
        _write_page(
            row, cell, kind, device, page, prices, shown, table, deals, state, ads, payers, chance, fate, looks, scanned
        )  # fmt: skip
        status[row] = CHANGED


@njit(cache=True, boundscheck=False)
def list_shown(shown, lanes, matched):
    """What the books have, row by row: row, place, slot, impressions and clicks, shape (5, ...)."""
    count = 0
    for at in range(uint64(len(shown))):
        count += shown[at, uint64(0)] != 0
    found = np.empty((5, count), np.int64)
    one = at = uint64(0)
    for row in range(len(shown) // (lanes * matched)):
        for slot in range(lanes):
            for place in range(matched):
                if shown[at, uint64(0)] != 0:
                    found[uint64(0), one], found[uint64(1), one], found[uint64(2), one] = row, place, slot
                    found[uint64(3), one], found[uint64(4), one] = shown[at, uint64(0)], shown[at, uint64(1)]
                    one += uint64(1)
                at += uint64(1)
    return found


@njit(cache=True)
def count_dry(bidding, dead, clean, cells):
    """How many cells can't fill their page as at midnight any more, since the budgets of the ads they matched are gone."""
    dry = np.zeros(cells, np.uint8)
    order, ad, payer = bidding.order, bidding.ad, bidding.payer
    for row in range(len(clean)):
        kind = where(row, len(bidding.ad), len(bidding.looks))[1]
        alive = before = 0
        for entry in range(bidding.entered[row]):
            alive += not dead[payer[ad[kind, order[row, entry]]]]
        for slot in range(clean.shape[1]):
            before += clean[row, slot] >= 0
        if alive < before:
            dry[row % cells] = 1
    return dry.sum()
