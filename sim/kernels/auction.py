"""The auction of one page: which of the ads that entered are chosen, in what order, at what price.

The objective says who may be shown and who is worth most; of those the page is ordered by
bid × quality. A pricing rule is told, for each winner, the lowest bids with which it would hold its
slot and each slot below.
"""

from __future__ import annotations

import numpy as np
from numba import float64, int64, njit, typeof, types, uint64
from numba.core.dispatcher import Dispatcher
from numba.core.errors import NumbaError

from sim.errors import InvalidRun

_TYPE = float64(float64, float64[::1], float64[::1], int64)
RULE = types.FunctionType(_TYPE)
MOST_SLOTS = 16
# What is noted of an ad that entered, one cache line: its value, bid × quality, bid, the value without a
# bid, the bid that buys one unit of value, who pays × 64 + its place among the matched, and the ad.
VALUE, SCORE, BID, BASE, SLOPE, WHO, AD = range(7)
LOT = 8
_ENTRIES = {}


def compile_price(function):
    """Compile a pricing rule `price(bid, thresholds, looks, slots)`, kept in the cache where its source is a file.

    Raises
    ------
    InvalidRun
        When it can't be compiled, or takes or returns something else.
    """
    try:
        try:
            compiled = njit(_TYPE, cache=True, boundscheck=True)(function)
        except RuntimeError:  # no file to keep it beside
            compiled = njit(_TYPE, boundscheck=True)(function)
    except (NumbaError, TypeError) as problem:
        why = next(line for line in str(problem).splitlines() if line and not line.startswith("Failed in"))
        raise InvalidRun(f"market.pricing: {function.__qualname__} can't be compiled: {why}") from None
    if compiled.nopython_signatures[0].return_type != float64:
        raise InvalidRun(f"market.pricing: {function.__qualname__} returns no number")
    return compiled


@njit(inline="always")
def _enter(bidding, row, kind, lots):
    """Note the ads that enter as *lots*, most value first, ties by score, then by place. Returns how many."""
    entered = 0
    for place in range(bidding.value.shape[1]):
        value, bid = float64(bidding.value[row, place]), bidding.bid[kind, place]
        if not (value >= bidding.cut) or bid < bidding.reserve or bid <= 0:
            continue
        score = float64(bidding.quality[row, place]) * float64(bid)
        at = entered
        while at > 0 and (lots[at - 1, VALUE] < value or (lots[at - 1, VALUE] == value and lots[at - 1, SCORE] < score)):
            for part in range(LOT):
                lots[at, part] = lots[at - 1, part]
            at -= 1
        base = float64(bidding.without_bid[row, place])
        bought = value > base and base > -np.inf and value < np.inf
        lots[at, VALUE] = value
        lots[at, SCORE] = score
        lots[at, BID] = bid
        lots[at, BASE] = base if bought else 0.0
        lots[at, SLOPE] = float64(bid) / (value - base) if bought else 0.0
        lots[at, WHO] = int64(bidding.payer[bidding.ad[kind, place]]) * 64 + place
        lots[at, AD] = bidding.ad[kind, place]
        entered += 1
    return entered


@njit
def _choose(row, lots, entered, dead, slots, page, scores):
    """Fill *page* with the first of a row's lots whose advertisers can pay, the highest score on top.

    Returns how many there are, and the first that was left out (-1 for none).
    """
    shown = 0
    out = -1
    for lot in range(entered):
        who = int64(lots[row, lot, WHO])
        if dead[who >> int64(6)]:
            continue
        if shown == slots:
            out = lot
            break
        score = lots[row, lot, SCORE]
        at = shown
        # Of equal scores the one with the lower place comes first.
        while at > 0 and (
            scores[at - 1] < score or (scores[at - 1] == score and int64(lots[row, page[at - 1], WHO]) & int64(63) > who & int64(63))
        ):
            page[at] = page[at - 1]
            scores[at] = scores[at - 1]
            at -= 1
        page[at] = lot
        scores[at] = score
        shown += 1
    return shown, out


