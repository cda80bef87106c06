"""The level of each past period at equal queries, and how well it is known."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.calibrate.forecast.common import Level
from sim.calibrate.forecast.exposure import Table
from sim.calibrate.forecast.queries import Population

Array = NDArray[np.float64]

_ROUNDS, _CLOSE = 100, 1e-9


def level_of(table: Table) -> Array:
    """The log level of each period, mean 0 by clicks: a Poisson model of queries × periods by proportional fitting.

    Queries without a click and periods without traffic say nothing; such a period has level 0.

    Examples
    --------
    >>> twice = Table(np.full((2, 2), 1e6), np.array([[1e5, 2e5], [2e5, 4e5]]), np.full(2, 2e6), np.ones(1), 7)
    >>> float(np.exp(np.diff(level_of(twice))[0]).round(3))
    2.0
    """
    e, clicks = table.exposure, table.clicks.sum(axis=0)
    own = table.clicks.sum(axis=1)
    level = np.ones(e.shape[1])
    for _ in range(_ROUNDS):
        expected = e @ level
        rate = np.divide(own, expected, out=np.zeros_like(own), where=expected > 0)
        reached = rate @ e
        after = np.divide(clicks + 0.5, reached + 0.5, out=np.ones_like(level), where=reached > 0)
        after /= np.exp((np.log(after) * (clicks + 0.5)).sum() / (clicks + 0.5).sum())
        done = np.abs(after - level).max() < _CLOSE
        level = after
        if done:
            break
    return np.log(level)


def with_errors(table: Table, level: Array, population: Population) -> Level:
    """The level with its error: clicks' own chance, and the queries' drift and noise that do not cancel in the sum."""
    e = table.exposure * np.exp(level)
    expected = e.sum(axis=1)
    rate = np.divide(table.clicks.sum(axis=1) + 0.5, expected + 0.5)
    share = e * rate[:, None]
    share /= np.maximum(share.sum(axis=0), 1e-12)
    together = share.T @ share
    time = np.arange(len(level))
    drift = together * population.drift**2 * population.memory ** np.abs(time[:, None] - time[None, :])
    about = np.eye(len(level)) - 1 / len(level)  # each query's mean over the past is its own rate
    chance = 1 / (table.clicks.sum(axis=0) + 0.5) + np.diag(together) * population.noise**2
    shown = table.impressions > 0
    volume = np.log(np.where(shown, table.impressions, 1.0))
    volume = np.where(shown, volume, volume[shown].mean())  # a gap says nothing of the traffic
    return Level(level, about @ drift @ about + np.diag(chance), volume, table.period_days)
