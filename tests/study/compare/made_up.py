"""Ledgers made up by their sums, so that a comparison of them takes no time."""

from __future__ import annotations

import json
from datetime import date

import numpy as np

from sim.columns import COLUMNS, DRY_CELLS, EXHAUSTED, MICROS, SATISFACTION, SIGHTEDNESS
from sim.study.compare.figures import Figures
from sim.study.compare.question import Question
from sim.study.results import CandidateRun, Run

SUMS = {"queries": 10_000, "queries_with_ads": 4_000, "impressions": 10_000, "clicks": 300, "revenue": 100.0}
SETTINGS = {
    "market": {"slots": 4, "advertisers": 80, "budget": None},
    "users": {"leaving": 0},
    "traffic": {"queries": 5_000},
}
MOVES = np.array([-1.0, 1.0, -0.5, 0.5, 0.25, -0.25, 0.8, -0.8])  # mean 0


def ledger(replications, days=2, **sums):
    """Days that are alike but for rounding, and add up to *sums*: a number, or one for each replication."""
    found = np.zeros((replications, days, len(COLUMNS)), np.int64)
    found[..., [EXHAUSTED, DRY_CELLS, SIGHTEDNESS, SATISFACTION]] = 0, 0, MICROS, MICROS
    for name, value in (SUMS | sums).items():
        scale = MICROS if f"{name}_micros" in COLUMNS or f"{name}_ppm" in COLUMNS else 1
        column = next(number for number, known in enumerate(COLUMNS) if known.partition("_micros")[0].partition("_ppm")[0] == name)
        whole = np.rint(np.broadcast_to(np.asarray(value, float) * scale, replications)).astype(np.int64)
        state = column in {EXHAUSTED, DRY_CELLS, SIGHTEDNESS, SATISFACTION}
        steps = whole[:, None] * np.arange(days + 1) // days
        found[..., column] = whole[:, None] if state else np.diff(steps, axis=1)
    return found


def run(of, days=2, settings=None, **changes):
    """A run of candidates: name -> what its sums are otherwise."""
    lengths = [np.size(value) for sums in of.values() for value in sums.values() if np.ndim(value)]
    count = changes.pop("replications", max(lengths, default=4))
    candidates = tuple(CandidateRun(name, "", "", ledger(count, days, **sums), (), policy=name) for name, sums in of.items())
    whole = SETTINGS | {"candidate": [{"name": name, "policy": {"use": name}, "objective": None} for name in of]} | (settings or {})
    known = {
        "run": "made-up-1-00", "scenario": "made up", "question": "", "source": "made_up", "version": "0", "seed": 1,
        "replications": count, "planned": count, "start": date(2026, 1, 1), "currency": "USD", "sampler": "queries",
        "incumbent": "", "world_events": (), "numbers": tuple(range(count)), "settings": json.dumps(whole),
    }  # fmt: skip
    return Run(candidates=candidates, **(known | changes))


def against(lifts, names=None, spread=0.0, **changes):
    """A run with a baseline called "base" and candidates whose revenue is lifted as in the columns of *lifts*."""
    lifts = np.asarray(lifts, float)
    lifts = lifts[:, None] if lifts.ndim == 1 else lifts
    worlds = 100 * (1 + spread * np.resize(MOVES, len(lifts)))
    names = names or [f"c{number}" for number in range(lifts.shape[1])]
    of = {"base": {"revenue": worlds}}
    of |= {name: {"revenue": worlds * (1 + lift)} for name, lift in zip(names, lifts.T, strict=True)}
    return run(of, **changes)


def around(mean, spread, count=8):
    """Values with that mean, which differ by about *spread*."""
    return mean + spread * np.resize(MOVES, count)


def figures(of, **changes):
    """The figures of made-up candidates, the first being the baseline."""
    made = run(of, **changes)
    return Figures(made, made.candidates[0].name)


def asked(baseline="base", **changes):
    """A question of so many replications as there are, unless it is said otherwise."""
    known = {"primary": "revenue", "confidence": 0.95, "indifference": 0.005, "replications": 8, "precision": None, "limit": 100}
    return Question(baseline, **(known | changes))
