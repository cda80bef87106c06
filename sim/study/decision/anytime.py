"""Intervals that hold at every number of replications at once, so that one may look and stop.

The anytime-valid t of Lindon, Ham, Tingley and Bojinov (arXiv 2210.08589): a mixture of likelihood
ratios over normal effects is a martingale that rarely gets large, whenever one looks.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sim.study.decision.paired import smallest, varies


def half_width(n: ArrayLike, sd: ArrayLike, alpha: float, g: float = 1.0) -> NDArray[np.float64]:
    """Half the width of the anytime-valid interval of a mean.

    With ν = n − 1, r = g / (g + n) and q = (r α²)^(1/n), it is s/√n √(ν (1 − q) / (q − r)).

    Parameters
    ----------
    n, sd
        Replications so far and their standard deviation; arrays are taken element by element.
    alpha
        Probability, inside (0, 1), that the interval ever misses the truth.
    g
        Where it is short: 1 from the 10th replication, larger later.

    Returns
    -------
    0 or more; infinite while there are too few replications, NaN where *sd* is and they are enough.

    Examples
    --------
    >>> half_width([2, 10, 100], 1.0, 0.05).round(3).tolist()
    [inf, 1.224, 0.335]
    """
    count, spread = np.broadcast_arrays(np.asarray(n, dtype=np.float64), np.asarray(sd, dtype=np.float64))
    safe = np.maximum(count, 2)
    r = g / (g + safe)
    q = (r * alpha**2) ** (1 / safe)
    known = (count >= 2) & (q > r)
    gap = np.where(known, q - r, 1.0)
    return np.where(known, np.where(known, spread, 0) * np.sqrt((safe - 1) * (1 - q) / (gap * safe)), np.inf)


def half_width_of(values: NDArray[np.float64], alpha: float) -> NDArray[np.float64]:
    """`half_width` of the replications in *values* (axis 0): may be looked at after each of them.

    Of a one-sided bound with error e it is that of the interval with twice the error: the mixture over effects of one sign is at
    most twice that over both, and next to twice where a bound is reached.

    Returns
    -------
    Of the shape that remains; infinite while there are too few replications, 0 for what never moves.

    Examples
    --------
    >>> half_width_of(np.array([[-1.0, 7.0], [1.0, 7.0]] * 20), 0.05).round(3).tolist()
    [0.532, 0.0]
    """
    n = len(values)
    spread = np.where(varies(values), values.std(axis=0, ddof=1), 0.0) if n > 1 else np.zeros(values.shape[1:])
    return np.where(spread > 0, half_width(n, spread, alpha), 0.0 if n > 1 else np.inf)


def needed(sd: float, target: float, confidence: float, g: float = 1.0) -> int | None:
    """Replications until the half width is at most *target*, if they go on varying by *sd*.

    Returns
    -------
    The smallest number; None where it is out of reach.

    Examples
    --------
    >>> needed(1.0, 0.335, 0.95)
    100
    """
    return _until(sd, target, 1 - confidence, g)


def needed_one_sided(sd: float, distance: float, confidence: float, g: float = 1.0) -> int | None:
    """Replications until a one-sided bound clears a limit that the mean is *distance* away from.

    Examples
    --------
    >>> needed_one_sided(1.0, 0.335, 0.95)
    86
    """
    return _until(sd, distance, 2 * (1 - confidence), g)


def _until(sd: float, target: float, alpha: float, g: float) -> int | None:
    if not (target > 0 and np.isfinite(sd)):
        return None
    return smallest(lambda n: bool(half_width(n, sd, alpha, g) <= target))
