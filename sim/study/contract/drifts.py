"""The contract of a drift: moments at which it changes something, and patterns that follow from the time alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.scenario.schema import DAY_S
from sim.study.contract.afresh import Arrays, say_afresh
from sim.study.contract.bench import KEY, OTHER_KEY, Bench, span
from sim.study.contract.findings import BROKEN, GOOD, NOTE, Finding
from sim.study.contract.part import YEAR_S, Part
from sim.study.contract.trial import attempt
from sim.world.drift.custom import Custom
from sim.world.drift.patterns import Patterns

_MOST = 200  # moments that are looked at
_MANY_MOMENTS = 2_000


@dataclass(frozen=True)
class DriftBench(Bench):
    """A drift on the bench, and the world before any drift."""

    @cached_property
    def drift(self) -> Custom:
        """The drift itself."""
        return self.make()  # type: ignore[no-any-return]

    @cached_property
    def calm(self) -> Patterns:
        """The patterns that it is laid over."""
        return self.sample.stage.world.calm

    @cached_property
    def moments(self) -> list[int]:
        """The beginning, and moments of its own over a year, spread evenly where there are many."""
        return _spread(self.call(lambda: self.drift.times(YEAR_S)))

    @cached_property
    def course(self) -> NDArray[np.float64]:
        """All patterns at these moments, shape (moments, figures)."""
        return self.follow(self.drift, self.moments)

    def follow(self, drift: Custom, moments: list[int]) -> NDArray[np.float64]:
        """All patterns under *drift* at some moments."""
        return self.call(lambda: np.stack([figures(drift.apply(self.calm, at)) for at in moments]))


def times(bench: DriftBench) -> Finding:
    """Whether its moments are whole seconds, and how many they are."""
    moments = bench.call(lambda: bench.drift.times(YEAR_S))
    if not moments:
        return Finding(NOTE, "times", "none within a year: the world never looks at it again after its beginning")
    found = f"{len(moments):,} in a year, the first on day {moments[0] // DAY_S + 1}"
    if len(moments) > _MANY_MOMENTS:
        return Finding(NOTE, "times", f"{found}: the world is worked out anew at each", "once a day is as fine as our own drifts go")
    return Finding(GOOD, "times", found)


def patterns(bench: DriftBench) -> Finding:
    """Whether the patterns at its moments are ones that a world can have."""
    return Finding(GOOD, "patterns", f"sound at {len(bench.course):,} moments of a year, {bench.course.shape[1]:,} figures each")


def same_seed(bench: DriftBench) -> Finding:
    """Whether two fresh objects with one seed do the same."""
    again = bench.make()
    if _spread(bench.call(lambda: again.times(YEAR_S))) != bench.moments or not _same(bench.follow(again, bench.moments), bench.course):
        hint = "draw from the constructor's random_state only, which a run fills in"
        return Finding(BROKEN, "same seed", "two fresh objects differ", hint)
    other = bench.make(OTHER_KEY)
    draws = _spread(bench.call(lambda: other.times(YEAR_S))) != bench.moments or not _same(bench.follow(other, bench.moments), bench.course)
    return Finding(GOOD, "same seed", f"the same; another replication {'is drawn anew' if draws else 'changes nothing'}")


def time_alone(bench: DriftBench) -> Finding:
    """Whether what it does follows from the time, and not from what it was asked before."""
    back = bench.follow(bench.make(), bench.moments[::-1])[::-1]
    if not _same(back, bench.course):
        hint = "each candidate asks at its own moments: work everything out from at_s"
        return Finding(BROKEN, "time alone", "asked backwards, it does something else", hint)
    return Finding(GOOD, "time alone", "asked backwards, it does the same")


def fresh_process(bench: DriftBench) -> Finding:
    """Whether a process that has just begun finds it and does the same, as workers must."""
    arrays = {one.name: np.asarray(getattr(bench.calm, one.name)) for one in fields(bench.calm)}
    there = say_afresh(say, bench.part, arrays, bench.limit_s)
    if not np.array_equal(there, say(bench.part, arrays, bench.limit_s)):
        return Finding(BROKEN, "fresh process", "does something else there than here", "does it go over a set?")
    return Finding(GOOD, "fresh process", "found there, and does the same")


def say(part: Part, arrays: Arrays, limit_s: float) -> NDArray[Any]:
    """What a fresh drift makes of some patterns over a year; the same everywhere, as for a worker."""

    def told() -> NDArray[np.float64]:
        drift = part.make(KEY)
        given: dict[str, Any] = {name: array if array.ndim else array.item() for name, array in arrays.items()}
        before = Patterns(**given)
        return np.stack([np.append(figures(drift.apply(before, at)), at) for at in _spread(drift.times(YEAR_S))])

    return attempt(told, part.folder, limit_s)


def between(bench: DriftBench) -> Finding:
    """Whether it stays as it is between its own moments, when the world does not look at it."""
    if len(bench.moments) < 2:
        return Finding(GOOD, "in between", "it has one state only")
    ends = [*bench.call(lambda: bench.drift.times(YEAR_S)), YEAR_S]
    last = [
        max(end for end in ends if end > at) - 1 if at == bench.moments[-1] else min(end for end in ends if end > at) - 1
        for at in bench.moments
    ]
    late = bench.follow(bench.drift, last)
    if not _same(late, bench.course):
        hint = "add the moments at which it changes to times, once a day for a slow change"
        return Finding(NOTE, "in between", "changes between its own moments, and the world notices by chance only", hint)
    return Finding(GOOD, "in between", "nothing changes but at its own moments")


def effect(bench: DriftBench) -> Finding:
    """What it does within a year."""
    moved = [words for one in fields(bench.calm) if (words := _moved(bench, one.name))]
    if not moved:
        return Finding(NOTE, "effect", "changes nothing within a year")
    return Finding(GOOD, "effect", "; ".join(moved))


def speed(bench: DriftBench) -> Finding:
    """What a year of it costs."""
    moments = bench.call(lambda: bench.drift.times(YEAR_S))
    _, took_s = bench.timed(lambda: bench.follow(bench.drift, bench.moments))
    once_s = took_s / len(bench.moments)
    return Finding(GOOD if once_s * len(moments) < 60 else NOTE, "speed", f"{span(once_s)} each time, {span(once_s * len(moments))} a year")


FIRST: tuple[Callable[[DriftBench], Finding], ...] = (times, patterns)
THEN: tuple[Callable[[DriftBench], Finding], ...] = (same_seed, time_alone, fresh_process, between, effect, speed)


def figures(patterns: Patterns) -> NDArray[np.float64]:
    """All figures of some patterns in one row."""
    return np.concatenate([np.ravel(np.asarray(getattr(patterns, one.name), dtype=np.float64)) for one in fields(patterns)])


def _spread(moments: list[int]) -> list[int]:
    whole = [0, *(at for at in moments if at > 0)]
    place = np.unique(np.linspace(0, len(whole) - 1, min(len(whole), _MOST)).astype(int))
    return [whole[number] for number in place]


def _same(one: NDArray[np.float64], other: NDArray[np.float64]) -> bool:
    return one.shape == other.shape and bool(np.array_equal(one, other))


def _moved(bench: DriftBench, name: str) -> str:
    """How far one pattern goes from where it was."""
    before = np.asarray(getattr(bench.calm, name), dtype=np.float64)
    course = [np.asarray(getattr(bench.drift.apply(bench.calm, at), name), dtype=np.float64) for at in bench.moments]
    away = max(float(np.abs(one - before).max()) for one in course)
    if away == 0:
        return ""
    if before.ndim == 0:
        return f"{name} from {min(map(float, course)):.3g} to {max(map(float, course)):.3g}"
    return f"{name} by up to {away:.2g}, in {max(int((one != before).sum()) for one in course):,} of {before.size:,}"
