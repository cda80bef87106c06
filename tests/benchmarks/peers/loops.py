"""What one writes in an afternoon: a plain loop, a loop over arrays, and a SimPy process for each query.

They draw as many random numbers for a query whatever is shown, so a seed that is given to both policies pairs them, slot by slot.
"""

from __future__ import annotations

import random
from bisect import bisect

import numpy as np

from tests.benchmarks.peers.contender import Contender
from tests.benchmarks.peers.task import the_task

BATCH = 50_000


def python_loop() -> Contender:
    """Plain Python loop"""
    task = the_task()
    bars, pages = np.cumsum(task.shares).tolist(), [_pages(one) for one in task.chances]
    last = len(bars) - 1

    def play(policy, queries, seed):
        draw, shown, clicks = random.Random(seed).random, pages[policy], 0
        for _ in range(queries):
            for chance in shown[min(bisect(bars, draw()), last)]:
                if draw() < chance:
                    clicks += 1
        return queries, clicks

    return Contender(play, task.clicks, timed=200_000, batch=4_000, batches=100)


def numpy_loop() -> Contender:
    """NumPy, 50,000 queries at a time"""
    task = the_task()
    chances = task.chances.astype(np.float32)
    keep, alias = _alias(task.shares)
    cells, slots = chances.shape[1:]

    def play(policy, queries, seed):
        draw = np.random.Generator(np.random.SFC64(seed))
        clicks = 0
        for first in range(0, queries, BATCH):
            count = min(BATCH, queries - first)
            at = draw.random(count) * cells
            cell = at.astype(np.intp)
            cell = np.where(at - cell < keep[cell], cell, alias[cell])
            clicks += int(np.count_nonzero(draw.random((count, slots), np.float32) < chances[policy][cell]))
        return queries, clicks

    return Contender(play, task.clicks, timed=2_000_000, batch=20_000, batches=200)


def simpy_processes() -> Contender:
    """SimPy, a process for each query"""
    import simpy

    task = the_task()
    bars, pages = np.cumsum(task.shares).tolist(), [_pages(one) for one in task.chances]
    last = len(bars) - 1

    def play(policy, queries, seed):
        source, shown, clicks = random.Random(seed), pages[policy], 0
        draw, clock = source.random, simpy.Environment()

        def visit():
            nonlocal clicks
            page = shown[min(bisect(bars, draw()), last)]
            yield clock.timeout(1.0)  # a second later the page has been read
            for chance in page:
                if draw() < chance:
                    clicks += 1

        def arrive():
            for _ in range(queries):
                yield clock.timeout(source.expovariate(10.0))
                clock.process(visit())

        clock.process(arrive())
        clock.run()
        return queries, clicks

    return Contender(play, task.clicks, timed=40_000, batch=2_000, batches=100)


def _pages(chances):
    return [tuple(page) for page in chances.tolist()]


def _alias(shares):
    """Vose's table: the share of a bin that is its own, and whose the rest is."""
    from sim.traffic.arrivals import cell_table

    packed = cell_table(shares)
    return (packed >> np.uint64(32)).astype(np.float64) / 2.0**32, (packed & np.uint64(0xFFFFFFFF)).astype(np.intp)
