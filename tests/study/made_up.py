"""Runs made up for tests of what is read off them."""

from __future__ import annotations

from datetime import date

import numpy as np

from sim.columns import COLUMNS, MICROS, STATES
from sim.study.results import CandidateRun, Run


def ledger(revenue=1.0, clicks=10, impressions=100, replications=4, days=59):
    """Ledgers in which every day is like every other; the arguments may differ by replication."""
    found = np.zeros((replications, days, len(COLUMNS)), np.int64)
    for column, value in enumerate((1_000, 200, impressions, clicks, np.multiply(revenue, 1e6))):
        found[..., column] = np.reshape(value, (-1, 1))
    found[..., STATES] = 7, 40, 900_000, MICROS  # advertisers exhausted, dry cells, sightedness, satisfaction
    return found


def candidate(name="one", **counts):
    return CandidateRun(name, "clicks", "Model", ledger(**counts), ())


def run(*candidates, **changes):
    settings = {
        "run": "made-up-1-00",
        "scenario": "made up",
        "question": "",
        "source": "made_up",
        "version": "0",
        "seed": 1,
        "replications": 4,
        "planned": 4,
        "start": date(2026, 1, 1),
        "currency": "USD",
        "sampler": "queries",
        "incumbent": "",
        "world_events": (),
    }
    return Run(candidates=tuple(candidates), **(settings | changes))
