"""The level that all queries share: how far it wanders, and where it may be next.

The log level of a period is c + slope × volume + wander + noise. `wander` is an Ornstein-Uhlenbeck process: a half-life
between two weeks and years, so that both a level that comes back and one that stays where it is (a random walk, for any
horizon of interest) are among the hypotheses, and the past decides how much each of them counts. `volume` is the log of
all impressions a day next to the past's mean, the one thing that is known of the later periods: a level that fell when
traffic rose, as before a holiday when many look and few buy, is expected back when traffic falls, as far as the past
shows it. Everything is Gaussian given (half-life, wander, noise), which are summed over on a grid.

What is kept open on purpose. A log of less than a year can't tell a season from a wander, so a low level before the
end is neither kept for ever nor taken back at once: it returns to the past's mean by the half-life that the past supports, and
the interval spans both. To carry the last level on would be the hypothesis of an endless half-life alone; to forecast
the past's mean, that of none. Only where months come back does a season of its own join the hypotheses.
"""

from __future__ import annotations

from itertools import product
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.calibrate.seasons import COME_BACK_DAYS

Array = NDArray[np.float64]

HALF_LIVES_DAYS = (14.0, 28.0, 56.0, 112.0, 224.0, 448.0, 896.0)
WANDERS = tuple(0.01 * 1.5**n for n in range(11))  # to 0.58
NOISES = tuple(0.003 * 1.8**n for n in range(8))  # to 0.18
SEASONS = (0.0, 0.05, 0.1, 0.2)  # only once a season has come back
# Priors. The level's whereabouts over a year, half normal; a slope of the level on the log of the traffic.
WANDER_SCALE, SLOPE_SCALE, CENTRE_SCALE = 0.2, 0.2, 1.0
_YEAR, _SMOOTH = 365.25, 0.8


class Level(NamedTuple):
    """The level of each past period, in logs.

    Attributes
    ----------
    value, variance
        float64[periods] and float64[periods, periods]: the log level and the covariance of its sampling error.
    volume
        float64[periods]: log of the impressions a day.
    period_days
        Length of a period.
    """

    value: Array
    variance: Array
    volume: Array
    period_days: int


class Paths(NamedTuple):
    """Possible levels of the periods to come.

    Attributes
    ----------
    levels
        float64[draws, periods], in logs.
    half_life_days, wander, slope
        Posterior means of the figures behind them; the half-life's is of its logarithm.
    """

    levels: Array
    half_life_days: float
    wander: float
    slope: float


class Hypothesis(NamedTuple):
    """One point of the grid."""

    half_life_days: float
    wander: float
    noise: float
    season: float

    def covariance(self, apart_days: Array, fixed: Array) -> Array:
        """float64[times, times] of the level, *fixed* being that of centre and slope."""
        cov = fixed + self.wander**2 * 0.5 ** (apart_days / self.half_life_days)
        if self.season:
            cov = cov + self.season**2 * np.exp(-2 * np.sin(np.pi * apart_days / _YEAR) ** 2 / _SMOOTH**2)
        return np.asarray(cov + self.noise**2 * np.eye(len(cov)))


def foresee(level: Level, later_volume: Array, at: Array, pick: Array, normals: Array) -> Paths:
    """Draw levels of later periods.

    Parameters
    ----------
    later_volume
        float64[later periods], as `Level.volume`.
    at
        float64[later periods]: their time, in periods after the last past one.
    pick, normals
        float64[draws] uniform, and float64[draws, later periods] standard normal.

    Examples
    --------
    >>> flat = Level(np.zeros(30), 1e-4 * np.eye(30), np.zeros(30), 7)
    >>> paths = foresee(flat, np.zeros(2), np.array([1.0, 2.0]), np.array([0.1, 0.9]), np.zeros((2, 2)))
    >>> bool(np.abs(paths.levels).max() < 1e-6)
    True
    """
    past = len(level.value)
    volume = np.concatenate([level.volume, later_volume]) - level.volume.mean()
    time = np.concatenate([np.arange(past, dtype=np.float64), past - 1 + at])
    apart = np.abs(time[:, None] - time[None, :]) * level.period_days
    fixed = CENTRE_SCALE**2 + SLOPE_SCALE**2 * np.outer(volume, volume)
    anchor = float(level.value.mean())
    value = level.value - anchor
    grid = _grid(past * level.period_days)
    weights = _weigh(grid, value, level.variance, apart[:past, :past], fixed[:past, :past])
    chosen = np.searchsorted(np.cumsum(weights), np.minimum(pick, 1 - 1e-12) * weights.sum())
    levels, slope = np.empty_like(normals), 0.0
    for number in np.unique(chosen):
        cov = grid[number].covariance(apart, fixed)
        solved = np.linalg.solve(cov[:past, :past] + level.variance, np.column_stack([value, cov[:past, past:]]))
        rest = cov[past:, past:] - cov[past:, :past] @ solved[:, 1:]
        root = np.linalg.cholesky((rest + rest.T) / 2 + 1e-12 * np.eye(len(rest)))
        mine = chosen == number
        levels[mine] = anchor + cov[past:, :past] @ solved[:, 0] + normals[mine] @ root.T
        slope += float(mine.mean()) * SLOPE_SCALE**2 * float(volume[:past] @ solved[:, 0])
    half_lives, wanders = (np.array([getattr(one, name) for one in grid]) for name in ("half_life_days", "wander"))
    return Paths(levels, float(np.exp(weights @ np.log(half_lives))), float(weights @ wanders), slope)


def _grid(days: int) -> list[Hypothesis]:
    seasons = SEASONS if days >= COME_BACK_DAYS else SEASONS[:1]
    return [Hypothesis(*one) for one in product(HALF_LIVES_DAYS, WANDERS, NOISES, seasons)]


def _weigh(grid: list[Hypothesis], value: Array, variance: Array, apart: Array, fixed: Array) -> Array:
    """Posterior weights, which sum to 1. The grids are even in logs; the half normal is a density of the wander, hence its log."""
    logs = np.empty(len(grid))
    for number, one in enumerate(grid):
        root = np.linalg.cholesky(one.covariance(apart, fixed) + variance)
        white = np.linalg.solve(root, value)
        prior = np.log(one.wander) - 0.5 * (one.wander / WANDER_SCALE) ** 2
        logs[number] = prior - 0.5 * float(white @ white) - float(np.log(np.diag(root)).sum())
    weights = np.exp(logs - logs.max())
    return np.asarray(weights / weights.sum())
