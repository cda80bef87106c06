"""What was seen on the sheets of a stretch, and the clicks on it."""

from __future__ import annotations

import numpy as np
from numba import int64, njit, uint64

from sim.kernels.bare import bare
from sim.kernels.bits import lowest
from sim.kernels.counting import book, key_for
from sim.kernels.drawing import binomial
from sim.kernels.lineups import CHAIN, HEAD, MET
from sim.kernels.pages import where
from sim.kernels.prefetch import prefetch

# Of each slot and place: queries that saw the ad there, the clicks to expect of them, and the money of those.
SEEN, EXPECTED, MONEY = range(3)


@njit(inline="always")
def gather(row, lanes, matched, figures, names, seen, whose, places):
    """Add up over a row's sheets what was seen of each slot and place.

    Parameters
    ----------
    seen
        Added to, by `SEEN`, `EXPECTED` and `MONEY`, shape (lanes × matched, 3).
    whose
        Filled where something was seen: the advertiser, shape (lanes × matched,).
    places
        A bit is set for each place that was seen in a slot, shape (lanes,).
    """
    ahead = min(uint64(row) + uint64(8), uint64(len(names)) - uint64(1))
    prefetch(figures, uint64(names[ahead, uint64(CHAIN)]) >> uint64(8), 2)
    sheet, more = uint64(row), True
    while more:
        n, chain = figures[sheet, uint64(MET)], uint64(names[sheet, uint64(CHAIN)])
        for slot in range((chain & uint64(255)) if n > 0 else uint64(0)):
            at = uint64(HEAD) + slot
            who, expected = names[sheet, at + lanes + lanes], n * figures[sheet, at]
            place = uint64(who) & uint64(63)
            places[slot] |= uint64(1) << place
            one = slot * matched + place
            whose[one] = who >> 6
            seen[one, uint64(SEEN)] += n
            seen[one, uint64(EXPECTED)] += expected
            seen[one, uint64(MONEY)] += expected * figures[sheet, at + lanes]
        sheet = chain >> uint64(8)
        more = sheet > uint64(0)


@bare
def take(seen, one):
    """What was seen of a slot and place, by `SEEN`, `EXPECTED` and `MONEY`; nothing is left there."""
    found = seen[one, uint64(SEEN)], seen[one, uint64(EXPECTED)], seen[one, uint64(MONEY)]
    seen[one, uint64(SEEN)] = seen[one, uint64(EXPECTED)] = seen[one, uint64(MONEY)] = 0.0
    return found


@bare
def click_seen(figures, names, key, truth, bidding, ratio, noise, invalid, tallies, sold, money, shown, starts, seen, whose, places):
    """Draw and book the clicks on what was seen.

    Parameters
    ----------
    ratio, noise
        How much more each advertiser's clicks are than expected, given where its budget ended, and how
        much of their noise is left, shape (advertisers,).
    money
        Added to: what each advertiser's clicks would cost without a budget, shape (advertisers,).
    shown
        The books: impressions and clicks are added where they have room.
    starts
        A uniform number for each advertiser, shape (advertisers,); used up.

    Returns
    -------
    How many rows of *sold* are in use.
    """
    lanes, matched, kinds, devices = uint64(truth.looks.shape[1]), uint64(bidding.ad.shape[1]), len(bidding.ad), len(truth.looks)
    fate, ad, sales, keep = truth.fate, bidding.ad, 0, len(shown) > 0
    for row in range(uint64(len(bidding.value))):
        kind = where(row, kinds, devices)[1]
        gather(row, lanes, matched, figures, names, seen, whose, places)
        for slot in range(lanes):
            while places[slot]:
                place = lowest(places[slot])
                places[slot] &= places[slot] - uint64(1)
                one = slot * matched + place
                n, expected, mass = take(seen, one)
                at, payer, each = row * lanes * matched + one, uint64(whose[one]), 0.0
                clicks = int64(0)
                if expected > 0:
                    clicks = binomial(int64(n), expected / n, key_for(key, row << uint64(20), uint64(ad[kind, place]), slot))
                    if noise[payer] < 1.0 or ratio[payer] != 1.0:
                        # Rounded along the advertiser's list, so that its sum is as sure as it should be.
                        wanted = max(expected * ratio[payer] + noise[payer] * (clicks - expected), 0.0)
                        before = np.floor(starts[payer])
                        starts[payer] += wanted
                        clicks = min(int64(np.floor(starts[payer]) - before), int64(n))
                    each = mass / expected
                    money[payer] += clicks * each
                    sales = book(row, slot, place, clicks, each, int64(fate[kind, place]), key, invalid, tallies, sold, sales)
                if keep:
                    shown[at, uint64(0)] += int64(n)
                    shown[at, uint64(1)] += clicks
    return sales
