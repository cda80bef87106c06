"""Queries and clicks by the count: how many of each page, at a cost that does not depend on the traffic.

While nothing changes the queries of a page are a Poisson count, or a share of a log's, and the clicks
of a slot are binomial. What stands on the page decides nothing of the queries' keys, and a click's
key is that of cell and ad: candidates meet near counts.
"""

from __future__ import annotations

import numpy as np
from numba import float64, int64, njit, uint32, uint64

from sim.kernels.bare import bare
from sim.kernels.drawing import binomial, poisson
from sim.kernels.pages import address
from sim.kernels.play import FRAILTIES
from sim.kernels.tables import (
    CLICKS,
    FULL,
    INVALID_CLICKS,
    INVALID_MICROS,
    LANES,
    MADE,
    PLACE,
    PRICE,
    REVENUE,
    SHOWN,
    TERMS,
)  # fmt: skip
from sim.kernels.words import AFTER_CLICK, CONVERSION, FRAILTY, GOLDEN, INVALID, KEEP, LOW, MOMENT, REACH, VARIANT, mix

SOLD = 4


@njit(inline="always")
def key_for(key, purpose, one, other):
    """The key of a count."""
    return mix(mix((key ^ purpose) + uint64(one + 1) * GOLDEN) + uint64(other + 1) * GOLDEN)


@njit(cache=True)
def ask(key, means, asked):
    """Draw the queries of each cell, Poisson with *means*, shape (cells,)."""
    for cell in range(len(means)):
        asked[cell] = poisson(means[cell], key_for(key, uint64(0), cell, 0))


@njit(cache=True)
def ask_again(key, left, share, devices, asked):
    """Draw which of a log's queries of the day come now: a *share* of those *left*, split over devices by their shares."""
    for kind in range(len(left)):
        come = binomial(left[kind], share, key_for(key, MOMENT, kind, 0))
        left[kind] -= come
        rest = 1.0
        for device in range(len(devices)):
            last = device == len(devices) - 1
            here = come if last else binomial(come, devices[device] / rest, key_for(key, MOMENT, kind, device + 1))
            asked[kind * len(devices) + device] = here
            come -= here
            rest -= devices[device]


@njit(cache=True)
def keep_satisfied(key, asked, shares):
    """Leave out the queries of users who stayed away; *shares* of each device's are asked."""
    for cell in range(len(asked)):
        asked[cell] = binomial(asked[cell], shares[cell % len(shares)], key_for(key, KEEP, cell, 0))


@njit(cache=True)
def split_variants(key, asked, weights, rows):
    """Split each cell's queries over the variants of its page: *rows* of variant × cells + cell."""
    cells = len(asked)
    for cell in range(cells):
        come, rest = asked[cell], 1.0
        for variant in range(len(weights)):
            last = variant == len(weights) - 1
            here = come if last else binomial(come, min(weights[variant] / rest, 1.0), key_for(key, VARIANT, cell, variant))
            rows[variant * cells + cell] = here
            come -= here
            rest -= weights[variant]


@njit(inline="always")
def chance_of(bar, judged, factor):
    """The probability of a click by someone who comes as far as the slot."""
    return float64((uint64(bar) * factor) >> uint64(32)) / FULL if judged else float64(bar) / FULL


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


@njit(inline="always")
def _click(n, row, level, cell, device, shown, key, table, lanes, judged, factor, reach, cascade, after_click, made):
    """Add to *made* the clicks of *n* queries on each slot of a row's page."""
    looking = n
    for slot in range(shown):
        at = address(row, slot, lanes)
        p = chance_of(table[at + uint64(LANES)], judged, factor[device, level])
        one = key_for(key, uint64(cell) << uint64(20), table[at], uint64(row) * uint64(FRAILTIES) + level)
        if not cascade:
            made[slot] += binomial(n, p, one)
            continue
        before = float64(reach[device, slot - 1]) if slot > 0 else FULL
        looking = binomial(looking, min(float64(reach[device, slot]) / before, 1.0), mix(one ^ REACH))
        clicks = binomial(looking, p, one)
        made[slot] += clicks
        looking -= clicks - binomial(clicks, float64(after_click) / FULL, mix(one ^ AFTER_CLICK))


@bare
def click(asked, key, pages, users, mixed, tallies, sold, made):
    """Draw and book the clicks of *asked* queries on each row's page, where no budget can end.

    Parameters
    ----------
    mixed
        1 where queries differ in frailty, 0 where one factor holds for all of a device.
    sold
        Filled with conversions: row, place, slot and how many.
    made
        Room for a whole number for each slot, zeros.

    Returns
    -------
    How many rows of *sold* are in use.
    """
    table, deals, state, counts = pages.table, pages.deals, pages.state, pages.counts
    judged, factor, reach, cascade, after_click = users.judged, users.factor, users.reach, users.cascade, users.after_click
    lanes, devices, sales = uint64(deals.shape[1]), uint32(len(factor)), 0
    for row in range(uint64(len(asked))):
        n = asked[row]
        if n == 0:
            continue
        counts[row] += n
        shown, device = uint64(state[row, uint64(SHOWN)]), uint64(uint32(row) % devices)
        left = n
        for level in range(uint64(FRAILTIES if mixed else 1)):
            m = left
            if mixed and level < uint64(FRAILTIES - 1):
                m = binomial(left, 1.0 / (FRAILTIES - level), key_for(key, FRAILTY, row, level))
            left -= m
            _click(m, row, level, row, device, shown, key, table, lanes, judged, factor, reach, cascade, after_click, made)
        for slot in range(shown):
            deals[row, slot, uint64(MADE)] += made[slot]
            terms, price = deals[row, slot, uint64(TERMS)], deals[row, slot, uint64(PRICE)]
            sales = book(row, slot, deals[row, slot, uint64(PLACE)], made[slot], price, terms, key, users.invalid, tallies, sold, sales)
            tallies[REVENUE] += made[slot] * price
            made[slot] = 0
    return sales


@njit(inline="always")
def book(row, slot, place, clicks, price, terms, key, invalid, tallies, sold, sales):
    """Book clicks, but for their money: which nobody meant, and which led to a sale."""
    tallies[CLICKS] += clicks
    bad = int64(0)
    if invalid > 0 and clicks > 0:
        bad = binomial(clicks, float64(invalid) / FULL, key_for(key, INVALID, row, slot))
        tallies[INVALID_CLICKS] += bad
        tallies[INVALID_MICROS] += int64(np.rint(bad * float64(price)))
    bar = uint64(terms) & LOW
    if bar > uint64(1) and clicks > bad:
        number = binomial(clicks - bad, float64(bar) / FULL, key_for(key, CONVERSION, row, uint64(place) * uint64(64) + slot))
        if number > 0:
            sold[sales, 0], sold[sales, 1], sold[sales, 2], sold[sales, 3] = row, place, slot, number
            sales += 1
    return sales


@njit(cache=True)
def strata(number, keys, parts):
    """Split each *number* evenly at random over as many parts as *parts* has columns."""
    width = parts.shape[1]
    for one in range(len(number)):
        left = number[one]
        for part in range(width):
            here = left if part == width - 1 else binomial(left, 1.0 / (width - part), key_for(keys[one], uint64(0), part, 0))
            parts[one, part] = here
            left -= here
