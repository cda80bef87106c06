"""Means, ratios and lifts: against textbook formulas."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from sim.study.estimates import Estimate, lift, mean, of_counts, ratio, totals
from tests.laws.chance import repeatable
from tests.study.made_up import candidate

values = st.lists(st.floats(1, 1e6), min_size=2, max_size=12)


@given(values)
@repeatable
def test_the_interval_of_a_mean_is_students(numbers):
    found = mean(np.array(numbers))
    error = stats.sem(numbers)
    low, high = stats.t.interval(0.95, len(numbers) - 1, np.mean(numbers), error) if error else (np.mean(numbers),) * 2
    assert found == pytest.approx((np.mean(numbers), max(0, low), high), abs=1e-6, rel=1e-9)


@given(values)
@repeatable
def test_a_ratio_of_a_thing_to_itself_is_one_for_sure(numbers):
    assert ratio(np.array(numbers), np.array(numbers)) == pytest.approx((1, 1, 1))


def test_one_replication_has_no_interval_and_no_data_no_mean():
    assert mean(np.array([3.0])) == Estimate(3.0, None, None)
    assert ratio(np.array([3.0]), np.array([4.0])) == Estimate(0.75, None, None)
    assert ratio(np.zeros(3), np.zeros(3)) == Estimate(None, None, None)
    assert lift(candidate(impressions=0, clicks=0), candidate(), "ctr") == Estimate(None, None, None)


def test_a_ratio_is_one_of_totals_not_a_mean_of_ratios():
    assert ratio(np.array([1.0, 9.0]), np.array([10.0, 10.0])).mean == 0.5
    assert of_counts(np.array([[0, 0, 100, 10, 0], [0, 0, 900, 10, 0]]), "ctr").mean == 0.02


def test_counts_are_given_in_their_units():
    found = totals(candidate(revenue=[1, 2, 3, 4]))
    assert found["revenue"].mean == 59 * 2.5
    assert found["clicks"].mean == 590
    assert found["queries"].low == found["queries"].high == 59_000
    assert (found["exhausted_advertisers"].mean, found["sightedness"].mean) == (7, 0.9)  # how things stood, of an average day


@pytest.mark.parametrize("metric", ["queries", "impressions", "clicks", "revenue", "ctr", "dry_cells", "satisfaction"])
def test_a_candidate_against_itself_lifts_nothing_for_sure(metric):
    one = candidate(revenue=[1, 2, 3, 4], clicks=[8, 9, 12, 3])
    assert lift(one, one, metric) == pytest.approx((0, 0, 0), abs=1e-12)


def test_lifts_are_paired_by_replication():
    worlds = np.array([1.0, 5.0, 20.0, 2.0])  # very different worlds, in each of which the lift is 10 %
    found = lift(candidate(revenue=worlds * 1.1), candidate(revenue=worlds), "revenue")
    assert found == pytest.approx((0.1, 0.1, 0.1), abs=1e-9)


def test_a_lift_of_the_click_rate_is_a_ratio_of_ratios():
    ours, theirs = candidate(clicks=12, impressions=80), candidate(clicks=10, impressions=100)
    assert lift(ours, theirs, "ctr").mean == pytest.approx(0.5)


def test_nothing_falls_by_more_than_everything():
    wild = candidate(revenue=[0.001, 0.001, 0.001, 1.0])
    found = lift(wild, candidate(revenue=1.0), "revenue")
    assert -1 <= found.low < found.mean < found.high
