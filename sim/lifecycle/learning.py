"""A learned candidate at work: it refreshes its features, trains on its own log, and deploys."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim import seeds
from sim.candidates.learned import build_objective, offers_of
from sim.candidates.model import Constant, ask_model, fit_model
from sim.lifecycle.chronicle import Chronicle
from sim.lifecycle.clock import Clock, Process, Rank
from sim.lifecycle.collecting import TrainingSet, click_set, show_set
from sim.lifecycle.log import Log, Spell
from sim.lifecycle.platform import Platform
from sim.lifecycle.stage import Stage
from sim.scenario import schema
from sim.scenario.schema import DAY_S, Plugin

if TYPE_CHECKING:
    import pandas as pd


class Learner:
    """One learning candidate in one replication.

    Attributes
    ----------
    model
        What serves now; None until the first model is deployed, while the incumbent still serves.
    """

    def __init__(
        self, settings: schema.Candidate, stage: Stage, platform: Platform, log: Log, chronicle: Chronicle, fall_back: Callable[[int], None]
    ) -> None:
        if settings.objective is None or settings.model is None:
            raise ValueError(f"candidate {settings.name!r} has no objective or no model")
        self.model: Any = None
        self.objective = build_objective(settings.objective, stage.scenario.folder)
        self._plugin: Plugin = settings.model
        self._settings = settings
        self._stage = stage
        self._platform = platform
        self._log = log
        self._chronicle = chronicle
        self._fall_back = fall_back
        self._said: tuple[pd.DataFrame, NDArray[np.float32]] | None = None

    def training(self, clock: Clock) -> Process:
        """Train at once, then on schedule; each model is deployed when its training is done."""
        number = 0
        while True:
            begun_s = clock.now_s
            model, story = self._train(begun_s, number)
            self._chronicle.write(begun_s, "train", story)
            yield clock.at(begun_s + self._settings.takes, Rank.DEPLOYMENT)
            self.model = model
            self._serve(clock.now_s)
            self._chronicle.write(
                clock.now_s, "deploy", f"model {number + 1} replaces {'the incumbent' if number == 0 else f'model {number}'}"
            )
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
            if self.model is not None:
                self._serve(at)

    def offer(self, now_s: int) -> None:
        """Offer what the model last said, at the bids of now; while no model answers, what the incumbent offers."""
        moment = self._platform.moment
        if self._said is None or not moment.model_up:
            self._fall_back(now_s)
            return
        table, probability = self._said
        self._platform.serve(offers_of(probability, self.objective, moment.sight, table, self._settings.name), now_s)

    def _train(self, now_s: int, number: int) -> tuple[Any, str]:
        self._log.close(now_s)
        key = seeds.key(self._stage.scenario.seed, "model", self._stage.replication, number)
        spells = self._log.since(now_s - self._settings.window)
        data = self._collect(spells, number)
        who = self._settings.name
        model = fit_model(self._plugin, self._stage.scenario.folder, key, data.table, data.label, data.weight, who)
        first_s = min((spell.start_s for spell in spells), default=now_s)
        story = f"on {data.story}, of {(now_s - first_s) / DAY_S:.3g} days"
        if isinstance(model, Constant):
            story += f"; only one class was in them, so it says {model.probability:.0f} to everything"
        return model, story

    def _collect(self, spells: list[Spell], number: int) -> TrainingSet:
        if self.objective.learns == "click":
            return click_set(self._stage.features, spells)
        key = seeds.key(self._stage.scenario.seed, "labels", self._stage.replication, number)
        relevance = replace(self._stage.world.relevance, margin=self._platform.moment.margin)
        return show_set(self._stage.features, spells, self._log.histories, relevance, self._stage.scenario.labels, key)

    def _serve(self, now_s: int) -> None:
        table = self._stage.features.now(self._log.histories, self._platform.moment.sight)
        self._said = table, ask_model(self.model, table, self._settings.name)
        self.offer(now_s)
