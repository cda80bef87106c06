"""How well a model ranks, and how exactly that is known: the area under the ROC curve with DeLong's standard error."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.lifecycle.team.bounds import NOTHING, Bounded, bounded


class Ranked(NamedTuple):
    """An area under the ROC curve with its standard error; no numbers where all rows have the same label."""

    auc: float
    error: float


def ranked(label: NDArray[np.int8], said: NDArray[np.floating]) -> Ranked:
    """Of one set of rows; rows of which the model says the same count half.

    Examples
    --------
    >>> auc, error = ranked(np.array([1, 0, 1, 0], np.int8), np.array([0.9, 0.8, 0.8, 0.1]))
    >>> auc, round(error, 3)
    (0.875, 0.177)

    Notes
    -----
    Each positive stands for the share of negatives below it, each negative for the share of positives above it. The area is the mean
    of either, and its variance that of both means added (DeLong, DeLong and Clarke-Pearson 1988). Rows were drawn one by one from the
    traffic of a day, so the error says what other rows of the same day would have told, not what another day would.
    """
    from scipy.stats import rankdata

    positive = label == 1
    yes, no = int(positive.sum()), int((~positive).sum())
    if min(yes, no) == 0:
        return Ranked(float("nan"), float("nan"))
    rank = rankdata(said)
    below = (rank[positive] - rankdata(said[positive])) / no
    above = 1 - (rank[~positive] - rankdata(said[~positive])) / yes
    variance = sum(float(one.var(ddof=1)) / len(one) if len(one) > 1 else np.inf for one in (below, above))
    return Ranked(float(below.mean()), float(np.sqrt(variance)))


def change_of_auc(before: Ranked, now: Ranked) -> Bounded:
    """From one set to another, with bounds: no pair is in both by more than chance, so the errors add up.

    Examples
    --------
    >>> [round(one, 3) for one in change_of_auc(Ranked(0.88, 0.006), Ranked(0.87, 0.008))]
    [-0.01, -0.026, 0.006]
    """
    error = float(np.hypot(before.error, now.error))
    return bounded(now.auc - before.auc, error) if np.isfinite(error) else NOTHING._replace(value=now.auc - before.auc)
