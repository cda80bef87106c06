"""The clock: whole seconds, and rank at the same second."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.lifecycle.clock import Clock, Rank
from tests.laws.chance import repeatable

appointments = st.lists(st.tuples(st.integers(0, 5), st.sampled_from(list(Rank))), min_size=1, max_size=30)


def ringing(clock, at_s, rank, rung):
    yield clock.at(at_s, rank)
    rung.append((clock.now_s, rank))


@given(appointments)
@repeatable
def test_what_is_due_happens_in_order_of_time_and_rank_however_it_was_planned(planned):
    clock, rung = Clock(0), []
    for at_s, rank in planned:
        clock.start(ringing(clock, at_s, rank, rung))
    clock.turn(10)
    assert rung == sorted(planned)


def test_at_one_second_the_day_comes_first_then_the_world_then_the_team():
    clock, rung = Clock(0), []
    for rank in sorted(Rank, key=lambda rank: rank.name):
        clock.start(ringing(clock, 7, rank, rung))
    clock.turn(7)
    assert [rank.name for _, rank in rung] == ["MIDNIGHT", "DRIFT", "LABELS", "FEATURES", "TRAINING", "DEPLOYMENT", "ANALYSIS"]


def test_a_process_that_starts_does_not_overtake_what_is_due():
    clock, rung = Clock(0), []

    def starter():
        yield clock.at(5, Rank.MIDNIGHT)
        clock.start(ringing(clock, 5, Rank.ANALYSIS, rung))

    clock.start(starter())
    clock.start(ringing(clock, 5, Rank.DRIFT, rung))
    clock.turn(5)
    assert [rank for _, rank in rung] == [Rank.DRIFT, Rank.ANALYSIS]


def test_equals_keep_the_order_in_which_they_were_planned():
    clock, rung = Clock(0), []

    def named(name):
        yield clock.at(3, Rank.TRAINING)
        rung.append(name)

    for name in "abcde":
        clock.start(named(name))
    clock.turn(3)
    assert rung == [*"abcde"]


def test_time_stays_whole_seconds_over_years_of_hours():
    clock, rung = Clock(-100), []

    def hourly():
        for hour in range(20_000):
            yield clock.at(hour * 3600, Rank.FEATURES)
            rung.append(clock.now_s)

    clock.start(hourly())
    clock.turn(-100)
    while (due := clock.peek()) < float("inf"):
        assert isinstance(due, int)
        clock.turn(due)
    assert rung == list(range(0, 20_000 * 3600, 3600))


def test_nothing_that_is_not_due_happens():
    clock, rung = Clock(0), []
    clock.start(ringing(clock, 10, Rank.DRIFT, rung))
    clock.turn(9)
    assert (rung, clock.now, clock.peek()) == ([], 9, 10)
    clock.turn(10)
    assert len(rung) == 1
    assert clock.peek() == float("inf")


def test_the_past_can_not_be_planned():
    clock = Clock(0)
    clock.start(ringing(clock, 10, Rank.DRIFT, []))
    clock.turn(10)
    with pytest.raises(ValueError, match="in the past"):
        clock.at(9, Rank.DRIFT)
