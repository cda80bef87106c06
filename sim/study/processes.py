"""Worker processes of this machine: begun without noise, ended without orphans, and one thread in each."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

import threadpoolctl

_FAREWELL_S = 5.0
_MOMENT_S = 0.5  # that the pool's thread takes to see that all workers are gone, and more
BEGINNING = "spawn"  # not forked: a fork of a process with running threads may hang
_THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "BLIS_NUM_THREADS", "NUMEXPR_NUM_THREADS")


def cores() -> int:
    """How many cores this process may use.

    Examples
    --------
    >>> cores() >= 1
    True
    """
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@contextmanager
def one_thread() -> Iterator[None]:
    """Let libraries use one thread in here: with more they wait for each other, and may sum in another order.

    Those that are there already are told by threadpoolctl. Those that are first loaded in here, as scikit-learn is by the first
    model of a fresh worker, read their number of threads from the environment, and keep it.
    """
    before = {name: os.environ.get(name) for name in _THREADS}
    os.environ.update(dict.fromkeys(_THREADS, "1"))
    try:
        with _libraries(frozenset(sys.modules)).limit(limits=1):
            yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


@lru_cache(maxsize=1)
def _libraries(_modules: frozenset[str]) -> threadpoolctl.ThreadpoolController:
    """The libraries with threads that are there; they are looked for, which takes 5 ms and more, when modules have come since."""
    return threadpoolctl.ThreadpoolController()


def begin() -> None:
    """Make a fresh worker leave Ctrl-C to its parent, which ends it, and end by itself when the parent is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()
    if parent is None:
        return

    def follow() -> None:
        parent.join()
        os._exit(1)

    threading.Thread(target=follow, daemon=True).start()


def open_processes(workers: int) -> ProcessPoolExecutor:
    """Worker processes, which begin with the first task."""
    return ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context(BEGINNING), initializer=begin)


@contextmanager
def sheltered() -> Iterator[None]:
    """Keep Ctrl-C waiting for a moment; processes that begin meanwhile never hear it, not even before `begin`."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def end_processes(pool: ProcessPoolExecutor) -> None:
    """End every worker of *pool* at once, whatever it is at; until they are gone they may still write events."""
    with sheltered():
        children = list((getattr(pool, "_processes", None) or {}).values())
        manager, answers = getattr(pool, "_executor_manager_thread", None), getattr(pool, "_result_queue", None)
        pool.shutdown(wait=False, cancel_futures=True)
        for child in children:
            child.terminate()
        for child in children:
            child.join(_FAREWELL_S)
            if child.is_alive():
                child.kill()
                child.join(_FAREWELL_S)
        if manager is not None and answers is not None:
            _let_go(manager, answers)


def _let_go(manager: threading.Thread, answers: Any) -> None:
    """Have the pool's own thread end, as this process can't end before it.

    A worker that is ended in the middle of an answer leaves half of it in the pipe, and the thread waits for the other half as
    long as anyone could write it. This process could, so it closes its end; but only where the thread does wait, since whatever
    two threads close at once may by then be another's.
    """
    manager.join(_MOMENT_S)
    if manager.is_alive():
        answers._writer.close()
        manager.join(_FAREWELL_S)
