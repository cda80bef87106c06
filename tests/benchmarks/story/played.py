"""A team's year in one world, and what it earned beside one that never switches."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import threadpoolctl
from numpy.typing import NDArray

import sim
from sim.columns import CLICKS, IMPRESSIONS, QUERIES, REVENUE
from sim.lifecycle.chronicle import Line
from sim.lifecycle.play import play, set_stage
from sim.scenario.schema import Scenario
from tests.benchmarks.story.steps import Told, told

KEPT = (QUERIES, IMPRESSIONS, CLICKS, REVENUE)
MONTH = 28  # days


class Year(NamedTuple):
    """One candidate's year.

    Attributes
    ----------
    days
        Queries, impressions, clicks and revenue of each day, shape (days, 4).
    """

    days: NDArray[np.int64]
    diary: tuple[Line, ...]

    @property
    def steps(self) -> dict[str, Told]:
        """The steps that its diary tells."""
        return told(self.diary)

    def revenue_a_query(self, first: int, end: int) -> float:
        """Of the days from *first* to before *end*."""
        return self._share(3, 0, first, end)

    def ctr(self, first: int, end: int) -> float:
        """Of the days from *first* to before *end*."""
        return self._share(2, 1, first, end)

    def impressions_a_query(self, first: int, end: int) -> float:
        """Of the days from *first* to before *end*."""
        return self._share(1, 0, first, end)

    def _share(self, of: int, by: int, first: int, end: int) -> float:
        some = self.days[max(first, 0) : end].sum(axis=0)
        return float(some[of] / some[by]) if some[by] else float("nan")


def years(scenario: Scenario, only: Sequence[str] = ()) -> Iterator[tuple[str, Year]]:
    """Each candidate's year in the scenario's first world."""
    with threadpoolctl.threadpool_limits(1):
        stage = set_stage(scenario, 0)
        for candidate in scenario.candidates:
            if not only or candidate.name in only:
                done = play(stage, candidate)
                yield candidate.name, Year(done.ledger[:, KEPT], done.chronicle)


def cached(source: str, seed: int, only: Sequence[str], folder: Path) -> Mapping[str, Year]:
    """The same, kept in *folder*: a run that was broken off goes on where it stopped."""
    found: dict[str, Year] = {}
    scenario = sim.load(source).but(seed=seed, replications=1)
    for name in only:
        file = folder / f"{Path(source).stem}-{name}-{seed}.json"
        if file.exists():
            kept = json.loads(file.read_text(encoding="utf-8"))
            found[name] = Year(np.array(kept["days"], np.int64), tuple(Line(*one) for one in kept["diary"]))
    left = [name for name in only if name not in found]
    if left:
        folder.mkdir(parents=True, exist_ok=True)
        for name, year in years(scenario, left):
            kept = {"days": year.days.tolist(), "diary": [list(line) for line in year.diary]}
            (folder / f"{Path(source).stem}-{name}-{seed}.json").write_text(json.dumps(kept), encoding="utf-8")
            found[name] = year
    return found
