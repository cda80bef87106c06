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

from sim.kernels.pages import CLICKS, EXHAUSTED, INVALID_CLICKS, INVALID_MICROS, LANES, REVENUE, make_again
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
def _judge(mark, word, row, pages, users, blocks):
    """The clicks that are really made, of those that are possible."""
    device = row % len(users.factor)
    level = mix(word ^ FRAILTY) >> uint64(60)
    factor = users.factor[device, level]
    reach = mix(word ^ REACH) >> uint64(32)
    made = uint32(0)
    for slot in range(blocks * LANES):
        if not (mark >> uint32(slot)) & uint32(1):
            continue
        if users.cascade and reach >= users.reach[device, slot]:
            break
        at = (row * blocks + slot // LANES) * 2 * LANES + slot % LANES
        if uint64(coin_of(word, pages.table[at])) >= (uint64(pages.table[at + LANES]) * factor) >> uint64(32):
            continue
        made |= uint32(1) << uint32(slot)
        if users.cascade and (mix(word ^ AFTER_CLICK ^ uint64(slot)) >> uint64(32)) >= uint64(users.after_click):
            break
    return made


@njit(inline="always")
def _click(mark, word, second, row, pages, users, purse, blocks, tallies, sold, sales, ended):
    """Book a query's clicks: who pays how much, and which of them convert.

    Returns how many sales there are, and how many advertisers ran out of money.
    """
    lanes = blocks * LANES
    over = 0
    for slot in range(lanes):
        if not (mark >> uint32(slot)) & uint32(1):
            continue
        charge = pages.price[row, slot]
        if purse.limited:
            payer = pages.payer[row, slot]
            charge = min(charge, purse.left[payer])
            purse.left[payer] -= charge
            if purse.left[payer] == 0 and not purse.dead[payer]:
                purse.dead[payer] = True
                ended[over] = payer
                over += 1
        pages.clicks[row * lanes + slot] += 1
        tallies[CLICKS] += 1
        tallies[REVENUE] += charge
        ad_word = pages.table[(row * blocks + slot // LANES) * 2 * LANES + slot % LANES]
        if users.invalid > 0 and coin_for(word, ad_word, INVALID) < uint64(users.invalid):
            tallies[INVALID_CLICKS] += 1
            tallies[INVALID_MICROS] += charge
        elif pages.convert[row, slot] > 0 and coin_for(word, ad_word, CONVERSION) < uint64(pages.convert[row, slot]):
            sold[sales, 0] = row
            sold[sales, 1] = pages.place[row, slot]
            sold[sales, 2] = slot
            sold[sales, 3] = second
            sold[sales, 4] = int64(mix(word ^ CONVERSION ^ (uint64(ad_word) << uint64(20))) >> uint64(2))
            sales += 1
    return sales, over


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
    blocks = pages.place.shape[1] // LANES
    ended = np.empty(blocks * LANES, np.int32)
    place = np.empty(bidding.slots, np.int8)
    prices = np.empty(bidding.slots, np.int64)
    scratch = np.empty((2, 16))
    table = pages.table
    all_rows = len(pages.counts)
    while start < end:
        if sales + TILE * blocks * LANES > len(sold) or (len(retired) > 0 and used + all_rows + TILE > len(retired)):
            break
        m = min(TILE, end - start)
        tile_words, tile_rows = words[start : start + m], rows[start : start + m]
        done = 0
        while done < m:
            if purse.limited and purse.lazy:
                for i in range(done, m):
                    if pages.stale[tile_rows[i]]:
                        used = make_again(
                            int64(tile_rows[i]), pages, truth, bidding, price, purse.dead, tallies, met, retired, used, place, prices, scratch
                        )  # fmt: skip
            _mark(done, m, tile_words, tile_rows, table, blocks, marks)
            stop, over = m, 0
            for i in range(done, m):
                mark = marks[i]
                if mark == 0:
                    continue
                row, word = int64(tile_rows[i]), tile_words[i]
                if users.judged:
                    mark = _judge(mark, word, row, pages, users, blocks)
                sales, over = _click(mark, word, seconds[start + i], row, pages, users, purse, blocks, tallies, sold, sales, ended)
                if over > 0:
                    stop = i + 1
                    break
            for i in range(done, stop):
                pages.counts[uint64(tile_rows[i])] += 1
            for one in range(over):
                tallies[EXHAUSTED] += 1
                used = _close(
                    ended[one], pages, truth, bidding, purse, price, tallies, met, retired, used, place, prices, scratch
                )  # fmt: skip
            done = stop
        start += m
    return start, used, sales


@njit(inline="always")
def _close(payer, pages, truth, bidding, purse, price, tallies, met, retired, used, place, prices, scratch):
    """Take an advertiser out of every page in which it has a say."""
    for entry in range(purse.first[payer], purse.first[payer + 1]):
        row = int64(purse.row[entry])
        if not (pages.says[row] >> uint64(purse.place[entry])) & uint64(1):
            continue
        if purse.lazy:
            pages.stale[row] = 1
        elif not pages.stale[row]:
            used = make_again(
                row, pages, truth, bidding, price, purse.dead, tallies, met, retired, used, place, prices, scratch
            )  # fmt: skip
    return used


@njit(cache=True)
def close_all(pages, truth, bidding, purse, price, budgets, tallies, met, retired, used):
    """Take everyone who has spent a budget today out of pages that have just been made for the whole day."""
    place = np.empty(bidding.slots, np.int8)
    prices = np.empty(bidding.slots, np.int64)
    scratch = np.empty((2, 16))
    for payer in range(len(budgets)):
        if purse.dead[payer] and budgets[payer] > 0:
            used = _close(payer, pages, truth, bidding, purse, price, tallies, met, retired, used, place, prices, scratch)
    return used


@njit(cache=True)
def index_payers(ad, payer, order, entered, devices, advertisers):
    """Where each advertiser's ads entered: entries of (row, place), those of advertiser a from first[a] to first[a + 1]."""
    kinds = len(ad)
    first = np.zeros(advertisers + 1, np.int64)
    for row in range(len(order)):
        kind = (row // devices) % kinds
        for i in range(entered[row]):
            first[payer[ad[kind, order[row, i]]] + 1] += 1
    for one in range(advertisers):
        first[one + 1] += first[one]
    at = first.copy()
    rows = np.empty(first[-1], np.int32)
    places = np.empty(first[-1], np.int8)
    for row in range(len(order)):
        kind = (row // devices) % kinds
        for i in range(entered[row]):
            one = payer[ad[kind, order[row, i]]]
            rows[at[one]] = row
            places[at[one]] = order[row, i]
            at[one] += 1
    return first, rows, places
