"""What is to be expected of a stretch of traffic: sums of probabilities, nothing drawn."""

from __future__ import annotations

import numpy as np
from numba import float64, njit, uint32, uint64

from sim.kernels.counting import FULL
from sim.kernels.spending import EXPECTED, MONEY, SEEN, chances_of
from sim.kernels.tables import (
    BAD,
    CLICKS,
    GOOD,
    IMPRESSIONS,
    INVALID_CLICKS,
    INVALID_MICROS,
    PART,
    PLACE,
    PRICE,
    QUERIES,
    REVENUE,
    SHOWN,
    TERMS,
    WITH_ADS,
)  # fmt: skip
from sim.kernels.words import LOW


@njit(inline="always")
def _book(row, slot, place, clicks, mass, fate, invalid, totals, sold, sales):
    """Add expected clicks and what they lead to."""
    bad = float64(invalid) / FULL
    totals[CLICKS] += clicks
    totals[INVALID_CLICKS] += clicks * bad
    totals[INVALID_MICROS] += mass * bad
    if fate > uint64(1):
        sold[sales, 0], sold[sales, 1], sold[sales, 2] = row, place, slot
        sold[sales, 3] = clicks * (1.0 - bad) * float64(fate) / FULL
        sales += 1
    return sales


@njit(cache=True, boundscheck=False)
def expect(asked, pages, users, factor, totals, met, sold):
    """What comes of *asked* queries on each row's page, where no budget can end.

    Parameters
    ----------
    asked
        Expected queries of each row, shape (rows,).
    factor
        The part of the bars that holds for a device's queries on average, shape (devices,).
    totals, met
        Added to: the tallies, and what users meet.
    sold
        Filled: row, place, slot, expected conversions.

    Returns
    -------
    How many rows of *sold* are in use.
    """
    table, deals, state = pages.table, pages.deals, pages.state
    lanes, devices, chances, sales = uint64(deals.shape[1]), uint32(len(factor)), np.empty(deals.shape[1]), 0
    for row in range(uint64(len(asked))):
        n, shown, device = asked[row], uint64(state[row, uint64(SHOWN)]), uint64(uint32(row) % devices)
        totals[QUERIES] += n
        met[device, 0] += n
        if shown == 0:
            continue
        totals[WITH_ADS] += n
        totals[IMPRESSIONS] += n * shown
        met[device, 1] += n * state[row, uint64(GOOD)] / PART
        met[device, 2] += n * state[row, uint64(BAD)] / PART
        chances_of(row, device, shown, table, lanes, users, factor, chances)
        for slot in range(shown):
            clicks = n * chances[slot]
            mass = clicks * deals[row, slot, uint64(PRICE)]
            totals[REVENUE] += mass
            fate = uint64(deals[row, slot, uint64(TERMS)]) & LOW
            sales = _book(row, slot, deals[row, slot, uint64(PLACE)], clicks, mass, fate, users.invalid, totals, sold, sales)
    return sales


@njit(cache=True, boundscheck=False)
def expect_seen(seen, pages, truth, bidding, invalid, totals, money, sold):
    """What comes of what was seen while budgets ended; *seen* is used up.

    Parameters
    ----------
    money
        Added to: what each advertiser's clicks cost, shape (advertisers,).
    """
    lanes, matched = uint64(pages.deals.shape[1]), uint64(bidding.ad.shape[1])
    kinds, devices, sales = uint32(len(bidding.ad)), uint32(len(truth.looks)), 0
    for at in range(uint64(len(seen))):
        if seen[at, uint64(SEEN)] == 0:
            continue
        clicks, mass = seen[at, uint64(EXPECTED)], seen[at, uint64(MONEY)]
        seen[at, uint64(SEEN)] = seen[at, uint64(EXPECTED)] = seen[at, uint64(MONEY)] = 0.0
        place, slot, row = at % matched, at // matched % lanes, at // matched // lanes
        kind = uint64(uint32(row) % (kinds * devices) // devices)
        money[bidding.payer[bidding.ad[kind, place]]] += mass
        sales = _book(row, slot, place, clicks, mass, uint64(truth.fate[kind, place]), invalid, totals, sold, sales)
    return sales
