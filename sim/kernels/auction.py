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
def _enter(row, kind, value, quality, ad, bid, broke, payer, cut, reserve, order):
    """Note the places of a row's ads that enter: most value first, ties by score, then by place. Returns how many."""
    entered = 0
    for place in range(value.shape[1]):
        worth, offer = value[row, place], bid[kind, place]
        if not (worth >= cut) or offer < reserve or offer <= 0 or broke[payer[ad[kind, place]]]:
            continue
        score = float64(quality[row, place]) * float64(offer)
        at = entered
        while at > 0:
            other = order[row, at - 1]
            if value[row, other] > worth:
                break
            if value[row, other] == worth and float64(quality[row, other]) * float64(bid[kind, other]) >= score:
                break
            order[row, at] = other
            at -= 1
        order[row, at] = place
        entered += 1
    return entered


@njit(inline="always")
def _choose(row, kind, order, entered, quality, bid, ad, payer, dead, slots, page, scores):
    """Fill *page* with the first of a row's entered places whose advertisers can pay, the highest score on top.

    Returns how many there are, the first that was left out (-1 for none), and whether anyone could not pay.
    """
    shown, skipped, out = uint64(0), False, int64(-1)
    for entry in range(uint64(entered[row])):
        place = uint64(order[row, entry])
        if dead[uint64(payer[uint64(ad[kind, place])])]:
            skipped = True
            continue
        if shown == slots:
            out = int64(place)
            break
        score = float64(quality[row, place]) * float64(bid[kind, place])
        at = shown
        # Of equal scores the one with the lower place comes first.
        while at > uint64(0) and (scores[at - uint64(1)] < score or (scores[at - uint64(1)] == score and page[at - uint64(1)] > place)):
            page[at] = page[at - uint64(1)]
            scores[at] = scores[at - uint64(1)]
            at -= uint64(1)
        page[at] = place
        scores[at] = score
        shown += uint64(1)
    return shown, out, skipped


@njit(inline="always")
def fill_page(row, kind, device, order, entered, value, without_bid, quality, ad, bid, payer, slots, cut, reserve, looks, dead, price,
              page, prices, scratch):  # fmt: skip
    """Run one auction among a row's entered ads whose advertisers can pay.

    Parameters
    ----------
    order, entered
        The places of the ads that entered, as `_enter` left them, and how many of each row.
    looks
        Probability that each slot is looked at, shape (devices, slots).
    dead
        Advertisers who can't pay, shape (advertisers,).
    page, prices
        Filled for each slot that is taken: the place, and the price of a click in micro-units.
    scratch
        Room for `MOST_SLOTS` numbers three times, shape (3, MOST_SLOTS).

    Returns
    -------
    How many ads are shown, a bit for each place that has a say in this page, and whether an ad of
    someone who can't pay would have had one.
    """
    scores, thresholds, seen = scratch[0], scratch[1], scratch[2]
    shown, out, skipped = _choose(row, kind, order, entered, quality, bid, ad, payer, dead, uint64(slots), page, scores)
    say = uint64(0)
    needed, rival, at_door = cut, np.inf, 0.0
    if out >= 0:
        last = uint64(out)
        say |= uint64(1) << last
        rival, at_door = float64(value[row, last]), float64(quality[row, last]) * float64(bid[kind, last])
        needed = max(rival, cut)
    for slot in range(shown):
        place = page[slot]
        say |= uint64(1) << place
        offer, score = float64(bid[kind, place]), scores[slot]
        share = offer / score if score > 0 else 0.0
        stay = reserve
        worth, base = float64(value[row, place]), float64(without_bid[row, place])
        if worth == rival and at_door * share > stay:
            stay = at_door * share  # of ads with one value the higher score is chosen: that is what the bid is for
        if needed > base and worth > base and base > -np.inf and worth < np.inf:
            stay = max(stay, (needed - base) * (offer / (worth - base)))
        for below in range(slot, shown):
            next_in_rank = scores[below + uint64(1)] * share if below + uint64(1) < shown else 0.0
            thresholds[below - slot] = max(next_in_rank, stay)
            seen[below - slot] = looks[device, below]
        asked = price(offer, thresholds[: shown - slot], seen[: shown - slot], int64(shown - slot)) - 1e-6
        if np.isnan(asked):
            raise ValueError("it asked for a price that is not a number")
        asked = min(max(asked, reserve), offer)
        # Up to the next whole micro-unit: a price that rounds down would not have kept the slot.
        paid = int64(asked)
        paid += paid < asked
        prices[slot] = paid
    return shown, say, skipped


@njit(cache=True)
def run_pages(bidding, broke, price, pages, prices, says):
    """Run the auction of every row of the slate table.

    Parameters
    ----------
    bidding
        A `pages.Bidding`; its `order` and `entered` are filled.
    broke
        Advertisers who never enter, shape (advertisers,).
    pages, prices, says
        Filled, row by row: the place in each slot (-1 for none), the price of a click, and a bit for each
        place that has a say.
    """
    scratch = np.empty((3, MOST_SLOTS))
    page = np.empty(MOST_SLOTS, np.uint64)
    paid = np.empty(MOST_SLOTS, np.int64)
    value, without_bid, quality = bidding.value, bidding.without_bid, bidding.quality
    ad, bid, payer = bidding.ad, bidding.bid, bidding.payer
    order, entered, looks = bidding.order, bidding.entered, bidding.looks
    slots, cut, reserve = bidding.slots, bidding.cut, bidding.reserve
    kinds, devices = len(bidding.ad), len(looks)
    for row in range(len(value)):
        kind, device = (row // devices) % kinds, row % devices
        entered[row] = _enter(row, kind, value, quality, ad, bid, broke, payer, cut, reserve, order)
        shown, says[row], _ = fill_page(
            row, kind, device, order, entered, value, without_bid, quality, ad, bid, payer, slots, cut, reserve, looks, broke, price,
            page, paid, scratch,
        )  # fmt: skip
        for slot in range(uint64(pages.shape[1])):
            pages[row, slot] = page[slot] if slot < shown else -1
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
