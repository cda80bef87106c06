"""A team and what it has: rated pairs, a model, money spent, pages that serve, users held back."""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim import seeds
from sim.candidates.learned import Predictions, predict
from sim.candidates.model import ask_model, fit_model
from sim.candidates.objectives.objective import Objective
from sim.candidates.offers import Offers
from sim.health import Health
from sim.lifecycle.chronicle import Chronicle, Line
from sim.lifecycle.clock import Clock, Crew, Process, Rank
from sim.lifecycle.learning import Learner
from sim.lifecycle.log import Log
from sim.lifecycle.platform import Platform
from sim.lifecycle.policies import Rule, build_policy
from sim.lifecycle.stage import Stage
from sim.lifecycle.team.checks import Learned, learned_pairs
from sim.lifecycle.team.collecting import Snapshot, within
from sim.lifecycle.team.downsampling import Recalibrated, sampled
from sim.lifecycle.team.expecting import begun
from sim.lifecycle.team.hearing import Hearing
from sim.lifecycle.team.holdback import Holdback, met_by
from sim.lifecycle.team.sample import Sample, joined
from sim.lifecycle.team.serving import InService, Promised, Rival, lifted
from sim.scenario import schema
from sim.scenario.schema import DAY_S
from sim.serving.slate import SlateTable
from sim.traffic.outcome import Events
from sim.world.sight import Sight


