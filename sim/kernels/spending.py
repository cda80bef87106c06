"""Budgets by the count: when each of them ends, one after the other, and what is clicked until then.

An advertiser's spending is followed in the money that is expected to be charged. A budget B ends
when that is Gamma distributed with mean B + k / 2 and scale k, where k is the mean square of a
charge over its mean: exactly so for clicks at one price, and with the right mean and spread else
(the half is the last click, which counts whole). Clicks are then drawn given that end: with no
noise left of an advertiser that was exhausted, with all of it of one that was far from it.

Each page that a row has is a sheet of its own (see `kernels.lineups`): the first ones are those of
midnight, those that follow stand behind them in the order in which they went up.
"""

from __future__ import annotations

import numpy as np
from numba import float64, int64, njit, uint32, uint64

from sim.kernels.auction import everyone
from sim.kernels.bare import bare
from sim.kernels.counting import key_for
from sim.kernels.drawing import binomial
from sim.kernels.lineups import ABLE, AT_MIDNIGHT, CHAIN, HEAD, LOOKED, MET, SAYS, SHEET, SINCE, bring_lines, make_sheet, tell_truth
from sim.kernels.prefetch import prefetch
from sim.kernels.tables import IMPRESSIONS, PART, QUERIES, WITH_ADS
from sim.kernels.words import MOMENT

# How many pages before one is made its ads are asked for.
AHEAD = 12


@bare
def begin(asked, ready, lineups, figures, names, truth, bidding, users, factor, dead, price, room, first, squares):
    """Put up the sheets of whoever can pay now, and add up what they are expected to be charged.

    Parameters
    ----------
    ready
        Whether the sheets of midnight are there already.
    factor
        The part of the bars that holds for a device's queries on average, shape (devices,).
    first, squares
        Filled: what each advertiser's clicks are expected to be charged, and the squares of that, shape (advertisers,).

    Returns
    -------
    How many sheets there are.
    """
    lines, picks, entered, stands = lineups.lines, lineups.picks, lineups.entered, lineups.stands
    slots, cut, reserve, second, believed = bidding.slots, bidding.cut, bidding.reserve, bidding.second, bidding.looks
    looks, scanned = truth.looks, truth.scanned
    judged, cascade, reach, after_click = users.judged, users.cascade, users.reach, users.after_click
    chosen, scores, thresholds, seen, _ = room
    lanes, rows, devices, matched = uint64(looks.shape[1]), uint64(len(asked)), uint32(len(looks)), uint64(picks.shape[1])
    for row in range(rows):
        stands[row, uint64(ABLE)] = everyone(entered[row])
        if not ready:
            tell_truth(row, lines, entered, truth.chance, truth.fate, devices, matched)
            make_sheet(
                row, uint64(uint32(row) % devices), row, figures, names, lines, picks, stands, slots, cut, reserve, second, believed,
                looks, scanned, judged, factor, cascade, reach, after_click, price, chosen, scores, thresholds, seen,
            )  # fmt: skip
            stands[row, uint64(AT_MIDNIGHT)] = stands[row, uint64(SAYS)]
        _put_up(row, row, asked[row], 0.0, stands, figures, names)
    for payer in range(len(dead)):
        if dead[payer]:
            for at in range(lineups.first[payer], lineups.first[payer + 1]):
                entry = uint64(lineups.entries[at])
                stands[entry >> uint64(6), uint64(ABLE)] &= ~(uint64(1) << (entry & uint64(63)))
    sheets = rows
    for row in range(rows):
        sheet = row
        if stands[row, uint64(AT_MIDNIGHT)] & ~stands[row, uint64(ABLE)]:
            sheet = sheets
            make_sheet(
                row, uint64(uint32(row) % devices), sheet, figures, names, lines, picks, stands, slots, cut, reserve, second, believed,
                looks, scanned, judged, factor, cascade, reach, after_click, price, chosen, scores, thresholds, seen,
            )  # fmt: skip
            _follow(row, sheet, asked[row], 0.0, figures, names)
            figures[row, uint64(MET)] = 0.0
            sheets += uint64(1)
        _add(sheet, 1.0, lanes, figures, names, first)
        for slot in range(uint64(names[sheet, uint64(CHAIN)]) & uint64(255)):
            at = uint64(HEAD) + slot
            paid = figures[sheet, at + lanes]
            squares[names[sheet, at + lanes + lanes] >> 6] += figures[sheet, uint64(MET)] * figures[sheet, at] * paid * paid
    return int64(sheets)


@njit(inline="always")
def _put_up(row, sheet, come, since, stands, figures, names):
    """The sheet of midnight is a row's page again, and nobody has met it."""
    stands[row, uint64(SAYS)] = stands[row, uint64(AT_MIDNIGHT)]
    stands[row, uint64(SHEET)] = sheet
    figures[sheet, uint64(MET)] = come
    figures[sheet, uint64(SINCE)] = since
    names[sheet, uint64(CHAIN)] &= 255


