"""A made-up run of which every field differs from its default."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from sim.study.results import CandidateRun, Entry, Run, WorldEvent
from tests.reports.made_up_health import NEW, SICK, WELL
from tests.study.made_up import candidate

FULL = Run(
    run="all-2-ab", scenario="all", question="what?", source="a folder/all.toml", version="9.8", seed=2**63 - 1, replications=4,
    planned=6, start=date(2027, 2, 3), currency="EUR", sampler="queries", incumbent="one",
    candidates=(
        CandidateRun("one", "", "", candidate().days, (), "oracle", "clicks"),
        replace(candidate("two ' \" ; é"), chronicle=(Entry(2, 5, "train", "b"), Entry(0, 1, "deploy", "a")), policy="x",
            health=(SICK._replace(replication=3), NEW, WELL)),
    ),
    world_events=(WorldEvent(7, "drift", "later"), WorldEvent(3, "drift", "sooner")), notes=("b", "a"), log_ctr=(0.1, None),
    interrupted=True, broken=True, failed=("three", "four"), numbers=(0, 1, 3, 5), settings='{"seed": 1}', text="# a\r\nname = 'x'\n",
    asked='{"primary": "ctr"}',
)  # fmt: skip
