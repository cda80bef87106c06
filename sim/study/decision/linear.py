"""Every figure as one pseudo-value per replication.

The mean of the pseudo-values is the estimate and their standard deviation over √n its standard
error: ratios and lifts of ratios are linearised by the delta method, and keep the pairing. What
comes after (t, min-p, MCB, bands, anytime-valid intervals) then needs means and variances only.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

WEAK = 10.0  # standard errors: below it the delta method's intervals begin to miss


def pseudo_level(above: NDArray[np.float64], below: NDArray[np.float64] | None = None) -> NDArray[np.float64]:
    """Pseudo-values of a total, or of a ratio of totals.

    With R = ΣY / ΣX, a replication's is R + (Y − R X) / mean(X).

    Parameters
    ----------
    above, below
        Y and X of shape (replications, …); without X the values themselves are meant.

    Returns
    -------
    Pseudo-values of the same shape; NaN where X adds up to 0.

    Examples
    --------
    >>> pseudo_level(np.array([1.0, 9.0]), np.array([4.0, 4.0])).tolist()
    [0.25, 2.25]
    """
    if below is None:
        return np.array(above, dtype=np.float64)
    centre, influence = _ratio(above, below)
    return centre + influence


def pseudo_lift(
    ours_above: NDArray[np.float64],
    ours_below: NDArray[np.float64] | None,
    base_above: NDArray[np.float64],
    base_below: NDArray[np.float64] | None,
) -> NDArray[np.float64]:
    """Pseudo-values of a relative difference (0.03 is +3 %), paired by replication.

    The lift is R / R₀ − 1. By the chain rule its influence is ψ / R₀ − (R / R₀) ψ₀ / R₀, where ψ
    is the influence on a ratio of totals (or on a mean, where there is nothing below).

    Parameters
    ----------
    ours_above, ours_below, base_above, base_below
        Shape (replications, …) each, the same worlds in the same rows; None below for totals.

    Returns
    -------
    Pseudo-values of the same shape; NaN where the baseline's figure is 0 or there is none.

    Examples
    --------
    >>> worlds = np.array([100.0, 300.0])
    >>> bool(np.allclose(pseudo_lift(1.1 * worlds, None, worlds, None), 0.1))
    True
    """
    ours, ours_influence = _ratio(ours_above, ours_below)
    base, base_influence = _ratio(base_above, base_below)
    base = np.where(base == 0, np.nan, base)
    relative = ours / base
    return relative - 1 + ours_influence / base - relative * (base_influence / base)


def weak(below: NDArray[np.float64]) -> bool:
    """Whether a denominator is so noisy that its ratio needs `fieller`: mean below 10 standard errors.

    With fewer than two replications nobody can tell, so it is.

    Examples
    --------
    >>> weak(np.array([90.0, 110.0, 100.0])), weak(np.array([1.0, 9.0, 2.0]))
    (False, True)
    """
    if len(below) < 2:
        return True
    return not abs(float(below.mean())) > WEAK * float(below.std(ddof=1)) / len(below) ** 0.5


def fieller(above: NDArray[np.float64], below: NDArray[np.float64], confidence: float) -> tuple[float, float] | None:
    """Fieller's interval of a ratio of totals: right also where the denominator is weak.

    The ratios that a t test of Y − R X would not reject: between the roots of a quadratic in R.

    Parameters
    ----------
    above, below
        One pair per replication, shape (replications,).
    confidence
        Inside (0, 1).

    Returns
    -------
    From … to, or None where the interval is unbounded: the denominator is not surely different from
    0, there are fewer than two replications, or there are NaN.

    Notes
    -----
    Fieller, "Some problems in interval estimation", JRSS B 16 (1954).

    Examples
    --------
    >>> low, high = fieller(np.array([1.0, 2.0, 3.0]), np.array([10.0, 10.0, 10.0]), 0.95)
    >>> round(low, 4), round(high, 4)
    (-0.0484, 0.4484)
    >>> fieller(np.array([1.0, 2.0, 3.0]), np.array([-10.0, 10.0, 11.0]), 0.95) is None
    True
    """
    from scipy.special import stdtrit

    n = len(above)
    if n < 2 or not (np.isfinite(above).all() and np.isfinite(below).all()):
        return None
    y, x = float(above.mean()), float(below.mean())
    (yy, xy), (_, xx) = (np.cov(above, below) * float(stdtrit(n - 1, 0.5 + confidence / 2)) ** 2 / n).tolist()
    square, middle, rest = x * x - xx, x * y - xy, y * y - yy
    if square <= 0:
        return None
    root = max(0.0, middle * middle - square * rest) ** 0.5  # below 0 by rounding only
    return (middle - root) / square, (middle + root) / square


def _ratio(above: NDArray[np.float64], below: NDArray[np.float64] | None) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """A ratio of totals (or a mean), and the influence of each replication on it."""
    y = above.mean(axis=0)
    if below is None:
        return np.asarray(y), above - y
    x = below.mean(axis=0)
    x = np.where(x == 0, np.nan, x)
    return y / x, (above - (y / x) * below) / x
