"""Critical values for many at once: Dunnett's tables, and the edges."""

import subprocess
import sys

import numpy as np
import pytest
from scipy import stats

from sim import seeds
from sim.study.decision.bands import band, sup_t
from sim.study.decision.family import min_p
from sim.study.decision.paired import error, quantile
from tests.study.decision.degenerate import HOLED, MOVING, ONE, STILL

DUNNETT = {20: (2.086, 2.379, 2.540, 2.651, 2.735), 10: (2.228, 2.568, 2.759, 2.890, 2.990)}


def correlated(n, correlation):
    """Values of shape (n, k) whose sample correlation is exactly the one asked for."""
    k = len(correlation)
    normal = seeds.normals(1, n * k).reshape(n, k)
    return np.linalg.qr(normal - normal.mean(axis=0))[0] @ np.linalg.cholesky(correlation).T


def equal(k, correlation):
    return np.where(np.eye(k, dtype=bool), 1.0, correlation)


@pytest.mark.parametrize(("df", "k"), [(df, k) for df in DUNNETT for k in range(1, 6)])
def test_it_is_a_little_above_dunnetts_critical_values(df, k):
    """These take one spread for all columns and their correlation for known; min-p believes neither."""
    critical = min_p(correlated(df + 1, equal(k, 0.5)), 0.95)
    assert DUNNETT[df][k - 1] - 0.003 <= critical < 1.04 * DUNNETT[df][k - 1]


@pytest.mark.parametrize("critical", [min_p, sup_t])
def test_critical_values_lie_between_students_and_bonferronis(critical):
    n, k = 15, 6
    apart, close, same = (critical(correlated(n, equal(k, c)), 0.95) for c in (0.0, 0.9, 1 - 1e-12))
    assert quantile(n, 0.975) == pytest.approx(same, abs=1e-3)
    assert same < close < apart < quantile(n, 1 - 0.025 / k)


def test_signs_units_and_order_do_not_matter():
    values = correlated(12, np.array([[1, 0.9, -0.3], [0.9, 1, 0.1], [-0.3, 0.1, 1]]))
    assert min_p(values * [-1, 1000, 1] + [5, 0, 7], 0.95) == pytest.approx(min_p(values, 0.95), abs=0.003)
    assert min_p(values[:, ::-1], 0.95) == pytest.approx(min_p(values, 0.95), abs=0.003)


def test_min_p_is_sidaks_for_independent_columns():
    assert min_p(correlated(8, np.eye(5)), 0.95) == pytest.approx(quantile(8, 0.5 + 0.95**0.2 / 2), abs=0.02)


@pytest.mark.parametrize("critical", [min_p, sup_t])
def test_edges_of_critical_values(critical):
    single = quantile(6, 0.975)
    assert critical(ONE, 0.95) == np.inf
    assert critical(STILL, 0.95) == critical(MOVING[:, :1], 0.95) == critical(np.full((6, 2), np.nan), 0.95) == single
    assert critical(HOLED, 0.95) == critical(MOVING[:, [0, 2]], 0.95) > single
    assert critical(np.hstack([MOVING, STILL]), 0.95) == critical(MOVING, 0.95)


def test_a_correlation_is_believed_as_far_as_replications_tell():
    two = np.array([[1.0, 3.0], [2.0, 1.0]])  # two replications are always in line
    assert min_p(two, 0.95) == pytest.approx(quantile(2, 0.5 + 0.95**0.5 / 2), rel=1e-3)
    same = MOVING[:, [0, 0]] * [1, -2]  # nor are these by chance
    assert min_p(same, 0.95) == pytest.approx(quantile(6, 0.975), rel=1e-6)
    few, many = (2 * stats.t.sf(min_p(correlated(n, equal(4, 0.7)), 0.95), n - 1) for n in (6, 60))
    assert 0.05 / 4 < few < many < 0.05  # of one alone, where all are at 5 %


def test_more_columns_than_replications():
    values = seeds.normals(2, 5 * 12).reshape(5, 12)
    assert quantile(5, 0.975) < min_p(values, 0.95) < quantile(5, 1 - 0.025 / 12)


def test_a_band_is_the_critical_value_around_the_months():
    low, high = band(MOVING, 0.95)
    half = sup_t(MOVING, 0.95) * error(MOVING)
    assert (low, high) == (pytest.approx(MOVING.mean(axis=0) - half), pytest.approx(MOVING.mean(axis=0) + half))
    assert np.isnan(band(HOLED, 0.95)).tolist() == [[False, True, False]] * 2


def test_statsmodels_and_scipys_tables_are_imported_only_when_asked():
    code = "import sys, sim.study.decision.family, sim.study.decision.selection; print({'statsmodels', 'scipy'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
