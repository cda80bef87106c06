"""Known parameters are found again, within their errors, as often as 90 % intervals promise.

Each case draws its logs from a dozen seeds. Of each number the intervals must hold it at least 7 times in 12 (exact ones fail
that once in 1,800), its mean must be within four errors of a mean (once in 16,000), and its error must be of the right size: an sd of
the scaled errors from 0.45 to 1.7 (once in 380). With 48 numbers one choice of seeds in seven would raise a false alarm; these
seeds don't. Coverage over more seeds: docs/world_figures.md.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import pytest

from sim.calibrate.calibration import Found
from sim.calibrate.delays import fit_delays
from sim.calibrate.demand import fit_demand
from sim.calibrate.drift import fit_drift
from sim.calibrate.heterogeneity import fit_heterogeneity
from sim.calibrate.popularity import fit_popularity
from sim.calibrate.prices import fit_prices
from sim.calibrate.seasons import COME_BACK_DAYS
from sim.calibrate.shares import fit_shares
from sim.scenario.schema import Traffic
from tests.calibrate import simulated
from tests.calibrate.simulated import START

SEEDS = range(12)
COVERED, Z_90 = 7, 1.645
WEEK = tuple(float(x) for x in np.array(Traffic().weekday) * 7 / sum(Traffic().weekday))


class Case(NamedTuple):
    """How a log of one seed is drawn and fitted, and what should come out."""

    fit: Callable[[int], Found]
    truth: dict[str, Any]


def demand(days: int, **traffic: Any) -> Case:
    world = Traffic(**traffic)
    truth = {"traffic.queries": world.queries, "traffic.noise": world.noise, "traffic.noise_memory": world.noise_memory}
    if days >= COME_BACK_DAYS:
        end = world.queries * (1 + world.trend) ** (days / 365)
        truth |= {"traffic.queries": end, "traffic.trend": world.trend, "traffic.weekday": WEEK}
    if world.season:
        truth["traffic.season"] = world.season
    return Case(lambda seed: fit_demand(simulated.daily(world, days, seed), START, None), truth)


def law(types: int, s: float, q: float, a_day: float) -> Case:
    truth = {"traffic.popularity": s, "traffic.popularity_shift": q}
    return Case(lambda seed: fit_popularity(simulated.ranked(types, s, q, a_day, 70, seed)), truth)


def rates(queries: int, a: float, b: float) -> Case:
    return Case(lambda seed: fit_heterogeneity(simulated.clicked(queries, a, b, seed)), {"users.click_rate": (a, b)})


def walk(queries: int, by: float, half_life: float | None, days: int) -> Case:
    truth = {"drift.clicks.by": by} | ({"drift.clicks.half_life": half_life} if half_life else {})
    return Case(lambda seed: fit_drift(simulated.walked(queries, by, half_life, days, seed)), truth)


def topics(by: float, half_life: float | None, days: int) -> Case:
    return Case(lambda seed: fit_shares(simulated.turning(200, 20, by, half_life, days, seed)), {"drift.topics.by": by})


def late(clicks: int, rate: float, mean_s: tuple[float, ...], share: tuple[float, ...]) -> Case:
    truth = {"conversions.rate": rate, "conversions.delays": mean_s}
    return Case(lambda seed: fit_delays(simulated.converted(clicks, rate, mean_s, share, 60, seed)), truth)


CASES = {
    "two years": demand(730, queries=20_000, noise=0.1, noise_memory=0.775, trend=0.2),
    "a shrinking small shop with a season": demand(800, queries=500, noise=0.15, noise_memory=0.5, trend=-0.2, season=0.2),
    "nine months of a tiny shop": demand(275, queries=300, noise=0.1, noise_memory=0.6),
    "a law like the panel's": law(903, 1.13, 12.8, 30_000),
    "a law of rare queries": law(3_000, 0.9, 3.0, 3_000),
    "click rates like the panel's": rates(900, 1.16, 33.6),
    "click rates that differ little": rates(300, 3.0, 60.0),
    "tastes that come back": walk(150, 0.6, 50.0, 275),
    "tastes that wander off": walk(150, 0.3, None, 224),
    "topics that wander off": topics(0.1, None, 280),
    "topics that come back": topics(0.2, 40.0, 504),
    "conversions of three speeds": late(30_000, 0.07, (900.0, 154_800.0, 1_209_600.0), (0.349, 0.298, 0.353)),
    "conversions of two speeds": late(30_000, 0.1, (600.0, 400_000.0), (0.5, 0.5)),
    "prices": Case(lambda seed: fit_prices(simulated.priced(400, 1.2, 0.85, seed)), {"market.bid": 1.2, "market.bid_spread": 0.85}),
}


def scaled(case: Case) -> dict[str, list[list[float]]]:
    """How many errors each figure is off, by seed."""
    off: dict[str, list[list[float]]] = {key: [] for key in case.truth}
    for seed in SEEDS:
        figures = {one.key: one for one in case.fit(seed).figures}
        for key, truth in case.truth.items():
            value, error = figures[key].value, figures[key].error
            off[key].append(np.atleast_1d((np.array(value) - np.array(truth)) / np.array(error)).tolist())
    return off


@pytest.mark.parametrize("name", CASES)
def test_what_was_put_in_comes_out(name):
    for key, off in scaled(CASES[name]).items():
        z = np.array(off)
        assert ((np.abs(z) < Z_90).sum(axis=0) >= COVERED).all(), (key, z.T)
        assert (np.abs(z.mean(axis=0)) * np.sqrt(len(z)) < 4).all(), (key, z.mean(axis=0))
        assert ((z.std(axis=0, ddof=1) > 0.45) & (z.std(axis=0, ddof=1) < 1.7)).all(), (key, z.std(axis=0, ddof=1))
