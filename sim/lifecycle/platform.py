"""The platform while it is played: what the world is now, what is served now, what has come of it.

This is where state changes; everything it holds is itself frozen and swapped whole.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim import seeds
from sim.candidates.offers import Offers
from sim.lifecycle.log import Log
from sim.scenario.schema import DAY_S
from sim.serving.slate import SlateTable, click_thresholds, compile_slates
from sim.traffic import queries
from sim.traffic.arrivals import Arrivals, arrivals_of, cell_table
from sim.traffic.outcome import Outcome, ledger_row
from sim.traffic.queries import PageTable
from sim.world.world import Moment, World


class Platform:
    """One candidate's platform in one replication.

    Attributes
    ----------
    ledger
        Counts of each day of the horizon, shape (days, 5); days before it are not booked.
    log
        What the candidate learns from; None for one that learns nothing.
    """

    def __init__(self, world: World, seed: int, replication: int, days: int, log: Log | None, start_day: int = 0) -> None:
        self.world = world
        self.log = log
        self.ledger = np.zeros((days, 5), np.int64)
        self.moment: Moment
        self.slates: SlateTable
        self._of = (seed, replication)
        self._cells: NDArray[np.uint64]
        self._page: PageTable | None = None
        self._arrivals: Arrivals
        self._day = start_day

    def begin_day(self, day: int) -> None:
        """Midnight: the queries of a new day."""
        self._day = day
        self._arrivals = arrivals_of(self.world, day, self.moment, self._cells, *self._of)

    def see(self, moment: Moment) -> None:
        """The world has changed to *moment*."""
        self.moment = moment
        if self.log is not None:
            seed, replication = self._of
            self.log.track(moment.tracking, seeds.key(seed, "tracking", replication, self._day))
        self._cells = cell_table(moment.cell_shares)
        self._arrivals = arrivals_of(self.world, self._day, moment, self._cells, *self._of)
        self._page = None

    def serve(self, offers: Offers, now_s: int) -> None:
        """From now on the auction runs over *offers*."""
        sight = self.moment.sight
        self.slates = compile_slates(offers, sight.ad, sight.bid_micros, sight.slots, self.world.reserve_micros)
        self._page = None
        if self.log is not None:
            self.log.serve(self.slates, now_s, sight)

    def flow(self, now_s: int, horizon_s: int) -> Outcome:
        """Play the traffic of [now, horizon), all within one day."""
        midnight_s = self._day * DAY_S
        if self._page is None:
            bars = click_thresholds(self.slates, self.moment.chance, self.world.examination)
            self._page = queries.page_table(self.slates, bars)
        return queries.play(self._page, self._arrivals, now_s - midnight_s, horizon_s - midnight_s)

    def book(self, outcome: Outcome) -> None:
        """Enter an outcome into the ledger and the log."""
        if self._day >= 0:
            self.ledger[self._day] += ledger_row(outcome, self.slates)
        if self.log is not None:
            self.log.add(outcome)
