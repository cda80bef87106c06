"""Ratios that are taken in turns, and figures made of them."""

import time
from itertools import count

import pytest

from tests.benchmarks import beside
from tests.benchmarks.apart import Broken, apart
from tests.benchmarks.beside import Beside, against, in_turns
from tests.benchmarks.figure import NotHere, duration, speed
from tests.benchmarks.reference import LOOP_QUERIES, TARGET_MACHINE


@pytest.fixture
def clock(monkeypatch):
    """A clock on which the piece of work n takes what `costs[n]` says, and everything is slower by the factor of the moment."""

    class Clock:
        now, slow, order = 0.0, 1.0, []

        def works(self, *costs):
            def work(number, cost):
                self.order.append(number)
                self.now += cost * self.slow

            return [lambda number=number, cost=cost: work(number, cost) for number, cost in enumerate(costs)]

    one = Clock()
    one.order = []
    monkeypatch.setattr(time, "perf_counter", lambda: one.now)
    return one


def test_they_take_turns_and_the_first_round_does_not_count(clock):
    times = in_turns(*clock.works(1, 2), repeats=2)
    assert clock.order == [0, 1] * 3
    assert times.ravel().tolist() == pytest.approx([1, 2, 1, 2])


def test_a_machine_that_slows_down_and_an_outlier_change_no_ratio(clock):
    work, other = clock.works(3, 2)
    rounds = count()

    def slowing():
        number = next(rounds)
        clock.slow = 1 + number / 4  # ever slower
        clock.now += 50 if number == 3 else 0  # and once something else ran
        work()

    assert against(slowing, other, repeats=9) == pytest.approx(1.5, rel=0.1)


def test_the_loop_is_timed_right_beside(clock, monkeypatch):
    loop, work = clock.works(0.05, 0.4)
    monkeypatch.setattr(beside, "reference_loop", lambda: loop)
    timed = beside.beside_the_loop(work, repeats=2)
    assert clock.order[-6:] == [0, 1, 0] * 2
    assert timed == pytest.approx(Beside(0.4, 0.4 / (0.05 * 1e6 / LOOP_QUERIES)))


def test_on_the_target_machine_a_figure_is_there_what_it_is_here():
    million_s = 1e6 / TARGET_MACHINE
    fast = speed(60e6, Beside(1.0, 1.0 / million_s), 60e6)
    assert (fast.value, fast.there, fast.target) == pytest.approx((60e6, 60e6, fast.ratio))
    day = duration(Beside(0.08, 0.08 / million_s), 0.008, 10, "ms")
    assert (day.value, day.there, day.target) == pytest.approx((8.0, 8.0, day.ratio))
    slower_machine = duration(Beside(0.16, 0.08 / million_s), 0.008, 10, "ms")
    assert (slower_machine.value, slower_machine.there) == pytest.approx((16.0, 8.0))


def breaks():
    raise ValueError("two\nlines")


def not_here():
    raise NotHere("no such sampler")


def test_a_measurement_apart_tells_its_memory_or_why_it_has_none():
    value, peak_mib = apart(abs, -3)
    assert value == 3
    assert 5 < peak_mib < 2_000
    assert apart(not_here) == "no such sampler"
    broken = apart(breaks)
    assert isinstance(broken, Broken)
    assert broken == "failed with ValueError: two lines"
