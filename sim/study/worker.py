"""What a worker process does: play one candidate in one replication."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from functools import lru_cache
from typing import NamedTuple

from sim.lifecycle.play import Played, play, set_stage
from sim.lifecycle.stage import Stage
from sim.scenario.schema import Scenario
from sim.stopwatch import Part, watching
from sim.study.blame import message_of, traceback_of
from sim.study.events.folder import EventFolder
from sim.study.events.stream import Stream
from sim.study.processes import one_thread


class Task(NamedTuple):
    """One candidate (by number) in one replication."""

    replication: int
    candidate: int


class Failure(NamedTuple):
    """Why a candidate could not be played.

    Attributes
    ----------
    message
        In a line.
    traceback
        Of what the user's own code raised; empty where it raised nothing.
    """

    message: str
    traceback: str = ""


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


def work(scenario: Scenario, task: Task, events: EventFolder | None = None) -> Played | Failure:
    """Play *task*, its event log beside it; a candidate's own failure is an answer, not an exception."""
    with one_thread():
        settings = scenario.candidates[task.candidate]
        try:
            stage = _stage(scenario, task.replication)
            if events is None:
                return play(stage, settings)
            with Stream(events.of(settings.name, task.replication), scenario) as stream:
                played = play(stage, settings, stream.write)
                stream.finish(played.ledger)
            return played._replace(lost=stream.lost)
        except (Exception, SystemExit) as problem:  # noqa: BLE001  a user's part may raise anything
            return Failure(message_of(problem, settings.name), traceback_of(problem, scenario.folder))


def work_timed(scenario: Scenario, task: Task, events: EventFolder | None = None) -> Timed:
    """Play *task* and measure it: the answer is that of `work`, to the byte."""
    from sim.kernels.compiling import compiling

    with (
        watching("control") as shared,
        compiling(shared),
        one_thread(),
        suppress(Exception, SystemExit),
    ):  # `work` tells it
        _stage(scenario, task.replication)
    with watching("control") as own, compiling(own):
        answer = work(scenario, task, events)
    return Timed(answer, shared.spent_ns, own.spent_ns)


def ready(scenario: Scenario, replication: int) -> None:
    """Build what the candidates of a replication share; why that can't be done is told by `work`."""
    with one_thread(), suppress(Exception, SystemExit):
        _stage(scenario, replication)


def forget() -> None:
    """Let go of the last stage: a user's part of it may have changed since."""
    _stage.cache_clear()


@lru_cache(maxsize=1)
def _stage(scenario: Scenario, replication: int) -> Stage:
    return set_stage(scenario, replication)
