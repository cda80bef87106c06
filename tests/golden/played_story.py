"""A story that was really played, with what its diary needs of it: `python -m tests.golden.played_story SCENARIO` plays it anew.

Kept as a file since a year of three teams in three worlds takes minutes. Its ledgers hold queries, impressions, clicks and revenue.
"""

from __future__ import annotations

import gzip
import json
import sys
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from sim.columns import CLICKS, COLUMNS, IMPRESSIONS, QUERIES, REVENUE
from sim.study.results import CandidateRun, Entry, Run

FILE = Path(__file__).with_name("story.json.gz")
_KEPT = [QUERIES, IMPRESSIONS, CLICKS, REVENUE]


def load() -> Run:
    """The run as it was played."""
    told = json.loads(gzip.decompress(FILE.read_bytes()))
    candidates = tuple(_candidate(one) for one in told.pop("candidates"))
    told = {"incumbent": "", **told, "start": date.fromisoformat(told["start"])}
    return Run(**told, candidates=candidates, world_events=())


def write(run: Run) -> None:
    """Keep what a diary needs of *run*."""
    facts = ("run", "scenario", "question", "version", "seed", "replications", "planned", "currency", "sampler", "incumbent")
    told = {name: getattr(run, name) for name in facts}
    settings = {"candidate": [one for one in json.loads(run.settings)["candidate"] if one.get("playbook")]}
    told |= {"start": run.start.isoformat(), "source": run.scenario, "settings": json.dumps(settings)}
    told["candidates"] = [
        {
            "name": one.name,
            "objective": one.objective,
            "model": one.model,
            "policy": one.policy,
            "chronicle": one.chronicle,
            "days": one.days[:, :, _KEPT].tolist(),
        }
        for one in run.candidates
    ]
    FILE.write_bytes(gzip.compress(json.dumps(told, separators=(",", ":")).encode(), mtime=0))


def _candidate(told: dict[str, Any]) -> CandidateRun:
    kept = np.array(told["days"], np.int64)
    days = np.zeros((*kept.shape[:2], len(COLUMNS)), np.int64)
    days[:, :, _KEPT] = kept
    empty = CandidateRun(told["name"], told["objective"], told["model"], days, (), policy=told.get("policy", ""))
    return replace(empty, chronicle=tuple(Entry(*line) for line in told["chronicle"]))


if __name__ == "__main__":
    import sim

    write(sim.run(sys.argv[1], replications=3))
