"""Made-up stories: teams whose diaries and ledgers are known to the last figure."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from sim.columns import CLICKS, COLUMNS, IMPRESSIONS, MICROS, QUERIES, REVENUE
from sim.study.results import CandidateRun, Entry, Run
from tests.reports.made_up import make_run

DAYS = 100
PLAYBOOK = {
    "use": "reference", "looks_for": ["wrong_labels", "never_shows", "stale"], "watches_for": ["wrong_objective"],
    "retrain": 2_419_200, "first_rows": 10_000,
}  # fmt: skip
NO_SWITCH = {**PLAYBOOK, "watches_for": []}
_COST = {"label": 100.0, "relabel": 20.0, "train": 5.0}


def story(days: Mapping[str, int], replication: int = 0) -> list[Entry]:
    """A team's diary with the steps that are named, each on its day.

    A name is an event, or "found: x" for a finding, or "recall" for a look after the remedy.
    """
    lines = []
    for name, day in days.items():
        event, finding, evidence = name.rstrip("+"), "", ""
        if name.startswith("found: "):
            event, finding = "analyse", name.removeprefix("found: ")
            evidence = json.dumps({"recall": 0.02}) if finding == "never shows" else ""
        elif event == "recall":
            event, evidence = "analyse", json.dumps({"recall": 0.8})
        elif event == "alarm":
            finding = "wrong objective"
        lines.append(Entry(replication, day, event, f"what is told of {name}", finding, evidence, _COST.get(event, 0.0)))
    return lines


WHOLE = {
    "collect": 7, "label": 9, "train": 11, "found: wrong labels": 14, "relabel": 20, "found: never shows": 24, "recall": 30,
    "found: stale": 34, "deploy": 40, "alarm": 54, "found: wrong objective": 55, "switch_objective": 55, "train+": 57, "deploy+": 57,
}  # fmt: skip
UNTIL_DEPLOYED = {name: day for name, day in WHOLE.items() if day <= 40}


def team(name: str, stories: Sequence[Mapping[str, int]], revenue: Sequence[float], objective: str = "impressions") -> CandidateRun:
    """A team with a diary for each replication, and revenue that is the same on each day: *revenue* in all, per replication."""
    days = np.zeros((len(stories), DAYS, len(COLUMNS)), np.int64)
    days[:, :, QUERIES], days[:, :, IMPRESSIONS], days[:, :, CLICKS] = 1_000, 500, 5
    days[:, :, REVENUE] = np.rint(np.array(revenue) * MICROS / DAYS)[:, None]
    lines = [line for number, told in enumerate(stories) for line in story(told, number)]
    return CandidateRun(name, objective, "LogisticRegression", days, tuple(lines))


def run_of(*candidates: CandidateRun, playbooks: Mapping[str, Mapping[str, Any] | None] | None = None, **changes: Any) -> Run:
    """A run of teams; *playbooks* gives each candidate's own."""
    plans = playbooks or {}
    settings = [{"name": one.name, "takes": 2, "playbook": plans.get(one.name)} for one in candidates]
    replications = len(candidates[0].days)
    facts = {"candidates": candidates, "world_events": (), "incumbent": "", "settings": json.dumps({"candidate": settings})}
    return make_run((), DAYS, replications, **(facts | changes))


def pair(gains: Sequence[float], **changes: Any) -> Run:
    """A team that switches and its twin that does not, which earns 1,000 in each replication; the team so much more."""
    ours = team("team", [WHOLE] * len(gains), [1_000 + gain for gain in gains])
    theirs = team("no switch", [UNTIL_DEPLOYED] * len(gains), [1_000] * len(gains))
    return run_of(ours, theirs, playbooks={"team": PLAYBOOK, "no switch": NO_SWITCH}, **changes)


STORIES: dict[str, Run] = {
    "paid": pair([300, 310, 320, 290]),
    "not paid": pair([-300, -310, -320, -290]),
    "open": pair([-300, 310, 20]),
    "once": pair([300]),
    "no twin": run_of(team("team", [WHOLE] * 2, [1_000] * 2), playbooks={"team": PLAYBOOK}),
    "no switch": run_of(team("team", [UNTIL_DEPLOYED] * 2, [1_000] * 2), playbooks={"team": PLAYBOOK}),
    "never deployed": run_of(team("team", [{"collect": 7, "label": 9}] * 2, [0] * 2), playbooks={"team": PLAYBOOK}),
    "stopped": pair([300, 310], planned=5, interrupted=True),
    "names that steer": run_of(
        team("\x1b[31mred検索 and a name that is long enough", [WHOLE, {}], [10, 20]),
        playbooks={"\x1b[31mred検索 and a name that is long enough": PLAYBOOK},
    ),
}
