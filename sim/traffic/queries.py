"""The `queries` sampler: every query is played, its clicks one by one.

Cutting a stretch in two at a whole second changes no count, and budgets are exact to the click.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from sim.kernels import arrivals as arriving
from sim.kernels import events as noting
from sim.kernels import pages as paging
from sim.kernels import play as playing
from sim.kernels import tables as kernel
from sim.kernels.auction import call_priced
from sim.serving.slate import SlateTable
from sim.traffic.arrivals import Arrivals
from sim.traffic.board import Board
from sim.traffic.outcome import Events, Outcome, Sales

_ROOM = 131_072


class QueryBoard(Board):
    """Pages that are asked for query by query."""

    _events = np.empty((0, noting.EVENT), np.int64)
    _tell: Callable[[Events], None] | None = None

    def listen(self, tell: Callable[[Events], None]) -> None:
        """From now on tell of every ad that is shown, a few thousand at a time; it costs nothing where nobody listens."""
        self._events, self._tell = np.empty((_ROOM, noting.EVENT), np.int64), tell

    def serve(self, slates: SlateTable, truth: kernel.Truth) -> None:
        """Put up the pages of *slates*; the books must have been closed."""
        lanes = -(-slates.matched.shape[-1] // kernel.LANES) * kernel.LANES
        self._sold = np.empty((2 * playing.TILE * lanes, playing.SOLD), np.int64)
        super().serve(slates, truth)

    def play(self, arrivals: Arrivals, first_s: int, end_s: int) -> Outcome:
        """Play the seconds [first_s, end_s) of a day."""
        _, cells, _ = self._slates.matched.shape
        sold: list[NDArray[np.int64]] = []
        room = playing.make_room(self._pages.deals.shape[1], watched=len(self._events) > 0)
        for batch in arrivals.batches(first_s, end_s):
            count = batch.number
            if self._satisfied is not None:
                count = arriving.keep_satisfied(count, *batch[1:], self._satisfied)
            if len(self._bars) > 1:
                arriving.choose_variant(count, batch.words, batch.cells, cells, self._bars)
            at = 0
            while at < count:
                at, sales, noted = call_priced(
                    playing.play, *batch[1:], at, count, self._pages, self._truth, self._slates.bidding, self._users, self._purse,
                    self._price, self._tallies, self._met, self._books, self._sold, self._events,
                    room,
                )  # fmt: skip
                if sales:
                    sold.append(self._sold[:sales].copy())
                if noted and self._tell:
                    self._tell(Events.from_rows(self._events[:noted], Sales.from_words(self._sold[:sales])))
        paging.settle(self._pages, self._tallies, self._met)
        outcome = Outcome(self._tallies.copy(), self._met.copy(), Sales.from_words(np.concatenate(sold or [self._sold[:0]])))
        self._tallies[:] = 0
        self._met[:] = 0
        return outcome
