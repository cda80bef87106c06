"""Counted logs for the tests: the AdWords panel where it is at hand, and panels that are made up with known figures."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from sim.calibrate.log import Flaw, Log
from tests.real_logs import DATA

PANEL = DATA / "adwords_2012-04_to_2012-12.csv.gz"
LATER = DATA / "adwords_2013-01_to_2013-03_traffic_no_clicks.csv.gz"
needs_panel = pytest.mark.skipif(
    not (PANEL.exists() and LATER.exists()), reason="needs the AdWords panel, which is not part of the repository"
)


def panel(path: Path) -> Log:
    """One of the two files, clicks cut to impressions."""
    rows = pd.read_csv(path, parse_dates=["date"])
    names, code = np.unique(rows["id"].to_numpy(), return_inverse=True)
    first = rows["date"].min()
    counted = pd.DataFrame({"day": (rows["date"] - first).dt.days, "query": code, "position": -1, "impressions": rows["impressions"]})
    flaws, has = (), frozenset()
    if "clicks" in rows:
        counted["clicks"] = np.minimum(rows["clicks"], rows["impressions"])
        flaws = (Flaw("more clicks than impressions", int((rows["clicks"] > rows["impressions"]).sum()), "clicks cut to impressions"),)
        has = frozenset({"clicks"})
    days = int(counted["day"].max()) + 1
    return Log(path.name, first.date(), days, counted, tuple(str(name) for name in names), has=has, flaws=flaws)


def made_up(
    seed: int, *, queries: int = 150, days: int = 210, wander: float = 0.08, half_life_days: float = 60.0, drift: float = 0.4,
    across: float = 0.7, by_size: float = -0.2, positions: int = 0, step_day: int | None = None, step: float = 0.0,
) -> Log:  # fmt: skip
    """A panel in which queries differ by *across* and drift by *drift* (forgotten by half in 40 days), and the level wanders."""
    rng = np.random.default_rng(seed)
    weeks = days // 7
    size = rng.normal(4.5, 1.2, queries)
    own = -3.0 + by_size * size + rng.normal(0, across, queries)
    u, level = rng.normal(0, drift, queries), rng.normal(0, wander)
    frames = []
    for week in range(weeks):
        u = _next(u, drift, 0.5 ** (7 / 40), rng)
        level = _next(level, wander, 0.5 ** (7 / half_life_days), rng)
        shift = step if step_day is not None and week * 7 >= step_day else 0.0
        for place in range(max(positions, 1)):
            shown = rng.poisson(np.exp(size + rng.normal(0, 0.3, queries)))
            clicks = rng.binomial(shown, np.minimum(np.exp(own + u + level + shift - 0.5 * place), 0.9))
            at = place if positions else -1
            frames.append(
                pd.DataFrame({"day": week * 7 + 3, "query": np.arange(queries), "position": at, "impressions": shown, "clicks": clicks})
            )
    counted = pd.concat(frames)
    counted = counted[counted["impressions"] > 0]
    has = frozenset({"clicks", "position"} if positions else {"clicks"})
    return Log(f"made up {seed}", date(2025, 1, 1), days, counted, tuple(f"q{n}" for n in range(queries)), has=has)


def _next(value, sd, memory, rng):
    return memory * value + sd * np.sqrt(1 - memory**2) * rng.normal(size=np.shape(value))
