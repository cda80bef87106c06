"""Many candidates at once: intervals that hold together (min-p).

Dunnett's own tables take independent groups of equal variance; candidates that met the same worlds
are correlated, so the critical value comes from the correlation that they show.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from sim.study.decision.paired import quantile, varies

POINTS = 2**14  # directions that the sphere is filled with
BINS = 256  # of neighbouring directions, each integrated as one


def min_p(values: NDArray[np.float64], confidence: float) -> float:
    """Critical value c: all intervals mean ± c standard errors hold at once with *confidence*.

    Parameters
    ----------
    values
        Pseudo-values of shape (replications, k), a column per candidate. Columns that don't vary or
        that have NaN take no part.
    confidence
        Inside (0, 1), of all intervals together.

    Returns
    -------
    Between Student's quantile for one interval and Bonferroni's for k; infinite with one replication.

    Notes
    -----
    How much one p-value must be below 1 − *confidence* follows from the normal law with the
    estimated correlation; Student's law then turns it into c. For independent columns that is
    Šidák's, exactly (Westfall and Young, "Resampling-based multiple testing", 1993, on min P). What
    chance adds to a correlation of few replications is taken off it: two always seem to be one.
    The directions of the normal law are those of a Sobol sequence, its radius is integrated exactly: no randomness.

    Examples
    --------
    >>> values = np.array([[1.0, 1.0], [1.0, 0.0], [0.0, 1.0], [0.0, 0.0]])  # uncorrelated
    >>> round(min_p(values, 0.95), 3), round(quantile(4, 0.5 + 0.95**0.5 / 2), 3)
    (4.156, 4.156)
    """
    from scipy.special import chdtr, ndtr, ndtri

    n = len(values)
    k = int(varies(values).sum())
    if n < 2 or k < 2:
        return quantile(n, 0.5 + confidence / 2)
    reach, rank = _reach(_sober(_correlation(values), n))
    single, bonferroni = (float(-ndtri((1 - confidence) / (2 * tests))) for tests in (1, k))
    normal = _root(lambda c: float(chdtr(rank, (c / reach) ** 2).mean()) - confidence, single, bonferroni)
    return -quantile(n, float(ndtr(-normal)))


@lru_cache(maxsize=8)
def _directions(rank: int) -> NDArray[np.float64]:
    """Unit vectors that fill the sphere evenly, shape (2^14, rank)."""
    from scipy.special import ndtri
    from scipy.stats import qmc

    normal = ndtri(qmc.Sobol(rank, scramble=False).random(POINTS) + 0.5 / POINTS)
    return np.asarray(normal / np.linalg.norm(normal, axis=1, keepdims=True))


def _correlation(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Of the columns that vary."""
    seen = values[:, varies(values)]
    off = seen - seen.mean(axis=0)
    off /= np.linalg.norm(off, axis=0)
    return np.asarray(off.T @ off)


def _sober(correlation: NDArray[np.float64], n: int) -> NDArray[np.float64]:
    """The correlation, pulled to none by as much as chance raises its squares: by (1 − r²) / (n − 2) each."""
    squares = correlation[~np.eye(len(correlation), dtype=bool)] ** 2
    if n < 3 or not squares.sum():
        return np.eye(len(correlation))
    kept = max(0.0, 1 - float((1 - squares).sum()) / (n - 2) / float(squares.sum())) ** 0.5
    return np.asarray(kept * correlation + (1 - kept) * np.eye(len(correlation)))


def _reach(correlation: NDArray[np.float64]) -> tuple[NDArray[np.float64], int]:
    """How far columns of that correlation reach in each bin of directions, and its rank."""
    size, axes = np.linalg.eigh(correlation)
    kept = size > 1e-10 * size[-1]
    root = axes[:, kept] * np.sqrt(size[kept])
    reach = np.sort(np.abs(root @ _directions(root.shape[1]).T).max(axis=0))  # long rows: three times as fast as short ones
    return reach.reshape(BINS, -1).mean(axis=1), root.shape[1]


def _root(excess: Callable[[float], float], low: float, high: float) -> float:
    """Where *excess* is 0; the nearer end where it is so nowhere between, by the error of integration."""
    from scipy.optimize import brentq

    if excess(low) >= 0:
        return low
    return float(brentq(excess, low, high, xtol=1e-6)) if excess(high) > 0 else high
