"""Many candidates at once: intervals that hold together (max-t), and Holm's p-values.

Dunnett's own tables take independent groups of equal variance; candidates that met the same worlds
are correlated, so the critical value comes from the multivariate t with the correlation they show.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim import seeds
from sim.study.decision.paired import quantile, varies

DIRECTIONS = 40_000


def max_t(values: NDArray[np.float64], confidence: float) -> float:
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
    The quantile of max |T|, T multivariate t with n − 1 degrees of freedom and the estimated
    correlation A Aᵀ. With T = R A U, U a random direction and R² / rank of the F law, the radius is
    integrated exactly and only directions are drawn, always the same ones (compare Genz and Bretz,
    "Computation of Multivariate Normal and t Probabilities", 2009, chapter 4).

    Examples
    --------
    >>> one = np.array([[1.0], [2.0], [4.0], [3.0]])
    >>> round(max_t(one, 0.95), 4), round(max_t(np.hstack([one, one]), 0.95), 4)
    (3.1824, 3.1824)
    """
    from scipy.optimize import brentq
    from scipy.special import fdtr

    n = len(values)
    lowest = quantile(n, 0.5 + confidence / 2)
    root = _root_of_correlation(values)
    if n < 2 or root.shape[0] < 2 or root.shape[1] < 2:
        return lowest
    rank = root.shape[1]
    highest = quantile(n, 1 - (1 - confidence) / (2 * root.shape[0]))
    normal = seeds.normals(seeds.key(0, "decision", rank), DIRECTIONS * rank).reshape(DIRECTIONS, rank)
    reach = np.abs(normal @ root.T).max(axis=1) / np.linalg.norm(normal, axis=1)

    def excess(critical: float) -> float:
        return float(fdtr(rank, n - 1, (critical / reach) ** 2 / rank).mean()) - confidence

    if excess(lowest) >= 0:
        return lowest
    return float(brentq(excess, lowest, highest, xtol=1e-6)) if excess(highest) > 0 else highest


def holm(p_values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Holm's step-down p-values: below a if the family-wise error is held at a.

    Parameters
    ----------
    p_values
        Shape (tests,); NaN stays NaN and does not count as a test.

    Notes
    -----
    Holm, "A simple sequentially rejective multiple test procedure", Scand. J. Statist. 6 (1979);
    statsmodels' `multipletests`.

    Examples
    --------
    >>> holm(np.array([0.01, 0.04, 0.03, 0.005])).round(4).tolist()
    [0.03, 0.06, 0.06, 0.02]
    """
    from statsmodels.stats.multitest import multipletests

    corrected = np.full(len(p_values), np.nan)
    known = np.isfinite(p_values)
    if known.any():
        corrected[known] = multipletests(p_values[known], method="holm")[1]
    return corrected


def _root_of_correlation(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """A of shape (columns that vary, rank) with A Aᵀ their correlation."""
    seen = values[:, varies(values)]
    if not seen.shape[1]:
        return np.empty((0, 0))
    off = seen - seen.mean(axis=0)
    _, size, axes = np.linalg.svd(off / np.linalg.norm(off, axis=0), full_matrices=False)
    kept = size > 1e-7 * size[0]
    return np.asarray(axes[kept].T * size[kept])
