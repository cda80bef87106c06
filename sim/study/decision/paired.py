"""Student's t on pseudo-values: how wide intervals are, and how many replications they need."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

ROUNDING = 1e-12  # a spread below this share of the values is rounding
MOST = 10_000_000  # replications: beyond it nothing is "needed", it is out of reach


def quantile(n: int, probability: float) -> float:
    """Student's quantile with n − 1 degrees of freedom; infinite with fewer than two replications.

    Examples
    --------
    >>> round(quantile(20, 0.975), 4), quantile(1, 0.975)
    (2.093, inf)
    """
    from scipy.special import stdtrit

    return float(stdtrit(n - 1, probability)) if n > 1 else np.inf


def error(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Standard error of the mean over replications (axis 0); infinite with fewer than two.

    Examples
    --------
    >>> float(error(np.array([1.0, 3.0]))), float(error(np.array([1.0])))
    (1.0, inf)
    """
    if len(values) < 2:
        return np.full(values.shape[1:], np.inf)
    return np.asarray(values.std(axis=0, ddof=1) / len(values) ** 0.5)


def varies(values: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Whether values differ from replication to replication (axis 0) by more than rounding; no for NaN.

    Examples
    --------
    >>> varies(np.array([[0.1, 1.0], [0.1, 1.0], [0.1, 2.0]])).tolist()
    [False, True]
    """
    if not len(values):
        return np.zeros(values.shape[1:], dtype=np.bool_)
    return np.asarray(values.std(axis=0) > ROUNDING * np.abs(values).max(axis=0))


def half_width(values: NDArray[np.float64], alpha: float) -> NDArray[np.float64]:
    """Half the width of Student's interval of a mean over replications (axis 0).

    Parameters
    ----------
    values
        Pseudo-values of shape (replications, …).
    alpha
        Probability, inside (0, 1), that the interval misses the truth. Twice the error of a one-sided bound, which is its end:
        a rule `>= L` passes when the lower one reaches L and fails when the upper one stays below it.

    Returns
    -------
    Of the shape that remains; infinite with one replication, 0 for what never moves.

    Examples
    --------
    >>> half_width(np.array([[1.0, 7.0], [2.0, 7.0], [3.0, 7.0]]), 0.05).round(3).tolist()
    [2.484, 0.0]
    """
    return half_widths(quantile(len(values), 1 - alpha / 2), error(values))


def half_widths(critical: float, errors: NDArray[np.float64]) -> NDArray[np.float64]:
    """So many standard errors; what never moves is known exactly, however far the critical value is off.

    Examples
    --------
    >>> half_widths(2.0, np.array([0.5, 0.0])).tolist(), half_widths(np.inf, np.array([0.5, 0.0])).tolist()
    ([1.0, 0.0], [inf, inf])
    """
    return np.where(errors > 0, critical * errors, 0.0) if np.isfinite(critical) else np.full(errors.shape, np.inf)


def needed(values: NDArray[np.float64], limit: float, confidence: float) -> int | None:
    """How many replications in all would move a one-sided bound off *limit*, as things look.

    Parameters
    ----------
    values
        Pseudo-values of shape (replications,): their mean and spread are taken for the truth.
    limit
        What the bound must clear, in the unit of the values.
    confidence
        Of the one-sided bound.

    Returns
    -------
    The smallest number, at least 2; None where the mean is at the limit, out of reach or unknown.

    Examples
    --------
    >>> needed(np.array([0.0, 2.0, 4.0, -2.0]), 0.0, 0.95)
    20
    """
    if len(values) < 2:
        return None
    spread, distance = float(values.std(ddof=1)), abs(float(values.mean()) - limit)
    return smallest(lambda n: quantile(n, confidence) * spread / n**0.5 <= distance) if distance > 0 else None


def smallest(enough: Callable[[int], bool]) -> int | None:
    """The smallest number of replications from 2 on that is *enough*, if more are never less so.

    Examples
    --------
    >>> smallest(lambda n: n * n > 200), smallest(lambda n: False)
    (15, None)
    """
    low, high = 1, 2
    while not enough(high):
        if high >= MOST:
            return None
        low, high = high, 2 * high
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if enough(middle) else (middle, high)
    return high


def correlation_gain(ours: NDArray[np.float64], base: NDArray[np.float64]) -> tuple[float, float]:
    """What common worlds bought: the correlation, and (Var a + Var b) / Var(a − b).

    Below 1 the gain is a loss. It is infinite where the difference is always the same; NaN where it
    can't be told (one replication, or nothing varies).

    Examples
    --------
    >>> correlation, gain = correlation_gain(np.array([1.0, 2.0, 3.0]), np.array([1.0, 2.0, 4.0]))
    >>> round(correlation, 3), round(gain, 1)
    (0.982, 10.0)
    """
    if len(ours) < 2:
        return np.nan, np.nan
    (first, both), (_, second) = np.cov(ours, base).tolist()
    correlation = float(np.clip(both / (first * second) ** 0.5, -1, 1)) if varies(ours) and varies(base) else np.nan
    if not (varies(ours) or varies(base)):
        return correlation, np.nan
    apart = ours - base
    still = float(apart.std()) <= ROUNDING * float(np.abs(ours).max())
    return correlation, np.inf if still else (first + second) / float(apart.var(ddof=1))
