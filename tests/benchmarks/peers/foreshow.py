"""Foreshow's own samplers: a board for each policy, and the same day for both."""

from __future__ import annotations

from tests.benchmarks.counting import board_kind
from tests.benchmarks.peers.contender import Contender
from tests.benchmarks.peers.task import the_task
from tests.traffic.market import board_of, day_of


def _sampler(name: str, timed: int, batch: int, batches: int) -> Contender:
    from sim.kernels import tables as kernel

    task, kind = the_task(), board_kind(name)
    boards = [board_of(task.made._replace(slates=slates), keep=False, kind=kind) for slates in task.slates]

    def play(policy, queries, seed):
        outcome = boards[policy].play(day_of(task.made, queries, key=seed + 1), 0, 86_400)
        return outcome.tally(kernel.QUERIES), outcome.tally(kernel.CLICKS)

    return Contender(play, task.clicks, timed, batch, batches, own=True)


def queries() -> Contender:
    """Foreshow, `queries`"""
    return _sampler("queries", timed=2_000_000, batch=100_000, batches=200)


def counts() -> Contender:
    """Foreshow, `counts`"""
    return _sampler("counts", timed=1_000_000_000, batch=1_000_000, batches=200)


def mean() -> Contender:
    """Foreshow, `mean`: expectations, without noise to average out"""
    return _sampler("mean", timed=1_000_000_000, batch=1_000_000_000, batches=3)
