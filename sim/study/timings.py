"""What a study's processes measured, put together: beside the results, never in them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from time import perf_counter_ns

from sim.scenario.schema import Scenario
from sim.stopwatch import Part, added


@dataclass(frozen=True, slots=True)
class Spent:
    """The time of one candidate, over all replications.

    Attributes
    ----------
    name, model
        As in the scenario: the model with its import path, empty for a rule.
    spent_ns
        Nanoseconds by part; a part that took none is not there.
    """

    name: str
    model: str
    spent_ns: Mapping[Part, int]

    @property
    def total_ns(self) -> int:
        """Everything together."""
        return sum(self.spent_ns.values())


@dataclass(frozen=True, slots=True)
class Profile:
    """Where the time of a run went.

    Attributes
    ----------
    shared
        What all candidates share: the world of each replication, and the days before day 1.
    candidates
        One for each candidate, in the scenario's order.
    store_ns
        Storing the run.
    whole_ns
        The time of all processes together, from the start of the command.
    wall_ns
        What a clock on the wall says.
    processes
        How many played.
    """

    shared: Spent
    candidates: tuple[Spent, ...]
    store_ns: int
    whole_ns: int
    wall_ns: int
    processes: int

    @property
    def parts_ns(self) -> dict[Part, int]:
        """Nanoseconds by part, of everyone together."""
        return added(self.shared.spent_ns, *(one.spent_ns for one in self.candidates))

    @property
    def rest_ns(self) -> int:
        """What no part accounts for: starting, reading the scenario, waiting for each other, the screen."""
        return max(0, self.whole_ns - self.store_ns - sum(self.parts_ns.values()))


class Timings:
    """Takes what is measured while a study is played.

    Parameters
    ----------
    began_ns
        When the clock began to run, of `time.perf_counter_ns`; now, unless the caller began before.

    Examples
    --------
    >>> import sim
    >>> scenario = sim.load("quiet")
    >>> scenario = scenario.but(days=1, replications=1, candidates=scenario.candidates[:1])
    >>> timings = Timings()
    >>> run = sim.run(scenario, timings=timings)
    >>> profile = timings.profile(scenario)
    >>> profile.parts_ns["sampling"] > 0, profile.processes
    (True, 1)
    """

    def __init__(self, began_ns: int | None = None) -> None:
        self._began_ns = perf_counter_ns() if began_ns is None else began_ns
        self._study_ns = 0
        self._processes = 1
        self._shared: list[Mapping[Part, int]] = []
        self._own: list[tuple[int, Mapping[Part, int]]] = []

    @contextmanager
    def playing(self, processes: int) -> Iterator[None]:
        """A study is played in so many processes."""
        self._processes = processes
        began_ns = perf_counter_ns()
        try:
            yield
        finally:
            self._study_ns += perf_counter_ns() - began_ns

    def take(self, candidate: int, shared: Mapping[Part, int], own: Mapping[Part, int]) -> None:
        """A candidate, by its number, has been played once."""
        self._shared.append(shared)
        self._own.append((candidate, own))

    def profile(self, scenario: Scenario, store_ns: int = 0) -> Profile:
        """Where the time has gone until now.

        Parameters
        ----------
        store_ns
            How much of it went to the store.
        """
        wall_ns = perf_counter_ns() - self._began_ns
        rows = (
            Spent(settings.name, settings.model.use if settings.model else "", added(*(own for c, own in self._own if c == number)))
            for number, settings in enumerate(scenario.candidates)
        )
        return Profile(
            shared=Spent("before day 1", "", added(*self._shared)),
            candidates=tuple(rows),
            store_ns=store_ns,
            whole_ns=wall_ns + (self._processes - 1) * self._study_ns,
            wall_ns=wall_ns,
            processes=self._processes,
        )
