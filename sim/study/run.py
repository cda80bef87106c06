"""A study: every candidate in every replication, in this process or in several, with the same bytes."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import nullcontext

from sim.errors import InvalidRun
from sim.lifecycle.play import Played
from sim.scenario.schema import Scenario
from sim.study.gather import Answers, gather
from sim.study.results import Run
from sim.study.timings import Timings
from sim.study.worker import Failure, Task, Timed, begin, work, work_timed

Progress = Callable[[int, int, str], None]
Work = Callable[[Scenario, Task], Played | Failure | Timed]
Stream = Iterator[tuple[Task, Played | Failure | Timed]]


def run_study(scenario: Scenario, *, workers: int | None = None, progress: Progress | None = None, timings: Timings | None = None) -> Run:
    """Play *scenario*.

    Parameters
    ----------
    workers
        How many processes; by default one for each core, and never more than there are tasks.
    progress
        Called with tasks done, tasks in all, and what has just been done.
    timings
        Takes where the time goes, if anybody wants to know.

    Raises
    ------
    InvalidRun
        When no candidate could be played.
    KeyboardInterrupt
        When interrupted before any candidate was done; later, the run comes back with
        ``complete`` False and holds what was done.
    """
    tasks = [Task(r, c) for r in range(scenario.replications) for c in range(len(scenario.candidates))]
    count = min(workers or _cores(), len(tasks))
    answers: Answers = {}
    stream = _stream(scenario, tasks, count, work_timed if timings else work)
    try:
        with timings.playing(count) if timings else nullcontext():
            for task, answer in stream:
                answers[task] = _untimed(answer, task, timings)
                if progress:
                    progress(len(answers), len(tasks), f"{scenario.candidates[task.candidate].name}, replication {task.replication + 1}")
    except KeyboardInterrupt:
        if not _any_played(answers):
            raise
    except BrokenProcessPool:
        if not _any_played(answers):
            raise InvalidRun("a worker process died (out of memory?); nothing was finished before it did") from None
        return gather(scenario, answers, broken=True)
    return gather(scenario, answers)


def _any_played(answers: Answers) -> bool:
    return any(isinstance(answer, Played) for answer in answers.values())


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _untimed(answer: Played | Failure | Timed, task: Task, timings: Timings | None) -> Played | Failure:
    """The answer alone; what was measured goes its own way, so that no result can depend on it."""
    if not isinstance(answer, Timed):
        return answer
    if timings:
        timings.take(task.candidate, answer.shared, answer.own)
    return answer.answer


def _stream(scenario: Scenario, tasks: list[Task], workers: int, play: Work) -> Stream:
    if workers > 1:
        return _in_processes(scenario, tasks, workers, play)
    return ((task, play(scenario, task)) for task in tasks)


def _in_processes(scenario: Scenario, tasks: list[Task], workers: int, play: Work) -> Stream:
    # Spawned, not forked: a fork of a process with running threads may hang.
    context = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(workers, mp_context=context, initializer=begin)
    try:
        yield from _submit(pool, scenario, tasks, play)
        pool.shutdown()
    except BaseException:
        pool.shutdown(wait=False, cancel_futures=True)
        for child in multiprocessing.active_children():
            child.terminate()
        raise


def _submit(pool: Executor, scenario: Scenario, tasks: list[Task], play: Work) -> Stream:
    futures: dict[Future[Played | Failure | Timed], Task] = {pool.submit(play, scenario, task): task for task in tasks}
    for future in as_completed(futures):
        yield futures[future], future.result()
