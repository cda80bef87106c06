"""A comparison, from its question to its verdict: replications are played until it is decided, or as many as were asked for.

Only the first *n* replications are ever looked at, all of them there: so the verdict depends neither
on how many workers there are nor on which of them is faster.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from sim.lifecycle.play import Played, once_more
from sim.scenario.schema import Engine, Scenario
from sim.study.compare import variance
from sim.study.compare.comparison import Comparison, Failed
from sim.study.compare.figures import Figures
from sim.study.compare.judge import Beside, judge
from sim.study.compare.look import Look, look
from sim.study.compare.question import Question
from sim.study.gather import gather
from sim.study.pool import Pool
from sim.study.results import Run
from sim.study.worker import Failure, Task

Answers = Mapping[int, Played | Failure]
Progress = Callable[[int, int | None, str], None]


class Shelf(Protocol):
    """Where finished replications are kept until the comparison is done."""

    found: dict[int, dict[int, Played | Failure]]
    looked: bool

    def put(self, replication: int, answers: dict[int, Played | Failure]) -> None:
        """Keep one."""
        ...


_WHY = "noise that can be left out only hides a difference"


class Conducted(NamedTuple):
    """A comparison, and what its candidates' own code raised: name -> traceback."""

    comparison: Comparison
    tracebacks: Mapping[str, str]


def conduct(
    scenario: Scenario, question: Question, pool: Pool, *, shelf: Shelf | None = None, progress: Progress | None = None, split: bool = True,
) -> Conducted:  # fmt: skip
    """Play, look, and judge.

    Parameters
    ----------
    scenario
        As it is to be played: see `quietened`.
    progress
        Told replications done, how many there will be (None while that is open), and how things look: with the anytime-valid
        interval and, while it is open, how long it takes until that decides.
    split
        Whether some worlds are played once more, to tell what the variance is made of.

    Raises
    ------
    KeyboardInterrupt
        When interrupted before a replication was whole; later, what is there is judged, and marked.
    """
    trial = _Trial(scenario, question, dict(shelf.found) if shelf else {})
    interrupted, begun_s = False, time.monotonic()
    fresh = 0
    try:
        for replication, answers in trial.played(pool):
            fresh += 1
            if shelf:
                shelf.put(replication, answers)
            trial.take(replication, answers)
            if progress:
                progress(trial.whole, question.replications, trial.told((time.monotonic() - begun_s) / fresh))
    except KeyboardInterrupt:
        if not trial.whole:
            raise
        interrupted = True
    looked = shelf is not None and shelf.looked and not question.sequential
    beside = Beside(trial.failed(), {}, (time.monotonic() - begun_s) / fresh if fresh else None, looked)
    run = replace(trial.run(), interrupted=interrupted)
    if looked:
        run = replace(run, asked=_asked(run, looked=True))
    if interrupted:
        run = replace(run, planned=question.replications or question.limit)
    found = judge(run, question, beside)
    if split and not interrupted and found.common is not None:
        if progress:
            progress(trial.whole, trial.whole, "some are played once more")
        found = _divided(scenario, found, pool)
    return Conducted(found, {one.name: trial.tracebacks[one.name] for one in scenario.candidates if trial.tracebacks.get(one.name)})


def quietened(scenario: Scenario) -> Scenario:
    """The same scenario with a ledger of expectations, where that is exact and nobody asked for another: clicks have no noise then."""
    exact = scenario.market.budget is None and scenario.engine.sampler == "auto"
    return scenario.but(engine=Engine(sampler="mean")) if exact else scenario


