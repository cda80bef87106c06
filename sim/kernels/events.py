"""One row for each ad that is shown, written tile by tile while its page still stands."""

from __future__ import annotations

from numba import int64, njit, uint64

from sim.kernels.tables import PLACE, PRICE, SHOWN

# Of each event: the query's word and its row of the slate table, place among the matched, slot, second of the
# day, price of a click, what the click was charged (0 without one), and what became of it.
WORD, ROW, AD_PLACE, SLOT, SECOND, COST, CHARGE, FATE = range(8)
EVENT = 8
# Bits of the fate: a click; one that nobody meant; one that led to a conversion.
CLICKED, MADE_BY_NOBODY, CONVERTED = 1, 2, 4


@njit(cache=True, boundscheck=False)
def note(first, end, words, rows, seconds, clicks, receipts, pages, events, noted):
    """Write an event for each ad shown to the queries [first, end) of a tile, in order of queries and slots.

    Parameters
    ----------
    clicks, receipts
        The clicks that were booked, each as query × 256 + slot, and the charge and fate of each.
    noted
        How many events there are already.

    Returns
    -------
    How many there are now.
    """
    deals, state = pages.deals, pages.state
    at, next_click, count = uint64(noted), uint64(0), uint64(len(clicks))
    for i in range(uint64(first), uint64(end)):
        row = uint64(rows[i])
        for slot in range(uint64(state[row, uint64(SHOWN)])):
            events[at, uint64(WORD)] = words[i]
            events[at, uint64(ROW)] = row
            events[at, uint64(AD_PLACE)] = deals[row, slot, uint64(PLACE)]
            events[at, uint64(SLOT)] = slot
            events[at, uint64(SECOND)] = seconds[i]
            events[at, uint64(COST)] = deals[row, slot, uint64(PRICE)]
            events[at, uint64(CHARGE)] = 0
            events[at, uint64(FATE)] = 0
            if next_click < count and clicks[next_click] == (i << uint64(8)) | slot:
                events[at, uint64(CHARGE)] = receipts[next_click, uint64(0)]
                events[at, uint64(FATE)] = CLICKED | receipts[next_click, uint64(1)]
                next_click += uint64(1)
            at += uint64(1)
    return int64(at)
