"""Tiles of queries, stage by stage, so that the compiler can use vector instructions.

The loop is optimistic: it plays a tile as if no budget ended in it. At the click that exhausts an
advertiser the tile is kept up to that query, the pages in which the advertiser had a say are stale,
and the rest of the tile is played anew. A stale page is made again before its next query. So the hot
loop checks no budget.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import int64, njit, uint32, uint64
from numpy.typing import NDArray

from sim.kernels.auction import make_room as room_for_auction
from sim.kernels.bare import bare
from sim.kernels.coins import marks_of
from sim.kernels.events import CONVERTED, MADE_BY_NOBODY, note
from sim.kernels.pages import address, freshen, list_stale
from sim.kernels.purses import close_pages
from sim.kernels.tables import (
    CLICKS,
    EXHAUSTED,
    INVALID_CLICKS,
    INVALID_MICROS,
    LANES,
    MADE,
    PLACE,
    PRICE,
    REVENUE,
    TERMS,
)  # fmt: skip
from sim.kernels.words import AFTER_CLICK, CONVERSION, FRAILTY, GOLDEN, INVALID, LOW, REACH, coin_for, coin_of, mix

TILE = 512
FRAILTIES = 16
SOLD = 5


class Users(NamedTuple):
    """What happens between a click that is possible and one that is made.

    Attributes
    ----------
    judged
        1 if any of the others can undo a click, else 0.
    factor
        The part of the bars that holds for a device and a query's frailty, of 2^32, shape (devices, FRAILTIES).
    reach
        For a cascade: the bar below which a query's users come as far as each slot, shape (devices, lanes).
    cascade
        1 if users go down the page and may stop at a click.
    after_click
        Bar of going on after a click.
    invalid
        Bar of a click that nobody meant.
    """

    judged: int
    factor: NDArray[np.uint64]
    reach: NDArray[np.uint64]
    cascade: int
    after_click: int
    invalid: int


@njit(inline="always")
def _mark(first, end, words, rows, table, blocks, marks):
    """Mark the clicks that are possible: a bit for each slot whose coin is below its bar."""
    width = uint64(blocks * 2 * LANES)
    for i in range(uint64(first), uint64(end)):
        at, word = uint64(rows[i]) * width, uint32((words[i] * GOLDEN) >> uint64(32))
        mark = marks_of(table, at, word)
        for block in range(uint64(1), uint64(blocks)):
            mark |= marks_of(table, at + block * uint64(2 * LANES), word) << uint32(block * uint64(LANES))
        marks[i] = mark


@njit(inline="always")
def _judge(mark, word, row, table, devices, factor, reach, cascade, after_click, lanes):
    """The clicks that are really made, of those that are possible."""
    device = row % devices
    level = mix(word ^ FRAILTY) >> uint64(60)
    come = mix(word ^ REACH) >> uint64(32)
    made = uint32(0)
    for slot in range(lanes):
        if not (mark >> uint32(slot)) & uint32(1):
            continue
        if cascade and come >= reach[device, slot]:
            break
        at = address(row, slot, lanes)
        if uint64(coin_of(word, table[at])) >= (uint64(table[at + uint64(LANES)]) * factor[device, level]) >> uint64(32):
            continue
        made |= uint32(1) << uint32(slot)
        if cascade and (mix(word ^ AFTER_CLICK ^ uint64(slot)) >> uint64(32)) >= uint64(after_click):
            break
    return made


@njit(inline="always")
def _find(first, end, words, rows, marks, users, table, lanes, hits, clicks):
    """List the clicks that are made, query by query and slot by slot, each as query × 256 + slot; returns how many.

    Without a branch on what is found: guessing wrong would cost more than the work.
    """
    factor, reach, cascade, after_click, devices = users.factor, users.reach, users.cascade, users.after_click, len(users.factor)
    count = uint64(0)
    for i in range(uint64(first), uint64(end)):
        hits[count] = i
        count += uint64(marks[i] != 0)
    found = uint64(0)
    for one in range(count):
        i = hits[one]
        mark = marks[i]
        if users.judged:
            mark = _judge(mark, words[i], int64(rows[i]), table, devices, factor, reach, cascade, after_click, lanes)
        for slot in range(uint64(lanes)):
            clicks[found] = (i << uint64(8)) | slot
            found += (uint64(mark) >> slot) & uint64(1)
    return found


@bare
def _book(first, end, words, rows, seconds, marks, hits, clicks, receipts, pages, users, purse, tallies, sold, sales, ended):
    """Book the clicks of a tile, query by query, up to the one that exhausts an advertiser.

    Returns the query after the last that was booked, how many advertisers ran out of money, how many
    sales there are, and how many clicks were booked; where there is room for receipts, each click's
    charge and what came of it is there.
    """
    table, deals = pages.table, pages.deals
    left, dead, limited = purse.left, purse.dead, purse.limited
    invalid, lanes = uint64(users.invalid), deals.shape[1]
    revenue = invalids = refunds = over = 0
    stop, receipted = uint64(end), len(receipts) > 0
    found = _find(first, end, words, rows, marks, users, table, lanes, hits, clicks)
    booked = uint64(0)
    while booked < found:
        i, slot = clicks[booked] >> uint64(8), clicks[booked] & uint64(255)
        if i >= stop:
            break
        row = uint64(rows[i])
        charge, terms = deals[row, slot, uint64(PRICE)], deals[row, slot, uint64(TERMS)]
        if limited:
            payer = uint64(terms) >> uint64(32)
            # The last click pays what is left, and counts whole.
            charge = min(charge, left[payer])
            left[payer] -= charge
            if left[payer] == 0 and not dead[payer]:
                dead[payer] = True
                ended[over] = payer
                over += 1
                stop = i + uint64(1)
        deals[row, slot, uint64(MADE)] += 1
        revenue += charge
        bar = uint64(terms) & LOW
        fate = int64(0)
        if invalid > uint64(0) or bar > uint64(1):
            ad_word = table[address(row, slot, lanes)]
            if coin_for(words[i], ad_word, INVALID) < invalid:
                invalids += 1
                refunds += charge
                fate = MADE_BY_NOBODY
            elif coin_for(words[i], ad_word, CONVERSION) < bar:
                sold[sales, 0] = row
                sold[sales, 1] = deals[row, slot, uint64(PLACE)]
                sold[sales, 2] = slot
                sold[sales, 3] = seconds[i]
                sold[sales, 4] = int64(mix(words[i] ^ CONVERSION ^ (uint64(ad_word) << uint64(20))) >> uint64(2))
                sales += 1
                fate = CONVERTED
        if receipted:
            receipts[booked, uint64(0)] = charge
            receipts[booked, uint64(1)] = fate
        booked += uint64(1)
    tallies[CLICKS] += booked
    tallies[REVENUE] += revenue
    tallies[INVALID_CLICKS] += invalids
    tallies[INVALID_MICROS] += refunds
    tallies[EXHAUSTED] += over
    return int64(stop), over, sales, int64(booked)


class Room(NamedTuple):
    """Where a tile is worked on.

    Attributes
    ----------
    marks, hits, clicks, receipts
        What was found in a tile, see `play`.
    ended
        Who ran out of money in it.
    page, prices, scratch
        Of one auction.
    """

    marks: NDArray[np.uint32]
    hits: NDArray[np.uint64]
    clicks: NDArray[np.uint64]
    receipts: NDArray[np.int64]
    ended: NDArray[np.uint64]
    page: NDArray[np.uint64]
    prices: NDArray[np.int64]
    scratch: NDArray[np.float64]


def make_room(lanes: int, *, watched: bool) -> Room:
    """Room for pages of so many lanes; *watched* where events are wanted."""
    clicks = TILE * lanes
    return Room(
        np.empty(TILE, np.uint32), np.empty(TILE + 1, np.uint64), np.empty(clicks + 1, np.uint64),
        np.empty((clicks if watched else 0, 2), np.int64), np.empty(lanes, np.uint64), *room_for_auction(),
    )  # fmt: skip


@bare
def play(words, rows, seconds, start, end, pages, truth, bidding, users, purse, price, tallies, met, books, sold, events, room):
    """Play the queries [start, end) of a batch, until the list of sales or of events may be full.

    Parameters
    ----------
    words, rows, seconds
        Each query's word, row of the slate table and second of the day, in order of time.
    tallies, met
        Added to: counts and micro-units by `pages.QUERIES` and so on; what users met.
    sold
        Conversions: row, place, slot, second and a word that decides the delay.
    events
        Every ad shown, as `kernels.events` says; no rows where nobody wants them.

    Returns
    -------
    The next query to play, how many sales there are, and how many events.
    """
    table, counts, lanes, sales, noted = pages.table, pages.counts, pages.deals.shape[1], 0, 0
    marks, hits, clicks, receipts, ended, page, prices, scratch = room
    watched = len(events) > 0
    while start < end and sales + TILE * lanes <= len(sold) and (not watched or noted + TILE * lanes <= len(events)):
        m = min(TILE, end - start)
        tile_words, tile_rows, tile_seconds = words[start : start + m], rows[start : start + m], seconds[start : start + m]
        done = 0
        while done < m:
            if purse.limited:
                stale = list_stale(done, m, tile_rows, pages.status, hits)
                if stale > 0:
                    freshen(hits[:stale], pages, truth, bidding, price, tallies, met, books, page, prices, scratch)
            _mark(done, m, tile_words, tile_rows, table, lanes // LANES, marks)
            stop, over, sales, booked = _book(
                done, m, tile_words, tile_rows, tile_seconds, marks, hits, clicks, receipts, pages, users, purse, tallies, sold, sales,
                ended,
            )  # fmt: skip
            if watched:
                noted = note(done, stop, tile_words, tile_rows, tile_seconds, clicks[:booked], receipts, pages, events, noted)
            for i in range(uint64(done), uint64(stop)):
                counts[uint64(tile_rows[i])] += 1
            for one in range(over):
                close_pages(ended[one], purse.first, purse.entries, pages.says, pages.able, pages.status)
            done = stop
        start += m
    return start, sales, noted
