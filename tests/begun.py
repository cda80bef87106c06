"""Worker processes that begin in no time: forks of one that has imported what they need and has played once.

The product spawns its workers, and each of them imports everything anew, which takes them many times as long as what a
test lets them play. Whoever comes out of a fork server is as fresh to the parts of a test, which are imported in none of them
before. That spawned workers do the same is held by tests that start a command or a study in a process of its own.
"""

from __future__ import annotations

import contextlib
import multiprocessing
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import forkserver
from pathlib import Path

import pytest

from sim.study import processes

ROOT = Path(__file__).parents[1]


@contextlib.contextmanager
def workers_at_once() -> Iterator[None]:
    """Let the product have its workers from a fork server, which begins with the first of them and ends in here."""
    opened = processes.open_processes

    def open_processes(workers: int) -> ProcessPoolExecutor:
        with contextlib.chdir(ROOT):  # from where it imports its module of tests
            forkserver.ensure_running()
        return opened(workers)

    multiprocessing.set_forkserver_preload([__name__.replace("begun", "warm")])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(processes, "BEGINNING", "forkserver")
        patch.setattr(processes, "open_processes", open_processes)
        try:
            yield
        finally:
            forkserver._forkserver._stop()
