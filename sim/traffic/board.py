"""The board: every page as it stands now, who can still pay, and the `queries` sampler that plays them.

Contract of a sampler: pages + arrivals + a stretch of seconds → outcome. Cutting a stretch in two at
a whole second changes no count. Budgets are exact to the click: the last click pays what is left and
counts whole, an ad is judged at the query's start, and a budget of zero never enters.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.kernels import arrivals as arriving
from sim.kernels import pages as kernel
from sim.kernels import play as playing
from sim.kernels.auction import call_priced
from sim.serving.auction import compiled
from sim.serving.slate import SlateTable
from sim.traffic.arrivals import Arrivals, cumulative_bars
from sim.traffic.outcome import Outcome, Sales, Shown, shown_from

_ROOM = 65_536


class Board:
    """The pages of one platform while they are served.

    Parameters
    ----------
    budgets
        Micro-units of each advertiser and day, shape (advertisers,); None where nobody has a limit.
    keep
        Whether the books are kept of what was shown on each page, for a log.
    """

    def __init__(self, budgets: NDArray[np.int64] | None, advertisers: int, pricing: type, *, keep: bool) -> None:
        self._budgets = np.zeros(advertisers, np.int64) if budgets is None else budgets
        self._limited = budgets is not None
        self._price = compiled(pricing)
        self._keep = keep
        self._left = self._budgets.copy()
        self._dead = self._limited & (self._budgets == 0)
        self._slates: SlateTable
        self._pages: kernel.Pages
        self._truth: kernel.Truth
        self._users: playing.Users
        self._purse: playing.Purse
        self._satisfied: NDArray[np.uint64] | None = None
        self._retired = np.empty((0, 0), np.int64)
        self._used = 0
        self._gone: list[NDArray[np.int64]] = []
        self._tallies = np.zeros(kernel.TALLIES, np.int64)
        self._met = np.zeros((1, 3))

    @property
    def broke(self) -> NDArray[np.bool_] | None:
        """Advertisers whose budget is zero: they never enter, shape (advertisers,); None where nobody has a limit."""
        return self._budgets == 0 if self._limited else None

    @property
    def pages(self) -> kernel.Pages:
        """The pages as they stand, with their accounts."""
        return self._pages

    @property
    def left(self) -> NDArray[np.int64]:
        """Micro-units that each advertiser has left today, shape (advertisers,)."""
        return self._left

    @property
    def exhausted(self) -> int:
        """How many advertisers have spent their budget today."""
        return int((self._dead & (self._budgets > 0)).sum())

    @property
    def dry_cells(self) -> int:
        """How many cells can't fill their page as at midnight, since the budgets of the ads they matched are gone."""
        if not self._limited or not self.exhausted:
            return 0
        places, cells = self._clean[0], self._slates.matched.shape[1]
        return int(kernel.count_dry(self._pages, self._slates.bidding, self._dead, places, cells))

    def expected_met(self, shares: NDArray[np.float64]) -> NDArray[np.float64]:
        """What users meet on average: queries, ads looked at that belong and that do not, shape (devices, 3).

        Parameters
        ----------
        shares
            Share of each cell in the queries, shape (cells,).
        """
        weight = (self._slates.weights[:, None] * shares).ravel()
        good, bad = (self._pages.state[:, part] / kernel.PART for part in (kernel.GOOD, kernel.BAD))
        met = np.stack([weight, weight * good, weight * bad], axis=1)
        return np.asarray(met.reshape(-1, len(self._truth.looks), 3).sum(axis=0), dtype=np.float64)

    def serve(self, slates: SlateTable, truth: kernel.Truth, expected: float) -> None:
        """Put up the pages of *slates*; the books must have been closed.

        Parameters
        ----------
        expected
            Queries of a day: with more rows than that, a page is made again at its next query only.
        """
        variants, cells, slots = slates.matched.shape
        rows, lanes = variants * cells, -(-slots // kernel.LANES) * kernel.LANES
        self._slates = slates
        self._pages = _blank(rows, lanes)
        self._retired = np.empty((2 * rows + _ROOM if self._limited and self._keep else 0, 2 + 2 * lanes), np.int64)
        self._met = np.zeros((len(truth.looks), 3))
        self._sold = np.empty((2 * playing.TILE * lanes, playing.SOLD), np.int64)
        self._bars = cumulative_bars(slates.weights)
        bidding, nobody = slates.bidding, np.zeros(0, np.int32)
        index: tuple[Any, ...] = (np.zeros(1, np.int64), nobody, np.zeros(0, np.int8))
        if self._limited:
            index = playing.index_payers(bidding.lots, bidding.entered, len(self._budgets))
        self._purse = playing.Purse(int(self._limited), int(rows > expected), self._left, self._dead, *index)
        self.see(truth)

    def see(self, truth: kernel.Truth) -> None:
        """The truth behind the pages has changed; pages of today's spent budgets stay as they are."""
        self._truth = truth
        places, prices, says = self._clean
        self._restore()
        kernel.write_pages(self._pages, truth, self._slates.bidding, places, prices, says)
        self._close_spent()

    def meet(self, users: playing.Users, satisfied: NDArray[np.float64] | None) -> None:
        """From now on these are the users.

        Parameters
        ----------
        satisfied
            Share of each device's queries that are asked at all, shape (devices,); None for all of them.
        """
        self._users = users
        self._satisfied = None if satisfied is None else np.rint(satisfied * 2.0**32).astype(np.uint64)

    def begin_day(self) -> None:
        """Midnight: budgets are whole again, and so are the pages."""
        if not self._limited:
            return
        np.copyto(self._left, self._budgets)
        np.copyto(self._dead, self._budgets == 0)
        self._restore()

    def play(self, arrivals: Arrivals, first_s: int, end_s: int) -> Outcome:
        """Play the seconds [first_s, end_s) of a day."""
        _, cells, _ = self._slates.matched.shape
        sold: list[NDArray[np.int64]] = []
        for batch in arrivals.batches(first_s, end_s):
            count = batch.number
            if self._satisfied is not None:
                count = arriving.keep_satisfied(count, *batch[1:], self._satisfied)
            if len(self._bars) > 1:
                arriving.choose_variant(count, batch.words, batch.cells, cells, self._bars)
            at = 0
            while at < count:
                at, sales = self._play_some(batch, at, count)
                sold.append(self._sold[:sales].copy())
        kernel.settle(self._pages, self._tallies, self._met)
        outcome = Outcome(self._tallies.copy(), self._met.copy(), Sales.from_words(np.concatenate(sold or [self._sold[:0]])))
        self._tallies[:] = 0
        self._met[:] = 0
        return outcome

    def close(self) -> Shown:
        """Close the books: what was shown since they were last closed."""
        self._drain()
        shown = shown_from(self._pages, np.concatenate(self._gone or [self._retired[:0]]))
        self._gone = []
        for part in (self._pages.counts, self._pages.state[:, kernel.SETTLED], self._pages.deals[:, :, kernel.MADE]):
            part[:] = 0
        return shown

    def _play_some(self, batch: Any, at: int, count: int) -> tuple[int, int]:
        at, self._used, sales = call_priced(
            playing.play, *batch[1:], at, count, self._pages, self._truth, self._slates.bidding, self._users, self._purse, self._price,
            self._tallies, self._met, self._retired, self._used, self._sold, 0,
        )  # fmt: skip
        self._drain()
        return at, sales

    @property
    def _clean(self) -> tuple[NDArray[np.int8], NDArray[np.int64], NDArray[np.uint64]]:
        """The pages of midnight: places, prices, and who has a say."""
        slots = self._slates.matched.shape[-1]
        return self._slates.matched.reshape(-1, slots), self._slates.price_micros.reshape(-1, slots), self._slates.says

    def _restore(self) -> None:
        """Retire the pages that budgets have changed: those of midnight stand again."""
        if self._limited:
            self._used = kernel.restore(
                self._pages, self._truth, self._slates.bidding, *self._clean, self._tallies, self._met, self._retired, self._used
            )
            self._drain()

    def _close_spent(self) -> None:
        if self._limited and self.exhausted:
            self._used = call_priced(
                playing.close_all, self._pages, self._truth, self._slates.bidding, self._purse, self._price, self._budgets,
                self._tallies, self._met, self._retired, self._used,
            )  # fmt: skip
            self._drain()

    def _drain(self) -> None:
        """Take what the kernel has listed off its hands."""
        if self._used:
            self._gone.append(self._retired[: self._used].copy())
            self._used = 0


def _blank(rows: int, lanes: int) -> kernel.Pages:
    return kernel.Pages(
        table=np.zeros(rows * lanes * 2, np.uint32),
        deals=np.zeros((rows, lanes, kernel.DEAL), np.int64),
        state=np.zeros((rows, kernel.STATE), np.int64),
        counts=np.zeros(rows, np.int64),
        stale=np.zeros(rows, np.uint8),
    )
