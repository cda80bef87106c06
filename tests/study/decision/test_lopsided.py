"""Skewness beyond chance, and too much of it for so few."""

import numpy as np
import pytest
from scipy import stats

from sim import seeds
from sim.study.decision.lopsided import FALSE_ALARM, Lopsided, lopsided

STUDIES = 1_000
SKEWED = 0.5  # of the logarithm: skewness 1.75


def found(studies):
    return np.mean([lopsided(one) is not None for one in studies])


@pytest.mark.parametrize("n", [8, 20])
def test_normal_figures_are_seldom_found_lopsided(n):
    """Within four standard errors of the rate that is stated: it fails by chance once in 16,000 seeds."""
    normal = seeds.normals(11, STUDIES * n).reshape(STUDIES, n)
    assert found(normal) < FALSE_ALARM + 4 * (FALSE_ALARM * (1 - FALSE_ALARM) / STUDIES) ** 0.5


@pytest.mark.parametrize(("n", "power"), [(10, 0.2), (20, 0.45)])
def test_skewed_ones_are_found(n, power):
    drawn = np.exp(SKEWED * seeds.normals(12, STUDIES * n).reshape(STUDIES, n))
    assert found(drawn) == found(-drawn) > power - 4 * (power * (1 - power) / STUDIES) ** 0.5


def test_enough_of_them_bear_it():
    skewed = np.exp(SKEWED * seeds.normals(13, 400))
    assert stats.skewtest(skewed).pvalue < 1e-6
    assert lopsided(skewed) is None
    assert lopsided(skewed[:30]) == Lopsided(float(stats.skew(skewed[:30])), int(25 * stats.skew(skewed[:30]) ** 2) + 1)


@pytest.mark.parametrize("values", [[], [1.0], [0.0] * 6 + [9.0], [0.1] * 20, [np.nan] * 20])
def test_what_cannot_be_told_is_not_told(values):
    assert lopsided(np.array(values)) is None
