"""The ads of each page in the order in which they follow one another there, for those who watch budgets end by the count.

All that an auction reads of an ad stands in one place, highest score first: a page is then the first
few that are left, in order, and an advertiser who can't pay is a bit taken out.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numba import float64, int64, njit, uint32, uint64
from numpy.typing import NDArray

from sim.kernels.auction import price_slot
from sim.kernels.bits import lowest
from sim.kernels.pages import bar_of, where
from sim.kernels.prefetch import prefetch
from sim.kernels.tables import FULL, PART

# What an auction and a click on the page hang on; `who` is who pays and, in the lowest six bits, the ad's place among the matched.
LINE = np.dtype([
    ("bid", np.float64), ("quality", np.float32), ("value", np.float32), ("without_bid", np.float32), ("chance", np.float32),
    ("belongs", np.int32), ("who", np.int32),
])  # fmt: skip
MOST_LINES = 64
# Of each row, by bits in the order of choice: whose advertisers can pay, who has a say in its page and who in that of
# midnight; and which sheet is its page.
ABLE, SAYS, AT_MIDNIGHT, SHEET = range(4)
STAND = 4
# Of each sheet: queries (those to come, later those that met it), when it went up as a part of the stretch, the row's next
# sheet (or 0) above how many ads it shows, and ads looked at that belong above those that do not; then of each slot the
# chance of a click, its price, and who pays as in `LINE`.
MET, SINCE, CHAIN, LOOKED = range(4)
HEAD = 4


class Lineups(NamedTuple):
    """Who can stand on each row's page.

    Attributes
    ----------
    lines
        The ads that entered, highest score first, of equal scores the lower place, flat over (rows, matched).
    picks
        Their lines in the order of choice, most value first, shape (rows, matched).
    entered
        How many entered, shape (rows,).
    stands
        Whatever changes of a row as budgets end, shape (rows, STAND).
    first, entries
        Where each advertiser's ads entered: entries first[a] to first[a + 1], each row × 64 + number in the order of choice.
    """

    lines: NDArray[Any]
    picks: NDArray[np.int8]
    entered: NDArray[np.int64]
    stands: NDArray[np.uint64]
    first: NDArray[np.int64]
    entries: NDArray[np.int64]


@njit(cache=True)
def line_up(bidding, lines, picks):
    """Fill *lines* and *picks* as `Lineups` says."""
    value, without_bid, quality, ad, bid = bidding.value, bidding.without_bid, bidding.quality, bidding.ad, bidding.bid
    payer, order, entered, kinds, devices = bidding.payer, bidding.order, bidding.entered, len(bidding.ad), len(bidding.looks)
    matched = uint64(value.shape[1])
    scores, number, queue = np.empty(MOST_LINES), np.empty(MOST_LINES, np.int8), np.empty(MOST_LINES, np.uint64)
    for row in range(uint64(len(value))):
        kind = where(row, kinds, devices)[1]
        for entry in range(entered[row]):
            place = uint64(order[row, entry])
            score = float64(quality[row, place]) * float64(bid[kind, place])
            at = entry
            while at > 0 and (scores[at - 1] < score or (scores[at - 1] == score and queue[at - 1] > place)):
                scores[at], queue[at] = scores[at - 1], queue[at - 1]
                at -= 1
            scores[at], queue[at] = score, place
        for line in range(entered[row]):
            place = queue[line]
            one = lines[row * matched + uint64(line)]
            one.bid, one.quality = float64(bid[kind, place]), quality[row, place]
            one.value, one.without_bid = value[row, place], without_bid[row, place]
            one.who = (int64(payer[ad[kind, place]]) << 6) | int64(place)
            number[place] = line
        for entry in range(entered[row]):
            picks[row, entry] = number[order[row, entry]]


@njit(inline="always")
def tell_truth(row, lines, entered, chance, fate, devices, matched):
    """Note what decides a click on each of a row's ads."""
    cell, kind, _ = where(row, len(fate), devices)
    for line in range(uint64(entered[row])):
        one = lines[row * matched + line]
        place = uint64(one.who) & uint64(63)
        one.chance, one.belongs = chance[cell, place], int64(fate[kind, place] & uint32(1))


