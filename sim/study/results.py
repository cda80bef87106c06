"""What a study found: frozen, and the only thing that a report may see.

Money is counted in millionths of the currency, as whole numbers, so that a sum does not depend on
the order in which it was added up.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.columns import COLUMNS, MICROS, STATES
from sim.health import Health

if TYPE_CHECKING:
    import pandas as pd

LEFT_OUT = "; it is left out of this report"  # how a note ends that says why a candidate could not be played


class Entry(NamedTuple):
    """Something that happened to a candidate: a line of its chronicle."""

    replication: int
    day: int
    event: str
    detail: str
    finding: str = ""
    evidence: str = ""
    cost: float = 0.0


class WorldEvent(NamedTuple):
    """Something that happened to the world, the same for every candidate."""

    day: int
    event: str
    detail: str


class StoredRun(NamedTuple):
    """What a list of stored runs says of one: its id in the store, when it came there (UTC), what it was and said."""

    run: str
    stored_at: datetime
    scenario: str
    replications: int
    seed: int
    verdict: str


class Month(NamedTuple):
    """A calendar month of the horizon: its label and its days, the last one excluded."""

    label: str
    first: int
    end: int


@dataclass(frozen=True, slots=True, eq=False)
class CandidateRun:
    """One candidate's ledger.

    Attributes
    ----------
    name, objective, model, policy
        As in the scenario: either an objective and a model, or a fixed policy; the others are empty.
    goal
        What the oracle knows the truth for, "revenue" or "clicks"; empty for everyone else.
    days
        Counts of shape (replications, days, columns); the columns are `sim.columns.COLUMNS`.
    chronicle
        What happened, in order of replication and day.
    health
        How its models were doing, in the same order; of a team with a playbook only.
    """

    name: str
    objective: str
    model: str
    days: NDArray[np.int64]
    chronicle: tuple[Entry, ...]
    policy: str = ""
    goal: str = ""
    health: tuple[Health, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Run:
    """A finished (or interrupted) study of one scenario.

    Attributes
    ----------
    replications
        How many replications the ledgers hold, each complete for every candidate.
    planned
        How many were asked for; fewer are held after an interruption.
    interrupted
        Whether someone stopped the study before its end.
    broken
        Whether a worker process died, and with it what was not finished.
    failed
        Names of the candidates that could not be played.
    log_ctr
        For a replayed log with clicks: the log's own click-through rate per month, else None.
    numbers
        Which replications the ledgers hold, in their order; a study that was stopped may lack one in between.
    settings
        The scenario as it was played, every setting with its value, as JSON.
    text
        The scenario's file as it was read; what it extends is in `settings` only. Empty for one made in Python.
    asked
        For a comparison what was asked, as JSON, so that it can be answered again from the ledgers; else empty.
    """

    run: str
    scenario: str
    question: str
    source: str
    version: str
    seed: int
    replications: int
    planned: int
    start: date
    currency: str
    sampler: str
    incumbent: str
    candidates: tuple[CandidateRun, ...]
    world_events: tuple[WorldEvent, ...]
    notes: tuple[str, ...] = ()
    log_ctr: tuple[float | None, ...] | None = None
    interrupted: bool = False
    broken: bool = False
    failed: tuple[str, ...] = ()
    numbers: tuple[int, ...] = ()
    settings: str = ""
    text: str = ""
    asked: str = ""

    @property
    def left_out(self) -> tuple[str, ...]:
        """Those of the notes that say why a candidate could not be played."""
        return tuple(note for note in self.notes if note.endswith(LEFT_OUT))

    @property
    def complete(self) -> bool:
        """Whether every planned replication is in, for every candidate that could be played."""
        return self.replications == self.planned and not (self.interrupted or self.broken)

    @property
    def days(self) -> int:
        """How many days were played."""
        return int(self.candidates[0].days.shape[1])

    @property
    def months(self) -> tuple[Month, ...]:
        """The calendar months of the horizon."""
        return months_between(self.start, self.days)

    @property
    def fingerprint(self) -> str:
        """A short hash of every ledger: the same whenever the same figures came out."""
        digest = hashlib.blake2b(digest_size=8)
        for candidate in self.candidates:
            digest.update(candidate.name.encode())
            digest.update(np.ascontiguousarray(candidate.days).tobytes())
        return digest.hexdigest()

    def candidate(self, name: str) -> CandidateRun:
        """The candidate called *name*."""
        return next(one for one in self.candidates if one.name == name)

    def monthly(self, candidate: CandidateRun) -> NDArray[np.int64]:
        """Counts per month, of shape (replications, months, columns); states are a day's mean, rounded."""
        return np.stack([summed(candidate.days[:, m.first : m.end]) for m in self.months], axis=1)

    @property
    def frame(self) -> pd.DataFrame:
        """One row per candidate, replication and month, for pandas."""
        import pandas as pd

        labels = [month.label for month in self.months]
        parts = []
        for one in self.candidates:
            counts = self.monthly(one)
            index = pd.MultiIndex.from_product([[one.name], range(self.replications), labels])
            part = pd.DataFrame(counts.reshape(-1, len(COLUMNS)), index=index, columns=list(COLUMNS))
            parts.append(part)
        whole = pd.concat(parts)
        whole.index.names = ["candidate", "replication", "month"]
        for name in [column for column in COLUMNS if column.endswith(("_micros", "_ppm"))]:
            whole[name.rpartition("_")[0]] = whole.pop(name) / MICROS
        shown = whole["impressions"].where(whole["impressions"] > 0)
        whole["ctr"] = whole["clicks"] / shown
        return whole.reset_index()


def summed(days: NDArray[np.int64]) -> NDArray[np.int64]:
    """The sum of some days, shape (replications, columns); how things stood is averaged, and rounded."""
    sums = days.sum(axis=1)
    for state in STATES:
        sums[:, state] = np.rint(sums[:, state] / days.shape[1])
    return np.asarray(sums, dtype=np.int64)


@lru_cache(maxsize=32)  # a page asks for the same months two hundred times
def months_between(start: date, days: int) -> tuple[Month, ...]:
    """Cut *days* days from *start* into calendar months.

    Examples
    --------
    >>> months_between(date(2026, 1, 30), 31)
    (Month(label='2026-01', first=0, end=2), Month(label='2026-02', first=2, end=30), Month(label='2026-03', first=30, end=31))
    """
    found: list[Month] = []
    for day in range(days):
        label = (start + timedelta(days=day)).strftime("%Y-%m")
        if found and found[-1].label == label:
            found[-1] = found[-1]._replace(end=day + 1)
        else:
            found.append(Month(label, day, day + 1))
    return tuple(found)
