"""A team and what it has: rated pairs, a model, money spent, pages that serve, users held back."""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim import seeds
from sim.candidates.model import ask_model, fit_model
from sim.candidates.offers import Offers
from sim.lifecycle.chronicle import Chronicle
from sim.lifecycle.clock import Clock, Process, Rank
from sim.lifecycle.learning import Learner
from sim.lifecycle.log import Log
from sim.lifecycle.platform import Platform
from sim.lifecycle.policies import Rule, build_policy
from sim.lifecycle.stage import Stage
from sim.lifecycle.team.collecting import Snapshot
from sim.lifecycle.team.holdback import Holdback, met_by
from sim.lifecycle.team.sample import Sample, joined
from sim.scenario import schema
from sim.scenario.schema import DAY_S
from sim.serving.slate import SlateTable
from sim.world.sight import Sight

Step = Generator[Any, Any, Any]  # waits for what the clock brings, and may return something
Plot = Callable[["Team", Clock], Process]
_WEEK_S = 7 * DAY_S
_SHOWN = np.float32(1e6)  # the value of what the incumbent shows: it has a bar of its own


class Team(Learner):
    """One candidate's team in one replication. What it does is told by its playbook.

    Attributes
    ----------
    pairs
        Rated pairs that the model learns from, by what they were collected for.
    test
        The frozen set that the model is judged by.
    model
        The newest model, served or not.
    archive
        The traffic of each week so far.
    served
        Share of the users who are not held back that the model serves.
    """

    test: Sample

    def __init__(
        self, settings: schema.Candidate, stage: Stage, platform: Platform, log: Log, chronicle: Chronicle, plot: Plot
    ) -> None:  # fmt: skip
        if settings.playbook is None or settings.model is None:
            raise ValueError(f"candidate {settings.name!r} has no playbook, or no model")
        super().__init__(settings, stage, platform, log, chronicle)
        self.plan = settings.playbook
        self.settings = settings
        self.stage = stage
        self.platform = platform
        self.log = log
        self.raters = stage.scenario.raters
        self.pairs: dict[str, Sample] = {}
        self.model: Any = None
        self.archive: list[Snapshot] = []
        self.served = 0.0
        self.holdback = Holdback(self.plan.holdback, len(stage.features.sight.devices), stage.memory)
        self._incumbent = Rule(build_policy(stage.scenario.history.policy), platform, 0)
        self._model = settings.model
        self._plot = plot
        self._keys = 0

    def start(self, clock: Clock) -> None:
        """Let the playbook begin."""
        clock.start(self.refreshing(clock))
        clock.start(self._plot(self, clock))

    def refreshing(self, clock: Clock) -> Process:
        """Each week features are brought up to date, a snapshot goes into the archive, and the holdback lives on."""
        at = clock.now_s
        self.archive.append(self.now(at))
        while True:
            at += self.settings.refresh
            yield clock.at(at, Rank.FEATURES)
            self.log.refresh(at)
            seen = self.now(at)
            self.archive.append(seen)
            met = met_by(self._pages_of_incumbent(), seen.margin, seen.queries, self.platform.world.examination)
            self.holdback.live(met, self.settings.refresh / DAY_S)
            if self.models:
                self.serve(at)

    def now(self, now_s: int) -> Snapshot:
        """The last week's traffic, and its pages as they stand."""
        self.log.close(now_s)
        queries = np.zeros(self.stage.features.sight.cells)
        for spell in self.log.since(now_s - _WEEK_S):
            queries += spell.queries
        if queries.sum() == 0:
            queries += 1
        return Snapshot(now_s // DAY_S, queries, self.platform.moment.margin, self.log.histories, self._sight)

    def fit(self) -> Any:
        """A model of the rated pairs as they are."""
        data = joined(list(self.pairs.values()))
        table = self.stage.features.frame([data.table])
        return fit_model(
            self._model, self.stage.scenario.folder, self.key("model"), table, data.label, np.ones(len(data)), self.settings.name
        )  # fmt: skip

    def ask(self, sample: Sample, model: Any = None) -> NDArray[np.float32]:
        """What a model (the newest) says of rated pairs."""
        return ask_model(self.model if model is None else model, self.stage.features.frame([sample.table]), self.settings.name)

    def serve(self, now_s: int) -> None:
        """Serve what the models say, as things stand."""
        self._serve(now_s)

    def offers(self, sight: Sight) -> Offers:
        """The model's pages for those that it serves, the incumbent's for all others."""
        mine, theirs = super().offers(sight), self._incumbent(sight)
        part = self.served * (1 - self.holdback.share)
        value, free = (np.where(one >= theirs.cut, _SHOWN, np.float32(-np.inf)) for one in (theirs.value, theirs.value_without_bid))
        return Offers(
            value=np.concatenate([mine.value, value]),
            quality=np.concatenate([mine.quality, theirs.quality]),
            value_without_bid=np.concatenate([mine.value_without_bid, free]),
            cut=mine.cut,
            weights=np.concatenate([mine.weights * part, theirs.weights * (1 - part)]),
        )

    def write(
        self, at_s: int, event: str, story: str, *, cost: float = 0.0, finding: str = "", evidence: Mapping[str, float] | None = None
    ) -> None:  # fmt: skip
        """A line of the diary."""
        self._chronicle.write(at_s, event, story, finding, evidence, cost)

    def key(self, purpose: str) -> int:
        """A key for the next draw of the team's own."""
        self._keys += 1
        return seeds.key(self.stage.scenario.seed, purpose, self.stage.replication, 1_000_000 + self._keys)

    def _pages_of_incumbent(self) -> SlateTable:
        sight = self._sight
        return self.platform.pages(self._incumbent(sight), sight)
