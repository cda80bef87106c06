"""Timing that noise can't fool: what is measured and what it is measured against take turns, and medians count.

A shared machine is now fast, now slow. So the reference is timed right before and right after each
repeat, each repeat gives a ratio of its own, and the median of the ratios is what counts.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from tests.benchmarks.reference import LOOP_QUERIES, reference_loop

MILLION = 1e6
Work = Callable[[], object]


class Beside(NamedTuple):
    """The median seconds of a piece of work, and of its multiples of the time of a million queries of the reference loop."""

    seconds: float
    ratio: float


def seconds(work: Work) -> float:
    """How long it takes, once."""
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def in_turns(*works: Work, repeats: int = 7, warm: bool = True) -> NDArray[np.float64]:
    """Seconds of each piece of work in each round, shape (repeats, works); a round before that compiles them does not count."""
    if warm:
        for work in works:
            work()
    return np.array([[seconds(work) for work in works] for _ in range(repeats)])


def beside_the_loop(work: Work, repeats: int = 7, *, warm: bool = True) -> Beside:
    """Time *work* between two turns of the reference loop, again and again."""
    loop = reference_loop()
    loop()
    times = in_turns(loop, work, loop, repeats=repeats, warm=warm)
    million_s = (times[:, 0] + times[:, 2]) / 2 * (MILLION / LOOP_QUERIES)
    return Beside(float(np.median(times[:, 1])), float(np.median(times[:, 1] / million_s)))


def against(work: Work, other: Work, repeats: int = 7, *, warm: bool = True) -> float:
    """The median multiple of the time of *other* that *work* takes."""
    times = in_turns(other, work, other, repeats=repeats, warm=warm)
    return float(np.median(2 * times[:, 1] / (times[:, 0] + times[:, 2])))
