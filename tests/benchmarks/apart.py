"""Each measurement has a process of its own: what one leaves behind slows no other, and its memory is its own."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import TypeVar

from tests.benchmarks.figure import NotHere

Result = TypeVar("Result")


class Broken(str):
    """Why there is no figure, where there should be one: a mistake, which fails the run."""

    __slots__ = ()


def apart(work: Callable[..., Result], *arguments: object) -> tuple[Result, float] | str:
    """What *work* gives and the MiB of its largest process; or why it could not be done here."""
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        try:
            return pool.submit(_with_memory, work, *arguments).result()
        except NotHere as reason:
            return str(reason)
        except Exception as mistake:  # noqa: BLE001  one that breaks must not take the others' figures with it
            return Broken(f"failed with {type(mistake).__name__}: {' '.join(str(mistake).split())}")


def _with_memory(work: Callable[..., Result], *arguments: object) -> tuple[Result, float]:
    result = work(*arguments)
    return result, max(_own_peak_mib(), _childrens_peak_mib())


def _own_peak_mib() -> float:
    """The most memory that this process held; Linux tells it for the program alone, others for what began it, too."""
    status = Path("/proc/self/status")
    if status.exists():
        told = [line.split() for line in status.read_text().splitlines() if line.startswith("VmHWM")]
        if told:
            return int(told[0][1]) / 1024
    import resource

    return _mib(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)


def _childrens_peak_mib() -> float:
    import resource

    return _mib(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)


def _mib(told: int) -> float:
    import sys

    return told / 1024 / (1024 if sys.platform == "darwin" else 1)
