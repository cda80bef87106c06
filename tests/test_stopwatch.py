"""The stopwatch: every nanosecond once, nothing while nobody measures, and nothing left behind."""

import threading

import pytest

from sim import stopwatch
from sim.stopwatch import Stopwatch, during, timed, watching


def test_a_part_stands_still_while_another_one_runs_within_it():
    watch = Stopwatch(iter([0, 10, 11, 15, 20, 26]).__next__)
    watch.enter("control")
    watch.enter("fit")
    watch.enter("predict")
    watch.leave()
    watch.leave()
    watch.leave()
    assert watch.spent_ns == {"control": 10 + 6, "fit": 1 + 5, "predict": 4}


def test_a_part_within_itself_counts_once():
    watch = Stopwatch(iter([0, 10, 11, 15]).__next__)
    for step in (lambda: watch.enter("fit"),) * 2 + (watch.leave,) * 2:
        step()
    assert watch.spent_ns == {"fit": 15}


def test_without_a_watch_no_clock_is_read(monkeypatch):
    monkeypatch.setattr(stopwatch, "Stopwatch", None)
    monkeypatch.setattr(stopwatch, "perf_counter_ns", None)

    @timed("fit")
    def learn(a, *, b):
        return a + b

    with during("world"):
        assert learn(1, b=2) == 3


def test_the_watch_is_gone_whatever_happens_within_it():
    @timed("fit")
    def learn():
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"), watching("control") as first:
        learn()
    assert set(first.spent_ns) == {"control", "fit"}
    before = dict(first.spent_ns)
    with pytest.raises(ValueError, match="no"):
        learn()
    assert first.spent_ns == before


def test_another_thread_is_not_measured():
    with watching("control") as watch:
        thread = threading.Thread(target=timed("fit")(lambda: None))
        thread.start()
        thread.join()
    assert set(watch.spent_ns) == {"control"}


def test_a_watch_within_a_watch_leaves_the_outer_one_as_it_was():
    with watching("control") as outer:
        with watching("world") as inner, during("fit"):
            pass
        with during("slates"):
            pass
    assert set(inner.spent_ns) == {"world", "fit"}
    assert set(outer.spent_ns) == {"control", "slates"}
