"""Control variates: the regression's own answer, or nothing."""

import numpy as np
import pytest
import statsmodels.api as sm

from sim import seeds
from sim.study.decision.controls import control_variate

QUERIES = 100 + 10 * seeds.normals(1, 40).reshape(20, 2)
KNOWN = np.array([100.0, 100.0])
NOISE = seeds.normals(2, 20)
VALUES = 3 * QUERIES[:, 0] - QUERIES[:, 1] + NOISE


def test_it_is_the_regression_at_the_known_means():
    adjusted, _ = control_variate(VALUES, QUERIES, KNOWN)
    fitted = sm.OLS(VALUES, sm.add_constant(QUERIES - KNOWN)).fit()
    assert adjusted.mean() == pytest.approx(fitted.params[0])
    assert adjusted.std(ddof=1) / 20**0.5 == pytest.approx(fitted.bse[0])


def test_the_ratio_is_what_stays_times_the_loss():
    _, ratio = control_variate(VALUES, QUERIES, KNOWN)
    fitted = sm.OLS(VALUES, sm.add_constant(QUERIES)).fit()
    assert ratio == pytest.approx((1 - fitted.rsquared_adj) * 18 / 16)


def unchanged(values, controls, known):
    adjusted, ratio = control_variate(values, controls, known)
    return ratio == 1 and np.array_equal(adjusted, values, equal_nan=True)


def test_it_leaves_alone_what_it_can_not_improve():
    assert unchanged(NOISE, QUERIES, KNOWN)  # nothing to do with it
    assert unchanged(VALUES[:4], QUERIES[:4], KNOWN)  # no degrees of freedom
    assert unchanged(VALUES[:1], QUERIES[:1], KNOWN)
    assert unchanged(VALUES[:0], QUERIES[:0], KNOWN)
    assert unchanged(VALUES, np.full((20, 1), 0.1), KNOWN[:1])
    assert unchanged(VALUES, QUERIES[:, :0], KNOWN[:0])
    assert unchanged(VALUES, QUERIES[:, [0, 0]], KNOWN)
    assert unchanged(np.full(20, 0.1), QUERIES, KNOWN)
    assert unchanged(np.full(20, np.nan), QUERIES, KNOWN)


def test_controls_without_figures_take_no_part():
    alone = control_variate(VALUES, QUERIES[:, :1], KNOWN[:1])
    for controls, known in (
        (np.column_stack([QUERIES[:, 0], np.full(20, np.nan)]), KNOWN),
        (np.column_stack([QUERIES[:, 0], np.full(20, 0.1)]), KNOWN),
        (QUERIES, np.array([100, np.nan])),
    ):
        found = control_variate(VALUES, controls, known)
        assert found[0] == pytest.approx(alone[0])
        assert found[1] == pytest.approx(alone[1])
