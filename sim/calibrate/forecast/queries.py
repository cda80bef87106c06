"""How queries differ, and how each drifts: empirical Bayes over all of them, one Poisson filter for each.

A query's log rate, next to the common level, is m + b × size + a + u: size is the log of its traffic (large queries are
often broad ones that click less), a ~ N(0, across²) for ever, u an autoregression of order one
with standard deviation `drift` and coefficient `memory` from period to period; and each period has a noise of its own,
N(0, noise²). The filter is the dynamic generalised linear model of West, Harrison and Migon (1985): the forecast of the
rate is matched by a gamma distribution, to which Poisson clicks are conjugate, and the posterior's moments update the
states by linear Bayes. The clicks' forecast is negative binomial; the product of these over all queries and periods is
the likelihood of the six figures. Recent clicks so count more at just the rate that the past's own drift supports.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

SAMPLE = 600  # queries that the six figures are fitted on, of all sizes
_NEVER = 1e-9  # an exposure so small is none
_VAGUEST, _FARTHEST = 6.0, 30.0  # of a log rate: the search for the figures also tries absurd ones


class Population(NamedTuple):
    """The six figures: the log rate's mean and its slope on size, and standard deviations and the memory from period to period."""

    mean: float
    by_size: float
    across: float
    drift: float
    memory: float
    noise: float


class States(NamedTuple):
    """What is known of each query at the end: means and covariances of (m + b × size + a, u).

    Attributes
    ----------
    own, drift
        float64[queries], means.
    own_var, drift_var, both
        float64[queries], variances and the covariance.
    """

    own: Array
    drift: Array
    own_var: Array
    drift_var: Array
    both: Array


def size_of(exposure: Array) -> Array:
    """float64[queries]: the log of a query's exposure in a period, one impression added.

    Examples
    --------
    >>> size_of(np.array([[0.0, 0.0], [6.0, 8.0]])).round(2)
    array([0.  , 2.08])
    """
    return np.asarray(np.log1p(exposure.mean(axis=1)))


def unseen(population: Population, size: Array) -> States:
    """States of queries of which only the size is known: the population's.

    Examples
    --------
    >>> float(unseen(Population(-4.0, -0.1, 1.0, 0.3, 0.9, 0.1), np.array([0.0, 5.0])).own[1])
    -4.5
    """
    one = np.ones(len(size))
    return States(population.mean + population.by_size * size, 0.0 * one, population.across**2 * one, population.drift**2 * one, 0.0 * one)


def watch(exposure: Array, clicks: Array, population: Population) -> tuple[States, float, Array]:
    """Filter all periods in order.

    Parameters
    ----------
    exposure
        float64[queries, periods], the common level already in it.

    Returns
    -------
    The states after the last period; the log likelihood (up to a constant of the clicks); and the clicks that were
    expected one period ahead, float64[periods].
    """
    from scipy.special import digamma, gammaln, polygamma

    a, u, va, vu, c = unseen(population, size_of(exposure))
    phi, step = population.memory, population.drift**2 * (1 - population.memory**2)
    likelihood, ahead = 0.0, np.zeros(exposure.shape[1])
    for t in range(exposure.shape[1]):
        if t:
            u, vu, c = phi * u, phi * phi * vu + step, phi * c
        q = np.maximum(va + vu + 2 * c + population.noise**2, 1e-8)
        vague = np.minimum(q, _VAGUEST)  # of the gamma alone: a share of less than q would let the variances explode
        shape = 1 / np.expm1(vague)
        rate = shape / np.exp(np.clip(a + u + vague / 2, -_FARTHEST, _FARTHEST))
        e, y = exposure[:, t], clicks[:, t]
        seen = e > _NEVER
        e, y = np.where(seen, e, 0.0), np.where(seen, y, 0.0)
        ahead[t] = float((e * shape / rate).sum())
        terms = (
            gammaln(shape + y)
            - gammaln(shape)
            + shape * np.log(rate / (rate + e))
            + np.where(y > 0, y * np.log((e + (e == 0)) / (rate + e)), 0.0)
        )
        likelihood += float(terms[seen].sum())
        # The gamma's own log moments before and after, so that a query without traffic keeps its state.
        gain = digamma(shape + y) - digamma(shape) - np.log1p(e / rate)
        after = q * polygamma(1, shape + y) / polygamma(1, shape)
        by_a, by_u = (va + c) / q, (vu + c) / q
        a, u, less = a + by_a * gain, u + by_u * gain, q - after
        va, vu, c = va - by_a**2 * less, vu - by_u**2 * less, c - by_a * by_u * less
    return States(a, u, va, vu, c), likelihood, ahead


def fit(exposure: Array, clicks: Array) -> Population:
    """The six figures of highest likelihood, with weak priors that keep a thin log sensible."""
    from scipy.optimize import minimize

    by_size = np.argsort(-exposure.sum(axis=1), kind="stable")
    sample = by_size[:: -(-len(by_size) // SAMPLE)]
    e, y = exposure[sample], clicks[sample]
    centre = np.log((y.sum() + 0.5) / max(e.sum(), 1.0))
    middle = float((size_of(e) * e.sum(axis=1)).sum() / max(e.sum(), 1.0))

    def unlikely(x: Array) -> float:
        prior = 0.5 * float((((x - _START) / _SPREAD) ** 2).sum())
        return prior - watch(e, y, _population(x, centre, middle))[1]

    bounds = list(zip(_START - 3 * _SPREAD, _START + 3 * _SPREAD, strict=True))
    found = minimize(unlikely, _START, method="L-BFGS-B", bounds=bounds, options={"maxiter": 40, "ftol": 1e-7, "gtol": 1.0, "eps": 1e-4})
    return _population(found.x, centre, middle)


# Priors of (mean - centre, slope on size, log across, log drift, logit of memory, log noise).
_START = np.array([-0.2, 0.0, np.log(0.8), np.log(0.3), 2.0, np.log(0.15)])
_SPREAD = np.array([1.5, 0.3, 0.7, 1.0, 1.5, 1.0])


def _population(x: Array, centre: float, middle: float) -> Population:
    """The figures; x[0] is about a query of *middle* size, so that it and the slope hardly depend on each other."""
    across, drift, noise = (float(np.exp(np.clip(x[n], np.log(0.01), np.log(3.0)))) for n in (2, 3, 5))
    memory = float(0.2 + 0.795 / (1 + np.exp(-x[4])))
    return Population(float(centre + x[0] - x[1] * middle), float(x[1]), across, drift, memory, noise)
