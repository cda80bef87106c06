"""Log daily totals as a regression with AR(1) noise and the chance of counting, by restricted maximum likelihood."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.calibrate.information import AT_THE_EDGE, covariance, curvature

Array = NDArray[np.float64]
_LEAST_SD, _MOST_SD = 1e-3, 2.0


class DayNoise(NamedTuple):
    """The noise of daily totals and the regression that it surrounds.

    Attributes
    ----------
    sd, sd_error
        Of the stationary AR(1) in the log of the rate, and the standard error; 0 where the chance of counting is all there is.
    memory, memory_error
        What is left of it on the next day; NaN where there is none.
    coefficients, covariance
        Of the regressors.
    """

    sd: float
    sd_error: float
    memory: float
    memory_error: float
    coefficients: Array
    covariance: Array


def fit_day_noise(totals: Array, regressors: Array) -> DayNoise:
    """Fit the AR(1) noise of *totals*, shape (days,), around *regressors*, shape (days, columns).

    Days without a query are gaps. The log of a Poisson count has variance 1 / count beside the noise of its rate, and a mean
    that is 1 / (2 × count) too low. The covariance of noise and counting has a tridiagonal inverse in the noise's
    part, so a likelihood takes time in proportion to the days. Errors are those of the observed information of
    (logit of memory, log of sd), by the delta method.

    Examples
    --------
    >>> days = np.arange(400)
    >>> calm = fit_day_noise(np.full(400, 1e5) * np.exp(0.1 * (-1.0) ** (days // 3)), np.ones((400, 1)))
    >>> bool(0.08 < calm.sd < 0.13)
    True
    """
    from scipy.optimize import minimize
    from scipy.special import expit

    seen = totals > 0
    weight = np.where(seen, totals, 0.0)
    y = np.where(seen, np.log(np.maximum(totals, 1.0)) + 0.5 / np.maximum(totals, 1.0), 0.0)
    x = regressors * seen[:, None]

    def loss(point: Array) -> float:
        return _restricted(y, x, weight, float(expit(point[0])), float(np.exp(point[1])))[0]

    bounds = [(-7.0, 7.0), (np.log(_LEAST_SD), np.log(_MOST_SD))]
    tries = [minimize(loss, [memory, -2.0], method="L-BFGS-B", bounds=bounds) for memory in (-0.5, 2.0)]
    best = min(tries, key=lambda one: one.fun).x
    if 2 * (loss(np.array([0.0, np.log(_LEAST_SD)])) - loss(best)) < AT_THE_EDGE:
        return _calm(y, x, weight)
    memory, sd = float(expit(best[0])), float(np.exp(best[1]))
    error = np.sqrt(np.diag(covariance(curvature(loss, best, 0.02))))
    _, coefficients, spread = _restricted(y, x, weight, memory, sd)
    return DayNoise(sd, sd * error[1], memory, memory * (1 - memory) * error[0], coefficients, spread)


def _calm(y: Array, x: Array, weight: Array) -> DayNoise:
    """Days that differ by chance only: no noise, give or take what would make them half a unit of log-likelihood less likely."""
    from scipy.optimize import brentq

    least, coefficients, spread = _restricted(y, x, weight, 0.5, _LEAST_SD)

    def worse(log_sd: float) -> float:
        return _restricted(y, x, weight, 0.5, float(np.exp(log_sd)))[0] - least - 0.5

    edge = float(np.exp(brentq(worse, np.log(_LEAST_SD), np.log(_MOST_SD)))) if worse(np.log(_MOST_SD)) > 0 else _MOST_SD
    return DayNoise(0.0, edge, np.nan, np.nan, coefficients, spread)


def _restricted(y: Array, x: Array, weight: Array, memory: float, sd: float) -> tuple[float, Array, Array]:
    """Minus the restricted log-likelihood, the coefficients, and their covariance.

    With Q the inverse covariance of the noise and W that of the counting, which is 0 on a day without data, the inverse of the
    whole is W - W (Q + W)^-1 W.
    """
    from scipy.linalg import cho_solve_banded, cholesky_banded

    days, seen = len(y), weight > 0
    fresh = sd**2 * (1 - memory**2)
    bands = np.empty((2, days))
    bands[0] = (1 + memory**2) / fresh + weight
    bands[0, [0, -1]] -= memory**2 / fresh
    bands[1] = -memory / fresh
    root = cholesky_banded(bands, lower=True)
    both = np.column_stack([x, y])
    solved = weight[:, None] * (both - cho_solve_banded((root, True), weight[:, None] * both))
    cross = both.T @ solved
    inner, right = cross[:-1, :-1], cross[:-1, -1]
    coefficients = np.linalg.solve(inner, right)
    squares = cross[-1, -1] - right @ coefficients
    whole = 2 * np.log(root[0]).sum() + days * np.log(fresh) - np.log(1 - memory**2) - np.log(weight[seen]).sum()
    loss = (whole + np.linalg.slogdet(inner)[1] + squares) / 2
    return float(loss), np.asarray(coefficients, dtype=np.float64), np.asarray(np.linalg.inv(inner), dtype=np.float64)
