"""The platform while it is played: what the world is now, what is served now, what has come of it.

This is where state changes; everything it holds is itself frozen and swapped whole.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from sim import seeds
from sim.candidates.offers import Offers
from sim.lifecycle.crowd import Crowd
from sim.lifecycle.ledger import Ledger
from sim.lifecycle.log import Log, Past
from sim.lifecycle.witness import Witness, Write
from sim.scenario import plugins
from sim.scenario.sampling import sampling
from sim.scenario.schema import DAY_S, Scenario
from sim.serving.slate import Auction, SlateTable, compile_slates
from sim.stopwatch import timed
from sim.traffic.arrivals import Arrivals, arrivals_of, cell_table
from sim.traffic.board import Board
from sim.traffic.counting import CountBoard
from sim.traffic.expecting import AskedBoard, MeanBoard
from sim.traffic.outcome import Events, Outcome
from sim.traffic.queries import QueryBoard
from sim.traffic.users import room_for, truth_of, users_of
from sim.world.memory import Memory
from sim.world.sight import Sight
from sim.world.world import Moment, World

Offering = Callable[[Sight], Offers]
Listener = Callable[[Events, int], None]
BOARDS: dict[str, type[Board]] = {"queries": QueryBoard, "counts": CountBoard, "mean": MeanBoard, "asked": AskedBoard}


class Platform:
    """One candidate's platform in one replication.

    Parameters
    ----------
    memory
        What users remember; None in the history, whose users are used to what serves them.
    keep_s
        How far back its log is kept; None for a platform that keeps no log.
    wait
        Whether its log has conversions.
    events
        Where every impression is written; None for nowhere.

    Attributes
    ----------
    ledger
        What came of each day of the horizon.
    log
        What the candidate learns from; None for one that learns nothing.
    fallback
        What serves while a model can't be asked.
    """

    def __init__(
        self, world: World, scenario: Scenario, replication: int, memory: Memory | None, past: Past, keep_s: int | None,
        start_day: int = 0, *, wait: bool = True, events: Write | None = None,
    ) -> None:  # fmt: skip
        market, ads = scenario.market, world.ads
        pricing = plugins.part("pricing", market.pricing.use, scenario.folder)
        self.world = world
        self.board: Board = BOARDS[sampling(scenario).sampler](ads.budgets, market.advertisers, pricing, keep=keep_s is not None, wait=wait)
        self._witness = None if events is None else Witness(events, world.conversions, market.refunds_after)
        self._listener: Listener | None = None
        if self._witness:
            self._have_told()
        self.crowd = Crowd(world.users.device_share, memory)
        self.ledger = Ledger(scenario.days if start_day == 0 else 0, market.refunds_after // DAY_S)
        key = seeds.key(scenario.seed, "tracking", replication)
        self.log = None if keep_s is None else Log(world.sight, past, start_day * DAY_S, keep_s, self.board.close, key)
        self.moment: Moment = world.at(start_day * DAY_S)
        self.slates: SlateTable
        self.fallback: Offering
        self.auction = Auction(market.slots, world.reserve_micros, pricing, ads.advertiser, world.examination)
        self._screened = market.screened
        self._room = room_for(world, remembers=self.crowd.remembers)
        self._of = (scenario.seed, replication)
        self._offering: Offering
        self._by_model = False
        self._wait = wait
        self._day = start_day
        self._cells: NDArray[np.uint64] = cell_table(self.moment.cell_shares * self._inflated)
        self._arrivals: Arrivals
        self._call()

    def listen(self, listener: Listener) -> None:
        """From now on tell *listener* of every ad that is shown, with its day; of nothing where no single queries are played."""
        self._listener = listener
        self._have_told()

    def begin_day(self, day: int) -> None:
        """Midnight: the users of yesterday have slept, budgets are whole, and the queries of a new day come."""
        self.end_day()
        self._day = day
        self.board.begin_day()
        self._call()

    def end_day(self) -> None:
        """Note how the day ended."""
        self.crowd.sleep()
        self.ledger.note(self._day, self.board.exhausted, self.board.dry_cells, *self.crowd.levels_ppm)

    def see(self, moment: Moment, now_s: int) -> None:
        """The world has changed to *moment*: where bids or ads have, everything is offered anew."""
        before, self.moment = self.moment, moment
        if self.log is not None:
            if before.tracking != moment.tracking:
                self.log.close(now_s)
            self.log.tracking = moment.tracking
        if before.cell_shares is not moment.cell_shares:
            self._cells = cell_table(moment.cell_shares * self._inflated)
        self._call()
        switched = self._by_model and before.model_up != moment.model_up
        sifted = self._screened and before.margin is not moment.margin
        if before.sight is not moment.sight or switched or sifted or getattr(self._offering, "knows_truth", False):
            self._put_up(now_s)
        else:
            self.board.see(truth_of(self.world, moment, self._room))

    def serve(self, offering: Offering, now_s: int, *, by_model: bool = False) -> None:
        """From now on the auction runs over what *offering* makes of the visible world.

        Parameters
        ----------
        by_model
            Whether it needs the model server; while that is down, `fallback` serves.
        """
        self._offering, self._by_model = offering, by_model
        self._put_up(now_s)

    def _put_up(self, now_s: int) -> None:
        sight = self.moment.sight
        offering = self._offering if self.moment.model_up or not self._by_model else self.fallback
        self.slates = self.pages(offering(sight), sight)
        if self.log is not None:
            self.log.close(now_s)
            self.log.serve(self.slates, sight)
        if self._witness:
            self._witness.serve(self.slates, sight)
        self.board.serve(self.slates, truth_of(self.world, self.moment, self._room))

    def pages(self, offers: Offers, sight: Sight) -> SlateTable:
        """The auction's pages; where the index is screened, what does not belong is offered by nobody."""
        if self._screened:
            fits = (self.moment.margin > 0)[:, None, :]
            value, free = (np.where(fits, one, np.float32(-np.inf)) for one in (offers.value, offers.value_without_bid))
            offers = replace(offers, value=value, value_without_bid=free)
        return compile_slates(offers, sight.ad, sight.bid_micros, self.auction, self.board.broke)

    @timed("sampling")
    def flow(self, now_s: int, horizon_s: int) -> Outcome:
        """Play the traffic of [now, horizon), all within one day."""
        midnight_s = self._day * DAY_S
        return self.board.play(self._arrivals, now_s - midnight_s, horizon_s - midnight_s)

    def book(self, outcome: Outcome) -> None:
        """Enter an outcome into the ledger and the log."""
        sales, law = outcome.sales, self.world.conversions
        kind = sales.row % (self.slates.matched.shape[1]) // len(self.moment.sight.devices)
        self.ledger.enter(self._day, outcome, law.value_micros[self.moment.sight.ad[kind, sales.place]])
        self.crowd.meet(outcome.met)
        if self.log is not None and self._wait:
            logged = sales if outcome.logged is None else outcome.logged
            self.log.add(logged, self._day * DAY_S, law.delay_s(logged.delay))

    def _have_told(self) -> None:
        if isinstance(self.board, QueryBoard):
            self.board.listen(self._tell)

    def _tell(self, events: Events) -> None:
        if self._witness:
            self._witness.note(events, self._day * DAY_S)
        if self._listener:
            self._listener(events, self._day)

    @property
    def _inflated(self) -> NDArray[np.float64]:
        """How many more queries each cell would ask if nobody stayed away; the scenario counts those that come."""
        ease = self.crowd.at_ease
        devices = len(self.world.users.device_share)
        if ease is None or self.world.panel is not None:
            return np.ones(devices * self.world.sight.types)
        return np.tile(1 / ease, self.world.sight.types)

    @timed("sampling")
    def _call(self) -> None:
        """Who comes today, and how they look and ask."""
        more = float((self.moment.cell_shares * self._inflated).sum()) if self.crowd.at_ease is not None else 1.0
        self._arrivals = arrivals_of(self.world, self._day, self.moment, self._cells, *self._of, more)
        satisfied = None
        if (ease := self.crowd.at_ease) is not None:
            satisfied = np.minimum(self.crowd.satisfaction / (ease if self.world.panel is not None else 1.0), 1.0)
        self.board.meet(users_of(self.world, self.crowd.sightedness, self._room), satisfied)
