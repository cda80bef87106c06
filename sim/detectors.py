"""Detectors on a daily series: when it has left its course."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray


class Trend(NamedTuple):
    """A straight line through a series, its slope a day, and the slope's standard error with days that depend on each other."""

    slope: float
    error: float

    @property
    def t(self) -> float:
        """The slope over its error."""
        return self.slope / self.error if self.error > 0 else 0.0


def page_hinkley(z: NDArray[np.float64], delta: float = 0.5, threshold: float = 20.0) -> int | None:
    """The first day on which a standardised series is found to have left 0, up or down; None where it has not.

    Parameters
    ----------
    z
        Residuals of mean 0 and standard deviation 1 while all is well, one a day.
    delta
        What is tolerated, in standard deviations.
    threshold
        What the sum of all that is beyond *delta* has to pass since it was lowest. The chance of a false
        alarm in n independent normal days is below 2 n exp(-2 delta threshold): 2e-6 a year with 0.5 and 20.

    Notes
    -----
    Page (1954); Hinkley (1971). The mean is known here, since residuals are held against an expectation.

    Examples
    --------
    >>> page_hinkley(np.repeat([0.0, -3.0], [50, 20]))
    58
    >>> page_hinkley(np.zeros(100)) is None
    True
    """
    up = down = 0.0
    for day, value in enumerate(z.tolist()):
        up, down = max(0.0, up + value - delta), max(0.0, down - value - delta)
        if max(up, down) > threshold:
            return day
    return None


def trend(y: NDArray[np.float64], lags: int | None = None) -> Trend:
    """The slope of *y* a day by least squares, with Newey and West's standard error (Bartlett weights).

    Parameters
    ----------
    lags
        How far days depend on each other; None for 4 (n / 100)^(2/9), as Newey and West propose.

    Notes
    -----
    With n / (n - 2) for small samples. On series as short as weeks the error is still too small: see
    `sim.study.alarms` for the rate at which it cries wolf.

    Examples
    --------
    >>> trend(np.arange(20.0)).slope
    1.0
    """
    days = len(y)
    lags = int(4 * (days / 100) ** (2 / 9)) if lags is None else lags
    x = np.stack([np.ones(days), np.arange(days) - (days - 1) / 2], axis=1)
    bread = np.linalg.inv(x.T @ x)
    slope = bread @ x.T @ y
    score = x * (y - x @ slope)[:, None]
    meat = score.T @ score
    for lag in range(1, lags + 1):
        step = score[lag:].T @ score[:-lag]
        meat += (1 - lag / (lags + 1)) * (step + step.T)
    spread = (bread @ meat @ bread)[1, 1] * days / (days - 2)
    return Trend(float(slope[1]), float(np.sqrt(max(spread, 0.0))))
