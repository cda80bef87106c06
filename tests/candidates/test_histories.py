"""Clicks over expected clicks, faded: against sums by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.candidates.histories import Histories
from tests.laws.chance import repeatable

ADS, TYPES, SLOTS = 5, 4, 3
rows = st.lists(
    st.tuples(st.integers(0, ADS - 1), st.integers(0, TYPES - 1), st.integers(0, SLOTS - 1), st.integers(1, 500), st.integers(0, 500)),
    min_size=1,
    max_size=30,
)


def after(histories, days, rows):
    ad, query, position, shown, clicks = np.array(rows).T
    return histories.after(days, ad, query, position, shown, np.minimum(clicks, shown))


@given(st.lists(st.tuples(st.integers(1, 60), rows), min_size=1, max_size=4))
@repeatable
def test_counts_fade_by_half_in_four_weeks_and_add_up(batches):
    found = Histories.empty(ADS, TYPES, SLOTS)
    for days, batch in batches:
        found = after(found, days, batch)
    clicks, shown, age = np.zeros(ADS), np.zeros(SLOTS), 0
    for days, batch in reversed(batches):
        for ad, _, position, views, pressed in batch:
            clicks[ad] += min(views, pressed) * 0.5 ** (age / 28)
            shown[position] += views * 0.5 ** (age / 28)
        age += days
    assert found.ad_clicks == pytest.approx(clicks)
    assert found.position_shown == pytest.approx(shown)
    assert found.query_clicks.sum() == pytest.approx(clicks.sum()) == pytest.approx(found.position_clicks.sum())


@given(rows)
@repeatable
def test_expected_clicks_are_those_that_came_when_all_is_said(batch):
    found = after(Histories.empty(ADS, TYPES, SLOTS), 7, batch)
    assert found.ad_expected.sum() == pytest.approx(found.ad_clicks.sum())
    assert found.query_expected.sum() == pytest.approx(found.query_clicks.sum())


def test_an_ad_is_not_taken_to_be_good_because_it_stood_on_top():
    batch = [(0, 0, 0, 1_000, 100), (1, 0, 1, 1_000, 50)]  # each as good as its position
    assert after(Histories.empty(ADS, TYPES, SLOTS), 7, batch).ad_lift == pytest.approx(np.zeros(ADS))


def test_an_ad_that_is_clicked_more_than_its_positions_promise_is_lifted():
    batch = [(0, 0, 0, 1_000, 150), (1, 1, 0, 1_000, 50)]
    found = after(Histories.empty(ADS, TYPES, SLOTS), 7, batch)
    assert found.ad_lift[:2] == pytest.approx([np.log(152 / 102), np.log(52 / 102)], rel=1e-6)
    assert found.query_lift[:2] == pytest.approx(found.ad_lift[:2])


def test_no_history_says_nothing():
    nothing = Histories.empty(ADS, TYPES, SLOTS)
    assert (nothing.ad_lift == 0).all()
    assert (nothing.query_lift == 0).all()


def test_histories_are_left_as_they_were():
    before = after(Histories.empty(ADS, TYPES, SLOTS), 7, [(0, 0, 0, 10, 1)])
    copy = before.ad_clicks.copy()
    after(before, 7, [(0, 0, 0, 10, 5)])
    assert (before.ad_clicks == copy).all()


def test_examination_is_the_clicks_of_a_position_over_those_it_would_have_on_top():
    shown, clicks = np.full(3, 1e6), np.array([5e4, 2e4, 1e4])
    found = Histories(np.zeros(ADS), np.zeros(ADS), np.zeros(TYPES), np.zeros(TYPES), shown, clicks)
    assert found.examination == pytest.approx([1.0, 0.4, 0.2], abs=1e-3)


def test_examination_is_one_over_the_position_where_nothing_is_known():
    assert Histories.empty(ADS, TYPES, SLOTS).examination == pytest.approx([1.0, 1 / 2, 1 / 3])
    few = Histories(np.zeros(ADS), np.zeros(ADS), np.zeros(TYPES), np.zeros(TYPES), np.array([90.0, 10, 0]), np.array([9.0, 3, 0]))
    assert few.examination == pytest.approx([29 / 29, 13 / 21, 1 / 3])
