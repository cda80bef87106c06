"""A study: every candidate in every replication, in this process or in several, with the same bytes."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from concurrent.futures import Executor, Future, as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import nullcontext

from sim.errors import InvalidRun
from sim.lifecycle.play import Played
from sim.scenario.schema import Engine, Scenario
from sim.study import processes
from sim.study.events.folder import EventFolder
from sim.study.gather import Answers, gather
from sim.study.results import Run
from sim.study.timings import Timings
from sim.study.worker import Failure, Task, Timed, work, work_timed

Progress = Callable[[int, int, str], None]
Work = Callable[[Scenario, Task, EventFolder | None], Played | Failure | Timed]
Answer = tuple[Task, Played | Failure | Timed]


def run_study(
    scenario: Scenario, *, workers: int | None = None, progress: Progress | None = None, events: EventFolder | None = None,
    timings: Timings | None = None,
) -> Run:  # fmt: skip
    """Play *scenario*.

    Parameters
    ----------
    workers
        How many processes; by default one for each core, and never more than there are tasks.
    progress
        Called with tasks done, tasks in all, and what has just been done.
    events
        Where every impression is written; what could not be is told in its `lost`.
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
    if events:
        scenario = scenario.but(engine=Engine(sampler="queries"))  # only queries that are played have events
    tasks = [Task(r, c) for r in range(scenario.replications) for c in range(len(scenario.candidates))]
    count = min(workers or processes.cores(), len(tasks))
    answers: Answers = {}
    play = work_timed if timings else work
    stream = _here(scenario, tasks, play, events) if count == 1 else _in_processes(scenario, tasks, count, play, events)
    try:
        with timings.playing(count) if timings else nullcontext():
            for task, answered in stream:
                answer = answers[task] = _untimed(answered, task, timings)
                if events and isinstance(answer, Played) and answer.lost:
                    events.lost.append(answer.lost)
                if progress:
                    progress(len(answers), len(tasks), f"{scenario.candidates[task.candidate].name}, replication {task.replication + 1}")
    except KeyboardInterrupt:
        if not _any_played(answers):
            raise
    except BrokenProcessPool:
        if not _any_played(answers):
            raise InvalidRun("a worker process died (out of memory?); nothing was finished before it did") from None
        return gather(scenario, answers, broken=True)
    finally:
        stream.close()
        if events:
            events.sweep()
    return gather(scenario, answers)


def _any_played(answers: Answers) -> bool:
    return any(isinstance(answer, Played) for answer in answers.values())


def _untimed(answer: Played | Failure | Timed, task: Task, timings: Timings | None) -> Played | Failure:
    """The answer alone; what was measured goes its own way, so that no result can depend on it."""
    if not isinstance(answer, Timed):
        return answer
    if timings:
        timings.take(task.candidate, answer.shared, answer.own)
    return answer.answer


def _here(scenario: Scenario, tasks: list[Task], play: Work, events: EventFolder | None) -> Generator[Answer]:
    for task in tasks:
        yield task, play(scenario, task, events)


def _in_processes(scenario: Scenario, tasks: list[Task], workers: int, play: Work, events: EventFolder | None) -> Generator[Answer]:
    pool = processes.open_processes(workers)
    try:
        yield from _submit(pool, scenario, tasks, play, events)
        pool.shutdown()
    except BaseException:
        processes.end_processes(pool)
        raise


def longest_first(scenario: Scenario, tasks: list[Task]) -> list[Task]:
    """In each replication teams come first, then what else learns, then rules: so no process waits long for another at the end.

    Examples
    --------
    >>> from sim.scenario.read import load
    >>> scenario = load("quiet")
    >>> tasks = [Task(0, number) for number in range(3)]
    >>> [scenario.candidates[task.candidate].name for task in longest_first(scenario, tasks)]
    ['clicks', 'keyword', 'oracle']
    """

    def effort(task: Task) -> int:
        candidate = scenario.candidates[task.candidate]
        return 2 if candidate.playbook else 1 if candidate.policy is None else 0

    return sorted(tasks, key=lambda task: (task.replication, -effort(task), task.candidate))


def _submit(pool: Executor, scenario: Scenario, tasks: list[Task], play: Work, events: EventFolder | None) -> Iterator[Answer]:
    with processes.sheltered():
        futures: dict[Future[Played | Failure | Timed], Task] = {
            pool.submit(play, scenario, task, events): task for task in longest_first(scenario, tasks)
        }
    for future in as_completed(futures):
        yield futures[future], future.result()
