"""The story as it was played: `python -m tests.golden.played_story` plays `first_year` anew, and `make golden` does so first.

Kept as a file, since a year of three candidates in four worlds takes minutes; every page of it is drawn from this one run.
The ledgers are whole, so fingerprint and figures are those of the command. The records of models' health are left out.
"""

from __future__ import annotations

import json
import lzma
from dataclasses import fields
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from sim.study.results import CandidateRun, Entry, Run, WorldEvent

FILE = Path(__file__).with_name("story.json.xz")
STORY = "first_year"
_OF_ITS_OWN = {"candidates", "start", "world_events"}


def load() -> Run:
    """The run as it was played."""
    told = json.loads(lzma.decompress(FILE.read_bytes()))
    candidates = tuple(_candidate(one) for one in told.pop("candidates"))
    events = tuple(WorldEvent(*one) for one in told.pop("world_events"))
    lists = {name: tuple(value) for name, value in told.items() if isinstance(value, list)}
    return Run(**told | lists | {"start": date.fromisoformat(told["start"])}, candidates=candidates, world_events=events)


def write(run: Run) -> None:
    """Keep *run*."""
    told = {one.name: getattr(run, one.name) for one in fields(Run) if one.name not in _OF_ITS_OWN}
    told |= {"start": run.start.isoformat(), "world_events": run.world_events}
    told["candidates"] = [
        {name: getattr(one, name) for name in ("name", "objective", "model", "policy", "goal", "chronicle")}
        # Day after day of one column is alike, and packs well.
        | {"columns": np.moveaxis(one.days, 2, 0).tolist()}
        for one in run.candidates
    ]
    FILE.write_bytes(lzma.compress(json.dumps(told, separators=(",", ":")).encode(), preset=9))


def _candidate(told: dict[str, Any]) -> CandidateRun:
    days = np.ascontiguousarray(np.moveaxis(np.array(told.pop("columns"), np.int64), 0, 2))
    chronicle = tuple(Entry(*line) for line in told.pop("chronicle"))
    return CandidateRun(**told, days=days, chronicle=chronicle)


if __name__ == "__main__":
    import sim

    write(sim.run(STORY))
