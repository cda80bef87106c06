"""Student's t on pseudo-values: against scipy's own, and at the edges."""

import numpy as np
import pytest
from scipy import stats

from sim.study.decision.paired import correlation_gain, half_width, needed
from tests.study.decision.degenerate import HOLED, MOVING, ONE, STILL


def test_intervals_are_students():
    low, high = stats.t.interval(0.9, 5, MOVING.mean(axis=0), stats.sem(MOVING))
    assert half_width(MOVING, 0.1) == pytest.approx((high - low) / 2)


def test_one_sided_bounds_are_where_the_one_sided_test_turns():
    values = MOVING[:, 0]
    low, high = values.mean() - half_width(values, 0.1), values.mean() + half_width(values, 0.1)
    assert stats.ttest_1samp(values, low, alternative="greater").pvalue == pytest.approx(0.05)
    assert stats.ttest_1samp(values, high, alternative="less").pvalue == pytest.approx(0.05)


def test_edges_of_half_widths():
    assert np.isinf(half_width(ONE, 0.05)).all()
    assert (half_width(STILL, 0.05) < 1e-15).all()
    assert (half_width(np.full((6, 2), 2.0), 0.05) == 0).all()


def test_needed_replications_are_the_fewest_that_clear_the_limit():
    values = MOVING[:, 0]
    mean, sd = values.mean(), values.std(ddof=1)
    n = needed(values, 0.8, 0.95)
    clears = [stats.t.ppf(0.95, count - 1) * sd / count**0.5 <= abs(mean - 0.8) for count in (n - 1, n)]
    assert clears == [False, True]
    assert needed(values, 2 * mean - 0.8, 0.95) == n  # as far on the other side


def test_what_can_not_be_reached_is_not_needed():
    values = MOVING[:, 0]
    assert needed(values, float(values.mean()), 0.95) is None
    assert needed(values, float(values.mean()) + 1e-6, 0.95) is None
    assert needed(ONE[:, 0], 0.0, 0.95) is None
    assert needed(HOLED[:, 1], 0.0, 0.95) is None
    assert needed(STILL[:, 0], 0.0, 0.95) == 2


def test_the_gain_is_of_the_variance_of_the_difference():
    ours, base = MOVING[:, 0], MOVING[:, 1]
    correlation, gain = correlation_gain(ours, base)
    assert correlation == pytest.approx(np.corrcoef(ours, base)[0, 1])
    assert gain == pytest.approx((ours.var() + base.var()) / (ours - base).var())
    assert correlation_gain(ours, -ours)[1] == pytest.approx(0.5)  # it hurts


def test_edges_of_the_gain():
    ours = MOVING[:, 0]
    assert correlation_gain(ours, ours + 1) == (pytest.approx(1), np.inf)
    assert np.isnan(correlation_gain(ONE[:, 0], ONE[:, 1])).all()
    assert np.isnan(correlation_gain(STILL[:, 0], STILL[:, 1])).all()
    assert np.isnan(correlation_gain(ours, HOLED[:, 1])).all()
    correlation, gain = correlation_gain(ours, STILL[:, 0])
    assert np.isnan(correlation)
    assert gain == pytest.approx(1)
