"""How many days at the start differ from the rest: the MSER-5 rule, as a check."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

BATCH = 5  # days
FEWEST = 10  # batches


def mser5(series: NDArray[np.float64]) -> int | None:
    """The cut after which the standard error of the rest's mean is smallest.

    Parameters
    ----------
    series
        One figure per day, shape (days,).

    Returns
    -------
    Days to cut, a multiple of 5; None where the run is too short to tell: fewer than 50 days, or
    the best cut takes half of them. None too if a figure is NaN.

    Notes
    -----
    White, "An effective truncation heuristic for bias reduction in simulation output", Simulation
    69 (1997): of means Z of batches of five, the d that minimises Σ(Z − mean)² / (m − d)² over the
    m − d that stay, 0 ≤ d ≤ m/2.

    Examples
    --------
    >>> mser5(np.array([9.0] * 10 + [1.0, 2.0] * 45))
    10
    """
    m = len(series) // BATCH
    if m < FEWEST or not np.isfinite(series).all():
        return None
    batches = series[: m * BATCH].reshape(m, BATCH).mean(axis=1)
    waste = [float(rest.var()) / len(rest) for rest in (batches[d:] - batches[-1] for d in range(m // 2 + 1))]
    cut = int(np.argmin(waste))
    return None if cut == m // 2 else cut * BATCH