@njit(cache=True)
def index_lines(lines, picks, entered, advertisers):
    """Where each advertiser's ads stand: `Lineups.first` and `Lineups.entries`."""
    first, matched = np.zeros(advertisers + 1, np.int64), picks.shape[1]
    for row in range(len(entered)):
        for line in range(entered[row]):
            first[(lines[row * matched + line].who >> 6) + 1] += 1
    for one in range(advertisers):
        first[one + 1] += first[one]
    at = first.copy()
    entries = np.empty(first[-1], np.int64)
    for row in range(len(entered)):
        for pick in range(entered[row]):
            who = lines[row * matched + picks[row, pick]].who >> 6
            entries[at[who]] = row * 64 + pick
            at[who] += 1
    return first, entries


@njit(inline="always")
def _choose(row, able, slots, picks, chosen):
    """List the lines on a row's page from the top: the first *slots* of those *able* to pay.

    Returns how many there are, a bit for each of them in the order of choice, and one for the first left out.
    """
    rest, found = able, uint64(0)
    for _ in range(slots):
        if rest == uint64(0):
            break
        found |= uint64(1) << uint64(picks[row, lowest(rest)])
        rest &= rest - uint64(1)
    shown = uint64(0)
    while found:
        chosen[shown] = lowest(found)
        found &= found - uint64(1)
        shown += uint64(1)
    return shown, able ^ rest, rest & (~rest + uint64(1))


@njit(inline="always")
def bring_lines(row, lineups):
    """Have near what making a row's page reads."""
    prefetch(lineups.lines, row * uint64(lineups.picks.shape[1]), 4)
    prefetch(lineups.picks, row, 1)


@njit(inline="always")
def make_sheet(row, device, sheet, figures, names, lines, picks, stands, slots, cut, reserve, second, believed, looks, scanned,
               judged, factor, cascade, reach, after_click, price, chosen, scores, thresholds, seen):  # fmt: skip
    """Write the page of whoever is able to stand on it; its queries and its row's chain are left to the caller.

    Parameters
    ----------
    figures, names
        The sheets, as numbers and as whole numbers: two views of one memory, shape (sheets, HEAD + 3 × lanes).
    chosen
        Room for `MOST_SLOTS` whole numbers.
    scores, thresholds, seen
        Room for `MOST_SLOTS` numbers each.
    """
    first, lanes = row * uint64(picks.shape[1]), uint64(looks.shape[1])
    shown, found, out = _choose(row, stands[row, uint64(ABLE)], slots, picks, chosen)
    stands[row, uint64(SAYS)] = found | out
    stands[row, uint64(SHEET)] = sheet
    needed, rival, at_door = cut, np.inf, 0.0
    if out:
        one = lines[first + uint64(picks[row, lowest(out)])]
        rival, at_door = float64(one.value), float64(one.quality) * one.bid
        needed = max(rival, cut)
    for slot in range(shown):
        one = lines[first + chosen[slot]]
        scores[slot] = float64(one.quality) * one.bid
    good = bad = int64(0)
    looking = 1.0
    for slot in range(shown):
        one = lines[first + chosen[slot]]
        paid = price_slot(
            slot, shown, one.bid, float64(one.value), float64(one.without_bid), needed, rival, at_door, reserve, second, device, believed,
            price, scores, thresholds, seen,
        )  # fmt: skip
        look = looks[device, slot]
        p = float64(bar_of(one.chance, 1.0 if scanned else look)) / FULL
        if judged:
            p *= factor[device]
        if cascade:
            before = float64(reach[device, slot - uint64(1)]) if slot > uint64(0) else FULL
            looking *= min(float64(reach[device, slot]) / before, 1.0)
            told = looking * p
            looking *= 1.0 - p * (1.0 - float64(after_click) / FULL)
            p = told
        part = int64(look * PART)
        good += part * int64(one.belongs)
        bad += part * (int64(1) - int64(one.belongs))
        figures[sheet, uint64(HEAD) + slot] = p
        figures[sheet, uint64(HEAD) + lanes + slot] = float64(paid)
        names[sheet, uint64(HEAD) + lanes + lanes + slot] = one.who
    names[sheet, uint64(CHAIN)] = shown
    names[sheet, uint64(LOOKED)] = (good << 32) | bad
