"""Made-up runs: every shape of result that a report may meet, without playing anything."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from sim.columns import COLUMNS, MICROS
from sim.study.results import CandidateRun, Entry, Run, WorldEvent

DRIFTS = (
    WorldEvent(90, "drift", "ramp: 30% of the traffic moves to other topics over 60 days"),
    WorldEvent(273, "drift", "step: demand +15%"),
)


@dataclass(frozen=True)
class Kind:
    """How a made-up candidate behaves: ads per query, clicks per ad, price of a click."""

    name: str
    ads: float
    ctr: float
    price: float = 1.0
    objective: str = ""
    decay: float = 0.0
    retrain: int = 28


KEYWORD = Kind("keyword", 0.8, 0.010)
ORACLE = Kind("oracle", 1.0, 0.020)
MANY = Kind("show more", 2.4, 0.003, objective="impressions")
CLICKS = Kind("clicks first", 0.9, 0.014, objective="clicks", decay=0.2)
MONEY = Kind("revenue", 1.1, 0.011, 1.2, objective="revenue")
FIVE = (KEYWORD, MANY, CLICKS, MONEY, ORACLE)


def make_run(kinds: tuple[Kind, ...] = FIVE, days: int = 365, replications: int = 5, **changes: Any) -> Run:
    """A run in which *kinds* behave as told, in worlds that differ a little."""
    draw = np.random.default_rng(7)
    season = 1 + 0.2 * np.sin(np.arange(days) / 58) + 0.15 * (np.arange(days) >= 273)
    worlds = 20_000 * season * np.exp(0.1 * draw.normal(size=(replications, 1)) + 0.05 * draw.normal(size=(1, days)))
    queries = draw.poisson(worlds)
    settings: dict[str, Any] = {
        "run": "three-objectives-7",
        "scenario": "three objectives",
        "source": "three_objectives",
        "version": "0.1.0",
        "seed": 7,
        "question": "If we optimise impressions, clicks or revenue, what happens to all three?",
        "replications": replications,
        "planned": replications,
        "start": date(2026, 1, 1),
        "currency": "USD",
        "sampler": "queries",
        "incumbent": "keyword",
        "world_events": DRIFTS if days > 300 else (),
        "candidates": tuple(make_candidate(kind, queries, draw) for kind in kinds),
    }
    return Run(**(settings | changes))


def make_candidate(kind: Kind, queries: np.ndarray, draw: np.random.Generator) -> CandidateRun:
    """A ledger for *kind* under these queries."""
    replications, days = queries.shape
    fading = 1 - kind.decay * np.arange(days) / days
    ads = draw.poisson(queries * kind.ads)
    clicks = draw.binomial(ads, kind.ctr * fading)
    revenue = np.rint(clicks * kind.price * 1e6).astype(np.int64)
    with_ads = np.minimum(queries, ads)
    after = np.random.default_rng(len(kind.name))  # of its own: what follows from the clicks moves no click
    sales, invalid = after.binomial(clicks, 0.07), after.binomial(clicks, 0.02)
    value, refunds = sales * 20 * MICROS, np.rint(invalid * kind.price * 1e6)
    nothing, whole = np.zeros_like(queries), np.full_like(queries, MICROS)
    columns = {
        "queries": queries, "queries_with_ads": with_ads, "impressions": ads, "clicks": clicks, "revenue_micros": revenue,
        "conversions": sales, "advertiser_value_micros": value, "invalid_clicks": invalid, "refunds_micros": refunds,
        "exhausted_advertisers": nothing, "dry_cells": nothing, "sightedness_ppm": whole, "satisfaction_ppm": whole,
    }  # fmt: skip
    story = []
    for replication in range(replications if kind.objective else 0):
        for number, day in enumerate(range(0, days, kind.retrain)):
            story.append(Entry(replication, day, "train", f"on {1000 + day} impressions"))
            story.append(Entry(replication, day, "deploy", f"model {number + 1} replaces model {number}"))
    return CandidateRun(
        name=kind.name,
        objective=kind.objective,
        model="LogisticRegression" if kind.objective else "",
        policy="" if kind.objective else kind.name,
        days=np.stack([columns[name] for name in COLUMNS], axis=-1).astype(np.int64),
        chronicle=tuple(story),
    )


def many(count: int) -> tuple[Kind, ...]:
    """The incumbent and others, up to *count*."""
    others = (
        Kind(f"candidate number {place}", 0.5 + 0.1 * place, 0.008 + 0.001 * (place % 4), objective="clicks") for place in range(1, count)
    )
    return (KEYWORD, *others)


LONG = "a name of sixty characters, which is the most that is allowed"[:60]
FOREIGN = "café [bold]größe[/bold] 検索広告"

RUNS: dict[str, Run] = {
    "a year": make_run(),
    "one replication": make_run(replications=1),
    "alone": make_run((KEYWORD,), replications=1),
    "alone with the oracle": make_run((KEYWORD, ORACLE)),
    "one day": make_run(days=1),
    "one day once": make_run(days=1, replications=1, start=date(2026, 12, 31)),
    "forty days": make_run(days=40, start=date(2026, 3, 17)),
    "two years": make_run(days=730),
    "five years": make_run((KEYWORD, CLICKS), days=1826, replications=2),
    "twelve candidates": make_run(many(12)),
    "long names": make_run((KEYWORD, Kind(LONG, 1, 0.02, objective="long_module_name.another:" + LONG), Kind(LONG[:59], 1, 0.01))),
    "foreign names": make_run((KEYWORD, Kind(FOREIGN, 1, 0.02, objective="clicks")), question=f"¿{FOREIGN}?", notes=(FOREIGN,)),
    "no impressions": make_run((Kind("keyword", 0, 0), Kind("never", 0, 0), CLICKS)),
    "nothing at all": make_run((Kind("keyword", 0, 0), Kind("never", 0, 0, objective="clicks")), replications=1),
    "no revenue": make_run((Kind("keyword", 1, 0.01, 0), Kind("free", 1, 0.02, 0, objective="clicks"))),
    "incumbent earns nothing": make_run((Kind("keyword", 1, 0.01, 0), CLICKS)),
    "huge": make_run((Kind("keyword", 1, 0.01, 1e3), Kind("huge", 1, 0.02, 3e6, objective="clicks")), replications=2),
    "tiny": make_run((Kind("keyword", 1, 0.00001, 1e-5), Kind("tiny", 1, 0.00002, 1e-5, objective="clicks"))),
    "partial": make_run(replications=2, planned=5, interrupted=True),
    "cut in the first": make_run(FIVE[:2], replications=1, planned=1, interrupted=True, notes=("interrupted early",)),
    "failed": make_run(failed=("broken",), notes=("candidate 'broken': its model raised ValueError; it is left out",)),
    "no incumbent": make_run((MANY, CLICKS), incumbent=""),
    "replayed": make_run(days=90, log_ctr=(0.012, None, 0.013), incumbent="keyword"),
    "learned incumbent": make_run((CLICKS, KEYWORD), incumbent="clicks first"),
    "only the oracle": make_run((ORACLE,), incumbent="oracle"),
}
