"""From a candidate's log to its models: one for each label that its objective needs, each on its own."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim import seeds
from sim.candidates.calibration import Calibrated, calibration_error, crosswise, fit_curve, held_out
from sim.candidates.model import Constant, ask_model, fit_model, go_on
from sim.candidates.objectives.objective import LABELS
from sim.lifecycle.collecting import TrainingSet, click_set, conversion_set, show_set
from sim.lifecycle.log import Log, Spell
from sim.lifecycle.stage import Stage
from sim.scenario import schema
from sim.scenario.kinds import Plugin
from sim.scenario.schema import DAY_S
from sim.stopwatch import timed


class Trained(NamedTuple):
    """The model of each label that is to serve, in words how they came about, and in numbers on what."""

    models: dict[str, Any]
    story: str
    evidence: dict[str, float]


class Trainer:
    """Trains a candidate's models on its own log.

    Parameters
    ----------
    labels
        What is learned, the label by which pages are ordered first.
    """

    def __init__(self, settings: schema.Candidate, labels: tuple[str, ...], stage: Stage, log: Log) -> None:
        if settings.model is None:
            raise ValueError(f"candidate {settings.name!r} has no model")
        self.labels = labels
        self._plugin: Plugin = settings.model
        self._settings = settings
        self._stage = stage
        self._log = log
        self._kept: dict[str, Any] = {}  # what goes on learning, without its calibration
        self._begun_s: int | None = None

    def train(self, now_s: int, number: int, margin: NDArray[np.float32]) -> Trained:
        """Train the *number*-th model of each label, on what is logged by *now_s*.

        Parameters
        ----------
        margin
            What raters look at, shape (types, matched); no model sees it.
        """
        self._log.close(now_s)
        since_s = now_s - self._settings.window
        if self._settings.incremental and self._begun_s is not None:
            since_s = max(since_s, self._begun_s)
        self._begun_s = now_s
        spells = self._log.since(since_s)
        first_s = min((spell.start_s for spell in spells), default=now_s)
        models, stories, remarks = {}, [], []
        evidence: dict[str, float] = {}
        for place, label in enumerate(self.labels):
            key = seeds.key(*self._of("model", number), *([LABELS.index(label)] if place else []))
            data = self._collect(label, spells, number, now_s, margin)
            models[label], remark = self._fit(label, key, number, data)
            evidence |= {f"{label}_rows": float(data.weight.sum()), f"{label}_positives": float(data.weight @ data.label)}
            stories.append(f"on {data.story}" if len(self.labels) == 1 else f"{label} on {data.story}")
            remarks += [f"; {words}" if len(self.labels) == 1 else f"; {label}: {words}" for words in remark]
        return Trained(models, f"{', '.join(stories)}, of {(now_s - first_s) / DAY_S:.3g} days{''.join(remarks)}", evidence)

    def _of(self, purpose: str, number: int) -> tuple[int, str, int, int]:
        return self._stage.scenario.seed, purpose, self._stage.replication, number

    def _collect(self, label: str, spells: list[Spell], number: int, now_s: int, margin: NDArray[np.float32]) -> TrainingSet:
        features = self._stage.features
        if label == "click":
            return click_set(features, spells)
        if label == "conversion":
            return conversion_set(features, spells, now_s)
        key = seeds.key(*self._of("labels", number))
        return show_set(features, spells, self._log.histories, margin, self._stage.scenario.labels, key)

    def _fit(self, label: str, key: int, number: int, data: TrainingSet) -> tuple[Any, list[str]]:
        """The model that is to serve, and what there is to say of it."""
        learned, aside = (data.table, data.label, data.weight), np.zeros(len(data.label), np.bool_)
        word = seeds.key(*self._of("calibrate", number), LABELS.index(label))
        if self._settings.calibrate:
            aside = held_out(data.row, len(self._stage.features.fixed), word)
            learned = data.table[~aside], data.label[~aside], data.weight[~aside]
        common = self._plugin, self._stage.scenario.folder, key
        if self._settings.incremental:
            model = go_on(self._kept.get(label), *common, *learned, self._settings.name)
        else:
            model = fit_model(*common, *learned, self._settings.name)
        self._kept[label] = model
        if isinstance(model, Constant):
            return model, [f"only one class was in them, so it says {model.probability:.0f} to everything"]
        return self._calibrate(model, data, aside, word)

    @timed("fit")
    def _calibrate(self, model: Any, data: TrainingSet, aside: NDArray[np.bool_], word: int) -> tuple[Any, list[str]]:
        """The model with its curve, and how far off it was before and is after: the curve is judged by rows that it has not seen."""
        if not self._settings.calibrate:
            return model, []
        label, weight = data.label[aside], data.weight[aside]
        if len(label) == 0 or label.min() == label.max():
            return model, ["not calibrated: only one class was held out"]
        said = ask_model(model, data.table[aside], self._settings.name)
        curve = fit_curve(self._settings.calibrate, said, label, weight)
        half = seeds.uniforms(seeds.mix(word), len(self._stage.features.fixed))[data.row[aside]] < 1 / 2
        anew = crosswise(self._settings.calibrate, said, label, weight, half)
        after = "" if anew is None else f", {calibration_error(anew, label, weight):.2%} after"
        told = f"calibration error {calibration_error(said, label, weight):.2%} before{after}"
        return Calibrated(model, curve, self._settings.name), [told]
