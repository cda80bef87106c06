"""A whole replication as one task: its world is built once, and every candidate that is asked for plays in it."""

from __future__ import annotations

import sys
import threading
import time
from pathlib import Path
from typing import NamedTuple

from sim.errors import InvalidRun
from sim.lifecycle.play import Played
from sim.scenario.schema import Scenario
from sim.study import worker
from sim.study.parcel import Parcel, placed
from sim.study.worker import Failure, Task, work
from sim.version import VERSION

_ONE_AT_A_TIME = threading.Lock()  # a worker of Dask's may have several threads; kernels and users' parts want one


class Order(NamedTuple):
    """What a worker is to play.

    Attributes
    ----------
    candidates
        Their numbers in the scenario, in the order in which they are played.
    parcel
        The user's own files; None in the process that has read the scenario.
    version
        Of whoever asks: another one would give other figures.
    """

    scenario: Scenario
    replication: int
    candidates: tuple[int, ...]
    parcel: Parcel | None = None
    version: str = VERSION


class Answered(dict[int, Played | Failure]):
    """Candidate -> its answer, and beside it how long that took, which is no part of any result.

    Attributes
    ----------
    seconds
        For the replication, its world included.
    seconds_of
        Candidate -> for it alone.
    """

    def __init__(self) -> None:
        super().__init__()
        self.seconds = 0.0
        self.seconds_of: dict[int, float] = {}

    def take(self, other: Answered) -> None:
        """Add what else was answered for the same replication."""
        self.update(other)
        self.seconds += other.seconds
        self.seconds_of |= other.seconds_of


def play_replication(order: Order) -> Answered:
    """Play an order in this process.

    Raises
    ------
    InvalidRun
        When the order comes from another version of Foreshow.
    """
    if order.version != VERSION:
        raise InvalidRun(f"a worker has Foreshow {VERSION}, but {order.version} asks: install the same version on both")
    with _ONE_AT_A_TIME:
        begun = time.perf_counter()
        scenario = order.scenario if order.parcel is None else _at_home(order.scenario, order.parcel)
        worker.ready(scenario, order.replication)
        found = Answered()
        for candidate in order.candidates:
            since = time.perf_counter()
            found[candidate] = work(scenario, Task(order.replication, candidate))
            found.seconds_of[candidate] = time.perf_counter() - since
        found.seconds = time.perf_counter() - begun
        return found


_HERE: list[tuple[str, Path]] = []  # digest and folder of the user's files that this process has loaded last


def _at_home(scenario: Scenario, parcel: Parcel) -> Scenario:
    """The scenario where its parts are found; parts of another state of the same files are forgotten."""
    scenario = placed(scenario, parcel)
    now = (parcel.digest, scenario.folder)
    if [now] != _HERE:
        if _HERE:
            for name in [name for name in sys.modules if name.partition(".")[0] in parcel.modules]:
                del sys.modules[name]
            worker.forget()
        _HERE[:] = [now]
    return scenario
