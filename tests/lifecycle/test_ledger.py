"""The ledger: what is booked on which day, and refunds when they fall due."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim import columns
from sim.kernels import tables as kernel
from sim.lifecycle.ledger import Ledger
from sim.traffic.outcome import Outcome, Sales
from tests.laws.chance import repeatable

DAYS = 10
NONE = Sales(*(np.zeros(0, np.int64),) * 4, np.zeros(0), np.zeros(0, np.int64))


def outcome(revenue=0, refunds=0, **tallies):
    found = np.zeros(kernel.TALLIES, np.int64)
    found[kernel.REVENUE], found[kernel.INVALID_MICROS] = revenue, refunds
    for name, value in tallies.items():
        found[getattr(kernel, name)] = value
    return Outcome(found, np.zeros((1, 3)), NONE)


def test_counts_and_conversions_are_booked_on_the_day_of_the_click():
    ledger = Ledger(DAYS, 7)
    stretch = outcome(revenue=70, QUERIES=5, WITH_ADS=4, IMPRESSIONS=9, CLICKS=3, INVALID_CLICKS=1)
    nobody = np.zeros(2, np.int64)
    stretch = stretch._replace(sales=Sales(nobody, nobody, nobody, nobody, np.zeros(2), np.array([1, 2])))
    for _ in range(2):
        ledger.enter(3, stretch, np.array([11, 12]))
    expected = {"queries": 10, "queries_with_ads": 8, "impressions": 18, "clicks": 6, "revenue_micros": 140, "conversions": 6}
    expected |= {"advertiser_value_micros": 70, "invalid_clicks": 2}
    assert {name: int(ledger.days[3, columns.COLUMNS.index(name)]) for name in expected} == expected
    ledger.days[3] = 0
    assert not ledger.days.any()


@pytest.mark.parametrize("after", [0, 1, 7])
def test_refunds_are_booked_on_the_day_they_fall_due(after):
    ledger = Ledger(DAYS, after)
    ledger.enter(2, outcome(revenue=100, refunds=30), np.zeros(0, np.int64))
    revenue, refunds = ledger.days[:, columns.REVENUE], ledger.days[:, columns.REFUNDS]
    assert refunds[2 + after] == refunds.sum() == 30
    assert revenue[2 + after] == (70 if after == 0 else -30)
    assert revenue.sum() == 70


@given(st.lists(st.tuples(st.integers(-3, DAYS - 1), st.integers(0, 1000), st.floats(0, 1)), max_size=20), st.integers(0, 12))
@repeatable
def test_never_more_is_paid_back_than_was_charged(stretches, after):
    ledger, charged, due = Ledger(DAYS, after), np.zeros(DAYS, np.int64), np.zeros(DAYS + 12, np.int64)
    for day, revenue, part in stretches:
        ledger.enter(day, outcome(revenue=revenue, refunds=int(part * revenue)), np.zeros(0, np.int64))
        if day >= 0:
            charged[day] += revenue
            due[day + after] += int(part * revenue)
    refunds = ledger.days[:, columns.REFUNDS]
    assert (refunds == due[:DAYS]).all()
    assert (refunds.cumsum() <= charged.cumsum()).all()
    assert (ledger.days[:, columns.REVENUE] == charged - refunds).all()


def test_days_before_the_horizon_are_not_booked():
    ledger = Ledger(DAYS, 2)
    ledger.enter(-1, outcome(revenue=100, refunds=30, QUERIES=5), np.array([1]))
    ledger.note(-1, 5, 6, 7, 8)
    assert not ledger.days.any()
    history = Ledger(0, 2)
    history.enter(-1, outcome(revenue=100), np.zeros(0, np.int64))
    history.note(-1, 1, 2, 3, 4)
    assert history.days.shape == (0, len(columns.COLUMNS))


def test_how_a_day_ended_is_noted_once():
    ledger = Ledger(DAYS, 2)
    ledger.note(4, 5, 6, 700_000, 800_000)
    assert ledger.days[4, list(columns.STATES)].tolist() == [5, 6, 700_000, 800_000]
    assert ledger.days.sum() == 1_500_011
