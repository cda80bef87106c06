"""The law by which users learn."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.world.memory import LEAST_SIGHT, MOST_SIGHT, Memory, memory_of
from tests.laws.chance import repeatable

meetings = st.tuples(st.floats(1, 1e6), st.floats(0, 1e6), st.floats(0, 1e6))


def memory(blindness=0.5, leaving=0.3, half_life=60.0, used_to=0.6, stayed=0.9):
    return Memory(half_life, blindness, leaving, np.array([used_to]), np.array([stayed]))


def met(*row):
    return np.array([row], float)


def lived(law, days, *row, sight=1.0, satisfied=1.0):
    """Sightedness and satisfaction after some days that are all alike."""
    sight, satisfied = np.array([sight]), np.array([satisfied])
    for _ in range(days):
        sight, satisfied = law.sightedness_after(sight, met(*row), 1.0), law.satisfaction_after(satisfied, met(*row), 1.0)
    return float(sight[0]), float(satisfied[0])


def test_with_a_half_life_of_60_days_65_percent_is_learned_after_90():
    sight, satisfied = lived(memory(), 90, 10, 1, 4)
    aims = np.exp(0.5 * (0.2 - 0.6)), np.exp(-0.3 * 0.4)
    for level, aim in zip((sight, satisfied), aims, strict=True):
        assert (1 - level) / (1 - aim) == pytest.approx(0.646, abs=5e-4)


@given(meetings, st.floats(1, 500), st.integers(1, 50))
@repeatable
def test_many_days_are_one_long_day(row, half_life, days):
    law = memory(half_life=half_life)
    once = law.sightedness_after(np.ones(1), met(*row), days), law.satisfaction_after(np.ones(1), met(*row), days)
    assert lived(law, days, *row) == pytest.approx((float(once[0][0]), float(once[1][0])), rel=1e-9)


@given(meetings, st.floats(0.05, 2), st.floats(0, 5))
@repeatable
def test_users_go_straight_towards_what_they_meet_and_never_beyond(row, sight, blindness):
    law = memory(blindness=blindness)
    levels = [float(law.sightedness_after(np.array([sight]), met(*row), days)[0]) for days in (0, 1, 10, 100, 1e6)]
    assert levels[0] == pytest.approx(sight)
    assert levels == sorted(levels) or levels == sorted(levels, reverse=True)
    assert all(LEAST_SIGHT - 1e-9 <= level <= MOST_SIGHT + 1e-9 for level in levels)


@given(meetings, meetings)
@repeatable
def test_better_ads_never_make_users_look_less(row, other):
    law = memory()
    share = [good / (good + bad) if good + bad else None for _, good, bad in (row, other)]
    if None in share:
        return
    low, high = (one for _, one in sorted(zip(share, (row, other), strict=True)))
    assert law.sightedness_after(np.ones(1), met(*low), 30) <= law.sightedness_after(np.ones(1), met(*high), 30) + 1e-12


@given(st.floats(1, 1e6), st.floats(0, 1e6), st.floats(0, 10), st.floats(0, 10))
@repeatable
def test_more_bad_ads_a_query_never_make_users_ask_more(asked, good, one, other):
    few, many = sorted((one, other))
    law = memory()
    assert law.satisfaction_after(np.ones(1), met(asked, good, many * asked), 30) <= law.satisfaction_after(
        np.ones(1), met(asked, good, few * asked), 30
    )


@given(st.floats(0.05, 2), st.floats(0, 1))
@repeatable
def test_nobody_who_meets_no_ad_or_asks_nothing_learns(sight, satisfied):
    law = memory()
    assert lived(law, 10, 100, 0, 0, sight=sight)[0] == sight
    assert lived(law, 10, 0, 0, 0, sight=sight, satisfied=satisfied) == (sight, satisfied)


@given(meetings, st.floats(0, 5), st.floats(0, 5))
@repeatable
def test_users_stay_as_they_are_with_what_they_are_used_to(row, blindness, leaving):
    law = memory_of(60.0, blindness, leaving, met(*row))
    (stayed,) = law.stayed
    assert lived(law, 30, *row, satisfied=stayed) == pytest.approx((1.0, stayed), rel=1e-9)
    twice = lived(law, 30, *(2 * part for part in row), satisfied=stayed)
    assert twice == pytest.approx((1.0, stayed), rel=1e-9)  # quality counts, not how much there is of it


def test_each_device_learns_for_itself():
    law = Memory(60.0, 0.5, 0.3, np.array([0.5, 0.5]), np.ones(2))
    sight = law.sightedness_after(np.ones(2), np.array([[10.0, 9.0, 1.0], [10.0, 1.0, 9.0]]), 60)
    assert sight[0] > 1 > sight[1]


def test_who_was_used_to_no_ads_takes_them_as_if_all_had_belonged():
    law = memory_of(60.0, 0.5, 0.3, met(100, 0, 0))
    assert (law.used_to[0], law.stayed[0]) == (1.0, 1.0)
