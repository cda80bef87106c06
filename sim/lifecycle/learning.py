"""A learned candidate at work: it refreshes its features, trains on its own log, and deploys."""

from __future__ import annotations

from typing import Any

import numpy as np

from sim import seeds
from sim.candidates.exploration.explorer import Explorer, Prospect, explore, showable
from sim.candidates.histories import Histories
from sim.candidates.learned import Predictions, build_explorer, build_objective, columns_of, make_offers, predict, settle
from sim.candidates.objectives.objective import Objective, Outlook, labels_of
from sim.candidates.offers import Offers
from sim.lifecycle.chronicle import Chronicle
from sim.lifecycle.clock import Clock, Process, Rank
from sim.lifecycle.log import Log
from sim.lifecycle.platform import Platform
from sim.lifecycle.stage import Stage
from sim.lifecycle.training import Trainer
from sim.scenario import schema
from sim.stopwatch import timed
from sim.world.sight import Sight

_MICROS = 1_000_000


class Learner:
    """One learning candidate in one replication.

    Attributes
    ----------
    models
        What serves now, by label; empty until the first models are deployed, while the incumbent
        still serves.
    """

    def __init__(self, settings: schema.Candidate, stage: Stage, platform: Platform, log: Log, chronicle: Chronicle) -> None:
        if settings.objective is None:
            raise ValueError(f"candidate {settings.name!r} has no objective")
        self.models: dict[str, Any] = {}
        self.objective = build_objective(settings.objective, stage.scenario.folder)
        self._explorer: Explorer | None = build_explorer(settings.explore, stage.scenario.folder) if settings.explore else None
        self._trainer = Trainer(settings, labels_of(self.objective), stage, log)
        self._settings = settings
        self._stage = stage
        self._platform = platform
        self._log = log
        self._chronicle = chronicle
        self._asked: tuple[dict[str, Any], Histories, Sight] | None = None
        self._predictions: Predictions
        self._served_s = 0
        self._story = ""

    def start(self, clock: Clock) -> None:
        """Let everything begin that the candidate does over time."""
        clock.start(self.training(clock))
        clock.start(self.refreshing(clock))
        if self._settings.then is not None:
            clock.start(self.switching(clock, self._settings.then))

    def training(self, clock: Clock) -> Process:
        """Train at once, then on schedule; each model is deployed when its training is done."""
        number = 0
        while True:
            begun_s = clock.now_s
            trained = self._trainer.train(begun_s, number, self._platform.moment.margin)
            self._chronicle.write(begun_s, "train", trained.story, evidence=trained.evidence)
            yield clock.at(begun_s + self._settings.takes, Rank.DEPLOYMENT)
            self.models = trained.models
            self._serve(clock.now_s)
            replaced = "the incumbent" if number == 0 else f"model {number}"
            story = f"model {number + 1} replaces {replaced}{self._story}"
            self._chronicle.write(clock.now_s, "deploy", story, evidence={"model": number + 1})
            if self._settings.retrain == "never":
                return
            number += 1
            yield clock.at(max(begun_s + self._settings.retrain, clock.now_s), Rank.TRAINING)

    def refreshing(self, clock: Clock) -> Process:
        """Bring the features up to date, and the pages with them."""
        at = clock.now_s
        while True:
            at += self._settings.refresh
            yield clock.at(at, Rank.FEATURES)
            self._log.refresh(at)
            if self.models:
                self._serve(at)

    def switching(self, clock: Clock, then: schema.Then) -> Process:
        """Go over to another objective; the models stay, and so do their last predictions."""
        yield clock.at(then.at, Rank.DEPLOYMENT)
        self.objective = build_objective(then.objective, self._stage.scenario.folder)
        if self.models:
            self._platform.serve(self.offers, clock.now_s, by_model=True)
        self._chronicle.write(
            clock.now_s, "switch_objective", f"the objective is now {then.objective.use}; no model was trained for it{self._story}"
        )

    @timed("slates")
    def offers(self, sight: Sight) -> Offers:
        """Offer again with the visible world as it stands, from the last predictions; no model is asked.

        For what changes between two refreshes: bids, ads that come and go, the objective. What was
        drawn to explore stays as it was drawn when the models were last asked. There have to be
        `models`.
        """
        return self._offer(self.objective, self._predictions, sight)

    def _offer(self, wanted: Objective, found: Predictions, sight: Sight) -> Offers:
        """What an objective makes of some predictions."""
        who = self._settings.name
        columns = columns_of(wanted, found.table, found.said, sight)
        objective, story = settle(wanted, columns, self._outlook())
        self._story = f"; {story}" if story else ""
        offers = make_offers(objective, columns, sight, who)
        if self._explorer is None:
            return offers
        prospect = Prospect(
            offers=offers,
            may_show=showable(sight, self._platform.world.reserve_micros),
            sight=sight,
            histories=self._log.histories,
            said=found.said,
            log_odds_sd=found.log_odds_sd,
            offer=lambda said: make_offers(objective, columns_of(objective, found.table, said, sight), sight, who),
        )
        key = seeds.key(self._stage.scenario.seed, "explore", self._stage.replication, self._served_s)
        return explore(self._explorer, prospect, key, who)

    def _serve(self, now_s: int) -> None:
        """Ask the models if anything has changed that they look at, and serve what follows."""
        asks = self.models, self._log.histories, self._sight
        if self._asked is None or any(new is not old for new, old in zip(asks, self._asked, strict=True)):
            table = self._stage.features.now(self._log.histories, self._sight)
            self._predictions = predict(self.models, table, self._settings.name, errors=self._explorer is not None)
            self._asked = asks
        self._served_s = now_s
        self._platform.serve(self.offers, now_s, by_model=True)

    @property
    def _sight(self) -> Sight:
        """The visible world as it stands."""
        return self._platform.moment.sight

    def _outlook(self) -> Outlook:
        """What the log says of the traffic that pages will meet."""
        queries = np.zeros(self._stage.features.sight.cells)
        for spell in self._log.spells:
            queries += spell.queries
        return Outlook(queries, self._log.histories.examination, self._platform.world.reserve_micros / _MICROS)
