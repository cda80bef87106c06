"""Which candidate is best: how far each may be behind the best, and how likely it is the best."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.study.decision.posterior import DRAWS, draws

TIED = 1e-12  # of the largest draw: candidates that do the same differ by rounding


def constrained(means: NDArray[np.float64], half: NDArray[np.float64], free: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Each candidate minus the best of the others that are free, from half widths of all pairs.

    Parameters
    ----------
    means
        Shape (k,).
    half
        Half widths of the differences of two candidates, shape (k, k).
    free
        Who may be chosen at all, shape (k,); the others are held against them, too.

    Returns
    -------
    Shape (k, 2), from … to, each with 0 inside or at an end: "at worst |low| behind the true best". NaN for those that have
    nobody to be held against.

    Notes
    -----
    Hsu's constrained intervals ("Multiple Comparisons", 1996, chapter 4): with half widths of paired differences, so that common
    worlds may be used, each with its share of the error for the k − 1 others.

    Examples
    --------
    >>> half = np.full((3, 3), 0.5)
    >>> constrained(np.array([1.0, 3.0, 9.0]), half, np.array([True, True, False])).tolist()
    [[-2.5, 0.0], [0.0, 2.5], [0.0, 6.5]]
    """
    k = len(means)
    apart = means[:, None] - means[None, :]
    others = ~np.eye(k, dtype=bool) & free[None, :]
    most = np.where(others, apart + half, np.inf).min(axis=1)
    rivals = others & (most >= 0)[None, :]  # who may be the best; a tie without noise leaves all
    least = np.where(rivals, apart - half, np.inf).min(axis=1)
    found = np.stack([np.where(rivals.any(axis=1), np.minimum(0, least), 0), np.maximum(0, most)], axis=1)
    found[~others.any(axis=1)] = np.nan
    return found


def p_best(values: NDArray[np.float64], stream: int, count: int = DRAWS) -> NDArray[np.float64]:
    """Probability of each candidate to have the highest true mean.

    Parameters
    ----------
    values
        Pseudo-values of shape (replications, k), the more the better.
    stream
        A key from `sim.seeds.key(seed, "decision", …)`.
    count
        Draws from the posterior: the probability's own error is at most 0.5 / √count.

    Returns
    -------
    Shape (k,), adding up to 1; candidates that are always the same share theirs. NaN for columns
    with NaN, and for all with one replication.

    Examples
    --------
    >>> from sim import seeds
    >>> values = np.array([[1.0, 3.0], [2.0, 4.1], [3.0, 4.9], [2.0, 4.0]])
    >>> p_best(values, seeds.key(1, "decision")).round(2).tolist()
    [0.0, 1.0]
    """
    found = np.full(values.shape[1], np.nan)
    known = np.flatnonzero(np.isfinite(values).all(axis=0))
    if len(values) < 2 or not len(known):
        return found
    seen = values[:, known]
    drawn = draws(seen - seen[:, [0]], stream, count)
    top = drawn.max(axis=1, keepdims=True)
    first = drawn >= top - TIED * np.abs(drawn).max(axis=1, keepdims=True)
    found[known] = (first / first.sum(axis=1, keepdims=True)).mean(axis=0)
    return found
