"""How exact a measure of a model is: the same rows, each counted as often as a Poisson draw says, again and again."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim import seeds
from sim.lifecycle.team.entropy import entropies

Said = NDArray[np.floating]
_POISSON_1 = np.cumsum(np.exp(-1.0) / np.array([1, 1, 2, 6, 24, 120, 720, 5040], dtype=np.float64))


def with_errors(label: NDArray[np.int8], said: Said, key: int, draws: int = 60) -> dict[str, tuple[float, float]]:
    """Normalised entropy, PR-AUC and ROC-AUC, each with its standard error.

    Rows are sorted once for all draws, since each draw changes only how much they count.

    Parameters
    ----------
    label, said
        0 or 1 and what a model said of it, both of shape (rows,).
    """
    rows = len(label)
    weight = np.ones((draws + 1, rows))
    for draw in range(1, draws + 1):
        weight[draw] = np.searchsorted(_POISSON_1, seeds.uniforms(seeds.mix(key + draw), rows), side="right")
    found = {"normalised_entropy": entropies(label, said, weight)}
    found["pr_auc"], found["roc_auc"] = areas(label, said, weight)
    return {name: (float(values[0]), float(np.std(values[1:], ddof=1))) for name, values in found.items()}


def areas(label: NDArray[np.int8], said: Said, weight: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Average precision and area under the ROC curve, for each row of *weight*, each of shape (draws,).

    Rows of which the model says the same count as one step of the curve.

    Examples
    --------
    >>> precision, roc = areas(np.array([1, 0, 1], np.int8), np.array([0.9, 0.8, 0.1]), np.ones((1, 3)))
    >>> precision.round(3).tolist(), roc.round(3).tolist()
    ([0.833], [0.5])
    """
    order = np.argsort(-said, kind="stable")
    ends = np.append(np.flatnonzero(np.diff(said[order])), len(said) - 1)  # the last row of each step
    count, positive = weight[:, order], label[order] == 1
    hits = np.cumsum(count * positive, axis=1)[:, ends]
    misses = np.cumsum(count * ~positive, axis=1)[:, ends]
    gained, passed = (np.diff(one, axis=1, prepend=0.0) for one in (hits, misses))
    precision = np.divide(hits, hits + misses, out=np.zeros_like(hits), where=hits + misses > 0)
    average = (precision * gained).sum(axis=1) / hits[:, -1]
    roc = (passed * (hits - gained / 2)).sum(axis=1) / (hits[:, -1] * misses[:, -1])
    return average, roc
