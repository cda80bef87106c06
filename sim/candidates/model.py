"""A user's model behind one door: built from its import path, fitted, asked, and never trusted.

Any class with scikit-learn's `fit(X, y, sample_weight=None)` and `predict_proba(X)` will do, or a
function that returns such an object (a pipeline, say); one that is kept and goes on learning has
`partial_fit` instead. It gets a named table of features and counts as weights. What it raises or
returns is checked, and a failure is told with the candidate's name.
"""

from __future__ import annotations

import copy
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim import seeds
from sim.errors import InvalidRun
from sim.scenario import plugins
from sim.scenario.kinds import Plugin
from sim.stopwatch import timed

if TYPE_CHECKING:
    import pandas as pd


class Constant:
    """What is left when the data hold one class only: its share, for everyone.

    Examples
    --------
    >>> Constant(0.0).predict_proba([[1], [2]]).tolist()
    [[1.0, 0.0], [1.0, 0.0]]
    """

    def __init__(self, probability: float) -> None:
        self.probability = probability

    def predict_proba(self, table: Any) -> NDArray[np.float64]:
        """The same probability for each row."""
        return np.tile([1 - self.probability, self.probability], (len(table), 1))


def build_model(plugin: Plugin, folder: Path, key: int) -> Any:
    """A fresh model; its `random_state` is ours unless the scenario gives one."""
    named = plugin.use in plugins.BUILT_IN["model"]
    maker = plugins.built_in("model", plugin.use) if named else plugins.load(plugin.use, folder)
    arguments = plugin.arguments
    seen = plugins.signature_of(maker)
    if seen.parameters and "random_state" in seen.parameters:
        arguments.setdefault("random_state", seeds.state(key))
    return maker(**arguments)


@timed("fit")
def fit_model(
    plugin: Plugin, folder: Path, key: int, table: pd.DataFrame, label: NDArray[np.int8], weight: NDArray[np.float64], who: str
) -> Any:
    """Fit a fresh model; a `Constant` when only one class is there.

    Raises
    ------
    InvalidRun
        When the user's class raises.
    """
    if len(label) == 0 or label.min() == label.max():
        return Constant(float(label[0]) if len(label) else 0.0)
    try:
        model = build_model(plugin, folder, key)
        fitted = model.fit(table, label, **{weight_name(model): weight})
    except (Exception, SystemExit) as problem:
        raise InvalidRun(f"candidate '{who}': {plugin.use} failed to fit: {type(problem).__name__}: {problem}") from problem
    return model if fitted is None else fitted


@timed("fit")
def go_on(
    model: Any, plugin: Plugin, folder: Path, key: int, table: pd.DataFrame, label: NDArray[np.int8], weight: NDArray[np.float64], who: str
) -> Any:
    """Teach *model* further rows by `partial_fit`; the model that serves meanwhile is left as it is.

    Parameters
    ----------
    model
        What has been learned so far: None or a `Constant` begins afresh. A `Constant` stands in
        until the rows of one training hold both labels.

    Raises
    ------
    InvalidRun
        When the user's class raises.
    """
    one_class = len(label) == 0 or label.min() == label.max()
    if model is None or isinstance(model, Constant):
        if one_class:
            return Constant(float(label[0])) if len(label) else model or Constant(0.0)
        model = None
    if len(label) == 0:
        return model
    try:
        learner = build_model(plugin, folder, key) if model is None else copy.deepcopy(model)
        taught = learner.partial_fit(table, label, classes=np.array([0, 1]), sample_weight=weight)
    except (Exception, SystemExit) as problem:
        raise InvalidRun(f"candidate '{who}': {plugin.use} failed to go on learning: {type(problem).__name__}: {problem}") from problem
    return learner if taught is None else taught


def weight_name(model: Any) -> str:
    """How *model* wants to be given weights: a scikit-learn pipeline hands them to its last step."""
    steps = getattr(model, "steps", None)
    return f"{steps[-1][0]}__sample_weight" if isinstance(steps, list) and steps else "sample_weight"


@timed("predict")
def ask_model(model: Any, table: pd.DataFrame, who: str) -> NDArray[np.float32]:
    """The probability of the label for each row of *table*.

    Raises
    ------
    InvalidRun
        When the model raises, or returns something else than a probability for each row.
    """
    try:
        said = np.asarray(model.predict_proba(table), dtype=np.float64)
    except InvalidRun:  # of a model inside this one: told already
        raise
    except (Exception, SystemExit) as problem:
        raise InvalidRun(f"candidate '{who}': its model failed to predict: {type(problem).__name__}: {problem}") from problem
    probability = said[:, 1] if said.ndim == 2 and said.shape[1] == 2 else said
    if probability.shape != (len(table),):
        raise InvalidRun(f"candidate '{who}': its model returned shape {said.shape}; expected ({len(table)}, 2), one row for each ad")
    if not np.isfinite(probability).all() or probability.min() < 0 or probability.max() > 1:
        wrong = int((~((probability >= 0) & (probability <= 1))).sum())
        raise InvalidRun(f"candidate '{who}': {wrong:,} of its model's {len(table):,} predictions are no probability from 0 to 1")
    return probability.astype(np.float32)


@timed("predict")
def ask_spread(model: Any, table: pd.DataFrame, who: str) -> NDArray[np.float32] | None:
    """The standard error of the predicted log-odds of each row, of a model that offers `predict_sd`; else None.

    Raises
    ------
    InvalidRun
        When the model raises, or returns something else than a number from 0 for each row.
    """
    ask = getattr(model, "predict_sd", None)
    if not callable(ask):
        return None
    try:
        said = ask(table)
        spread = None if said is None else np.asarray(said, dtype=np.float64)
    except (Exception, SystemExit) as problem:
        raise InvalidRun(f"candidate '{who}': its model's predict_sd failed: {type(problem).__name__}: {problem}") from problem
    if spread is None:
        return None
    if spread.shape != (len(table),) or not np.isfinite(spread).all() or spread.min(initial=0) < 0:
        raise InvalidRun(f"candidate '{who}': its model's predict_sd returned no number from 0 for each of {len(table)} rows")
    return spread.astype(np.float32)
