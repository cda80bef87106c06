"""Tiles of queries, stage by stage, so that the compiler can use vector instructions.

The loop is optimistic: it plays a tile as if no budget ended in it. At the click that exhausts an
advertiser the tile is kept up to that query, the pages that the advertiser had a say in are made
again, and the rest of the tile is played anew. So the hot loop checks no budget.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import int64, njit, uint32, uint64
from numpy.typing import NDArray

from sim.kernels.auction import MOST_SLOTS, WHO
from sim.kernels.pages import (
    CLICKS,
    EXHAUSTED,
    INVALID_CLICKS,
    INVALID_MICROS,
    LANES,
    MADE,
    PLACE,
    PRICE,
    REVENUE,
    SAYS,
    TERMS,
    make_again,
)  # fmt: skip
from sim.kernels.words import AFTER_CLICK, CONVERSION, FRAILTY, INVALID, LOW, REACH, coin_for, coin_of, mix

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


class Purse(NamedTuple):
    """What advertisers have left today.

    Attributes
    ----------
    limited
        1 if anyone has a budget.
    lazy
        1 to make a page again at its next query only, 0 at once.
    left, dead
        Micro-units left of the day's budget, and whether that is nothing, shape (advertisers,).
    first, row, place
        Where each advertiser's ads entered: entries first[a] to first[a + 1] of rows and places.
    """

    limited: int
    lazy: int
    left: NDArray[np.int64]
    dead: NDArray[np.bool_]
    first: NDArray[np.int64]
    row: NDArray[np.int32]
    place: NDArray[np.int8]


@njit(inline="always")
def _mark(first, end, words, rows, table, blocks, marks):
    """Mark the clicks that are possible: a bit for each slot whose coin is below its bar."""
    width = uint64(blocks * 2 * LANES)
    for i in range(first, end):
        at = uint64(rows[i]) * width
        mark = uint32(0)
        for lane in range(LANES):
            coin = coin_of(words[i], table[at + uint64(lane)])
            mark |= uint32(coin < table[at + uint64(LANES + lane)]) << uint32(lane)
        marks[i] = mark
    for block in range(1, blocks):
        for i in range(first, end):
            at = uint64(rows[i]) * width + uint64(block * 2 * LANES)
            mark = uint32(0)
            for lane in range(LANES):
                coin = coin_of(words[i], table[at + uint64(lane)])
                mark |= uint32(coin < table[at + uint64(LANES + lane)]) << uint32(lane)
            marks[i] |= mark << uint32(block * LANES)


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
        at = (row * (lanes // LANES) + slot // LANES) * 2 * LANES + slot % LANES
        if uint64(coin_of(word, table[at])) >= (uint64(table[at + LANES]) * factor[device, level]) >> uint64(32):
            continue
        made |= uint32(1) << uint32(slot)
        if cascade and (mix(word ^ AFTER_CLICK ^ uint64(slot)) >> uint64(32)) >= uint64(after_click):
            break
    return made


@njit(cache=True, boundscheck=False)
def _book(first, end, words, rows, seconds, marks, hit, pages, users, purse, tallies, sold, sales, ended):
    """Book the clicks of a tile, query by query, up to the one that exhausts an advertiser.

    Returns the query after the last that was booked, how many advertisers ran out of money, and how
    many sales there are.
    """
    table, deals = pages.table, pages.deals
    left, dead, limited = purse.left, purse.dead, purse.limited
    factor, reach, cascade, after_click, judged = users.factor, users.reach, users.cascade, users.after_click, users.judged
    invalid, devices, lanes = uint64(users.invalid), len(users.factor), deals.shape[1]
    clicked = revenue = invalids = refunds = over = 0
    hits = 0
    for i in range(first, end):
        hit[hits] = i
        hits += marks[i] != 0
    stop = end
    for one in range(hits):
        i = hit[one]
        mark, word, row = marks[i], words[i], int64(rows[i])
        if judged:
            mark = _judge(mark, word, row, table, devices, factor, reach, cascade, after_click, lanes)
        slot = 0
        while mark:
            if mark & uint32(1):
                charge, terms = deals[row, slot, PRICE], deals[row, slot, TERMS]
                if limited:
                    payer = terms >> int64(32)
                    # The last click pays what is left, and counts whole.
                    charge = min(charge, left[payer])
                    left[payer] -= charge
                    if left[payer] == 0 and not dead[payer]:
                        dead[payer] = True
                        ended[over] = payer
                        over += 1
                deals[row, slot, MADE] += 1
                clicked += 1
                revenue += charge
                bar = uint64(terms) & LOW
                if invalid > uint64(0) or bar > uint64(1):
                    ad_word = table[(row * (lanes // LANES) + slot // LANES) * 2 * LANES + slot % LANES]
                    if coin_for(word, ad_word, INVALID) < invalid:
                        invalids += 1
                        refunds += charge
                    elif coin_for(word, ad_word, CONVERSION) < bar:
                        sold[sales, 0] = row
                        sold[sales, 1] = deals[row, slot, PLACE]
                        sold[sales, 2] = slot
                        sold[sales, 3] = seconds[i]
                        sold[sales, 4] = int64(mix(word ^ CONVERSION ^ (uint64(ad_word) << uint64(20))) >> uint64(2))
                        sales += 1
            mark >>= uint32(1)
            slot += 1
        if over > 0:
            stop = i + 1
            break
    tallies[CLICKS] += clicked
    tallies[REVENUE] += revenue
    tallies[INVALID_CLICKS] += invalids
    tallies[INVALID_MICROS] += refunds
    tallies[EXHAUSTED] += over
    return stop, over, sales


@njit(cache=True, boundscheck=False)
def _close(payer, pages, truth, bidding, purse, price, tallies, met, retired, used):
    """Take an advertiser out of every page in which it has a say."""
    table, deals, state, counts, stale = pages.table, pages.deals, pages.state, pages.counts, pages.stale
    chance, fate, looks, scanned = truth.chance, truth.fate, truth.looks, truth.scanned
    lots, entered, slots, cut, reserve = bidding.lots, bidding.entered, bidding.slots, bidding.cut, bidding.reserve
    dead, lazy, rows, places, kinds, devices = purse.dead, purse.lazy, purse.row, purse.place, len(fate), len(looks)
    page, prices, scratch = np.empty(MOST_SLOTS, np.int64), np.empty(MOST_SLOTS, np.int64), np.empty((3, MOST_SLOTS))
    for entry in range(purse.first[payer], purse.first[payer + 1]):
        row = int64(rows[entry])
        if not (state[row, SAYS] >> int64(places[entry])) & int64(1):
            continue
        if lazy:
            stale[row] = 1
        elif not stale[row]:
            used = make_again(
                row, kinds, devices, table, deals, state, counts, stale, chance, fate, looks, scanned, lots, entered, slots, cut, reserve,
                price, dead, tallies, met, retired, used, page, prices, scratch,
            )  # fmt: skip
    return used


@njit(cache=True, boundscheck=False)
def _freshen(first, end, asked, pages, truth, bidding, purse, price, tallies, met, retired, used):
    """Make the pages again that are stale and asked for now."""
    table, deals, state, counts, stale = pages.table, pages.deals, pages.state, pages.counts, pages.stale
    chance, fate, looks, scanned = truth.chance, truth.fate, truth.looks, truth.scanned
    lots, entered, slots, cut, reserve = bidding.lots, bidding.entered, bidding.slots, bidding.cut, bidding.reserve
    page, prices, scratch = np.empty(MOST_SLOTS, np.int64), np.empty(MOST_SLOTS, np.int64), np.empty((3, MOST_SLOTS))
    for i in range(first, end):
        row = int64(asked[i])
        if stale[row]:
            used = make_again(
                row, len(fate), len(looks), table, deals, state, counts, stale, chance, fate, looks, scanned, lots, entered, slots, cut,
                reserve, price, purse.dead, tallies, met, retired, used, page, prices, scratch,
            )  # fmt: skip
    return used


@njit(cache=True, boundscheck=False)
def play(words, rows, seconds, start, end, pages, truth, bidding, users, purse, price, tallies, met, retired, used, sold, sales):
    """Play the queries [start, end) of a batch, until one of the lists of what happened may be full.

    Parameters
    ----------
    words, rows, seconds
        Each query's word, row of the slate table and second of the day, in order of time.
    tallies, met
        Added to: counts and micro-units by `pages.QUERIES` and so on; what users met.
    retired, used
        Pages that went, with their queries, places and clicks; none are kept where it has no rows.
    sold, sales
        Conversions: row, place, slot, second and a word that decides the delay.

    Returns
    -------
    The next query to play, and how much of both lists is used.
    """
    marks = np.empty(TILE, np.uint32)
    hit = np.empty(TILE + 1, np.int64)
    table, counts, lanes = pages.table, pages.counts, pages.deals.shape[1]
    ended = np.empty(lanes, np.int64)
    while start < end:
        if sales + TILE * lanes > len(sold) or (len(retired) > 0 and used + len(counts) + TILE > len(retired)):
            break
        m = min(TILE, end - start)
        tile_words, tile_rows, tile_seconds = words[start : start + m], rows[start : start + m], seconds[start : start + m]
        done = 0
        while done < m:
            if purse.limited and purse.lazy:
                used = _freshen(done, m, tile_rows, pages, truth, bidding, purse, price, tallies, met, retired, used)
            _mark(done, m, tile_words, tile_rows, table, lanes // LANES, marks)
            stop, over, sales = _book(
                done, m, tile_words, tile_rows, tile_seconds, marks, hit, pages, users, purse, tallies, sold, sales, ended
            )  # fmt: skip
            for i in range(done, stop):
                counts[uint64(tile_rows[i])] += 1
            for one in range(over):
                used = _close(ended[one], pages, truth, bidding, purse, price, tallies, met, retired, used)
            done = stop
        start += m
    return start, used, sales


@njit(cache=True)
def close_all(pages, truth, bidding, purse, price, budgets, tallies, met, retired, used):
    """Take everyone who has spent a budget today out of pages that have just been made for the whole day."""
    for payer in range(len(budgets)):
        if purse.dead[payer] and budgets[payer] > 0:
            used = _close(payer, pages, truth, bidding, purse, price, tallies, met, retired, used)
    return used


@njit(cache=True)
def index_payers(lots, entered, advertisers):
    """Where each advertiser's ads entered: entries of (row, place), those of advertiser a from first[a] to first[a + 1]."""
    first = np.zeros(advertisers + 1, np.int64)
    for row in range(len(entered)):
        for lot in range(entered[row]):
            first[(int64(lots[row, lot, WHO]) >> int64(6)) + 1] += 1
    for one in range(advertisers):
        first[one + 1] += first[one]
    at = first.copy()
    rows = np.empty(first[-1], np.int32)
    places = np.empty(first[-1], np.int8)
    for row in range(len(entered)):
        for lot in range(entered[row]):
            who = int64(lots[row, lot, WHO])
            rows[at[who >> int64(6)]] = row
            places[at[who >> int64(6)]] = who & int64(63)
            at[who >> int64(6)] += 1
    return first, rows, places
