"""Poisson and binomial counts from keys: the law at every size, and the same key the same count."""

import numpy as np
import pytest
from numba import njit, uint64
from scipy import stats

from sim.kernels.drawing import binomial, poisson
from sim.kernels.words import GOLDEN, mix
from tests.laws.chance import ALARM, near

DRAWS = 60_000


@njit
def poissons(mean, key, number):
    out = np.empty(number, np.int64)
    for i in range(number):
        out[i] = poisson(mean, mix(uint64(key) + uint64(i) * GOLDEN))
    return out


@njit
def binomials(n, p, key, number):
    out = np.empty(number, np.int64)
    for i in range(number):
        out[i] = binomial(n, p, mix(uint64(key) + uint64(i) * GOLDEN))
    return out


def follows(counts, law):
    """Pearson's chi-square over about thirty bins of equal chance."""
    edges = np.unique(law.ppf(np.linspace(0, 1, 31)[1:-1]))
    expected = np.diff(np.concatenate([[0], law.cdf(edges), [1]]))
    found = np.histogram(counts, np.concatenate([[-np.inf], edges + 0.5, [np.inf]]))[0]
    enough = expected * len(counts) > 5
    expected, found = expected[enough], found[enough]
    if len(expected) == 1:  # nearly always the same: its mean says all
        return True
    return stats.chisquare(found, expected / expected.sum() * found.sum()).pvalue > ALARM


@pytest.mark.parametrize("mean", [0.01, 0.7, 5.0, 9.99, 10.0, 14.0, 300.0, 1e6, 1e9, 1e12])
def test_poisson_counts_have_their_law(mean):
    counts = poissons(mean, 3, DRAWS)
    assert follows(counts, stats.poisson(mean))
    assert near(counts.mean(), mean, np.sqrt(mean / DRAWS))
    assert near(counts.var() / mean, 1, np.sqrt((2 + 1 / mean) / DRAWS))


@pytest.mark.parametrize("n", [1, 7, 100, 1_000, 10**6, 10**9, 10**12])
@pytest.mark.parametrize("p", [1e-11, 1e-3, 0.03, 0.5, 0.97])
def test_binomial_counts_have_their_law(n, p):
    counts, variance = binomials(n, p, 5, DRAWS), n * p * (1 - p)
    assert counts.min() >= 0
    assert counts.max() <= n
    assert near(counts.mean(), n * p, np.sqrt(variance / DRAWS))
    if variance > 0.01:
        assert follows(counts, stats.binom(n, p))
        assert near(counts.var() / variance, 1, np.sqrt((2 + 1 / variance) / DRAWS))


def test_what_can_not_happen_does_not_and_what_must_does():
    assert poissons(0.0, 1, 3).tolist() == poissons(np.nan, 1, 3).tolist() == [0, 0, 0]
    assert binomials(9, 0.0, 1, 3).tolist() == binomials(0, 0.4, 1, 3).tolist() == [0, 0, 0]
    assert binomials(9, 1.0, 1, 3).tolist() == [9, 9, 9]


@pytest.mark.parametrize("n", [50, 10**4, 10**8])
def test_near_chances_under_one_key_give_near_counts(n):
    one, other, alone = binomials(n, 0.03, 5, DRAWS), binomials(n, 0.0301, 5, DRAWS), binomials(n, 0.0301, 6, DRAWS)
    apart = n * 0.03 * 0.97
    assert (other - one).var() < 0.2 * apart
    assert near((alone - one).var() / (2 * apart), 1, np.sqrt(2 / DRAWS) + 0.01)
