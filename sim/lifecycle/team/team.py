"""A team at work on one candidate: what its playbook asks for takes time and money, and is done here."""

from __future__ import annotations

from collections.abc import Callable, Generator
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
from sim.lifecycle.team import collecting, findings, raters
from sim.lifecycle.team.collecting import Snapshot
from sim.lifecycle.team.findings import Finding
from sim.lifecycle.team.holdback import Holdback, met_by
from sim.lifecycle.team.sample import Sample, joined
from sim.scenario import schema
from sim.scenario.schema import DAY_S
from sim.serving.slate import compile_slates
from sim.world.sight import Sight

Step = Generator[Any, Any, Any]
Design = Callable[..., Sample]
_WEEK_S = 7 * DAY_S
_PANEL = 3


class Team(Learner):
    """One candidate's team in one replication.

    Attributes
    ----------
    training, test
        Rated pairs that the model learns from, and the frozen set that it is judged by.
    spent
        Money so far, in the scenario's currency.
    """

    def start(self, clock: Clock) -> None:
        """Let the playbook begin."""
        from sim.lifecycle.team.playbook import reference

        clock.start(self.refreshing(clock))
        clock.start(reference(self, clock))

    def __init__(self, settings: schema.Candidate, stage: Stage, platform: Platform, log: Log, chronicle: Chronicle) -> None:
        super().__init__(settings, stage, platform, log, chronicle)
        self.plan = stage.scenario.team
        self._raters = stage.scenario.raters
        self.training: dict[str, Sample] = {}
        self.test: Sample
        self.later: Sample | None = None
        self.model: Any = None
        self.spent = 0.0
        self.holdback = Holdback(self.plan.holdback, len(stage.features.sight.devices), stage.memory)
        self.archive: list[Snapshot] = []
        self._incumbent = Rule(build_policy(stage.scenario.history.policy), platform, 0)
        self._number = 0
        self._share = 0.0  # of the traffic that the model serves

    # What time does by itself.

    def refreshing(self, clock: Clock) -> Process:
        """Each week features are brought up to date, a snapshot goes into the archive, and the holdback lives on."""
        at = clock.now_s
        self.archive.append(self.now(at))
        while True:
            at += self._settings.refresh
            yield clock.at(at, Rank.FEATURES)
            self._log.refresh(at)
            seen = self.now(at)
            self.archive.append(seen)
            slates = self._pages_of_incumbent()
            met = met_by(slates, seen.margin, seen.queries, self._platform.world.examination)
            self.holdback.live(met, self._settings.refresh / DAY_S)
            if self.models:
                self._serve(at)

    def now(self, now_s: int) -> Snapshot:
        """What the last week's traffic was, and its pages as they stand."""
        self._log.close(now_s)
        queries = np.zeros(self._stage.features.sight.cells)
        for spell in self._log.since(now_s - _WEEK_S):
            queries += spell.queries
        if queries.sum() == 0:
            queries += 1
        return Snapshot(now_s // DAY_S, queries, self._platform.moment.margin, self._log.histories, self._sight)

    # What a playbook may ask for: each takes time and costs money.

    def collect(self, clock: Clock, design: Design, of: Any, rows: int, *, adjudicate: bool, why: str) -> Step:
        """Choose pairs and have them rated; returns them."""
        begun_s = clock.now_s
        sample: Sample = design(self._stage.features, of, rows, self._key("labels"))
        yield from self.rate(clock, 0)
        everyone = np.ones(len(sample), np.bool_)
        sample = sample.rated(everyone, raters.votes_for(sample.margin, self._raters, 1, self._key("labels")), 1)
        labels = len(sample)
        if adjudicate:
            sample, more = self._adjudicated(sample)
            labels += more
        yield from self.rate(clock, labels)
        self.write(begun_s, "collect", f"{why}: {len(sample):,} pairs, {int(sample.label.sum()):,} rated 'show', {labels:,} labels", cost=labels * self._raters.cost)
        self.write(clock.now_s, "label", f"{labels:,} labels are in", finding="")
        return sample

    def rate(self, clock: Clock, labels: int) -> Step:
        """Wait until so many labels are there."""
        if labels:
            yield clock.at(clock.now_s + self._raters.delay + raters.takes_s(labels, self._raters), Rank.LABELS)

    def relabel(self, clock: Clock) -> Step:
        """Write better guidelines; send everything that the first rater called 'show' to two more."""
        begun_s = clock.now_s
        yield clock.at(begun_s + self.plan.guidelines, Rank.LABELS)
        labels = 0
        for name in list(self.training):
            self.training[name], more = self._adjudicated(self.training[name])
            labels += more
        before = int(self.test.label.sum())
        self.test, more = self._adjudicated(self.test)
        labels += more
        yield from self.rate(clock, labels)
        positives = sum(int(one.label.sum()) for one in self.training.values())
        story = f"{labels:,} more labels: {positives:,} 'show' are left in the training set, {int(self.test.label.sum()):,} of {before:,} in the test set"
        self.write(clock.now_s, "relabel", story, cost=labels * self._raters.cost)

    def train(self, clock: Clock) -> Step:
        """Train on the rated pairs; nothing is deployed."""
        begun_s = clock.now_s
        yield clock.at(begun_s + self._settings.takes, Rank.TRAINING)
        self.model = self.fitted()
        data = joined(list(self.training.values()))
        self.write(begun_s, "train", f"on {len(data):,} rated pairs, {int(data.label.sum()):,} of them 'show'", cost=self.plan.training_cost)

    def fitted(self) -> Any:
        """A model of the rated pairs as they are."""
        if self._settings.model is None:
            raise ValueError("a team has a model")
        data = joined(list(self.training.values()))
        self._number += 1
        key = seeds.key(*self._of("model"), self._number)
        table = self._stage.features.frame([data.table])
        return fit_model(self._settings.model, self._stage.scenario.folder, key, table, data.label, np.ones(len(data)), self._settings.name)

    def ask(self, model: Any, sample: Sample) -> NDArray[np.float32]:
        """What a model says of rated pairs."""
        return ask_model(model, self._stage.features.frame([sample.table]), self._settings.name)

    # Looks.

    def look_wrong_labels(self, clock: Clock) -> Step:
        """A panel of further raters looks at the model's errors."""
        said = self.ask(self.model, self.test)
        wrong = (said >= self.objective.cut) != (self.test.label == 1)
        labels = int(wrong.sum()) * _PANEL
        panel = raters.votes_for(self.test.margin[wrong], self._raters, _PANEL, self._key("labels"))
        yield from self.rate(clock, labels)
        found = findings.wrong_labels(self.test, said, self.objective.cut, panel, _PANEL, self.plan.overturned)
        self.tell(clock.now_s, found, labels * self._raters.cost)
        return found

    def look_never_shows(self, clock: Clock) -> Step:
        """Does it show anything that raters would show?"""
        yield clock.at(clock.now_s, Rank.ANALYSIS)
        found = findings.never_shows(self.test, self.ask(self.model, self.test), self.objective.cut, self.plan.recall, self.plan.shown)
        self.tell(clock.now_s, found, 0.0)
        return found

    def look_stale(self, clock: Clock) -> Step:
        """Rate yesterday's pairs, and compare."""
        self.later = yield from self.collect(clock, _of_one(collecting.retrieved), self.now(clock.now_s), self.plan.test_rows, adjudicate=True, why="yesterday's traffic")
        found = findings.stale(
            self.test, self.later, self.ask(self.model, self.test), self.ask(self.model, self.later), self.plan.stale_error, self._key("decision")
        )
        age = clock.now_s // DAY_S - int(self.test.day.max())
        self.tell(clock.now_s, found._replace(evidence={**found.evidence, "test_age_days": float(age)}, story=f"the test set is {age} days old: {found.story}"), 0.0)
        return found

    def look_wrong_objective(self, clock: Clock) -> Step:
        """Serve the holdback the same pages for a week, and compare clicks."""
        yield clock.at(clock.now_s, Rank.ANALYSIS)
        self._log.close(clock.now_s)
        sight = self._stage.features.sight
        found = self.holdback.test(
            self._log.since(clock.now_s - _WEEK_S + 1), self._platform.crowd.sightedness, len(sight.devices), sight.matched, self.plan.cohort_z, self._key("policy")
        )
        return found

    # Serving.

    def deploy(self, clock: Clock) -> Step:
        """Offline gate, shadow, canary, full; rolled back where the canary does harm."""
        said = self.ask(self.model, self.test)
        entropy = findings.normalised_entropy(self.test.label, said)
        if entropy >= 1:
            self.write(clock.now_s, "deploy", f"held at the gate: normalised entropy {entropy:.2f} is no better than the base rate")
            return False
        self.models, before = {"show": self.model}, dict(self.models)
        yield clock.at(clock.now_s + self.plan.shadow, Rank.DEPLOYMENT)
        self._share = self.plan.canary
        self._serve(clock.now_s)
        begun_s = clock.now_s
        yield clock.at(begun_s + self.plan.canary_days, Rank.DEPLOYMENT)
        ledger = self._platform.ledger.days
        first, last = begun_s // DAY_S, clock.now_s // DAY_S
        earned = ledger[first:last, 4].sum() / max(ledger[first:last, 0].sum(), 1)
        was = ledger[max(first - 14, 0) : first, 4].sum() / max(ledger[max(first - 14, 0) : first, 0].sum(), 1)
        if was and earned < (1 - self.plan.canary_loss) * was:
            self.models, self._share = before, 1.0 if before else 0.0
            self.write(clock.now_s, "rollback", f"revenue a query fell by {1 - earned / was:.0%} in the canary")
            self._platform.serve(self._platform.fallback, clock.now_s)
            return False
        self._share = 1.0
        self._serve(clock.now_s)
        self.write(clock.now_s, "deploy", f"offline gate (normalised entropy {entropy:.2f}), shadow, canary of {self.plan.canary:.0%}, now everyone but the holdback of {self.holdback.share:.0%}")
        return True

    def offers(self, sight: Sight) -> Offers:
        """The model's pages for most, the incumbent's for the holdback."""
        mine, theirs = super().offers(sight), self._incumbent(sight)
        served = self._share * (1 - self.holdback.share)
        high = np.float32(1e6)  # the incumbent has its own cut
        value = np.where(theirs.value >= theirs.cut, high, np.float32(-np.inf))
        free = np.where(theirs.value_without_bid >= theirs.cut, high, np.float32(-np.inf))
        return Offers(
            np.concatenate([mine.value, value]), np.concatenate([mine.quality, theirs.quality]), np.concatenate([mine.value_without_bid, free]),
            mine.cut, np.concatenate([mine.weights * served, theirs.weights * (1 - served)]),
        )  # fmt: skip

    def renew(self, now_s: int) -> None:
        """A newer model of the same kind takes over."""
        self.models = {"show": self.model}
        self._serve(now_s)
        self.write(now_s, "deploy", "the newer model takes over")

    def switch(self, clock: Clock) -> Step:
        """From "should it be shown" to "will it be clicked": another objective, learned from the team's own log, from now on."""
        from sim.candidates.learned import build_objective
        from sim.candidates.objectives.objective import labels_of
        from sim.lifecycle.training import Trainer

        self.write(clock.now_s, "switch_objective", f"the objective is now {self.plan.then.use}; it starts over on the log")
        objective = build_objective(self.plan.then, self._stage.scenario.folder)
        trainer = Trainer(self._settings, labels_of(objective), self._stage, self._log)
        number = 0
        while True:
            begun_s = clock.now_s
            trained = trainer.train(begun_s, 500 + number, self._platform.moment.margin)
            self.write(begun_s, "train", trained.story, cost=self.plan.training_cost)
            yield clock.at(begun_s + self._settings.takes, Rank.DEPLOYMENT)
            self.objective, self.models = objective, trained.models
            self._serve(clock.now_s)
            self.write(clock.now_s, "deploy", f"the model of clicks takes over{self._story}" if number == 0 else f"model {number + 1} of clicks")
            if self._settings.retrain == "never":
                return
            number += 1
            yield clock.at(max(begun_s + self._settings.retrain, clock.now_s), Rank.TRAINING)

    @property
    def settings(self) -> schema.Candidate:
        """The candidate's own."""
        return self._settings

    # Notes.

    def write(self, at_s: int, event: str, story: str, *, cost: float = 0.0, finding: str = "", evidence: Any = None) -> None:
        """A line of the diary."""
        self.spent += cost
        self._chronicle.write(at_s, event, story, finding, evidence or {}, cost)

    def tell(self, at_s: int, found: Finding, cost: float) -> None:
        """What a look found."""
        self.write(at_s, "analyse", found.story, cost=cost, finding=found.name if found.found else "", evidence=found.evidence)

    def _adjudicated(self, sample: Sample) -> tuple[Sample, int]:
        """Two more raters for what a single one called 'show'."""
        open_ones = (sample.votes == 1) & (sample.yes == 1)
        more = raters.votes_for(sample.margin[open_ones], self._raters, 2, self._key("labels"))
        return sample.rated(open_ones, more, 2), 2 * int(open_ones.sum())

    def _key(self, purpose: str) -> int:
        self._number += 1
        return seeds.key(*self._of(purpose), 1_000 + self._number)

    def _of(self, purpose: str) -> tuple[int, str, int]:
        return self._stage.scenario.seed, purpose, self._stage.replication

    def _pages_of_incumbent(self) -> Any:
        sight = self._sight
        return compile_slates(self._incumbent(sight), sight.ad, sight.bid_micros, self._platform.auction, self._platform.board.broke)


def _of_one(design: Callable[..., Sample]) -> Design:
    """A design that takes several days, for one."""

    def chosen(features: Any, day: Snapshot, rows: int, key: int) -> Sample:
        return design(features, [day], rows, key)

    return chosen