@njit
def fill_page(row, device, lots, entered, slots, cut, reserve, looks, dead, price, page, prices, scratch):
    """Run one auction among a row's lots whose advertisers can pay.

    Parameters
    ----------
    lots, entered
        The ads that entered, as `_enter` left them, and how many of this row's.
    looks
        Probability that each slot is looked at, shape (devices, slots).
    dead
        Advertisers who can't pay, shape (advertisers,).
    page, prices
        Filled for each slot that is taken: the lot, and the price of a click in micro-units.
    scratch
        Room for `MOST_SLOTS` numbers three times, shape (3, MOST_SLOTS).

    Returns
    -------
    How many ads are shown, and a bit for each place that has a say in this page.
    """
    scores, thresholds, seen = scratch[0], scratch[1], scratch[2]
    shown, out = _choose(row, lots, entered, dead, slots, page, scores)
    say = uint64(0)
    needed, rival, at_door = cut, np.inf, 0.0
    if out >= 0:
        say |= uint64(1) << uint64(int64(lots[row, out, WHO]) & int64(63))
        rival, at_door = lots[row, out, VALUE], lots[row, out, SCORE]
        needed = rival if rival > cut else cut
    for slot in range(shown):
        lot = page[slot]
        say |= uint64(1) << uint64(int64(lots[row, lot, WHO]) & int64(63))
        bid, score = lots[row, lot, BID], scores[slot]
        share = bid / score if score > 0 else 0.0
        stay = reserve
        if lots[row, lot, VALUE] == rival and at_door * share > stay:
            stay = at_door * share  # of ads with one value the higher score is chosen: that is what the bid is for
        bought = (needed - lots[row, lot, BASE]) * lots[row, lot, SLOPE]
        if bought > stay:
            stay = bought
        for below in range(slot, shown):
            next_in_rank = scores[below + 1] * share if below + 1 < shown else 0.0
            thresholds[below - slot] = next_in_rank if next_in_rank > stay else stay
            seen[below - slot] = looks[device, below]
        asked = price(bid, thresholds[: shown - slot], seen[: shown - slot], shown - slot) - 1e-6
        if np.isnan(asked):
            raise ValueError("it asked for a price that is not a number")
        asked = min(max(asked, reserve), bid)
        # Up to the next whole micro-unit: a price that rounds down would not have kept the slot.
        paid = int64(asked)
        paid += paid < asked
        prices[slot] = paid
    return shown, say


@njit(cache=True)
def run_pages(bidding, dead, price, pages, prices, says):
    """Run the auction of every row of the slate table.

    Parameters
    ----------
    bidding
        A `pages.Bidding`; its `lots` are filled, where it has room for every row's, and its `entered`.
    dead
        Advertisers who never enter, shape (advertisers,).
    pages, prices, says
        Filled, row by row: the place in each slot (-1 for none), the price of a click, and a bit for each
        place that has a say.
    """
    scratch = np.empty((3, MOST_SLOTS))
    page = np.empty(MOST_SLOTS, np.int64)
    paid = np.empty(MOST_SLOTS, np.int64)
    lots, entered, looks = bidding.lots, bidding.entered, bidding.looks
    slots, cut, reserve = bidding.slots, bidding.cut, bidding.reserve
    kinds, devices = len(bidding.ad), len(looks)
    kept = len(lots) > 1
    for row in range(len(bidding.value)):
        kind, device = (row // devices) % kinds, row % devices
        at = row if kept else 0
        entered[row] = _enter(bidding, row, kind, lots[at])
        shown, says[row] = fill_page(at, device, lots, entered[row], slots, cut, reserve, looks, dead, price, page, paid, scratch)
        for slot in range(pages.shape[1]):
            pages[row, slot] = int64(lots[at, page[slot], WHO]) & int64(63) if slot < shown else -1
            prices[row, slot] = paid[slot] if slot < shown else 0


def call_priced(kernel, *arguments):
    """Call a kernel that takes a pricing rule: compiled once for all rules, which reach it as a pointer.

    The compiled code is entered directly: finding it anew by the types of some fifty arrays would take
    longer than a small batch does.
    """
    entry = _ENTRIES.get(kernel)
    if entry is None:
        kernel.compile(tuple(RULE if isinstance(one, Dispatcher) else typeof(one) for one in arguments))
        kernel.disable_compile()
        (compiled,) = kernel.overloads.values()
        entry = _ENTRIES[kernel] = compiled.entry_point
    try:
        return entry(*arguments)
    except (ArithmeticError, LookupError, ValueError) as problem:  # only a rule can raise, or be refused what it asks
        raise InvalidRun(f"market.pricing: the rule can't be used: {problem}") from None
