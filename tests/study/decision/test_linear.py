"""Pseudo-values: the delta method's estimate and standard error, whatever the figure."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.study.decision.linear import fieller, pseudo_level, pseudo_lift, weak
from sim.study.decision.paired import half_width
from sim.study.estimates import lift, ratio
from tests.laws.chance import repeatable
from tests.study.made_up import candidate

VIEWS = np.array([900.0, 1100.0, 1000.0, 1250.0, 800.0])
CLICKS = np.array([30.0, 41.0, 33.0, 48.0, 24.0])
pairs = st.lists(st.tuples(st.floats(1, 1e6), st.floats(1, 1e6)), min_size=2, max_size=12)


@given(pairs)
@repeatable
def test_the_mean_of_the_pseudo_values_is_the_ratio_of_totals(numbers):
    above, below = np.array(numbers).T
    assert pseudo_level(above, below).mean() == pytest.approx(above.sum() / below.sum())


def test_a_level_has_the_delta_interval():
    values = pseudo_level(CLICKS, VIEWS)
    low, high = values.mean() - half_width(values, 0.05), values.mean() + half_width(values, 0.05)
    assert ratio(CLICKS, VIEWS) == pytest.approx((CLICKS.sum() / VIEWS.sum(), low, high))


def test_a_total_is_its_own_pseudo_values():
    assert pseudo_level(CLICKS).tolist() == CLICKS.tolist()


def test_the_variance_of_a_ratio_is_the_textbook_one():
    (yy, xy), (_, xx) = np.cov(CLICKS, VIEWS)
    y, x = CLICKS.mean(), VIEWS.mean()
    variance = (yy / x**2 + xx * y**2 / x**4 - 2 * xy * y / x**3) / len(VIEWS)
    assert pseudo_level(CLICKS, VIEWS).var(ddof=1) / len(VIEWS) == pytest.approx(variance, rel=1e-12)


@pytest.mark.parametrize("metric", ["ctr", "revenue"])
def test_a_lift_agrees_with_the_lifts_of_a_run(metric):
    ours = candidate(revenue=[3, 1, 2, 5], clicks=[8, 9, 12, 3], impressions=[80, 100, 90, 70])
    base = candidate(revenue=[2, 1, 2, 4], clicks=[7, 9, 10, 4], impressions=[90, 95, 90, 70])
    counts = [one.days.sum(axis=1).astype(float) for one in (ours, base)]
    above, below = (3, 2) if metric == "ctr" else (4, None)
    sides = [side[:, column] if column is not None else None for side in counts for column in (above, below)]
    values = pseudo_lift(*sides)
    found = lift(ours, base, metric)
    assert values.mean() == pytest.approx(found.mean)
    assert (values.mean(), half_width(values, 0.05)) == (pytest.approx(found.mean), pytest.approx((found.high - found.low) / 2))


@given(pairs)
@repeatable
def test_the_influence_on_a_lift_is_its_derivative(numbers):
    above, below = np.array(numbers).T
    base_above, base_below = above[::-1] + 1, below[::-1] + 2

    def value(weights):
        return (weights @ above / (weights @ below)) / (weights @ base_above / (weights @ base_below)) - 1

    n = len(above)
    influence = pseudo_lift(above, below, base_above, base_below) - value(np.ones(n))
    step = 1e-6 * np.eye(n)
    slopes = np.array([(value(1 + row) - value(1 - row)) / 2e-6 for row in step])
    assert influence / n == pytest.approx(slopes, rel=1e-4, abs=1e-6 * (1 + abs(influence).max()))


def test_columns_are_taken_one_by_one():
    months = np.stack([CLICKS, 2 * CLICKS[::-1]], axis=1)
    base = np.stack([VIEWS, VIEWS[::-1]], axis=1)
    found = pseudo_lift(months, None, base, None)
    assert found[:, 1] == pytest.approx(pseudo_lift(months[:, 1], None, base[:, 1], None))


def test_a_candidate_against_itself_is_0_for_sure():
    assert not pseudo_lift(CLICKS, VIEWS, CLICKS, VIEWS).any()


def test_nothing_below_is_nan():
    nothing = np.zeros(5)
    assert np.isnan(pseudo_level(CLICKS, nothing)).all()
    assert np.isnan(pseudo_lift(CLICKS, VIEWS, nothing, VIEWS)).all()
    assert np.isnan(pseudo_lift(CLICKS, nothing, CLICKS, VIEWS)).all()
    assert pseudo_lift(nothing, VIEWS, CLICKS, VIEWS).mean() == -1


def test_one_replication_is_its_own_estimate():
    assert pseudo_level(CLICKS[:1], VIEWS[:1]).tolist() == pytest.approx([30 / 900])
    assert fieller(CLICKS[:1], VIEWS[:1], 0.95) is None
    assert weak(VIEWS[:1])


def test_fiellers_ends_are_where_a_t_test_turns():
    from scipy import stats

    low, high = fieller(CLICKS, VIEWS, 0.9)
    assert low < CLICKS.sum() / VIEWS.sum() < high
    for end in (low, high):
        assert stats.ttest_1samp(CLICKS - end * VIEWS, 0).pvalue == pytest.approx(0.1)


def test_fieller_is_unbounded_where_the_denominator_may_be_0():
    assert fieller(CLICKS, np.array([-5.0, 4.0, 1.0, -2.0, 9.0]), 0.95) is None
    assert fieller(CLICKS, np.full(5, np.nan), 0.95) is None


def test_a_denominator_is_weak_below_ten_standard_errors():
    shape = np.array([-1.0, 1.0, -1.0, 1.0])
    error = shape.std(ddof=1) / 2
    assert weak(shape + 9.9 * error)
    assert not weak(shape + 10.1 * error)
    assert not weak(np.full(4, 3.0))
    assert weak(np.zeros(4))
