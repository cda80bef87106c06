"""Standard errors of what was fitted by maximum likelihood: observed information, and its sandwich."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

AT_THE_EDGE = 2.71  # a likelihood ratio of 5 % chance, where what is tested lies at the edge of what is allowed


def curvature(loss: Callable[[Array], float], point: Array, step: float = 1e-3) -> Array:
    """Second derivatives of *loss* at *point* by central differences, shape (n, n): the observed information.

    Examples
    --------
    >>> curvature(lambda x: float(x[0] ** 2 + 3 * x[0] * x[1]), np.zeros(2)).round(6).tolist()
    [[2.0, 3.0], [3.0, 0.0]]
    """
    moves = np.eye(len(point)) * step
    signs = ((1, 1), (1, -1), (-1, 1), (-1, -1))
    second = [[sum(a * b * loss(point + a * u + b * v) for a, b in signs) / (4 * step**2) for v in moves] for u in moves]
    return np.array(second)


def covariance(information: Array) -> Array:
    """The inverse of an information, NaN where the likelihood is flat or bends the wrong way."""
    try:
        np.linalg.cholesky(information)
        return np.asarray(np.linalg.inv(information))
    except np.linalg.LinAlgError:
        return np.full_like(information, np.nan)


def sandwich(information: Array, scores: Array, lags: int = 0) -> Array:
    """Covariance that is right although the members of the sample are not as the likelihood takes them.

    Parameters
    ----------
    information
        Second derivatives of minus the log-likelihood, shape (n, n).
    scores
        First derivatives of the log-likelihood of each member, shape (members, n).
    lags
        How many neighbours in time a member is correlated with (Newey and West 1987); 0 for independent ones.

    Returns
    -------
    NDArray
        Shape (n, n).

    Examples
    --------
    >>> sandwich(np.array([[4.0]]), np.array([[1.0], [-1.0], [1.0], [-1.0]])).tolist()
    [[0.3333333333333333]]
    """
    bread, members = covariance(information), len(scores)
    around = scores - scores.mean(axis=0)
    meat = around.T @ around
    for lag in range(1, min(lags, members - 1) + 1):
        both = around[lag:].T @ around[:-lag]
        meat += (1 - lag / (lags + 1)) * (both + both.T)
    return np.asarray(bread @ meat @ bread * members / max(1, members - 1))


def lags_of(weeks: int) -> int:
    """How far Newey and West look back in so many weeks."""
    return int(4 * (weeks / 100) ** (2 / 9))
