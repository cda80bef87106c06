"""What a worker process does: play one candidate in one replication."""

from __future__ import annotations

import signal
from collections.abc import Mapping
from contextlib import suppress
from functools import lru_cache
from typing import NamedTuple

import threadpoolctl

from sim.errors import ForeshowError
from sim.lifecycle.play import Played, play, set_stage
from sim.lifecycle.stage import Stage
from sim.scenario.schema import Scenario
from sim.stopwatch import Part, watching
from sim.study.events.folder import EventFolder
from sim.study.events.stream import Stream


class Task(NamedTuple):
    """One candidate (by number) in one replication."""

    replication: int
    candidate: int


class Failure(NamedTuple):
    """Why a candidate could not be played."""

    message: str


class Timed(NamedTuple):
    """An answer, and the nanoseconds that it took by part.

    Attributes
    ----------
    shared
        For what all candidates of a replication share: its world, and the days before day 1.
    own
        For the candidate alone.
    """

    answer: Played | Failure
    shared: Mapping[Part, int]
    own: Mapping[Part, int]


def begin() -> None:
    """Make a fresh worker leave Ctrl-C to its parent, which ends it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def work(scenario: Scenario, task: Task, events: EventFolder | None = None) -> Played | Failure:
    """Play *task*, its event log beside it; a candidate's own failure is an answer, not an exception.

    One thread: libraries that start more lose time on each other, and may sum in another order.
    """
    with threadpoolctl.threadpool_limits(1):
        try:
            stage, settings = _stage(scenario, task.replication), scenario.candidates[task.candidate]
            if events is None:
                return play(stage, settings)
            with Stream(events.of(settings.name, task.replication), scenario) as stream:
                played = play(stage, settings, stream.write)
                stream.finish(played.ledger)
            return played._replace(lost=stream.lost)
        except ForeshowError as problem:
            return Failure(str(problem))


def work_timed(scenario: Scenario, task: Task, events: EventFolder | None = None) -> Timed:
    """Play *task* and measure it: the answer is that of `work`, to the byte."""
    from sim.kernels.compiling import compiling

    with watching("control") as shared, compiling(shared), threadpoolctl.threadpool_limits(1), suppress(ForeshowError):
        _stage(scenario, task.replication)
    with watching("control") as own, compiling(own):
        answer = work(scenario, task, events)
    return Timed(answer, shared.spent_ns, own.spent_ns)


@lru_cache(maxsize=1)
def _stage(scenario: Scenario, replication: int) -> Stage:
    return set_stage(scenario, replication)
