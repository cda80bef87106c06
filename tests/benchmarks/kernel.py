"""The `queries` sampler: its loop, its budgets, and a candidate played from end to end."""

from __future__ import annotations

from functools import cache

import numpy as np

from sim.columns import QUERIES
from tests.benchmarks.beside import against, beside_the_loop
from tests.benchmarks.figure import Figure, multiple, speed
from tests.benchmarks.reference import bare
from tests.traffic.market import board_of, day_of, made_market

CELLS, SLOTS, PER_DAY, DAYS = 20_000, 4, 1_000_000, 5
MARKET = {"types": CELLS // 2, "devices": 2, "ads": 5_000, "advertisers": 500, "matched": 8, "slots": SLOTS}
# The median budget, in money, at which about so many of the advertisers run out on a day of a million queries.
BUDGETS = {0.4: 200.0, 0.95: 15.0}


@cache
def world():
    return made_market(**MARKET)


def days_of(made, budgets=None):
    """Play five days of a million queries, the keeping of books for a log included."""
    board = board_of(made, budgets)
    arrivals = [day_of(made, PER_DAY, key=day) for day in range(1, DAYS + 1)]

    def play():
        for day in arrivals:
            board.begin_day()
            board.play(day, 0, 86_400)
        board.close()

    return play, board


def days_with_budgets(share):
    """The same where *share* of the advertisers run out of money; a benchmark of another share would tell nothing."""
    budgets = np.rint(np.random.Generator(np.random.PCG64(3)).lognormal(0, 1, 500) * BUDGETS[share] * 1e6).astype(np.int64)
    play, board = days_of(made_market(**MARKET, budgets=budgets), budgets)
    play()
    if abs(board.exhausted / 500 - share) > 0.06:
        raise AssertionError(f"{board.exhausted / 500:.0%} of the advertisers ran out, not {share:.0%}")
    return play


def queries_kernel() -> Figure:
    """`queries` kernel, 20,000 cells × 4 slots, books kept"""
    return speed(DAYS * PER_DAY, beside_the_loop(days_of(world())[0]), 60e6)


def queries_against_bare() -> Figure:
    """`queries` kernel, speed against one that only draws and adds"""
    play, board = days_of(world())
    counts, clicks = np.zeros(CELLS, np.int64), np.zeros(CELLS * SLOTS, np.int64)
    cells = day_of(world(), PER_DAY).cells
    ratio = against(lambda: bare(DAYS * PER_DAY, cells, board.pages.table, counts, clicks), play)
    return multiple(ratio, "a bare kernel", 0.8, "more")


def queries_with_budgets() -> Figure:
    """`queries` kernel, 40 % of the advertisers run out of budget"""
    return speed(DAYS * PER_DAY, beside_the_loop(days_with_budgets(0.4)), 35e6)


def queries_with_tight_budgets() -> Figure:
    """`queries` kernel, time where 95 % run out of budget"""
    return multiple(against(days_with_budgets(0.95), days_of(world())[0]), "no budgets", 3, "less")


def end_to_end() -> Figure:
    """A candidate end to end with `queries`: 60 days of 1 M queries, drift, ledger"""
    from sim.lifecycle.play import play, set_stage
    from sim.scenario.schema import Scenario
    from tests.benchmarks.scenario import with_sampler

    settings = {
        "name": "speed",
        "horizon": "60 days",
        "traffic": {"queries": "1M/day"},
        "history": {"days": "7 days"},
        "drift": [{"kind": "random_walk", "what": "clicks", "by": 0.5}],
        "candidate": [{"policy": "keyword"}],
    }
    scenario = Scenario.model_validate(with_sampler(settings, "queries"))
    stage = set_stage(scenario, 0)
    queries = play(stage, scenario.candidates[0]).ledger[:, QUERIES].sum()
    return speed(queries, beside_the_loop(lambda: play(stage, scenario.candidates[0]), repeats=3), 20e6)
