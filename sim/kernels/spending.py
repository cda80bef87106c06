"""Budgets by the count: when each of them ends, one after the other, and what is clicked until then.

An advertiser's spending is followed in the money that is expected to be charged. A budget B ends
when that is Gamma distributed with mean B + k / 2 and scale k, where k is the mean square of a
charge over its mean: exactly so for clicks at one price, and with the right mean and spread else
(the half is the last click, which counts whole). Clicks are then drawn given that end: with no
noise left of an advertiser that was exhausted, with all of it of one that was far from it.
"""

from __future__ import annotations

import numpy as np
from numba import float64, int64, njit, uint32, uint64

from sim.kernels.counting import FULL, book, key_for
from sim.kernels.drawing import binomial
from sim.kernels.pages import address, freshen
from sim.kernels.tables import BAD, GOOD, IMPRESSIONS, LANES, PART, PLACE, PRICE, QUERIES, SHOWN, STALE, TERMS, WITH_ADS
from sim.kernels.words import MOMENT

# Of each slot and place: queries that saw the ad there, the clicks to expect of them, and the money of those.
SEEN, EXPECTED, MONEY = range(3)


@njit(inline="always")
def chances_of(row, device, shown, table, lanes, users, factor, chances):
    """The probability of a click on each slot of a row's page, whoever asks."""
    looking = 1.0
    for slot in range(shown):
        p = float64(table[address(row, slot, lanes) + uint64(LANES)]) / FULL
        if users.judged:
            p *= factor[device]
        if users.cascade:
            before = float64(users.reach[device, slot - 1]) if slot > 0 else FULL
            looking *= min(float64(users.reach[device, slot]) / before, 1.0)
            chances[slot] = looking * p
            looking *= 1.0 - p * (1.0 - float64(users.after_click) / FULL)
        else:
            chances[slot] = p


@njit(cache=True)
def masses(asked, pages, users, factor, first, second):
    """Add up what each advertiser's clicks are expected to be charged, and the squares of that.

    Parameters
    ----------
    factor
        The part of the bars that holds for a device's queries on average, shape (devices,).
    first, second
        Filled, shape (advertisers,).
    """
    table, deals, state = pages.table, pages.deals, pages.state
    lanes, devices, chances = uint64(deals.shape[1]), uint32(len(factor)), np.empty(deals.shape[1])
    first[:] = 0
    second[:] = 0
    for row in range(uint64(len(asked))):
        shown = uint64(state[row, uint64(SHOWN)])
        chances_of(row, uint64(uint32(row) % devices), shown, table, lanes, users, factor, chances)
        for slot in range(shown):
            payer, price = deals[row, slot, uint64(TERMS)] >> int64(32), float64(deals[row, slot, uint64(PRICE)])
            first[payer] += asked[row] * chances[slot] * price
            second[payer] += asked[row] * chances[slot] * price * price


@njit(cache=True, boundscheck=False)
def spend(
    asked, key, drawn, pages, truth, bidding, users, factor, purse, price, used, ends, seen, totals, tallies, met, books, page, prices,
    scratch,
):  # fmt: skip
    """Follow what advertisers spend while *asked* queries come evenly, from one budget's end to the next.

    Parameters
    ----------
    asked
        Queries of each row, whole numbers where they are *drawn*, shape (rows,); used up.
    used, ends
        Expected money charged so far today, and where the budget ends, shape (advertisers,).
    seen
        Added to, by `SEEN`, `EXPECTED` and `MONEY`, shape (rows × lanes × matched, 3).
    totals
        Added to where nothing is drawn: expected queries, queries with ads and impressions.

    Returns
    -------
    How many budgets ended.
    """
    table, deals, state, counts, says, status = pages.table, pages.deals, pages.state, pages.counts, pages.says, pages.status
    dead, lanes, matched, devices = purse.dead, uint64(deals.shape[1]), uint64(bidding.ad.shape[1]), uint32(len(factor))
    rates, begun, chances = np.zeros(len(dead)), np.zeros(len(asked)), np.empty(deals.shape[1])
    todo = np.empty(len(asked), np.uint64)
    for row in range(uint64(len(asked))):
        _rate(row, 1.0, asked, devices, state, deals, table, lanes, users, factor, chances, rates)
    now, over = 0.0, 0
    while True:
        wait, who = np.inf, -1
        for payer in range(len(dead)):
            if not dead[payer] and rates[payer] > 0 and ends[payer] - used[payer] < wait * rates[payer]:
                wait, who = max((ends[payer] - used[payer]) / rates[payer], 0.0), payer
        step = min(wait, 1.0 - now)
        for payer in range(len(dead)):
            if not dead[payer] and rates[payer] > 0:
                used[payer] += rates[payer] * step
        if who < 0 or now + wait >= 1.0:
            break
        now += wait
        used[who] = ends[who]
        dead[who] = True
        over += 1
        count = uint64(0)
        for entry in range(uint64(purse.first[who]), uint64(purse.first[who + 1])):
            row, place = uint64(purse.entries[entry]) >> uint64(6), uint64(purse.entries[entry]) & uint64(63)
            if (says[row] >> place) & uint64(1) and status[row] != STALE:
                status[row] = STALE
                todo[count] = row
                count += uint64(1)
                _rate(row, -1.0 / (1.0 - begun[row]), asked, devices, state, deals, table, lanes, users, factor, chances, rates)
                part = (now - begun[row]) / (1.0 - begun[row])
                n = float64(binomial(int64(asked[row]), part, key_for(key, MOMENT, row, over))) if drawn else asked[row] * part
                _leave(row, n, asked, drawn, devices, state, deals, counts, lanes, matched, chances, seen, totals, met)
                begun[row] = now
        freshen(todo[:count], pages, truth, bidding, dead, price, tallies, met, books, page, prices, scratch)
        for one in range(count):
            row = todo[one]
            _rate(row, 1.0 / (1.0 - begun[row]), asked, devices, state, deals, table, lanes, users, factor, chances, rates)
        rates[who] = 0.0
    for row in range(uint64(len(asked))):
        chances_of(row, uint64(uint32(row) % devices), uint64(state[row, uint64(SHOWN)]), table, lanes, users, factor, chances)
        _leave(row, asked[row], asked, drawn, devices, state, deals, counts, lanes, matched, chances, seen, totals, met)
    return over


