"""How much to shrink the weights: as far as the intervals of all that shrink less still agree.

SLOPE (Su, Srinath and Krishnamurthy 2020, with the constant of Tucker and Lee 2021) goes from the estimator with the
least bias to that with the least variance, and stops before the first whose difference from an earlier one is more
than its own half-width and 1.45 (the root of 6, less 1) times that one's.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.calibrate.policy import estimators, intervals
from sim.calibrate.policy.cells import Cells
from sim.calibrate.policy.outcome import Outcome

Floats = NDArray[np.float64]

LAMBDAS = (np.inf, 10_000.0, 1_000.0, 100.0, 10.0, 1.0, 0.1)
SHARES = (1.0, 0.999, 0.99, 0.95, 0.9, 0.75, 0.5)  # tau is the weight that this share of the impressions does not exceed
_CONSTANT = np.sqrt(6) - 1


def agreed(values: Floats, halves: Floats) -> int:
    """Which of several estimates to take, in order of growing bias and falling width.

    Examples
    --------
    >>> agreed(np.array([1.0, 1.1, 3.0, 1.0]), np.array([0.5, 0.3, 0.1, 0.0]))
    1
    """
    for place in range(1, len(values)):
        apart = np.abs(values[:place] - values[place])
        if (apart > halves[place] + _CONSTANT * halves[:place]).any():
            return place - 1
    return len(values) - 1


def chosen(name: str, cells: Cells, outcome: Outcome, chance: Floats, confidence: float, model_error: float) -> float:
    """The tau of Switch-DR or lambda of DRos.

    Parameters
    ----------
    model_error
        Standard error of the model's own estimate, so that leaning on it is not taken for certainty.
    """
    weights = estimators.weights_of(cells, chance)
    settings = LAMBDAS if name == "DRos" else _taus(weights, cells.count)
    made = [estimators.make(name, cells, outcome, chance, cells.count, setting) for setting in settings]
    errors = np.array([error(one, weights, cells.count, model_error) for one in made])
    values = np.array([one.value for one in made])
    return settings[agreed(values, intervals.quantile(confidence) * errors)]


def error(made: estimators.Made, weights: Floats, count: Floats, model_error: float) -> float:
    """Standard error of an estimate; in the share in which its weights are shrunk, it has the model's variance too."""
    whole = float(count @ weights)
    leaning = 1 - float(count @ made.weights) / whole if whole > 0 else 1.0
    return float(np.hypot(intervals.spread(made.parts, count), np.sqrt(max(0.0, leaning)) * model_error))


def _taus(weights: Floats, count: Floats) -> tuple[float, ...]:
    order = np.argsort(weights, kind="stable")
    reached = np.cumsum(count[order]) / count.sum()
    places = np.minimum(np.searchsorted(reached, SHARES), len(order) - 1)
    return tuple(dict.fromkeys(float(weights[order[place]]) for place in places))