class _Trial:
    """What is there so far."""

    def __init__(self, scenario: Scenario, question: Question, there: dict[int, dict[int, Played | Failure]]) -> None:
        self._scenario = scenario
        self._question = question
        self._most = question.replications or question.limit
        self._answers: dict[int, Answers] = {}
        self._there = there
        self.whole = 0  # the first so many replications are there
        self.last: Look | None = None
        self._decided = False
        self._look_from_s = 0.0
        self.tracebacks: dict[str, str] = {}

    def played(self, pool: Pool) -> Iterator[tuple[int, dict[int, Played | Failure]]]:
        """Replications as they come, until it is decided; those that were there already are taken first."""
        for replication in sorted(self._there):
            if replication < self._most:
                self.take(replication, self._there[replication])
        if self._decided or self.whole == self._most:
            return
        numbers = (number for number in range(self._most) if number not in self._answers)
        stream = pool.replications(self._scenario, numbers, self._playable)
        try:
            for replication, answers in stream:
                yield replication, answers
                if self._decided:
                    return
        finally:
            stream.close()

    def take(self, replication: int, answers: Answers) -> None:
        """One more; looks at each number of whole replications that it makes."""
        self._answers[replication] = answers
        while not self._decided and self.whole in self._answers:
            self.whole += 1
            if self._question.sequential:
                self.last = look(self.run(), self._question)
                self._decided = self.last.decided

    def told(self, replication_s: float) -> str:
        """How things look, for whoever waits; while their number is open, how many more it takes, at so many seconds each."""
        if not self._question.sequential:
            self._look_for_whoever_waits()
            return self.last.text if self.last else ""
        if self.last is None or self._decided:
            return self.last.text if self.last else ""
        limit, needed = self._question.limit, self.last.needed
        sure = needed is not None and self.whole < needed <= limit
        more = (needed if needed is not None and sure else limit) - self.whole
        return f"{self.last.text}, {'about' if sure else 'at most'} {more:,} more, {_time(more * replication_s)}"

    def _look_for_whoever_waits(self) -> None:
        """A look that decides nothing, and takes no more than a twentieth of the time."""
        begun_s = time.monotonic()
        if self.whole and begun_s >= self._look_from_s:
            self.last = look(self.run(), self._question)
            now_s = time.monotonic()
            self._look_from_s = now_s + 20 * (now_s - begun_s)

    def _playable(self) -> tuple[int, ...]:
        """Whoever has not failed among the first whole replications: a later failure may turn out not to count."""
        failed = self._failures()
        return tuple(number for number in range(len(self._scenario.candidates)) if number not in failed)

    def _failures(self) -> dict[int, Failure]:
        """Candidate -> its first failure among the replications that count."""
        found: dict[int, Failure] = {}
        for replication in range(self.whole):
            for number, answer in self._answers[replication].items():
                if isinstance(answer, Failure):
                    found.setdefault(number, answer)
        return found

    def run(self) -> Run:
        """The ledgers of the first whole replications."""
        failures = self._failures()
        answers = {
            Task(replication, number): failures[number] if number in failures else self._answers[replication][number]
            for replication in range(self.whole)
            for number in range(len(self._scenario.candidates))
        }
        run = gather(self._scenario.but(replications=self.whole), answers, asked=self._question.text(), why=_WHY)
        return replace(run, planned=self._question.replications or self.whole)

    def failed(self) -> tuple[Failed, ...]:
        """Candidates that could not be played, and why."""
        failures = self._failures()
        names = [one.name for one in self._scenario.candidates]
        self.tracebacks = {names[number]: failure.traceback for number, failure in failures.items()}
        return tuple(Failed(names[number], failure.message) for number, failure in sorted(failures.items()))


def _time(seconds: float) -> str:
    return f"{max(1.0, seconds):.0f} s" if seconds < 90 else f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"


def _divided(scenario: Scenario, found: Comparison, pool: Pool) -> Comparison:
    """The comparison with what its variance is made of; without it when somebody stops that, since all that decides is there."""
    try:
        shares = _split(scenario, found, pool)
    except KeyboardInterrupt:
        return replace(found, run=replace(found.run, interrupted=True))
    run = replace(found.run, asked=_asked(found.run, variance=dict(shares)))
    return replace(found, run=run, common=found.common and found.common._replace(variance=shares))


def _split(scenario: Scenario, found: Comparison, pool: Pool) -> Mapping[str, float]:
    """What the variance of the leader's lead over the baseline is made of."""
    names = [one.name for one in scenario.candidates]
    leader = found.common.candidate if found.common else ""
    pair = (names.index(leader), names.index(found.baseline))
    figures = Figures(found.run, found.baseline)
    ours, theirs = (figures.each(found.primary, figures.names.index(name)) for name in (leader, found.baseline))
    worlds = range(min(found.run.replications, variance.WORLDS))

    def replay(how: Scenario, times: int) -> NDArray[np.float64]:
        played = dict(pool.replications(how, (once_more(number, times) for number in worlds), lambda: pair))
        if any(isinstance(answer, Failure) for answers in played.values() for answer in answers.values()):
            return np.full(len(worlds), np.nan)
        answers = {Task(number, place): played[once_more(number, times)][of] for number in worlds for place, of in enumerate(pair)}
        both = how.but(replications=len(worlds), candidates=tuple(how.candidates[of] for of in pair))
        again = Figures(gather(both, answers), found.baseline)
        return again.each(found.primary, 0) - again.each(found.primary, 1)

    return variance.shares(scenario, ours - theirs, replay)


def _asked(run: Run, **more: object) -> str:
    """What *run* was asked, and what else `judged_again` has to know."""
    import json

    return json.dumps(json.loads(run.asked) | more)
