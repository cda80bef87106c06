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

    def crew(self) -> Crew:
        """People who do one order after the other."""
        return Crew(self, self._environment)

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


class Crew:
    """People who do one order after the other: who comes while they are busy waits in line.

    Examples
    --------
    >>> clock, done = Clock(0), []
    >>> crew = clock.crew()
    >>> def order(name):
    ...     yield from crew.work(60, Rank.LABELS)
    ...     done.append((name, clock.now_s))
    >>> for name in ("first", "second"):
    ...     clock.start(order(name))
    >>> clock.turn(300)
    >>> done
    [('first', 60), ('second', 120)]
    """

    def __init__(self, clock: Clock, environment: simpy.Environment) -> None:
        self._clock = clock
        self._desk = simpy.Resource(environment, capacity=1)

    def work(self, takes_s: int, rank: Rank) -> Process:
        """Wait for one's turn, and then until so much work is done."""
        with self._desk.request() as turn:
            yield turn
            yield self._clock.at(self._clock.now_s + takes_s, rank)
