"""Intervals of a weighted click rate, and one that stays honest when there are hardly any clicks."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.calibrate.policy.results import Ends

Floats = NDArray[np.float64]


def spread(parts: Floats, count: Floats) -> float:
    """Standard error of the mean of *parts*, each of which occurs *count* times."""
    total = float(count.sum())
    mean = float(count @ parts) / total
    return float(np.sqrt(count @ (parts - mean) ** 2)) / total


def normal(value: float, error: float, confidence: float) -> Ends:
    """The value and so many standard errors on both sides.

    Examples
    --------
    >>> [round(end, 3) for end in normal(0.5, 0.1, 0.95)]
    [0.304, 0.696]
    """
    half = quantile(confidence) * error
    return Ends(value - half, value + half)


def quantile(confidence: float) -> float:
    """How many standard errors an interval reaches."""
    from scipy.special import ndtri

    return float(ndtri((1 + confidence) / 2))


def wilson(clicks: int, rows: int, confidence: float) -> Ends:
    """Of a share that was counted (Wilson 1927).

    Examples
    --------
    >>> [round(end, 5) for end in wilson(38, 10_000, 0.95)]
    [0.00277, 0.00521]
    """
    from scipy.stats import binomtest

    ends = binomtest(clicks, rows).proportion_ci(confidence, method="wilson")
    return Ends(float(ends.low), float(ends.high))


def few_counts(weights: Floats, clicks: Floats, largest: float, confidence: float) -> Ends:
    """Of a weighted sum of Poisson counts (Fay and Feuer 1997): with equal weights it is the exact one of Garwood.

    Parameters
    ----------
    weights, clicks
        Of each cell, shape (cells,), weights from 0.
    largest
        The largest weight that a click may have, seen or not: what one more click could add.

    Examples
    --------
    >>> [round(end, 2) for end in few_counts(np.array([1.0]), np.array([10.0]), 1.0, 0.95)]
    [4.8, 18.39]
    >>> [round(end, 2) for end in few_counts(np.array([1.0]), np.array([0.0]), 1.0, 0.95)]
    [0.0, 3.69]
    """
    from scipy.stats import chi2

    total, squares, tail = float(weights @ clicks), float(weights**2 @ clicks), (1 - confidence) / 2
    low = squares / (2 * total) * float(chi2.ppf(tail, 2 * total**2 / squares)) if total > 0 else 0.0
    more, wider = total + largest, squares + largest**2
    high = wider / (2 * more) * float(chi2.ppf(1 - tail, 2 * more**2 / wider)) if more > 0 else 0.0
    return Ends(low, high)


def difference_of_few(weights: Floats, clicks: Floats, confidence: float) -> Ends:
    """Of a sum of Poisson counts with weights of both signs.

    The intervals of what adds and of what takes away are put together by the method of variance estimates recovery
    (Zou and Donner 2008).

    Examples
    --------
    >>> [round(end, 1) for end in difference_of_few(np.array([1.0, -1.0]), np.array([10.0, 10.0]), 0.95)]
    [-9.9, 9.9]
    """
    adds, takes = np.maximum(weights, 0), np.maximum(-weights, 0)
    more, less = (few_counts(one, clicks, float(one.max(initial=0)), confidence) for one in (adds, takes))
    up, down = float(adds @ clicks), float(takes @ clicks)
    low = up - down - float(np.hypot(up - more.low, less.high - down))
    return Ends(low, up - down + float(np.hypot(more.high - up, down - less.low)))


def around(draws: Floats, confidence: float) -> Ends:
    """The middle of what was drawn."""
    tail = 100 * (1 - confidence) / 2
    low, high = np.nanpercentile(draws, [tail, 100 - tail])
    return Ends(float(low), float(high))


def widest(*several: Ends) -> Ends:
    """From the lowest end to the highest, kept within 0 and 1."""
    return Ends(max(0.0, min(one.low for one in several)), min(1.0, max(one.high for one in several)))
