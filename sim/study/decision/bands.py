"""A band over months that holds for all of them at once."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.study.decision.family import min_p
from sim.study.decision.paired import error


def sup_t(values: NDArray[np.float64], confidence: float) -> float:
    """Critical value of the sup-t band: mean ± it standard errors holds in all months at once.

    Months go together, so it is less than Bonferroni's (Montiel Olea and Plagborg-Møller,
    "Simultaneous confidence bands", 2019). Months are often more than replications, so their spreads are not taken
    for one (`min_p`).

    Parameters
    ----------
    values
        Pseudo-values of shape (replications, months); months without data or variation take no part.
    confidence
        Inside (0, 1), of the whole band.

    Examples
    --------
    >>> worlds = np.array([[1.0], [2.0], [4.0], [3.0]])
    >>> round(sup_t(worlds * np.ones(12), 0.95), 4)  # every month tells the same
    3.1824
    """
    return min_p(values, confidence)


def band(values: NDArray[np.float64], confidence: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The sup-t band: its low and high ends by month.

    Examples
    --------
    >>> low, high = band(np.array([[1.0, 5.0], [3.0, 5.0]]), 0.5)
    >>> low.round(9).tolist(), high.round(9).tolist()
    ([1.0, 5.0], [3.0, 5.0])
    """
    centre, half = values.mean(axis=0), sup_t(values, confidence) * error(values)
    return centre - half, centre + half
