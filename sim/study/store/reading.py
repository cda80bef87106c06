"""A run out of the store, equal to the one that was put in; and which runs there are."""

from __future__ import annotations

import json
from dataclasses import MISSING, fields
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim.columns import COLUMNS
from sim.errors import BadInput, Mistake, did_you_mean
from sim.health import health_from
from sim.study.results import CandidateRun, Entry, Run, StoredRun, WorldEvent
from sim.study.store import door, tables
from sim.study.store.place import Place

if TYPE_CHECKING:
    from sim.study.store.door import Connection

LAST = "last"
_MOST = 5
_KEYS = {"run", "candidate", "replication", "day"}
Row = dict[str, Any]


def stored_runs(place: Place) -> list[StoredRun]:
    """Every run in the store, the newest first."""
    with door.reading(place) as store:
        return _stored(store, place)


def read(name: str, place: Place) -> Run:
    """The run whose id is *name* or alone begins with it; "last" is the one that was stored last.

    Raises
    ------
    BadInput
        When there is no such run, when there are several, or when it is not what was stored.
    StoreFault
        When the store can't be read just now.
    """
    with door.reading(place) as store:
        return _run(store, _one(name, [one.run for one in _stored(store, place)], place), place)


def _stored(store: Connection, place: Place) -> list[StoredRun]:
    if not tables.refuse_foreign(store, place.shown):
        return []
    found = store.execute(f"SELECT {', '.join(StoredRun._fields)} FROM runs ORDER BY stored_at DESC, run").fetchall()
    return [StoredRun(*row) for row in found]


def _one(name: str, known: list[str], place: Place) -> str:
    """The full id that *name* means."""
    if not known:
        raise BadInput([Mistake(place.shown, "holds no runs yet", "", "a finished 'foreshow run' stores itself")])
    if name == LAST:
        return known[0]
    found = [run for run in known if run == name] or [run for run in known if name and run.startswith(name)]
    if len(found) == 1:
        return found[0]
    if found:
        raise BadInput([Mistake(name, f"means {len(found)} runs: {_some(found)}", "", "give more of the id")])
    hint = did_you_mean(name, [*known, *(run.rpartition("-")[0] for run in known)]) or f"there are {_some(known)}"
    raise BadInput([Mistake(name, f"no such run in {place.shown}", "", f"{hint}; see 'foreshow list --runs'")])


def _some(runs: list[str]) -> str:
    more = f" and {len(runs) - _MOST} more" if len(runs) > _MOST else ""
    return ", ".join(runs[:_MOST]) + more


def _run(store: Connection, name: str, place: Place) -> Run:
    (own,) = _rows(store, "SELECT * FROM runs WHERE run = ?", name)
    healthy = "health" in tables.refuse_foreign(store, place.shown)  # a store of an older version has no such table
    stories = _rows(store, "SELECT * FROM chronicle WHERE run = ? ORDER BY candidate, place", name)
    records = _rows(store, "SELECT candidate, record FROM health WHERE run = ? ORDER BY candidate, place", name) if healthy else []
    counts = _ledgers(store, name, own)
    candidates = tuple(
        _build(
            CandidateRun,
            row,
            days=counts.get(row["name"], _NOTHING),
            chronicle=tuple(_build(Entry, one) for one in stories if one["candidate"] == row["name"]),
            health=tuple(health_from(json.loads(one["record"])) for one in records if one["candidate"] == row["name"]),
        )
        for row in _rows(store, "SELECT * FROM candidates WHERE run = ? ORDER BY place", name)
    )
    events = tuple(_build(WorldEvent, row) for row in _rows(store, "SELECT * FROM world_events WHERE run = ? ORDER BY place", name))
    run: Run = _build(Run, own, run=own["study"], candidates=candidates, world_events=events)
    if run.fingerprint != own["fingerprint"]:
        raise BadInput(
            [Mistake(place.shown, f"the figures of {name} are not those that were stored: someone changed them", "", "play it again")]
        )
    return run


_NOTHING = np.zeros((0, 0, len(COLUMNS)), np.int64)


def _rows(store: Connection, query: str, name: str) -> list[Row]:
    found = store.execute(query, [name])
    columns = [column[0] for column in found.description or ()]
    return [dict(zip(columns, row, strict=True)) for row in found.fetchall()]


def _build(kind: Any, row: Row, **others: Any) -> Any:
    """A row as a frozen class; what an older version did not store has the class's default."""
    known = kind._field_defaults if hasattr(kind, "_field_defaults") else _defaults(kind)
    found: Row = dict(others)
    for field in kind._fields if hasattr(kind, "_fields") else [one.name for one in fields(kind)]:
        value = row.get(field)
        if field not in found and (value is not None or field not in known):
            found[field] = tuple(value) if isinstance(value, list) else value
    return kind(**found)


def _defaults(kind: Any) -> Row:
    return {field.name: field.default for field in fields(kind) if field.default is not MISSING}


def _ledgers(store: Connection, name: str, own: Row) -> dict[str, NDArray[np.int64]]:
    """Candidate -> counts of shape (replications, days, columns)."""
    fetched = store.execute("SELECT * FROM ledger WHERE run = ? ORDER BY candidate, replication, day", [name]).fetchnumpy()
    columns: dict[str, NDArray[Any]] = {name: np.ma.asarray(values) for name, values in fetched.items()}
    counted = [column for column, values in columns.items() if column not in _KEYS and not np.ma.getmaskarray(values).all()]
    if set(counted) != set(COLUMNS):
        words = f"was stored by Foreshow {own['version']}, which counted other things ({', '.join(counted)})"
        raise BadInput([Mistake(name, words, "", "play it again, or ask its tables with SQL (docs/store.md)")])
    table = np.stack([np.ma.filled(columns[column], 0).astype(np.int64) for column in COLUMNS], axis=-1)
    found: dict[str, NDArray[np.int64]] = {}
    for candidate in np.unique(columns["candidate"]):
        counts = table[columns["candidate"] == candidate]
        counts = counts[: len(counts) // own["days"] * own["days"]].reshape(-1, own["days"], len(COLUMNS))
        counts.setflags(write=False)
        found[str(candidate)] = counts
    return found
