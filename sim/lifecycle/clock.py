"""The clock: what is due, and in which order when several things are due at once. SimPy lives here.

Time is whole seconds, since a float clock drifts. Ranks begin at 10 because SimPy keeps 0 and 1 for
itself (starts and ends of processes), and a timeout takes no rank, so raw events are scheduled.
"""

from __future__ import annotations

from collections.abc import Generator
from enum import IntEnum

import simpy

Process = Generator[simpy.Event, None, None]


class Rank(IntEnum):
    """Who comes first at the same second."""

    MIDNIGHT = 10
    DRIFT = 11
    LABELS = 12
    FEATURES = 13
    TRAINING = 14
    DEPLOYMENT = 15
    ANALYSIS = 16


class Clock:
    """Ranked events at whole seconds, turned by hand.

    Examples
    --------
    >>> clock, seen = Clock(0), []
    >>> def ring(name, rank):
    ...     yield clock.at(60, rank)
    ...     seen.append(name)
    >>> clock.start(ring("deploy", Rank.DEPLOYMENT))
    >>> clock.start(ring("midnight", Rank.MIDNIGHT))
    >>> clock.turn(0)
    >>> clock.peek()
    60
    >>> clock.turn(60)
    >>> seen
    ['midnight', 'deploy']
    """

    def __init__(self, start_s: int) -> None:
        self._environment = simpy.Environment(initial_time=start_s)
        self.now = start_s  # where traffic has been played to

    def at(self, when_s: int, rank: Rank) -> simpy.Event:
        """An event that happens at *when_s*, for a process to wait on."""
        if when_s < self._environment.now:
            raise ValueError(f"{when_s=} is in the past: it is {self._environment.now}")
        event = self._environment.event()
        event._ok, event._value = True, None
        self._environment.schedule(event, priority=rank, delay=when_s - self._environment.now)  # type: ignore[arg-type]
        return event

    @property
    def now_s(self) -> int:
        """The second that is being lived through, inside a process."""
        return int(self._environment.now)

    def start(self, process: Process) -> None:
        """Let a process begin."""
        self._environment.process(process)

    def peek(self) -> float:
        """When the next event is due; infinity when none is."""
        return self._environment.peek()

    def turn(self, to_s: int) -> None:
        """Go to *to_s*: everything due by then happens, in order of time and rank."""
        while self._environment.peek() <= to_s:
            self._environment.step()
        self.now = to_s
