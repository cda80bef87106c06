"""A small real world for a part to be tried on: the same columns, labels and counts as in a run."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.candidates.objectives.objective import LABELS, Outlook
from sim.lifecycle.collecting import TrainingSet, click_set, conversion_set, show_set
from sim.lifecycle.play import set_stage
from sim.lifecycle.stage import Stage
from sim.scenario.schema import Scenario

if TYPE_CHECKING:
    import pandas as pd

_WORLD = {
    "name": "a small world",
    "horizon": "12 months",
    "traffic": {"queries": "20k/day", "query_types": 400},
    "market": {"ads": 2_000, "advertisers": 200, "worthy": "0.5%"},
    "history": {"days": "14 days"},
    # Someone has to wait for conversions, or the history's log has none.
    "candidate": [{"objective": "conversions", "model": "sklearn.linear_model:LogisticRegression"}],
}


class Sample(NamedTuple):
    """What a part is given.

    Attributes
    ----------
    rows, label, weight
        A training on two weeks of clicks.
    table
        What is asked at a refresh: a row for each ad that could be shown.
    stage
        The world and its log.
    """

    rows: pd.DataFrame
    label: NDArray[np.int8]
    weight: NDArray[np.float64]
    table: pd.DataFrame
    stage: Stage

    @property
    def outlook(self) -> Outlook:
        """What the log says of the traffic."""
        queries = np.stack([spell.queries for spell in self.stage.past.spells]).sum(axis=0, dtype=np.float64)
        return Outlook(queries, self.stage.past.histories.examination, self.stage.world.reserve_micros / 1e6)


@lru_cache(maxsize=1)
def real_sample() -> Sample:
    """The sample; drawn once, so whoever hands it on gives copies."""
    stage = set_stage(Scenario.model_validate(_WORLD), 0)
    taught = click_set(stage.features, list(stage.past.spells))
    return Sample(taught.table, taught.label, taught.weight, stage.features.now(stage.past.histories), stage)


@lru_cache(maxsize=len(LABELS))
def prediction(label: str) -> NDArray[np.float32]:
    """What a plain logistic regression, taught by the log or by raters, says of each ad of the sample."""
    from sklearn.linear_model import LogisticRegression

    sample = real_sample()
    taught = _training(label, sample.stage)
    model = LogisticRegression(max_iter=300).fit(taught.table, taught.label, taught.weight)
    return np.asarray(model.predict_proba(sample.table)[:, 1], dtype=np.float32)


def _training(label: str, stage: Stage) -> TrainingSet:
    spells = list(stage.past.spells)
    if label == "show":
        return show_set(stage.features, spells, stage.past.histories, stage.world.relevance.margin, stage.scenario.labels, 1)
    return click_set(stage.features, spells) if label == "click" else conversion_set(stage.features, spells, 0)


def without_a_topic(table: pd.DataFrame) -> pd.DataFrame:
    """The table as a scenario with one topic less would have it."""
    last = [name for name in table.columns if name.startswith("topic_")][-1]
    return table.drop(columns=last)
