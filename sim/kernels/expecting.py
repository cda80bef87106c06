"""What is to be expected of a stretch of traffic: sums of probabilities, nothing drawn."""

from __future__ import annotations

from numba import float64, njit, uint32, uint64

from sim.kernels.bare import bare
from sim.kernels.bits import lowest
from sim.kernels.counting import chances_of
from sim.kernels.pages import where
from sim.kernels.seen import gather, take
from sim.kernels.tables import (
    BAD,
    CLICKS,
    FULL,
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


@bare
def expect(asked, pages, users, factor, totals, met, sold, chances):
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
    chances
        Room for a number for each slot.

    Returns
    -------
    How many rows of *sold* are in use.
    """
    table, deals, state = pages.table, pages.deals, pages.state
    lanes, devices, sales = uint64(deals.shape[1]), uint32(len(factor)), 0
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


@bare
def expect_seen(figures, names, truth, bidding, invalid, totals, money, sold, seen, whose, places):
    """What comes of what was seen while budgets ended.

    Parameters
    ----------
    money
        Added to: what each advertiser's clicks cost, shape (advertisers,).
    """
    lanes, matched, kinds, devices = uint64(truth.looks.shape[1]), uint64(bidding.ad.shape[1]), len(bidding.ad), len(truth.looks)
    fate, sales = truth.fate, 0
    for row in range(uint64(len(bidding.value))):
        kind = where(row, kinds, devices)[1]
        gather(row, lanes, matched, figures, names, seen, whose, places)
        for slot in range(lanes):
            while places[slot]:
                place = lowest(places[slot])
                places[slot] &= places[slot] - uint64(1)
                one = slot * matched + place
                _, clicks, mass = take(seen, one)
                money[uint64(whose[one])] += mass
                sales = _book(row, slot, place, clicks, mass, uint64(fate[kind, place]), invalid, totals, sold, sales)
    return sales