@njit(inline="always")
def _follow(old, sheet, come, since, figures, names):
    """A new sheet follows an old one, for the queries that are still to come."""
    names[old, uint64(CHAIN)] |= int64(sheet) << 8
    figures[sheet, uint64(MET)] = come
    figures[sheet, uint64(SINCE)] = since


@njit(inline="always")
def _add(sheet, sign, lanes, figures, names, rates):
    """Add a sheet to the rates at which advertisers spend, or take it out."""
    mine = sign * figures[sheet, uint64(MET)]
    for slot in range(uint64(names[sheet, uint64(CHAIN)]) & uint64(255)):
        at = uint64(HEAD) + slot
        rates[uint64(names[sheet, at + lanes + lanes] >> 6)] += mine * figures[sheet, at] * figures[sheet, at + lanes]


@njit(inline="always")
def _leave(row, sheet, n, devices, figures, names, totals, met, queries):
    """Note that *n* of a row's queries have met its sheet."""
    figures[sheet, uint64(MET)] = n
    device, shown, looked = uint64(uint32(row) % devices), names[sheet, uint64(CHAIN)] & 255, names[sheet, uint64(LOOKED)]
    totals[QUERIES] += n
    met[device, 0] += n
    if len(queries) > 0:
        queries[row] += int64(n)
    if shown > 0:
        totals[WITH_ADS] += n
        totals[IMPRESSIONS] += n * shown
        met[device, 1] += n * (looked >> 32) / PART
        met[device, 2] += n * (looked & 0xFFFFFFFF) / PART


@bare
def spend(
    key, drawn, sheets, lineups, figures, names, truth, bidding, users, factor, dead, price, room, rates, used, ends, totals, met, queries
):
    """Follow what advertisers spend while queries come evenly, from one budget's end to the next.

    Parameters
    ----------
    drawn
        Whether queries are whole numbers, drawn.
    sheets
        How many there are; those of midnight stand first.
    rates
        What each advertiser's clicks are expected to be charged in the stretch, as `begin` adds it up, shape (advertisers,).
    used, ends
        Expected money charged so far today, and where the budget ends, shape (advertisers,).
    totals, met
        Added to: queries, queries with ads and impressions, and what users met.
    queries
        The books: those of each row, shape (rows,), or none.

    Returns
    -------
    How many budgets ended, and how many sheets there are.
    """
    lines, picks, stands = lineups.lines, lineups.picks, lineups.stands
    slots, cut, reserve, second, believed = bidding.slots, bidding.cut, bidding.reserve, bidding.second, bidding.looks
    looks, scanned = truth.looks, truth.scanned
    judged, cascade, reach, after_click = users.judged, users.cascade, users.reach, users.after_click
    chosen, scores, thresholds, seen, todo = room
    devices, lanes, last = uint32(len(looks)), uint64(looks.shape[1]), uint64(sheets)
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
        for at in range(lineups.first[who], lineups.first[who + 1]):
            entry = uint64(lineups.entries[at])
            row, bit = entry >> uint64(6), uint64(1) << (entry & uint64(63))
            stands[row, uint64(ABLE)] &= ~bit
            todo[count] = row
            # More than one of its ads may have a say in a page.
            new = (stands[row, uint64(SAYS)] & bit) != 0 and (count == 0 or todo[count - uint64(1)] != row)
            count += uint64(new)
        for one in range(count):
            row = todo[one]
            prefetch(figures, stands[row, uint64(SHEET)], 2)
        for one in range(count):
            row = todo[one]
            sheet = stands[row, uint64(SHEET)]
            since, come = figures[sheet, uint64(SINCE)], figures[sheet, uint64(MET)]
            _add(sheet, -1.0 / (1.0 - since), lanes, figures, names, rates)
            part = (now - since) / (1.0 - since)
            n = float64(binomial(int64(come), part, key_for(key, MOMENT, row, over))) if drawn else come * part
            _leave(row, sheet, n, devices, figures, names, totals, met, queries)
            _follow(sheet, last + one, come - n, now, figures, names)
        for one in range(min(uint64(AHEAD), count)):
            bring_lines(todo[one], lineups)
        for one in range(count):
            row = todo[one]
            bring_lines(todo[min(one + uint64(AHEAD), count - uint64(1))], lineups)
            make_sheet(
                row, uint64(uint32(row) % devices), last, figures, names, lines, picks, stands, slots, cut, reserve, second, believed,
                looks, scanned, judged, factor, cascade, reach, after_click, price, chosen, scores, thresholds, seen,
            )  # fmt: skip
            _add(last, 1.0 / (1.0 - now), lanes, figures, names, rates)
            last += uint64(1)
        rates[who] = 0.0
    for row in range(uint64(len(stands))):
        sheet = stands[row, uint64(SHEET)]
        _leave(row, sheet, figures[sheet, uint64(MET)], devices, figures, names, totals, met, queries)
    return over, int64(last)
