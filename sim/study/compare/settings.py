"""What differs between the candidates' settings, and only that."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from sim.study.results import Run

_TOLD_ELSEWHERE = ("name", "sweep")
_OF_LEARNERS = ("retrain", "window", "refresh", "takes", "incremental", "calibrate", "explore", "then")
_DURATIONS = ("retrain", "window", "refresh", "takes")
_ALIKE_FOR_LEARNERS = (*_OF_LEARNERS, "model")  # that a fixed policy has none is told by its policy
_DAY_S = 86_400


def differing(run: Run) -> dict[str, tuple[str, ...]]:
    """Dotted key -> its value for each candidate of *run*, "" where it has none; keys that are alike for all are left out."""
    of = {one["name"]: dict(_flat(_own(one))) for one in json.loads(run.settings)["candidate"]}
    here = [of[candidate.name] for candidate in run.candidates]
    keys = dict.fromkeys(key for one in here for key in one if key.partition(".")[0] not in _TOLD_ELSEWHERE)
    rows = {key.removesuffix(".use"): tuple(one.get(key, "") for one in here) for key in keys}
    return {key: row for key, row in rows.items() if len(set(row) - ({""} if key in _ALIKE_FOR_LEARNERS else set())) > 1}


def _own(candidate: Mapping[str, Any]) -> dict[str, Any]:
    """A candidate's settings that do something: who never learns is not retrained."""
    idle = _OF_LEARNERS if candidate.get("objective") is None else ()
    return {key: _readable(key, value) for key, value in candidate.items() if key not in idle}


def _readable(key: str, value: Any) -> Any:
    """A duration as a scenario file would have it."""
    if key not in _DURATIONS or not isinstance(value, int):
        return value
    return f"{value / _DAY_S:g} days" if value % _DAY_S == 0 else f"{value / 3600:g} hours"


def _flat(value: Mapping[str, Any], before: str = "") -> Iterator[tuple[str, str]]:
    """Every setting that has a value, with its dotted key."""
    for key, inner in value.items():
        if key == "arguments":
            yield from _flat(inner, before)
        elif isinstance(inner, Mapping):
            yield from _flat(inner, f"{before}{key}.")
        elif inner is not None:
            yield f"{before}{key}", inner if isinstance(inner, str) else json.dumps(inner)
