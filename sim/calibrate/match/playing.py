"""The calibrated world, played as the log was: one ad for each query, day by day, counted by query."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import numpy as np

from sim import seeds
from sim.calibrate.calibration import Calibration
from sim.calibrate.demand import LEVEL, TREND, YEAR_DAYS
from sim.calibrate.match.tally import Tally
from sim.calibrate.world import LEAST_TYPES, write_world
from sim.candidates.histories import Histories
from sim.lifecycle.log import Past
from sim.lifecycle.platform import Platform
from sim.lifecycle.policies import Rule, build_policy
from sim.scenario.read import load
from sim.scenario.schema import DAY_S, Scenario
from sim.world.build import build_world

MOST_BUILT = 5_000  # queries beyond which a simulated world has fewer ads to choose the one from, so that it is soon built
_ADS = 20_000


def replayed(calibration: Calibration, seed: int) -> Iterator[Tally]:
    """Play the world of *calibration* over the days of its log, in one replication after the other.

    The world goes the way of a scenario that says ``world = "DIR"``: it is written, read and built.

    Raises
    ------
    BadInput
        When a scenario can't stand in it.
    """
    with tempfile.TemporaryDirectory() as folder:
        write_world(calibration, Path(folder, "world"), names=False)
        file = Path(folder, "scenario.toml")
        file.write_text(_scenario(calibration, seed), encoding="utf-8")
        scenario = load(file)
        replication = 0
        while True:
            yield play(scenario, replication)
            replication += 1


def _scenario(calibration: Calibration, seed: int) -> str:
    types = len(calibration.tables.get("queries", ()))
    policy = "as_logged" if types >= LEAST_TYPES else "keyword"
    ads = f"market.ads = {_ADS * MOST_BUILT // types}" if types > MOST_BUILT else ""
    first = "\n".join(_as_the_log_began(calibration))
    return f"""
name = "match"
world = "world"
horizon = "{calibration.days} days"
start = {calibration.first.isoformat()}
seed = {seed}
engine.sampler = "counts"
users.blindness = 0
{first}
{ads}
history = {{ days = "7 days", policy = "{policy}" }}
[[candidate]]
policy = "{policy}"
"""


def _as_the_log_began(calibration: Calibration) -> Iterator[str]:
    """The level of the log's first day, as a setting: where it grows, the world's own is that of the day after it."""
    queries, trend = (calibration.figure(key) for key in (LEVEL, TREND))
    if queries is not None and trend is not None and not isinstance(queries.value, tuple) and not isinstance(trend.value, tuple):
        yield f"traffic.queries = {max(queries.value * (1 + trend.value) ** (-calibration.days / YEAR_DAYS), 1.0):.6f}"


def play(scenario: Scenario, replication: int) -> Tally:
    """What is asked and clicked when *scenario* is played as logged, in one replication."""
    world = build_world(scenario, replication)
    sight, heads, end_s = world.sight, world.catalogue.heads, scenario.days * DAY_S
    nothing = Past(Histories.empty(sight.ads, sight.types, sight.slots), ())
    platform = Platform(world, scenario, replication, None, nothing, None)
    rule = build_policy(scenario.history.policy)
    platform.serve(Rule(rule, platform, seeds.key(scenario.seed, "policy", replication)), 0)
    drifts = set(world.drift_times(end_s))
    kinds = len(sight.devices)
    parts = []
    for now_s, next_s in pairwise(sorted({*range(0, end_s + 1, DAY_S), *drifts})):
        if now_s and now_s % DAY_S == 0:
            platform.begin_day(now_s // DAY_S)
        if now_s in drifts and now_s:
            platform.see(world.at(now_s, platform.moment), now_s)
        platform.flow(now_s, next_s)
        seen = platform.board.close()
        cells = platform.slates.matched.shape[1]
        kind = np.minimum(np.arange(len(seen.queries)) % cells // kinds, heads)
        shown_kind = np.minimum(seen.row % cells // kinds, heads)
        counts = np.stack([
            np.bincount(kind, seen.queries, heads + 1),
            np.bincount(shown_kind, seen.shown, heads + 1),
            np.bincount(shown_kind, seen.clicks, heads + 1),
        ])  # fmt: skip
        held = np.flatnonzero(counts[0])
        parts.append((np.full(len(held), now_s // DAY_S), held, *counts[:, held]))
    day, query, asked, shown, clicks = (np.concatenate(part) for part in zip(*parts, strict=True))
    return Tally(day, query, asked, shown, clicks, scenario.days, heads, scenario.start)
