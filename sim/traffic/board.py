"""The board: every page as it stands now, and who can still pay.

Each sampler is a board that plays its pages its own way. Their contract: pages + arrivals + a stretch
of seconds → outcome. The last click of a budget pays what is left and counts whole, an ad is judged
at the query's start, and a budget of zero never enters.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.kernels import pages as paging
from sim.kernels import play as playing
from sim.kernels import purses
from sim.kernels import tables as kernel
from sim.kernels.arrays import blank
from sim.serving.auction import compiled
from sim.serving.slate import SlateTable
from sim.stopwatch import timed
from sim.traffic.arrivals import Arrivals, cumulative_bars
from sim.traffic.outcome import Outcome, Shown, shown_from


class Board:
    """The pages of one platform while they are served.

    Parameters
    ----------
    budgets
        Micro-units of each advertiser and day, shape (advertisers,); None where nobody has a limit.
    keep
        Whether the books are kept of what was shown on each page, for a log.
    wait
        Whether someone waits for conversions, and has to know when each was made.
    """

    def __init__(self, budgets: NDArray[np.int64] | None, advertisers: int, pricing: type, *, keep: bool, wait: bool = True) -> None:
        self._budgets = np.zeros(advertisers, np.int64) if budgets is None else budgets
        self._limited = budgets is not None
        self._price = compiled(pricing)
        self._keep, self._wait = keep, wait
        self._left = self._budgets.copy()
        self._dead = self._limited & (self._budgets == 0)
        self._slates: SlateTable
        self._pages: kernel.Pages
        self._truth: kernel.Truth
        self._users: playing.Users
        self._purse: purses.Purse
        self._satisfied: NDArray[np.uint64] | None = None
        self._books: kernel.Books
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
        _, cells, slots = self._slates.matched.shape
        clean = self._slates.matched.reshape(-1, slots)
        return int(paging.count_dry(self._slates.bidding, self._dead, clean, cells))

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

    @timed("slates")
    def serve(self, slates: SlateTable, truth: kernel.Truth) -> None:
        """Put up the pages of *slates*; the books must have been closed."""
        variants, cells, slots = slates.matched.shape
        rows, lanes = variants * cells, -(-slots // kernel.LANES) * kernel.LANES
        self._slates = slates
        self._pages = _blank(rows, lanes)
        kept = rows if self._limited and self._keep else 0
        self._books = kernel.Books(blank(kept, np.int64), blank((kept * lanes * slates.bidding.ad.shape[1], 2), np.int64))
        self._met = np.zeros((len(truth.looks), 3))
        self._bars = cumulative_bars(slates.weights)
        self._purse = purses.Purse(int(self._limited), self._left, self._dead, *self._index())
        self.see(truth)

    @timed("slates")
    def see(self, truth: kernel.Truth) -> None:
        """The truth behind the pages has changed; pages of today's spent budgets stay as they are."""
        self._truth = truth
        self._put_up(everything=True)
        if self.exhausted:
            purses.close_all(self._pages, self._purse, self._budgets)

    def meet(self, users: playing.Users, satisfied: NDArray[np.float64] | None) -> None:
        """From now on these are the users.

        Parameters
        ----------
        satisfied
            Share of each device's queries that are asked at all, shape (devices,); None for all of them.
        """
        self._users = users
        self._satisfied = None if satisfied is None else np.rint(satisfied * 2.0**32).astype(np.uint64)

    @timed("slates")
    def begin_day(self) -> None:
        """Midnight: budgets are whole again, and so are the pages."""
        if not self._limited:
            return
        np.copyto(self._left, self._budgets)
        np.copyto(self._dead, self._budgets == 0)
        self._put_up(everything=False)

    def play(self, arrivals: Arrivals, first_s: int, end_s: int) -> Outcome:
        """Play the seconds [first_s, end_s) of a day."""
        raise NotImplementedError

    def close(self) -> Shown:
        """Close the books: what was shown since they were last closed."""
        if self._limited:
            paging.retire(self._pages, self._slates.bidding.ad.shape[1], self._tallies, self._met, self._books)
        shown = shown_from(self._pages, self._books)
        for part in (*self._books, self._pages.counts, self._pages.state[:, kernel.SETTLED], self._pages.deals[:, :, kernel.MADE]):
            part[:] = 0
        return shown

    def _index(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Where each advertiser has a say in pages, which are made again when its budget ends: `kernels.purses.Purse`."""
        if self._limited:
            return purses.index_payers(self._slates.bidding, len(self._budgets))  # type: ignore[no-any-return]
        return np.zeros(1, np.int64), np.zeros(0, np.int64)

    def _put_up(self, *, everything: bool) -> None:
        slots = self._slates.matched.shape[-1]
        places, prices = self._slates.matched.reshape(-1, slots), self._slates.price_micros.reshape(-1, slots)
        paging.put_up(
            self._pages, self._truth, self._slates.bidding, places, prices, self._slates.says, everything, self._tallies, self._met,
            self._books,
        )  # fmt: skip


def _blank(rows: int, lanes: int) -> kernel.Pages:
    return kernel.Pages(
        table=blank(rows * lanes * 2, np.uint32),
        deals=blank((rows, lanes, kernel.DEAL), np.int64),
        state=blank((rows, kernel.STATE), np.int64),
        counts=blank(rows, np.int64),
        says=blank(rows, np.uint64),
        able=blank(rows, np.uint64),
        status=blank(rows, np.uint8),
    )
