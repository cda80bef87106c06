"""The `counts` and `mean` samplers: a day's cost, which hangs on the cells and not on the traffic."""

from __future__ import annotations

from functools import partial

import numpy as np

from tests.benchmarks.beside import beside_the_loop, in_turns
from tests.benchmarks.figure import Figure, NotHere, duration, multiple
from tests.benchmarks.kernel import BUDGETS, MARKET
from tests.benchmarks.scenario import with_sampler
from tests.traffic.market import board_of, day_of, made_market

DAYS, BILLION = 10, 1_000_000_000
YEAR = {
    "name": "a year at a billion",
    "horizon": "365 days",
    "replications": 1,
    "traffic": {"queries": "1000M/day", "query_types": 10_000},
    "market": {"ads": 5_000, "advertisers": 500, "matched": 8},
    "drift": [{"kind": "random_walk", "what": "clicks", "by": 0.5}],
    "history": {"days": "28 days"},
    "candidate": [
        {"objective": "clicks", "model": {"use": "sklearn.linear_model:LogisticRegression", "C": 1.0}, "retrain": "7 days"},
    ],
}


def board_kind(sampler):
    """The board of a sampler, once there is one."""
    try:
        from sim.lifecycle.platform import BOARDS

        return BOARDS[sampler]
    except (ImportError, KeyError):
        raise NotHere(f"this version has no sampler {sampler!r}") from None


def days_of(sampler, per_day, types=MARKET["types"], days=DAYS, *, keep=True):
    """Play *days* days at any traffic, with budgets of which 40 % run out whatever the traffic is.

    Where books are kept for a log they are closed each day: a log that is closed less often costs less.
    """
    kind = board_kind(sampler)
    money = np.random.Generator(np.random.PCG64(3)).lognormal(0, 1, 500) * BUDGETS[0.4] * per_day
    budgets = np.rint(money).astype(np.int64)
    made = made_market(**MARKET | {"types": types}, budgets=budgets)
    board = board_of(made, budgets, keep=keep, kind=kind)
    arrivals = [day_of(made, per_day, key=day) for day in range(1, days + 1)]

    def play():
        for day in arrivals:
            board.begin_day()
            board.play(day, 0, 86_400)
            if keep:
                board.close()

    return play


def counts_a_day() -> Figure:
    """`counts`, a day of 10⁹ queries, 20,000 cells with budgets, log kept"""
    return duration(beside_the_loop(days_of("counts", BILLION)), 0.008, DAYS, "ms")


def mean_a_day() -> Figure:
    """`mean`, a day of 10⁹ queries, 20,000 cells with budgets, no log: a log is drawn by `counts`, and costs what that does"""
    return duration(beside_the_loop(days_of("mean", BILLION, keep=False)), 0.004, DAYS, "ms")


def flat_in_traffic() -> Figure:
    """`counts`, the dearest day against the cheapest of 10⁶, 10⁹ and 10¹² queries"""
    times = in_turns(*(days_of("counts", per_day) for per_day in (10**6, 10**9, 10**12)), repeats=9)
    shares = np.median(times / times[:, :1], axis=0)
    return multiple(float(shares.max() / shares.min()), "the cheapest", 1.2, "less")


def linear_in_cells() -> Figure:
    """`counts`, cost of a cell and day among 10⁶ cells against 10⁵"""
    small, large = days_of("counts", BILLION, types=50_000, days=3), days_of("counts", BILLION, types=500_000, days=1)
    times = in_turns(small, large, repeats=3)
    cost = float(np.median(times[:, 1] / 1e6 / (times[:, 0] / 3 / 1e5)))
    return multiple(cost, "a cell among 10⁵", 1.5, "less")


def a_year_at_a_billion() -> Figure:
    """A year at 10⁹ queries a day with `counts`, weekly logistic retraining, 20,000 cells, world and history included"""
    from threadpoolctl import threadpool_limits

    from sim.lifecycle.play import play, set_stage
    from sim.scenario.schema import Scenario

    settings = with_sampler(YEAR, "counts")
    scenario = Scenario.model_validate(settings)
    short = Scenario.model_validate(settings | {"horizon": "8 days"})

    def year(scenario):
        stage = set_stage(scenario, 0)
        return play(stage, scenario.candidates[0])

    with threadpool_limits(1):
        year(short)  # compiles
        return duration(beside_the_loop(partial(year, scenario), repeats=3, warm=False), 12)
