"""Where the time goes: nanoseconds by part of a run, each counted once.

A part that begins within another one stops it until it has ended, so the parts add up to the whole.
Whoever wants to know starts a watch with `watching`; without one, nothing is measured. The watch is
the context's own: it ends with the `with`, and no other thread or process sees it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from time import perf_counter_ns
from typing import Literal, ParamSpec, TypeVar, get_args

Part = Literal["world", "features", "fit", "predict", "slates", "sampling", "control", "compile"]
PARTS: tuple[Part, ...] = get_args(Part)

_P = ParamSpec("_P")
_R = TypeVar("_R")


class Stopwatch:
    """Nanoseconds spent in each part.

    Parameters
    ----------
    ticks
        Tells the nanoseconds since whenever.

    Examples
    --------
    A fit of 5 ns within 9 ns of control plane:

    >>> watch = Stopwatch(iter([0, 2, 7, 9]).__next__)
    >>> watch.enter("control"); watch.enter("fit"); watch.leave(); watch.leave()
    >>> watch.spent_ns
    {'control': 4, 'fit': 5}
    """

    def __init__(self, ticks: Callable[[], int] = perf_counter_ns) -> None:
        self.spent_ns: dict[Part, int] = {}
        self._ticks = ticks
        self._open: list[Part] = []
        self._since_ns = 0

    def enter(self, part: Part) -> None:
        """A part begins, and the one around it stands still."""
        self._book()
        self._open.append(part)

    def leave(self) -> None:
        """The part that began last has ended, and the one around it goes on."""
        self._book()
        self._open.pop()

    def _book(self) -> None:
        now_ns = self._ticks()
        if self._open:
            part = self._open[-1]
            self.spent_ns[part] = self.spent_ns.get(part, 0) + now_ns - self._since_ns
        self._since_ns = now_ns


_WATCH: ContextVar[Stopwatch | None] = ContextVar("stopwatch", default=None)


@contextmanager
def watching(part: Part) -> Iterator[Stopwatch]:
    """Measure what is done in here; what belongs to no other part is *part*'s.

    Examples
    --------
    >>> with watching("control") as watch:
    ...     with during("fit"):
    ...         pass
    >>> sorted(watch.spent_ns)
    ['control', 'fit']
    """
    watch = Stopwatch()
    token = _WATCH.set(watch)
    watch.enter(part)
    try:
        yield watch
    finally:
        watch.leave()
        _WATCH.reset(token)


@contextmanager
def during(part: Part) -> Iterator[None]:
    """Count what is done in here as *part*, if anybody measures."""
    watch = _WATCH.get()
    if watch is None:
        yield
        return
    watch.enter(part)
    try:
        yield
    finally:
        watch.leave()


def timed(part: Part) -> Callable[[Callable[_P, _R]], Callable[_P, _R]]:
    """Count every call of a function as *part*, if anybody measures.

    Examples
    --------
    >>> @timed("fit")
    ... def learn():
    ...     return 1
    >>> with watching("control") as watch:
    ...     learn()
    1
    >>> "fit" in watch.spent_ns
    True
    """

    def decorate(function: Callable[_P, _R]) -> Callable[_P, _R]:
        @wraps(function)
        def measured(*args: _P.args, **kwargs: _P.kwargs) -> _R:
            watch = _WATCH.get()
            if watch is None:
                return function(*args, **kwargs)
            watch.enter(part)
            try:
                return function(*args, **kwargs)
            finally:
                watch.leave()

        return measured

    return decorate


def added(*spent_ns: Mapping[Part, int]) -> dict[Part, int]:
    """The parts of several watches together.

    Examples
    --------
    >>> added({"fit": 1}, {"fit": 2, "world": 3})
    {'world': 3, 'fit': 3}
    """
    return {part: total for part in PARTS if (total := sum(one.get(part, 0) for one in spent_ns))}