@njit(inline="always")
def _rate(row, sign, asked, devices, state, deals, table, lanes, users, factor, chances, rates):
    """Add a row's page to the rates at which advertisers spend, or take it out."""
    shown = uint64(state[row, uint64(SHOWN)])
    chances_of(row, uint64(uint32(row) % devices), shown, table, lanes, users, factor, chances)
    for slot in range(shown):
        payer = uint64(deals[row, slot, uint64(TERMS)]) >> uint64(32)
        rates[payer] += sign * asked[row] * chances[slot] * float64(deals[row, slot, uint64(PRICE)])


@njit(inline="always")
def _leave(row, n, asked, drawn, devices, state, deals, counts, lanes, matched, chances, seen, totals, met):
    """Note that *n* of a row's queries have met its page as it is."""
    asked[row] -= n
    shown = uint64(state[row, uint64(SHOWN)])
    for slot in range(shown):
        at = (row * lanes + slot) * matched + uint64(deals[row, slot, uint64(PLACE)])
        seen[at, uint64(SEEN)] += n
        seen[at, uint64(EXPECTED)] += n * chances[slot]
        seen[at, uint64(MONEY)] += n * chances[slot] * float64(deals[row, slot, uint64(PRICE)])
    if drawn:
        counts[row] += int64(n)
        return
    device = uint64(uint32(row) % devices)
    totals[QUERIES] += n
    met[device, 0] += n
    if shown > 0:
        totals[WITH_ADS] += n
        totals[IMPRESSIONS] += n * shown
        met[device, 1] += n * state[row, uint64(GOOD)] / PART
        met[device, 2] += n * state[row, uint64(BAD)] / PART


@njit(cache=True, boundscheck=False)
def click_seen(seen, key, pages, truth, bidding, ratio, noise, invalid, tallies, sold, money, shown, starts):
    """Draw and book the clicks on what was seen; *seen* is used up.

    Parameters
    ----------
    ratio, noise
        How much more each advertiser's clicks are than expected, given where its budget ended, and how
        much of their noise is left, shape (advertisers,).
    money
        Added to: what each advertiser's clicks would cost without a budget, shape (advertisers,).
    shown
        The books: clicks are added where they have room.
    starts
        A uniform number for each advertiser, shape (advertisers,); used up.

    Returns
    -------
    How many rows of *sold* are in use.
    """
    lanes, matched, kinds, devices = (
        uint64(pages.deals.shape[1]),
        uint64(bidding.ad.shape[1]),
        uint32(len(bidding.ad)),
        uint32(len(truth.looks)),
    )
    fate, ad, payers, sales, keep = truth.fate, bidding.ad, bidding.payer, 0, len(shown) > 0
    for at in range(uint64(len(seen))):
        n = seen[at, uint64(SEEN)]
        if n == 0:
            continue
        expected, mass = seen[at, uint64(EXPECTED)], seen[at, uint64(MONEY)]
        seen[at, uint64(SEEN)] = seen[at, uint64(EXPECTED)] = seen[at, uint64(MONEY)] = 0.0
        if expected <= 0:
            continue
        place, slot, row = at % matched, at // matched % lanes, at // matched // lanes
        kind = uint64(uint32(row) % (kinds * devices) // devices)
        payer = uint64(payers[uint64(ad[kind, place])])
        clicks = binomial(int64(n), expected / n, key_for(key, row << uint64(20), uint64(ad[kind, place]), slot))
        if noise[payer] < 1.0 or ratio[payer] != 1.0:
            # Rounded along the advertiser's list, so that its sum is as sure as it should be.
            wanted = max(expected * ratio[payer] + noise[payer] * (clicks - expected), 0.0)
            before = np.floor(starts[payer])
            starts[payer] += wanted
            clicks = min(int64(np.floor(starts[payer]) - before), int64(n))
        each = mass / expected
        money[payer] += clicks * each
        if keep:
            shown[at, uint64(1)] += clicks
        sales = book(row, slot, place, clicks, each, int64(fate[kind, place]), key, invalid, tallies, sold, sales)
    return sales
