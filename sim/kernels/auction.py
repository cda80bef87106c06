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
from sim.kernels.bare import bare
from sim.kernels.bits import lowest

_TYPE = float64(float64, float64[::1], float64[::1], int64)
RULE = types.FunctionType(_TYPE)
MOST_SLOTS = 16
_ENTRIES = {}


def make_room():
    """Room for one auction: the places of a page, their prices, and three times `MOST_SLOTS` numbers."""
    return np.empty(MOST_SLOTS, np.uint64), np.empty(MOST_SLOTS, np.int64), np.empty((3, MOST_SLOTS))


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
def everyone(entered):
    """A bit for each ad that entered."""
    return (uint64(1) << uint64(entered)) - uint64(1) if entered < 64 else ~uint64(0)


@njit(inline="always")
def _choose(row, kind, able, order, quality, bid, slots, page, scores):
    """Fill *page* with the first of a row's places that are able to pay, the highest score on top.

    Returns how many there are, and those of *able* that were left out.
    """
    shown, rest = uint64(0), able
    while rest and shown < slots:
        place = uint64(order[row, lowest(rest)])
        rest &= rest - uint64(1)
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
    return shown, rest


@njit(inline="always")
def price_slot(slot, shown, offer, worth, base, needed, rival, at_door, reserve, second, device, looks, price, scores, thresholds,
               seen):  # fmt: skip
    """The price of a click on the ad in a slot, in micro-units.

    Parameters
    ----------
    offer, worth, base
        The ad's bid, its value, and what that were without a bid.
    needed, rival, at_door
        The value to be among the chosen; value and score of the first that was left out (infinite and 0 for none).
    second
        1 for the rule of the second price, which is known here: no pointer has to be followed for it.
    scores
        Of the ads shown, from the top.
    thresholds, seen
        Room for what the rule is told.
    """
    share = offer / scores[slot] if scores[slot] > 0 else 0.0
    stay = reserve
    if worth == rival and at_door * share > stay:
        stay = at_door * share  # of ads with one value the higher score is chosen: that is what the bid is for
    if needed > base and worth > base and base > -np.inf and worth < np.inf:
        stay = max(stay, (needed - base) * (offer / (worth - base)))
    if second:
        asked = max(scores[slot + uint64(1)] * share if slot + uint64(1) < shown else 0.0, stay) - 1e-6
    else:
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
    return paid + int64(paid < asked)


@njit(inline="always")
def fill_page(row, kind, device, able, order, value, without_bid, quality, bid, slots, cut, reserve, second, looks, price,
              page, prices, scratch):  # fmt: skip
    """Run one auction among a row's ads whose advertisers can pay.

    Parameters
    ----------
    able
        A bit for each of those, in the order of choice.
    order
        The places of the ads that entered, as `_enter` left them.
    looks
        Probability that each slot is looked at, shape (devices, slots).
    page, prices
        Filled for each slot that is taken: the place, and the price of a click in micro-units.
    scratch
        Room for `MOST_SLOTS` numbers three times, shape (3, MOST_SLOTS).

    Returns
    -------
    How many ads are shown, and a bit for each that has a say in this page, in the order of choice.
    """
    scores, thresholds, seen = scratch[0], scratch[1], scratch[2]
    shown, rest = _choose(row, kind, able, order, quality, bid, uint64(slots), page, scores)
    needed, rival, at_door = cut, np.inf, 0.0
    if rest:
        last = uint64(order[row, lowest(rest)])
        rival, at_door = float64(value[row, last]), float64(quality[row, last]) * float64(bid[kind, last])
        needed = max(rival, cut)
    for slot in range(shown):
        place = page[slot]
        prices[slot] = price_slot(
            slot, shown, float64(bid[kind, place]), float64(value[row, place]), float64(without_bid[row, place]), needed, rival, at_door,
            reserve, second, device, looks, price, scores, thresholds, seen,
        )  # fmt: skip
    return shown, able ^ (rest & (rest - uint64(1)))


@bare
def run_pages(bidding, broke, price, pages, prices, says, page, paid, scratch):
    """Run the auction of every row of the slate table.

    Parameters
    ----------
    bidding
        A `pages.Bidding`; its `order` and `entered` are filled.
    broke
        Advertisers who never enter, shape (advertisers,).
    pages, prices, says
        Filled, row by row: the place in each slot (-1 for none), the price of a click, and a bit for each
        ad that has a say, in the order of choice.
    page, paid, scratch
        Room for one auction.
    """
    value, without_bid, quality = bidding.value, bidding.without_bid, bidding.quality
    ad, bid, payer = bidding.ad, bidding.bid, bidding.payer
    order, entered, looks = bidding.order, bidding.entered, bidding.looks
    slots, cut, reserve, second = bidding.slots, bidding.cut, bidding.reserve, bidding.second
    kinds, devices = len(bidding.ad), len(looks)
    for row in range(len(value)):
        kind, device = (row // devices) % kinds, row % devices
        entered[row] = _enter(row, kind, value, quality, ad, bid, broke, payer, cut, reserve, order)
        shown, says[row] = fill_page(
            row, kind, device, everyone(entered[row]), order, value, without_bid, quality, bid, slots, cut, reserve, second, looks, price,
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
