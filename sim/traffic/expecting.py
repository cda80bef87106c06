"""The `mean` sampler: what is to be expected, with no noise of queries or clicks.

Given pages and users the expectation is exact where no budget can end; with budgets each ends where
it is expected to (a fluid). What a candidate learns from is drawn all the same, by the `counts`
sampler: a model that is trained on expectations is another model.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim import seeds
from sim.kernels import expecting as kernels
from sim.kernels import tables as kernel
from sim.kernels.play import Users
from sim.serving.slate import SlateTable
from sim.traffic.arrivals import DAY_S, Arrivals, Replayed
from sim.traffic.counting import CountBoard, mean_factor
from sim.traffic.outcome import Outcome, Sales, Shown

_FULL = 2.0**32


class MeanBoard(CountBoard):
    """Pages of which expectations are told, beside a board of counts that keeps the log."""

    def __init__(self, budgets: NDArray[np.int64] | None, advertisers: int, pricing: type, *, keep: bool, wait: bool = True) -> None:
        super().__init__(budgets, advertisers, pricing, keep=False)
        self._logged = CountBoard(budgets, advertisers, pricing, keep=True, wait=wait) if keep else None
        self._carry = np.zeros(kernel.TALLIES)
        self._sales_carry = 0.0

    def serve(self, slates: SlateTable, truth: kernel.Truth) -> None:
        """Put up the pages of *slates*; the books must have been closed."""
        super().serve(slates, truth)
        if self._logged:
            self._logged.serve(slates, truth)

    def see(self, truth: kernel.Truth) -> None:
        """The truth behind the pages has changed."""
        super().see(truth)
        if self._logged and hasattr(self._logged, "_slates"):
            self._logged.see(truth)

    def meet(self, users: Users, satisfied: NDArray[np.float64] | None) -> None:
        """From now on these are the users."""
        super().meet(users, satisfied)
        if self._logged:
            self._logged.meet(users, satisfied)

    def begin_day(self) -> None:
        """Midnight: budgets are whole again, and so are the pages."""
        super().begin_day()
        if self._logged:
            self._logged.begin_day()

    def close(self) -> Shown:
        """Close the books of what was drawn for the log."""
        if self._logged is None:
            return super().close()
        return self._logged.close()

    def play(self, arrivals: Arrivals, first_s: int, end_s: int) -> Outcome:
        """Tell what is to be expected of the seconds [first_s, end_s) of a day."""
        logged = self._logged.play(arrivals, first_s, end_s).sales if self._logged else None
        asked, factor, totals = self._means(arrivals, first_s, end_s), mean_factor(self._users), np.zeros(kernel.TALLIES)
        if self._limited:
            sales = self._expect_budgets(asked, factor, totals, arrivals.day_key)
        else:
            self._expected = np.empty((self._pages.deals[:, :, 0].size, 4))
            sales = kernels.expect(
                asked, self._pages, self._users, factor, totals, self._met, self._expected, np.empty(self._pages.deals.shape[1])
            )
        whole = self._tallies + np.floor(totals + self._carry).astype(np.int64)
        self._carry += totals - np.floor(totals + self._carry)
        outcome = Outcome(whole, self._met.copy(), self._expected_sales(self._expected[:sales]), logged)
        self._tallies[:] = 0
        self._met[:] = 0
        return outcome

    def _means(self, arrivals: Arrivals, first_s: int, end_s: int) -> NDArray[np.float64]:
        """Expected queries of each row, shape (rows,)."""
        part = (end_s - first_s) / DAY_S
        if isinstance(arrivals, Replayed):
            cells = (arrivals.queries[:, None] * arrivals.device_shares).ravel() * part
        else:
            cells = arrivals.shares * (arrivals.expected * part)
        if self._satisfied is not None:
            kept = np.minimum(self._satisfied / _FULL, 1.0)
            cells = (cells.reshape(-1, len(kept)) * kept).ravel()
        return np.asarray((self._slates.weights[:, None] / self._slates.weights.sum() * cells).ravel(), dtype=np.float64)

    def _expect_budgets(self, asked: NDArray[np.float64], factor: NDArray[np.float64], totals: NDArray[np.float64], day_key: int) -> int:
        before, money = self._dead.copy(), np.zeros(len(self._left))
        self._follow(asked, 0, factor, totals, day_key, drawn=False)
        self._expected = np.empty((self._most_sales(), 4))
        sales = kernels.expect_seen(
            self._figures, self._names, self._truth, self._slates.bidding, self._users.invalid, totals, money, self._expected, *self._grid
        )  # fmt: skip
        self._charge(before, money)
        return int(sales)

    def _expected_sales(self, expected: NDArray[np.float64]) -> Sales:
        """Whole conversions whose sum is the expected one, but for what is carried on."""
        sums = np.cumsum(expected[:, 3]) + self._sales_carry
        number = np.diff(np.floor(np.concatenate([[self._sales_carry], sums]))).astype(np.int64)
        self._sales_carry = float(sums[-1] % 1.0) if len(sums) else self._sales_carry
        row, place, slot = expected[:, :3].T.astype(np.int64)
        held = number > 0
        return Sales(row[held], place[held], slot[held], np.zeros(held.sum(), np.int64), np.zeros(held.sum()), number[held])


class AskedBoard(MeanBoard):
    """The same, of the queries that are drawn: what clicks add to the noise is gone, what queries add is there."""

    def _means(self, arrivals: Arrivals, first_s: int, end_s: int) -> NDArray[np.float64]:
        if first_s >= end_s:
            return super()._means(arrivals, first_s, end_s)
        self._ask(arrivals, seeds.mix(arrivals.day_key + first_s + 1), first_s, end_s)
        return self._asked.astype(np.float64).ravel()
