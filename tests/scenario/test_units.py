"""What a person writes, and the number that the engine counts in."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.scenario import units
from sim.scenario.units import DAY_S

NEW_YEAR = date(2026, 1, 1)
HUGE = st.sampled_from([10**400, 1 << 20000, "9" * 5000])
ANYTHING = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(), st.datetimes(), st.lists(st.integers()), HUGE)


@pytest.mark.parametrize(
    ("words", "seconds"),
    [
        ("1 s", 1), ("90 min", 5400), ("6 h", 21_600), ("6h", 21_600), ("28 days", 28 * DAY_S), ("1.5 days", 129_600),
        ("2 Weeks", 14 * DAY_S), ("2 months", 60 * DAY_S), (" 1 year ", 365 * DAY_S), ("1_000 hours", 3_600_000),
    ],
)  # fmt: skip
def test_a_duration_is_counted_in_seconds(words, seconds):
    assert units.duration_s(words) == seconds


@pytest.mark.parametrize("words", ["", "6", 6, True, "h", "6 fortnights", "0 s", "-3 days", "101 years", "1e400 s", "6 h 30 min"])
def test_what_is_no_duration_is_refused(words):
    with pytest.raises(ValueError, match=r"duration|finite"):
        units.duration_s(words)


def test_whole_days_are_asked_for_where_models_are_trained():
    assert units.days_s("2 weeks") == 14 * DAY_S
    with pytest.raises(ValueError, match="whole number of days"):
        units.days_s("36 h")


def test_never_is_the_only_word_beside_whole_days():
    assert units.days_or_never(" Never ") == "never"
    assert units.days_or_never("28 days") == 28 * DAY_S
    for value in ("nevr", "36 h", 5, None):
        with pytest.raises(ValueError, match="or 'never'"):
            units.days_or_never(value)


@pytest.mark.parametrize(
    ("words", "days"),
    [("90 days", 90), ("1 day", 1), ("2 weeks", 14), ("1 month", 31), ("2 months", 59), ("12 months", 365), ("2 years", 730)],
)
def test_a_horizon_is_counted_in_days_of_the_calendar(words, days):
    assert units.horizon_days(words, NEW_YEAR) == days


@pytest.mark.parametrize("words", ["0 days", "4000 days", "11 years", "9" * 5000 + " days", "1.5 months", "soon", 20, None])
def test_what_is_no_horizon_is_refused(words):
    with pytest.raises(ValueError, match="horizon"):
        units.horizon_days(words, NEW_YEAR)


@pytest.mark.parametrize(
    ("words", "day"),
    [("day 1", 0), ("day 45", 44), ("week 3", 14), ("month 1", 0), ("Month 4", 90), ("2026-01-11", 10), (date(2026, 3, 1), 59)],
)
def test_a_moment_is_counted_from_the_start(words, day):
    assert units.moment_s(words, NEW_YEAR) == day * DAY_S


@pytest.mark.parametrize("words", ["day 0", "month 99999", "soon", "2026-02-30", 5, True, datetime(2026, 1, 5, 10), time(12)])  # noqa: DTZ001
def test_what_is_no_moment_is_refused(words):
    with pytest.raises(ValueError, match="a moment such as"):
        units.moment_s(words, NEW_YEAR)


def test_a_date_may_stand_in_quotes():
    assert units.calendar_day("2026-11-27") == units.calendar_day(date(2026, 11, 27)) == date(2026, 11, 27)


@pytest.mark.parametrize(
    "value",
    [1, 86_400, "yesterday", "20260101", date(1899, 12, 31), date(2201, 1, 1), datetime(2026, 1, 1), time(1), []],  # noqa: DTZ001
)
def test_what_is_no_date_of_our_days_is_refused(value):
    with pytest.raises(ValueError, match="a date such as 2026-01-01"):
        units.calendar_day(value)


@pytest.mark.parametrize(
    ("words", "per_day"),
    [("100k/day", 1e5), ("1.2M/day", 1.2e6), ("50/s", 4_320_000), ("1k / hour", 24_000), ("7/week", 1), ("1e3/day", 1000), (250, 250.0)],
)
def test_a_rate_is_counted_per_day(words, per_day):
    assert units.rate_per_day(words) == pytest.approx(per_day)


@pytest.mark.parametrize(
    "words", ["100k", "100 per day", "5k/fortnight", "/day", "1e400/day", "1e300t/day", 10**400, float("nan"), True, []]
)
def test_what_is_no_rate_is_refused(words):
    with pytest.raises(ValueError, match=r"a rate such as|finite"):
        units.rate_per_day(words)


def test_a_count_is_a_whole_number():
    assert [units.count(value) for value in (7, "5k", "1.5M", "20_000")] == [7, 5000, 1_500_000, 20_000]
    for value in ("1.5", 400.0, True, "k", "1" + "0" * 306 + "b", "1e400", None):
        with pytest.raises(ValueError, match=r"whole number|finite"):
            units.count(value)


def test_a_percentage_is_exactly_the_fraction_it_spells():
    assert [units.fraction(value) for value in ("15%", "+30%", "-20 %", "0.01%", "1.5e1%", 0.3)] == [0.15, 0.3, -0.2, 0.0001, 0.15, 0.3]


@pytest.mark.parametrize("value", ["15", "15 percent", "%", float("inf"), float("nan"), "1e400%", "9" * 400 + "%", False, {}])
def test_what_is_no_fraction_is_refused(value):
    with pytest.raises(ValueError, match=r"a share or change|finite"):
        units.fraction(value)


@given(st.dates(date(1900, 1, 1), date(2200, 12, 31)), st.integers(0, 500))
def test_months_later_is_the_same_day_or_the_months_last(start, months):
    later = units.add_months(start, months)
    assert (later.year * 12 + later.month) - (start.year * 12 + start.month) == months
    assert later.day == start.day or (later.day < start.day and (later + timedelta(days=1)).day == 1)


@given(ANYTHING)
def test_a_unit_returns_a_number_or_says_what_it_wants(value):
    for read in (units.duration_s, units.days_s, units.days_or_never, units.rate_per_day, units.count, units.fraction, units.calendar_day):
        said = told(read, value)
        assert said
        assert "limit" not in said


@given(ANYTHING, st.dates(date(1900, 1, 1), date(2200, 12, 31)))
def test_a_time_of_the_calendar_is_found_or_refused_from_any_start(value, start):
    for read in (units.horizon_days, units.moment_s):
        assert told(read, value, start).startswith(("a number", "a horizon", "a moment"))


def told(read, *given_to_it):
    """ "a number", or the words with which it was refused."""
    try:
        read(*given_to_it)
    except ValueError as refused:
        return str(refused)
    return "a number"
