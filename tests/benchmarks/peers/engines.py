"""The engines that are put side by side, in the order of the table."""

from __future__ import annotations

from collections.abc import Callable

from tests.benchmarks.peers import foreshow, loops
from tests.benchmarks.peers.contender import Contender
from tests.benchmarks.peers.recogym import recogym

ENGINES: dict[str, Callable[[], Contender]] = {
    "recogym": recogym,
    "simpy": loops.simpy_processes,
    "python": loops.python_loop,
    "numpy": loops.numpy_loop,
    "foreshow_queries": foreshow.queries,
    "foreshow_counts": foreshow.counts,
    "foreshow_mean": foreshow.mean,
}