class Week(NamedTuple):
    """A week's traffic with its pages, and the model of raters' labels that served at its end; None while none did."""

    snapshot: Snapshot
    model: Any


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
    crew
        The raters, who do one order after the other.
    archive
        The traffic of each week so far.
    weeks
        The same from the first refresh on, each with the model that served.
    design
        How pairs to learn from are collected.
    negatives
        The share of pairs rated "no" that is learned from; below 1 predictions are put right for it.
    course
        Clicks since the model was deployed, against what it leads one to expect.
    hearing
        Single impressions since the model was deployed; None where nobody watches them.
    served
        Share of the users who are not held back that the model serves.
    rival
        What serves those who are not in the canary of another objective; None while there is none.
    stays
        Whether another objective was tried and sent back, so that it is not tried again.
    variants
        How many of the pages' variants are the model's own, how many the rival's, and how many the incumbent's.
    aside
        What the newest pairs of a round are known by, and those of them that are kept for the gate.
    in_service
        What the model that serves was made of.
    learned
        What the newest model learned from, as its looks need it.
    judged
        Rated pairs of the traffic that were bought to judge models by, so that none learns from them, in the order in which they came.
    on_order
        How many labels were ordered that are not there yet.
    released
        How many models of raters' labels were deployed.
    health
        How each of its models was doing, whenever one was looked at.
    """

    test: Sample
    crew: Crew
    learned: Learned
    in_service: InService

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
        self.weeks: list[Week] = []
        self.hearing: Hearing | None = None
        self.served = 0.0
        self.rival: Rival | None = None
        self.stays = False
        self.variants = 0, 0, 1
        self.aside: tuple[str, Sample] | None = None
        self.design = "targeted"
        self.negatives = 1.0
        self.course = begun(0)
        self.holdback = Holdback(self.plan.holdback, len(stage.features.sight.devices), stage.memory)
        self._incumbent = Rule(build_policy(stage.scenario.history.policy), platform, 0)
        self._model = settings.model
        self._plot = plot
        self._keys = 0
        self.judged: list[Sample] = []
        self.on_order = 0
        self.released = 0
        self.health: list[Health] = []

    def start(self, clock: Clock) -> None:
        """Let the playbook begin."""
        self.crew = clock.crew()
        if "event_drift" in self.plan.watches_for:
            self.hearing = Hearing()
            self.platform.listen(self._hear)
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
            self.weeks.append(Week(seen, self.models.get("show")))
            met = met_by(self._pages_of_incumbent(), seen.margin, seen.queries, self.platform.world.examination)
            self.holdback.live(met, self.settings.refresh / DAY_S)
            if self.models:
                self.serve(at)

    def now(self, now_s: int) -> Snapshot:
        """The last week's traffic, and its pages as they stand."""
        self.log.close(now_s)
        queries = np.zeros(self.stage.features.sight.cells)
        shown = np.zeros(self.stage.features.fixed.shape[0], np.int64)
        for spell in self.log.since(now_s - _WEEK_S):
            queries += spell.queries
            shown += np.bincount(spell.row, spell.shown, len(shown)).astype(np.int64)
        if queries.sum() == 0:
            queries += 1
        row = np.flatnonzero(shown)
        return Snapshot(now_s // DAY_S, queries, self.platform.moment.margin, self.log.histories, self._sight, (row, shown[row]))

    def recent(self, now_s: int) -> list[Snapshot]:
        """The traffic that counts as recent."""
        return within([*self.archive, self.now(now_s)], now_s // DAY_S, self.plan.recent // DAY_S)

    def fit(self) -> Any:
        """A model of the rated pairs as they are."""
        pairs = list(self.pairs.values())
        data = joined(pairs)
        self.learned = learned_pairs(pairs, self.stage.features.names)
        label, table, key = data.label, data.table, self.key("model")
        weight = data.weight if self.plan.weights == "inclusion" else np.ones(len(data))
        if self.negatives < 1:
            kept = sampled(label, self.negatives, seeds.mix(key))
            label, table, weight = label[kept], table[kept], weight[kept]
        frame, who = self.stage.features.frame([table]), self.settings.name
        model = fit_model(self._model, self.stage.scenario.folder, key, frame, label, weight, who)
        return Recalibrated(model, self.negatives, who) if self.negatives < 1 else model

    def ask(self, sample: Sample, model: Any = None) -> NDArray[np.float32]:
        """What a model (the newest) says of rated pairs."""
        return self.ask_table(sample.table, model)

    def ask_table(self, table: NDArray[np.float32], model: Any = None) -> NDArray[np.float32]:
        """What a model (the newest) says of rows of features."""
        return ask_model(self.model if model is None else model, self.stage.features.frame([table]), self.settings.name)

    @property
    def lines(self) -> list[Line]:
        """The diary so far."""
        return self._chronicle.lines

    def serve(self, now_s: int) -> None:
        """Serve what the models say, as things stand."""
        if self.rival is not None:
            self._said_by_rival = self._say(self.rival.models)
        self._serve(now_s)

    def promised(self, models: dict[str, Any], objective: Objective) -> Promised:
        """What other models would serve, as things stand: nobody sees it."""
        sight = self._sight
        offers = self._offer(objective, self._say(models), sight)
        pages = self.platform.pages(offers, sight)
        queries = self.archive[-1].queries
        ads = float((pages.weights @ pages.shown) @ queries / queries.sum())
        return Promised(ads, bool((offers.value != offers.value_without_bid)[np.isfinite(offers.value)].any()))

    def put_in_service(self) -> None:
        """The newest model of raters' labels is the one that serves from now on, with all that it was made of."""
        self.models = {"show": self.model}
        self.in_service = InService(self.learned, self.objective, self.design, self.negatives, dict(self.pairs))

    def take_back(self) -> None:
        """The newest model of raters' labels is given up for the one that serves; with a bar that moved goes all that came with it."""
        self.model, before = self.models["show"], self.in_service
        self.learned = before.learned
        if self.objective is not before.objective:
            self.objective, self.design, self.negatives = before.objective, before.design, before.negatives
            self.pairs = dict(before.pairs)

    def offers(self, sight: Sight) -> Offers:
        """The model's pages for those that it serves, the incumbent's for all others."""
        mine, theirs = super().offers(sight), self._incumbent(sight)
        value, free = (np.where(one >= theirs.cut, _SHOWN, np.float32(-np.inf)) for one in (theirs.value, theirs.value_without_bid))
        part = self.served * (1 - self.holdback.share)
        arms = [mine, replace(theirs, value=value, value_without_bid=free)]
        shares = [part, 1 - part]
        if self.rival is not None:
            arms.insert(1, lifted(self._offer(self.rival.objective, self._said_by_rival, sight), mine.cut))
            shares = [part, 1 - self.holdback.share - part, self.holdback.share]
        of_rival = len(arms[1].weights) if self.rival is not None else 0
        self.variants = len(mine.weights), of_rival, len(theirs.weights)
        return Offers(
            value=np.concatenate([one.value for one in arms]),
            quality=np.concatenate([one.quality for one in arms]),
            value_without_bid=np.concatenate([one.value_without_bid for one in arms]),
            cut=mine.cut,
            weights=np.concatenate([one.weights * share for one, share in zip(arms, shares, strict=True)]),
        )

    def write(
        self, at_s: int, event: str, story: str, *, cost: float = 0.0, finding: str = "", evidence: Mapping[str, float] | None = None
    ) -> None:  # fmt: skip
        """A line of the diary."""
        self._chronicle.write(at_s, event, story, finding, evidence, cost)

    def settle(self, end_s: int) -> None:
        """The horizon ends: labels that are on order are owed, whether or not anybody will learn from them."""
        if self.on_order:
            are = "label is" if self.on_order == 1 else "labels are"
            story = f"{self.on_order:,} {are} still on order as the horizon ends, and owed"
            cost = self.on_order * self.raters.cost
            self.write(end_s - 1, "collect", story, cost=cost, evidence={"labels_on_order": self.on_order})

    def key(self, purpose: str) -> int:
        """A key for the next draw of the team's own."""
        self._keys += 1
        return seeds.key(self.stage.scenario.seed, purpose, self.stage.replication, 1_000_000 + self._keys)

    def _hear(self, events: Events, day: int) -> None:
        """Impressions of the model's own pages; while it serves nobody, or can't be asked, there are none."""
        if self.hearing is None or "show" not in self.models or not self.platform.moment.model_up:
            return
        _, cells, _ = self.platform.slates.matched.shape
        own = np.flatnonzero(events.row < self.variants[0] * cells)
        cell = events.row[own] % cells
        said = self._predictions.said["show"][cell * self.stage.features.sight.matched + events.place[own]]
        self.hearing.note(day, said * self.log.histories.examination[events.slot[own]], events.clicked[own])

    def _say(self, models: dict[str, Any]) -> Predictions:
        """What some models say of all that could be shown, as things stand."""
        table = self.stage.features.now(self.log.histories, self._sight)
        return predict(models, table, self.settings.name, errors=self._explorer is not None)

    def _pages_of_incumbent(self) -> SlateTable:
        sight = self._sight
        return self.platform.pages(self._incumbent(sight), sight)
