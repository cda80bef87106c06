"""A played comparison as a small file: its ledgers month by month, from which it is judged and drawn again.

A year of days would take half a megabyte. All that a verdict rests on are sums over months and the states
at their ends; only the warm-up and the fingerprint need the days themselves.
"""

from __future__ import annotations

import json
from dataclasses import fields
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from sim.columns import STATES
from sim.study.results import CandidateRun, Run, WorldEvent

_WHOLE = ("name", "objective", "model", "policy", "goal")


def write(run: Run, file: Path) -> None:
    """Write what is needed of *run*, a line for each candidate and replication."""
    told = {field.name: getattr(run, field.name) for field in fields(Run) if field.name not in {"candidates", "start", "text"}}
    candidates = [{name: getattr(one, name) for name in _WHOLE} for one in run.candidates]
    head = json.dumps({**told, "start": run.start.isoformat(), "days": run.days, "candidates": candidates})
    rows = [_months(run, one, number) for one in run.candidates for number in range(run.replications)]
    file.write_text("\n".join([head, *(json.dumps(row, separators=(",", ":")) for row in rows), ""]), encoding="utf-8")


def _months(run: Run, one: CandidateRun, number: int) -> list[list[int]]:
    days = one.days[number]
    sums = np.stack([days[month.first : month.end].sum(axis=0) for month in run.months])
    for state in STATES:
        sums[:, state] = [days[month.end - 1, state] for month in run.months]
    return [[int(value) for value in row] for row in sums]


def read(file: Path) -> Run:
    """The run, every month's sums on its first day and every state as it was at the month's end."""
    head, *rows = file.read_text(encoding="utf-8").splitlines()
    told: dict[str, Any] = json.loads(head)
    count, horizon, names = told["replications"], told.pop("days"), told.pop("candidates")
    told["start"] = date.fromisoformat(told["start"])
    told["world_events"] = tuple(WorldEvent(*one) for one in told["world_events"])
    lists = {key: tuple(value) for key, value in told.items() if isinstance(value, list)}
    months = np.array([json.loads(row) for row in rows], dtype=np.int64).reshape(len(names), count, -1, len(json.loads(rows[0])[0]))
    shape = (len(names), count, horizon, months.shape[-1])
    days = np.zeros(shape, dtype=np.int64)
    empty = Run(**{**told, **lists, "candidates": (CandidateRun("", "", "", days[0], ()),)})
    for place, month in enumerate(empty.months):
        days[:, :, month.first] = months[:, :, place]
        for state in STATES:
            days[:, :, month.first : month.end, state] = months[:, :, [place], state]
    found = tuple(CandidateRun(days=ledger, chronicle=(), **name) for name, ledger in zip(names, days, strict=True))
    return Run(**{**told, **lists, "candidates": found})
