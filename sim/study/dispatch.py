"""Orders on their way to workers: a few for each, tried again when a worker dies, until it is known who kills them."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Future, wait
from typing import NamedTuple, Protocol

from sim.errors import InvalidRun
from sim.scenario.schema import Scenario
from sim.study.parcel import Parcel
from sim.study.replication import Answered, Order
from sim.study.worker import Failure

_WAITING = 2  # orders in flight for each worker: one is played, one waits
_LOOK_S = 10.0  # how often to look whether there are workers at all
_KILLED = "killed its worker process 3 times (out of memory?)"

Candidates = Callable[[], tuple[int, ...]]
Finished = tuple[int, Answered]


class Engine(Protocol):
    """Whoever plays orders elsewhere; `patience` is how often an order may lose its worker before it is looked into."""

    patience: int

    @property
    def workers(self) -> int:
        """How many there are just now; an engine that has none for long raises `InvalidRun`."""
        ...

    def submit(self, order: Order) -> Future[Answered]:
        """Let a worker play *order*."""
        ...

    def is_loss(self, problem: BaseException) -> bool:
        """Whether *problem* says that a worker died."""
        ...

    def renew(self) -> None:
        """Go on after a loss."""
        ...

    def stop(self) -> None:
        """End whatever is going on."""
        ...

    def close(self) -> None:
        """Leave nothing behind."""
        ...


class _Flight(NamedTuple):
    """A replication on its way, and how many workers it has lost."""

    replication: int
    candidates: tuple[int, ...]
    losses: int = 0


class Dispatch:
    """The replications of one scenario, through an engine."""

    def __init__(self, engine: Engine, scenario: Scenario, parcel: Parcel | None, numbers: Iterator[int], candidates: Candidates) -> None:
        self._engine = engine
        self._scenario = scenario.but(folder=scenario.folder.absolute())
        self._parcel = parcel
        self._numbers = numbers
        self._candidates = candidates
        self._again: deque[_Flight] = deque()
        self._flying: dict[Future[Answered], _Flight] = {}

    def play(self) -> Generator[Finished]:
        """Each replication when it is done; closed before the end, it cancels what waits and stops the engine."""
        whole = False
        try:
            while self._fill():
                wait(self._flying, timeout=_LOOK_S, return_when=FIRST_COMPLETED)
                lost = []
                for future in [future for future in self._flying if future.done()]:
                    flight = self._flying.pop(future)
                    answer = self._answer_of(future)
                    if answer is None:
                        lost.append(flight)
                    else:
                        yield flight.replication, answer
                if lost:
                    yield from self._recover(lost)
            whole = True
        finally:
            if not whole:
                for future in self._flying:
                    future.cancel()
                self._engine.stop()

    def _fill(self) -> bool:
        """Give away what there is to play; whether anything is on its way now."""
        workers = self._engine.workers
        room = (_WAITING * workers if workers > 1 else 1) - len(self._flying)  # one alone plays none that may turn out not to count
        while room > 0 and (flight := self._next()):
            try:
                self._flying[self._give(flight)] = flight
            except BrokenExecutor:  # a worker has just died: those on their way say so
                self._again.appendleft(flight)
                if self._flying:
                    return True
                self._engine.renew()
            else:
                room -= 1
        return bool(self._flying)

    def _next(self) -> _Flight | None:
        chosen = self._candidates()
        while self._again:
            flight = self._again.popleft()
            if left := tuple(one for one in flight.candidates if one in chosen):
                return flight._replace(candidates=left)
        number = next(self._numbers, None) if chosen else None
        return None if number is None else _Flight(number, chosen)

    def _give(self, flight: _Flight) -> Future[Answered]:
        return self._engine.submit(Order(self._scenario, flight.replication, flight.candidates, self._parcel))

    def _answer_of(self, future: Future[Answered]) -> Answered | None:
        """What came of an order; None where its worker died."""
        try:
            return future.result()
        except BaseException as problem:
            if not self._engine.is_loss(problem):
                raise
            return None

    def _recover(self, lost: list[_Flight]) -> Generator[Finished]:
        """After a worker has died: try again, or look for who does it."""
        if self._engine.patience > 1:  # all processes of the pool are gone with the one
            wait(self._flying)
            for future in list(self._flying):
                flight = self._flying.pop(future)
                answer = self._answer_of(future)
                if answer is None:
                    lost.append(flight)
                else:
                    yield flight.replication, answer
            self._engine.renew()
        struck = [flight._replace(losses=flight.losses + 1) for flight in lost]
        self._again.extend(flight for flight in struck if flight.losses < self._engine.patience)
        for flight in struck:
            if flight.losses >= self._engine.patience:
                yield flight.replication, self._one_by_one(flight)

    def _one_by_one(self, flight: _Flight) -> Answered:
        """Every candidate alone, so that whoever kills a worker is known."""
        found, name = Answered(), self._scenario.candidates
        for candidate in flight.candidates:
            if candidate not in self._candidates():
                continue
            answer = self._alone(flight._replace(candidates=(candidate,)))
            if answer is None:
                found[candidate] = Failure(f"candidate '{name[candidate].name}': {_KILLED}")
                self._engine.renew()
            else:
                found.take(answer)
        return found

    def _alone(self, flight: _Flight) -> Answered | None:
        try:
            future = self._give(flight)
        except BrokenExecutor as broken:
            raise InvalidRun("no worker process can be begun (out of memory?)") from broken
        try:
            return self._answer_of(future)
        except BaseException:
            future.cancel()
            raise
