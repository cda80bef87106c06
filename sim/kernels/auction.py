"""The auction of one page: which of the ads that entered are chosen, in what order, at what price.

The objective says who may be shown and who is worth most; of those the page is ordered by
bid × quality. A pricing rule is told, for each winner, the lowest bids with which it would hold its
slot and each slot below.
"""

from __future__ import annotations

import numpy as np
from numba import float64, int64, njit, typeof, types, uint64
from numba.core.dispatcher import Dispatcher

PRICE = types.FunctionType(float64(float64, float64[::1], float64[::1]))
_MOST_SLOTS = 16


def compile_price(function):
    """Compile a pricing rule `price(bid, thresholds, looks)`, kept in the cache where its source is a file."""
    signature = float64(float64, float64[::1], float64[::1])
    try:
        return njit(signature, cache=True)(function)
    except RuntimeError:  # no file to keep it beside
        return njit(signature)(function)


@njit(inline="always")
def _score(quality, bid, place):
    return float64(quality[place]) * float64(bid[place])


@njit(inline="always")
def _enter(value, quality, bid, cut, reserve, order):
    """Put the ads that enter in order: most value first, ties by score, then by place. Returns how many."""
    entered = 0
    for place in range(len(value)):
        if not (value[place] >= cut) or bid[place] < reserve or bid[place] <= 0:
            continue
        score = _score(quality, bid, place)
        at = entered
        while at > 0:
            other = order[at - 1]
            if value[other] > value[place] or (value[other] == value[place] and _score(quality, bid, other) >= score):
                break
            order[at] = other
            at -= 1
        order[at] = place
        entered += 1
    return entered


@njit(inline="always")
def _choose(order, entered, ad, payer, dead, quality, bid, slots, page, scores):
    """Fill *page* with the first ads in order whose advertisers can pay, the highest score on top.

    Returns how many there are, and the first that was left out (-1 for none).
    """
    shown = 0
    for i in range(entered):
        place = order[i]
        if dead[payer[ad[place]]]:
            continue
        if shown == slots:
            return shown, int64(place)
        score = _score(quality, bid, place)
        at = shown
        while at > 0 and (scores[at - 1] < score or (scores[at - 1] == score and page[at - 1] > place)):
            page[at] = page[at - 1]
            scores[at] = scores[at - 1]
            at -= 1
        page[at] = place
        scores[at] = score
        shown += 1
    return shown, int64(-1)


@njit(inline="always")
def _bid_to_stay(place, value, without_bid, quality, bid, out, out_score, needed, reserve):
    """The lowest bid with which the ad would still be among the chosen."""
    stay = reserve
    if out >= 0 and value[place] == value[out] and quality[place] > 0:
        # Of ads with one value the higher score is chosen: that is what the bid is for.
        stay = max(stay, out_score / float64(quality[place]))
    worth, base = float64(value[place]), float64(without_bid[place])
    if worth > base and np.isfinite(base) and np.isfinite(worth):
        stay = max(stay, (needed - base) * float64(bid[place]) / (worth - base))
    return stay


@njit(inline="always")
def fill_page(order, entered, ad, payer, dead, value, without_bid, quality, bid, slots, cut, reserve, looks, price, page, prices, scratch):
    """Run one auction among the ads that entered and whose advertisers can pay.

    Parameters
    ----------
    order, entered
        The ads that entered, as `_enter` left them.
    looks
        Probability that each slot is looked at: the weights of a rule such as Vickrey's.
    page, prices
        Filled: the ad in each slot, -1 for none, and the price of a click in micro-units.
    scratch
        Room for two rows of `_MOST_SLOTS` numbers.

    Returns
    -------
    How many ads are shown, and a bit for each ad that has a say in this page.
    """
    scores, thresholds = scratch[0], scratch[1]
    shown, out = _choose(order, entered, ad, payer, dead, quality, bid, slots, page, scores)
    say = uint64(0)
    needed, out_score = cut, 0.0
    if out >= 0:
        say |= uint64(1) << uint64(out)
        needed, out_score = max(float64(value[out]), cut), _score(quality, bid, out)
    for slot in range(shown):
        place = page[slot]
        say |= uint64(1) << uint64(place)
        stay = _bid_to_stay(place, value, without_bid, quality, bid, out, out_score, needed, reserve)
        weight = float64(quality[place])
        for below in range(slot, shown):
            thresholds[below] = stay
            if below + 1 < shown and weight > 0:
                thresholds[below] = max(stay, scores[below + 1] / weight)
        asked = max(price(float64(bid[place]), thresholds[slot:shown], looks[slot:shown]), reserve)
        # Up to the next whole micro-unit: a price that rounds down would not have kept the slot.
        prices[slot] = min(int64(np.ceil(asked - 1e-6)), bid[place])
    for slot in range(shown, len(page)):
        page[slot] = -1
        prices[slot] = 0
    return shown, say


@njit(cache=True)
def run_pages(value, without_bid, quality, ad, bid, payer, dead, slots, cut, reserve, looks, price, order, entered, pages, prices, says):
    """Run the auction of every row of the slate table.

    Parameters
    ----------
    value, without_bid, quality
        What is offered, shape (rows, matched); row = (variant × types + type) × devices + device.
    ad, bid
        The ads matched to each query type and their bids, shape (types, matched).
    payer, dead
        The advertiser of each ad, and who has no budget left.
    looks
        Probability that a slot is looked at, shape (devices, slots).
    order, entered, pages, prices, says
        Filled, row by row: see `fill_page`.
    """
    scratch = np.empty((2, _MOST_SLOTS))
    kinds, devices = len(ad), len(looks)
    for row in range(len(value)):
        kind, device = (row // devices) % kinds, row % devices
        entered[row] = _enter(value[row], quality[row], bid[kind], cut, reserve, order[row])
        _, says[row] = fill_page(
            order[row], entered[row], ad[kind], payer, dead, value[row], without_bid[row], quality[row], bid[kind],
            slots, cut, reserve, looks[device], price, pages[row], prices[row], scratch,
        )  # fmt: skip


def call_priced(kernel, *arguments):
    """Call a kernel that takes a pricing rule: compiled once for all rules, which reach it as a pointer."""
    if not kernel.signatures:
        kernel.compile(tuple(PRICE if isinstance(one, Dispatcher) else typeof(one) for one in arguments))
        kernel.disable_compile()
    return kernel(*arguments)
