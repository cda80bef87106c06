"""The `counts` sampler: how many queries, clicks and sales there are, drawn page by page.

Exact in law where no budget can end, whatever the traffic; where budgets can end, each ends at a
time of its own noise (see `kernels.spending`), and a cascade and frailty enter by their means. A
stretch that is cut in two is drawn anew in each part: the law is the same, the counts are others.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim import seeds
from sim.kernels import counting as kernels
from sim.kernels import pages as paging
from sim.kernels import seen as seeing
from sim.kernels import spending
from sim.kernels import tables as kernel
from sim.kernels.arrays import blank
from sim.kernels.auction import MOST_SLOTS, call_priced
from sim.kernels.lineups import HEAD, LINE, STAND, Lineups, index_lines, line_up
from sim.kernels.play import FRAILTIES, Users
from sim.serving.slate import SlateTable
from sim.stopwatch import timed
from sim.traffic.arrivals import DAY_S, Arrivals, Replayed
from sim.traffic.board import Board
from sim.traffic.outcome import Outcome, Sales

_FULL = 2.0**32
_STRATA = 16


class CountBoard(Board):
    """Pages whose queries and clicks are counted, not played."""

    def __init__(self, budgets: NDArray[np.int64] | None, advertisers: int, pricing: type, *, keep: bool, wait: bool = True) -> None:
        super().__init__(budgets, advertisers, pricing, keep=keep, wait=wait)
        self._used = np.zeros(advertisers)
        self._ends = np.full(advertisers, np.nan)
        self._ratio = np.ones(advertisers)
        self._square = np.zeros(advertisers)
        self._day_key = -1
        self._queries: NDArray[np.int64]
        self._lineups: Lineups
        self._figures: NDArray[np.float64]
        self._names: NDArray[np.int64]
        self._sold: NDArray[np.int64]
        self._ready = False
        self._sheets = 0

    def serve(self, slates: SlateTable, truth: kernel.Truth) -> None:
        """Put up the pages of *slates*; the books must have been closed."""
        super().serve(slates, truth)
        self._asked = np.zeros(len(self._pages.counts), np.int64)
        if self._limited:
            self._line_up()

    def see(self, truth: kernel.Truth) -> None:
        """The truth behind the pages has changed."""
        super().see(truth)
        self._ready = False

    def meet(self, users: Users, satisfied: NDArray[np.float64] | None) -> None:
        """From now on these are the users."""
        super().meet(users, satisfied)
        self._ready = False

    @timed("slates")
    def _line_up(self) -> None:
        """Have ready who follows whom on each page, and room for the pages to come: one more for each ad that entered at most."""
        bidding = self._slates.bidding
        rows, matched = bidding.value.shape
        lines, picks = blank(rows * matched, LINE), blank((rows, matched), np.int8)
        line_up(bidding, lines, picks)
        index = index_lines(lines, picks, bidding.entered, len(self._budgets))
        self._lineups = Lineups(lines, picks, bidding.entered, blank((rows, STAND), np.uint64), *index)
        words = -(-(HEAD + 3 * self._pages.deals.shape[1]) // 8) * 8
        self._figures = blank((rows + len(index[1]), words), np.float64)
        self._names = self._figures.view(np.int64)
        self._room = (
            np.empty(MOST_SLOTS, np.uint64),
            np.empty(MOST_SLOTS),
            np.empty(MOST_SLOTS),
            np.empty(MOST_SLOTS),
            np.empty(rows + 1, np.uint64),
        )
        places = self._pages.deals.shape[1] * matched
        self._grid = np.zeros((places, 3)), np.empty(places, np.int64), np.zeros(self._pages.deals.shape[1], np.uint64)

    def _index(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """The board's pages are those of midnight and stay so; those that follow are sheets."""
        return np.zeros(len(self._budgets) + 1, np.int64), np.zeros(0, np.int64)

    def begin_day(self) -> None:
        """Midnight: budgets are whole again, and so are the pages."""
        super().begin_day()
        self._used[:] = 0
        self._ends[:] = np.nan

    def play(self, arrivals: Arrivals, first_s: int, end_s: int) -> Outcome:
        """Draw what happens in the seconds [first_s, end_s) of a day."""
        if first_s >= end_s:
            return self._outcome(0, 0, first_s, end_s)
        key = seeds.mix(arrivals.day_key + first_s + 1)
        self._ask(arrivals, key, first_s, end_s)
        if self._limited:
            return self._outcome(self._spend(arrivals.day_key, key), key, first_s, end_s)
        sales = self._click(key)
        paging.settle(self._pages, self._tallies, self._met)
        return self._outcome(sales, key, first_s, end_s)

    def _ask(self, arrivals: Arrivals, key: int, first_s: int, end_s: int) -> None:
        """Draw each row's queries."""
        rows, cells = self._slates.matched.shape[:2]
        asked = np.zeros(cells, np.int64)
        if isinstance(arrivals, Replayed):
            if arrivals.day_key != self._day_key or first_s == 0:
                self._day_key, self._queries = arrivals.day_key, arrivals.queries.copy()
            kernels.ask_again(np.uint64(key), self._queries, (end_s - first_s) / (DAY_S - first_s), arrivals.device_shares, asked)
        else:
            kernels.ask(np.uint64(key), arrivals.shares * (arrivals.expected * (end_s - first_s) / DAY_S), asked)
        if self._satisfied is not None:
            kernels.keep_satisfied(np.uint64(key), asked, np.minimum(self._satisfied / _FULL, 1.0))
        if rows == 1:
            self._asked = asked
        else:
            kernels.split_variants(np.uint64(key), asked, self._slates.weights, self._asked)

    def _click(self, key: int) -> int:
        self._sold = np.empty((self._pages.deals[:, :, 0].size, kernels.SOLD), np.int64)
        mixed = int((self._users.factor != self._users.factor[:, :1]).any())
        made = np.zeros(self._pages.deals.shape[1], np.int64)
        return int(kernels.click(self._asked, np.uint64(key), self._pages, self._users, mixed, self._tallies, self._sold, made))

    def _spend(self, day_key: int, key: int) -> int:
        """Draw what is clicked and charged while budgets end."""
        factor, asked = mean_factor(self._users), self._asked.astype(np.float64)
        totals, before = np.zeros(kernel.TALLIES), self._dead.copy()
        self._follow(asked, key, factor, totals, day_key, drawn=True)
        self._tallies += totals.astype(np.int64)
        money = np.zeros(len(self._left))
        noise, ratio = self._given()
        starts = seeds.uniforms(seeds.mix(key ^ 0x5EED), len(money))
        self._sold = np.empty((self._most_sales(), kernels.SOLD), np.int64)
        sales = seeing.click_seen(
            self._figures, self._names, np.uint64(key), self._truth, self._slates.bidding, ratio, noise, self._users.invalid,
            self._tallies, self._sold, money, self._books.shown, starts, *self._grid,
        )  # fmt: skip
        self._charge(before, money)
        return int(sales)

    def _most_sales(self) -> int:
        """How many kinds of sales there can be: one for each slot of each sheet."""
        return self._sheets * int(self._pages.deals.shape[1])

    def _charge(self, before: NDArray[np.bool_], money: NDArray[np.float64]) -> None:
        """Charge what clicks cost: whoever ran out since *before* has spent what was left, and nobody spends more."""
        charged = np.where(self._dead & ~before, self._left, np.minimum(np.rint(money).astype(np.int64), self._left))
        self._left -= charged
        self._tallies[kernel.REVENUE] += charged.sum()

    def _follow(
        self, asked: NDArray[np.float64], key: int, factor: NDArray[np.float64], totals: NDArray[np.float64], day_key: int, *, drawn: bool
    ) -> None:
        """Find the budgets that end, one after the other."""
        first, second = np.zeros(len(self._ends)), np.zeros(len(self._ends))
        sheets = (
            self._lineups,
            self._figures,
            self._names,
            self._truth,
            self._slates.bidding,
            self._users,
            factor,
            self._dead,
            self._price,
            self._room,
        )
        up = call_priced(spending.begin, asked, self._ready, *sheets, first, second)
        self._ready = True
        self._set_ends(first, second, day_key, drawn=drawn)
        over, self._sheets = call_priced(
            spending.spend, np.uint64(key), drawn, up, *sheets, first, self._used, self._ends, totals, self._met, self._books.queries
        )
        self._tallies[kernel.EXHAUSTED] += over

    def _set_ends(self, first: NDArray[np.float64], second: NDArray[np.float64], day_key: int, *, drawn: bool) -> None:
        """Where the budgets of today end, for those advertisers that are shown for the first time today."""
        new = np.isnan(self._ends) & (first > 0)
        square = second[new] / first[new]
        middle = self._budgets[new] + square / 2
        self._square[new] = square
        self._ends[new] = middle
        if drawn:
            from scipy.special import gammaincinv

            uniform = seeds.uniforms(seeds.mix(day_key ^ 0xB1D6E7), len(new))[new]
            self._ends[new] = np.maximum(gammaincinv(middle / square, uniform) * square, 1.0)
        self._ratio[new] = middle / self._ends[new]

    def _given(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """How much noise is left of each advertiser's clicks given where its budget ends, and how many more they are than expected."""
        done = np.minimum(np.nan_to_num(self._used / self._ends), 1.0)
        most = self._used + 6 * np.sqrt(self._square * self._used) + 3 * self._square
        free = ~self._dead & (most < self._budgets)
        return np.where(free, 1.0, np.sqrt(1 - done)), np.where(free, 1.0, self._ratio)

    def _outcome(self, sales: int, key: int, first_s: int, end_s: int) -> Outcome:
        outcome = Outcome(self._tallies.copy(), self._met.copy(), self._sales(self._sold[:sales], key, first_s, end_s))
        self._tallies[:] = 0
        self._met[:] = 0
        return outcome

    def _sales(self, sold: NDArray[np.int64], key: int, first_s: int, end_s: int) -> Sales:
        """Give conversions their second and their delay: one by one where they are few, else in sixteen groups spread evenly."""
        row, place, slot, number = sold.T
        if not (self._keep and self._wait):
            nothing = np.zeros(len(row))
            return Sales(row, place, slot, nothing.astype(np.int64), nothing, number.copy())
        many = number > _STRATA
        parts = np.zeros((int(many.sum()), _STRATA), np.int64)
        at = np.flatnonzero(many)
        kernels.strata(number[at], seeds.words(seeds.mix(key ^ 0x57A7A), len(at)), parts)
        ones = np.repeat(np.flatnonzero(~many), number[~many])
        which = np.concatenate([ones, np.repeat(at, _STRATA)])
        counts = np.concatenate([np.ones(len(ones), np.int64), parts.ravel()])
        inside = seeds.uniforms(seeds.mix(key ^ 0xDE1A7), len(which))
        stratum = np.concatenate([np.zeros(len(ones)), np.tile(np.arange(_STRATA), len(at))])
        width = np.concatenate([np.ones(len(ones)), np.full(len(at) * _STRATA, 1.0 / _STRATA)])
        second = (seeds.uniforms(seeds.mix(key ^ 0x5EC), len(which)) * (end_s - first_s)).astype(np.int64) + first_s
        held = counts > 0
        delay = (stratum + inside) * width
        return Sales(row[which][held], place[which][held], slot[which][held], second[held], delay[held], counts[held])


def mean_factor(users: Users) -> NDArray[np.float64]:
    """The part of the bars that holds for a device's queries on average, shape (devices,)."""
    return np.asarray(users.factor.reshape(-1, FRAILTIES).mean(axis=1) / _FULL, dtype=np.float64)
