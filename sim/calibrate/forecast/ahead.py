"""The fitted process played forward with the real later impressions."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim import seeds
from sim.calibrate.forecast.queries import Population, States

Array = NDArray[np.float64]

MOST = 1500  # queries that are played one by one; the sum of the others is nearly normal


class Later(NamedTuple):
    """The later traffic.

    Attributes
    ----------
    exposure
        float64[cells, queries]: impressions × the positions' factors, the query with the most impressions first.
    period, month, position
        intp[cells]: where a cell belongs. A cell is a period's part of a month at a position.
    at
        float64[periods]: periods after the last past one.
    shown
        float64[cells]: impressions.
    """

    exposure: Array
    period: NDArray[np.intp]
    month: NDArray[np.intp]
    position: NDArray[np.intp]
    at: Array
    shown: Array


class Clicks(NamedTuple):
    """Clicks that may come: float64[draws, cells], and float64[draws, queries played one by one]."""

    by_cell: Array
    by_query: Array


def play(later: Later, states: States, population: Population, levels: Array, seed: int) -> Clicks:
    """Draw the clicks of every cell.

    Parameters
    ----------
    levels
        float64[draws, periods] of the common log level.
    """
    draws, one = len(levels), min(MOST, later.exposure.shape[1])
    by_cell = np.zeros((draws, len(later.period)))
    by_query = np.zeros((draws, one))
    own, u = _start(states, one, draws, seed)
    before = 0.0
    for t, at in enumerate(later.at.tolist()):
        phi = population.memory ** (at - before)
        before = at
        u = phi * u + population.drift * np.sqrt(1 - phi * phi) * _normal(seed, 1, t, draws, one)
        rate = np.exp(own + u + population.noise * _normal(seed, 2, t, draws, one) + levels[:, t, None])
        cells = np.flatnonzero(later.period == t)
        expected = rate @ later.exposure[cells, :one].T
        by_cell[:, cells] += expected
        by_query += rate * later.exposure[cells, :one].sum(axis=0)
    if one < later.exposure.shape[1]:
        by_cell += _others(later, states, population, levels, one, seed)
    return Clicks(_chance(by_cell, seed, 3), _chance(by_query, seed, 4))


def _start(states: States, one: int, draws: int, seed: int) -> tuple[Array, Array]:
    """Draws of what each query is, from the two states' joint normal distribution."""
    root = np.sqrt(np.maximum(states.own_var[:one], 1e-12))
    along = states.both[:one] / root
    rest = np.sqrt(np.maximum(states.drift_var[:one] - along**2, 0.0))
    first, second = _normal(seed, 5, 0, draws, one), _normal(seed, 6, 0, draws, one)
    return states.own[:one] + root * first, states.drift[:one] + along * first + rest * second


def _others(later: Later, states: States, population: Population, levels: Array, one: int, seed: int) -> Array:
    """Clicks expected of the many small queries: their mean at each level, and one normal deviation for each cell."""
    total = np.zeros((len(levels), len(later.period)))
    for cell, t in enumerate(later.period.tolist()):
        phi = population.memory ** later.at[t]
        var = states.own_var[one:] + phi * phi * states.drift_var[one:] + 2 * phi * states.both[one:]
        var = var + population.drift**2 * (1 - phi * phi) + population.noise**2
        mean = later.exposure[cell, one:] * np.exp(states.own[one:] + phi * states.drift[one:] + var / 2)
        deviation = np.sqrt((mean**2 * np.expm1(var)).sum()) * seeds.normals(seeds.key(seed, "calibrate", 7, cell), len(levels))
        total[:, cell] = np.maximum(mean.sum() + deviation, 0.0) * np.exp(levels[:, t])
    return total


def _normal(seed: int, what: int, time: int, draws: int, queries: int) -> Array:
    return seeds.normals(seeds.key(seed, "calibrate", what, time), draws * queries).reshape(draws, queries)


def _chance(expected: Array, seed: int, what: int) -> Array:
    """Poisson clicks of these expectations, by their quantiles (scipy.stats does the same and takes two seconds to import)."""
    from scipy.special import pdtr, pdtrik

    uniform = seeds.uniforms(seeds.key(seed, "calibrate", what), expected.size).reshape(expected.shape)
    mean = np.maximum(expected, 1e-12)
    least = np.exp(-mean)  # below this quantile there is no click, and the inverse is not defined
    count = np.ceil(pdtrik(np.maximum(uniform, least), mean))
    below = np.maximum(count - 1, 0)
    count = np.where(pdtr(below, mean) >= uniform, below, count)
    return np.asarray(np.where(uniform <= least, 0.0, count), dtype=np.float64)
