"""The seven estimators of a policy's CTR from another policy's log, each a sum over cells.

With w = chance under the target / chance under the log, r = clicked, q = what the model expects: IPS is the mean of
w r (Horvitz and Thompson 1952), SNIPS that over the mean of w (Swaminathan and Joachims 2015), DM the model's own mean
under the target, DR = DM + mean of w (r - q) (Dudik, Langford and Li 2011), SNDR the same with the mean over that of w,
Switch-DR with w = 0 above tau (Wang, Agarwal and Dudik 2017), DRos with lambda w / (w^2 + lambda) (Su and others 2020).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.calibrate.policy.cells import Cells
from sim.calibrate.policy.outcome import Outcome

Floats = NDArray[np.float64]

NAMES = ("IPS", "SNIPS", "DM", "DR", "SNDR", "Switch-DR", "DRos")
SHRINKING = ("Switch-DR", "DRos")
_NORMALISED = ("SNIPS", "SNDR")
_PLAIN = ("IPS", "SNIPS")  # without a model


class Made(NamedTuple):
    """An estimate and what it is made of.

    Attributes
    ----------
    value
        Clicks for each impression.
    weights
        That it used, shape (cells,); zeros for DM.
    parts
        What each impression of a cell adds: their mean is the value, their spread its error. Shape (cells,).
    base
        The part of the value that does not come from the log's clicks.
    scale
        What each weight is multiplied by, so that base + sum of count x scale x weight x clicked is the value.
    """

    value: float
    weights: Floats
    parts: Floats
    base: float
    scale: float


def weights_of(cells: Cells, chance: Floats) -> Floats:
    """The target's chance over the log's, 0 where the target never shows what the log did; shape (cells,)."""
    return np.where(cells.entry >= 0, chance[cells.entry], 0.0) / cells.propensity


def shrunk(name: str, weights: Floats, setting: float) -> Floats:
    """The weights as Switch-DR or DRos with this tau or lambda uses them.

    Examples
    --------
    >>> shrunk("Switch-DR", np.array([0.5, 3.0]), 2.0).tolist(), shrunk("DRos", np.array([1.0, 3.0]), 9.0).tolist()
    ([0.5, 0.0], [0.9, 1.5])
    """
    if name == "Switch-DR":
        return np.where(weights <= setting, weights, 0.0)
    return weights if np.isinf(setting) else setting * weights / (weights**2 + setting)


def make(name: str, cells: Cells, outcome: Outcome, chance: Floats, count: Floats, setting: float = np.inf) -> Made:
    """One estimate.

    Parameters
    ----------
    chance
        The target's, for each of its rows; a bootstrap draws it anew.
    count
        Impressions of each cell; a bootstrap draws them anew.
    setting
        tau or lambda.
    """
    total = float(count.sum())
    weights = weights_of(cells, chance)
    weights = shrunk(name, weights, setting) if name in SHRINKING else np.zeros_like(weights) if name == "DM" else weights
    expected, model = np.zeros_like(weights), np.zeros_like(weights)
    if name not in _PLAIN:
        mean = np.bincount(cells.entry_place, chance * outcome.of_entries, minlength=int(cells.place.max(initial=0)) + 1)
        expected, model = outcome.of_cells, mean.astype(np.float64)[cells.place]
    surprise = weights * (cells.clicked - expected)
    over = float(count @ weights) / total if name in _NORMALISED else 1.0
    if over <= 0:
        return Made(np.nan, weights, np.full_like(weights, np.nan), np.nan, np.nan)
    shift = float(count @ surprise) / total / over
    value = float(count @ model) / total + shift
    parts = model + (surprise - (weights * shift if name in _NORMALISED else 0)) / over + (shift if name in _NORMALISED else 0)
    scale = 1 / (total * over)
    return Made(value, weights, parts, value - scale * float(count @ (weights * cells.clicked)), scale)


def size(weights: Floats, count: Floats) -> tuple[float, float, float]:
    """Effective sample size (Kish 1965), largest weight and mean weight.

    Examples
    --------
    >>> size(np.array([1.0, 3.0]), np.array([2.0, 2.0]))
    (3.2, 3.0, 2.0)
    """
    total, squares = float(count @ weights), float(count @ weights**2)
    used = weights[count > 0]
    return (total**2 / squares if squares > 0 else 0.0), float(used.max(initial=0.0)), total / float(count.sum())
