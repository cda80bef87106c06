"""Calibration: of the ads that a model gives 3 %, three in a hundred should be clicked.

A part of the training rows is held out of the fit; on it a curve from what the model says to how
often it came true is fitted, and laid over every later prediction.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from sim import seeds
from sim.candidates.model import ask_model, ask_spread

if TYPE_CHECKING:
    import pandas as pd

HELD_OUT = 0.25
_BINS = 10
_LEAST = 1e-7  # log-odds are taken between this and 1 less this


class Curve(Protocol):
    """From a predicted probability to a better one."""

    @property
    def steepness(self) -> float:
        """What a step of the log-odds becomes, about."""
        ...

    def __call__(self, probability: NDArray[np.floating]) -> NDArray[np.float64]:
        """The calibrated probabilities."""
        ...


class Sigmoid(NamedTuple):
    """Platt's: the log-odds are stretched and shifted, so the order of the ads stays as it is.

    Examples
    --------
    >>> Sigmoid(shift=0.0, steepness=1.0)(np.array([0.25, 0.5])).tolist()
    [0.25, 0.5]
    """

    shift: float
    steepness: float

    def __call__(self, probability: NDArray[np.floating]) -> NDArray[np.float64]:
        """The calibrated probabilities."""
        return np.asarray(1 / (1 + np.exp(-(self.shift + self.steepness * log_odds(probability)))), dtype=np.float64)


class Isotonic(NamedTuple):
    """A rising curve of steps and slopes; what falls on the same step is told apart no more.

    Examples
    --------
    >>> Isotonic(np.array([0.0, 1.0]), np.array([0.0, 0.5]))(np.array([0.5])).tolist()
    [0.25]
    """

    said: NDArray[np.float64]
    came_true: NDArray[np.float64]

    @property
    def steepness(self) -> float:
        """Taken as it was: a step has no single slope."""
        return 1.0

    def __call__(self, probability: NDArray[np.floating]) -> NDArray[np.float64]:
        """The calibrated probabilities."""
        return np.asarray(np.interp(probability, self.said, self.came_true), dtype=np.float64)


class Calibrated:
    """A model with a curve laid over it.

    Examples
    --------
    A model that says 90 % where 50 % come true:

    >>> import pandas as pd
    >>> class Bold:
    ...     def predict_proba(self, table):
    ...         return np.full((len(table), 2), [0.1, 0.9])
    >>> table = pd.DataFrame({"text_match": np.zeros(100)})
    >>> label = np.arange(100) % 2
    >>> curve = fit_curve("sigmoid", np.full(100, 0.9), label, np.ones(100))
    >>> Calibrated(Bold(), curve, "bold").predict_proba(table)[0].round(3).tolist()
    [0.5, 0.5]
    """

    def __init__(self, model: Any, curve: Curve, who: str) -> None:
        self.model = model
        self.curve = curve
        self.who = who

    def predict_proba(self, table: pd.DataFrame) -> NDArray[np.float64]:
        """Both probabilities of each row."""
        p = self.curve(ask_model(self.model, table, self.who))
        return np.column_stack([1 - p, p])

    def predict_sd(self, table: pd.DataFrame) -> NDArray[np.float64] | None:
        """The standard error of the log-odds, where the model tells one."""
        spread = ask_spread(self.model, table, self.who)
        return None if spread is None else abs(self.curve.steepness) * spread.astype(np.float64)


def held_out(row: NDArray[np.intp], rows: int, key: int) -> NDArray[np.bool_]:
    """Which training rows are held out: a quarter of all (cell, ad), each with everything that was logged of it.

    Parameters
    ----------
    row
        The row of the feature table that each training row is about.
    rows
        How many rows the feature table has.
    """
    return np.asarray(seeds.uniforms(key, rows)[row] < HELD_OUT)


def fit_curve(kind: str, probability: NDArray[np.floating], label: NDArray[np.integer], weight: NDArray[np.float64]) -> Curve:
    """The curve of a *kind*, "sigmoid" or "isotonic", from rows of both classes."""
    if kind == "isotonic":
        from sklearn.isotonic import IsotonicRegression

        steps = IsotonicRegression(y_min=0, y_max=1, out_of_bounds="clip").fit(probability.astype(np.float64), label, weight)
        return Isotonic(steps.X_thresholds_.astype(np.float64), steps.y_thresholds_.astype(np.float64))
    from sklearn.linear_model import LogisticRegression

    line = LogisticRegression(C=1e6).fit(log_odds(probability)[:, None], label, weight)
    return Sigmoid(float(line.intercept_[0]), float(line.coef_[0, 0]))


def crosswise(
    kind: str, probability: NDArray[np.floating], label: NDArray[np.integer], weight: NDArray[np.float64], half: NDArray[np.bool_]
) -> NDArray[np.float64] | None:
    """What a curve makes of probabilities that it was not fitted to: each half's under the curve of the other.

    Parameters
    ----------
    half
        Which rows are the first half; None is returned where either holds one class only.
    """
    found = np.empty(len(label), np.float64)
    for others in (half, ~half):
        if len(np.unique(label[others])) < 2:
            return None
        found[~others] = fit_curve(kind, probability[others], label[others], weight[others])(probability[~others])
    return found


def calibration_error(probability: NDArray[np.floating], label: NDArray[np.integer], weight: NDArray[np.float64]) -> float:
    """Expected calibration error: how far what was said is from what came true, on average over ten bins of equal weight.

    Examples
    --------
    >>> round(calibration_error(np.full(10, 0.3), np.array([1, 0] * 5), np.ones(10)), 6)
    0.2
    """
    said, which = np.unique(probability.astype(np.float64), return_inverse=True)
    counts = np.bincount(which, weight, len(said))
    total = counts.sum()
    if total == 0:
        return 0.0
    # What is said alike stays in one bin.
    bins = np.minimum((_BINS * (np.cumsum(counts) - counts / 2) / total).astype(np.intp), _BINS - 1)
    gap = counts * said - np.bincount(which, weight * label, len(said))
    return float(np.abs(np.bincount(bins, gap, _BINS)).sum() / total)


def log_odds(probability: NDArray[np.floating]) -> NDArray[np.float64]:
    """The log-odds of probabilities, kept finite.

    Examples
    --------
    >>> log_odds(np.array([0.5])).tolist()
    [0.0]
    """
    p = np.clip(probability.astype(np.float64), _LEAST, 1 - _LEAST)
    return np.asarray(np.log(p / (1 - p)), dtype=np.float64)
