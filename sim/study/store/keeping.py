"""A run into the store, whole or not at all.

A run's id says which scenario it played with which settings, seed and number of replications, but not
with which models, packages or version: the figures may differ all the same. So nothing is overwritten
by something that differs. A run takes the place of one with the same id, version and figures, and of
an unfinished one that it has outgrown; else it is kept beside those as `ID.2`, `ID.3` and so on.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from sim.columns import COLUMNS
from sim.errors import StoreFault
from sim.study.results import CandidateRun, Run
from sim.study.store import door, tables
from sim.study.store.place import Place, look

if TYPE_CHECKING:
    import pyarrow as pa

    from sim.study.store.door import Connection


class Kept(NamedTuple):
    """What became of a run.

    Attributes
    ----------
    run
        Its id in the store.
    beside
        For a finished run that was given an id of its own since another has the plain one: that other's
        id and version. Else empty.
    """

    run: str
    beside: tuple[str, ...] = ()


class _Old(NamedTuple):
    run: str
    version: str
    fingerprint: str
    complete: bool
    replications: int


def keep(run: Run, place: Place, verdict: str = "") -> Kept:
    """Write *run* to the store at *place*.

    Parameters
    ----------
    verdict
        The first line of its screen, which the list of runs shows.

    Raises
    ------
    BadInput
        When the file there can't be used as a store.
    StoreFault
        When it can't be written just now; the store is then as it was.
    """
    rows = _rows_of(run, verdict)  # before the store is opened: others wait while it is
    with door.writing(place) as store:
        tables.prepare(store, place.shown)
        old = [_Old(*row) for row in store.execute(_OLD, [_text(run.run)]).fetchall()]
        outgrown = [one for one in old if not one.complete and (run.complete or one.replications < run.replications)]
        name = _name(run, old, outgrown)
        for table, fresh in rows.items():
            store.executemany(f"DELETE FROM {table} WHERE run = ?", [[gone] for gone in {name, *(one.run for one in outgrown)}])
            _insert(store, table, fresh, name)
    others = [one for one in old if one not in outgrown and one.complete]
    told = others and run.complete and name not in [one.run for one in old]
    return Kept(name, (others[-1].run, others[-1].version) if told else ())


def check(place: Place) -> None:
    """Find out before a run is played whether it can be stored; a lock may be gone by then, so it is none.

    Raises
    ------
    BadInput
        When the file can't be used as a store.
    """
    if not look(place, to_write=True):
        return
    with suppress(StoreFault), door.reading(place, patient=False) as store:
        tables.refuse_foreign(store, place.shown)


_OLD = "SELECT run, version, fingerprint, complete, replications FROM runs WHERE study = ? ORDER BY stored_at"


def _name(run: Run, old: list[_Old], outgrown: list[_Old]) -> str:
    """The id in the store: that of the one whose place is taken, else the first that is free."""
    same = [one for one in old if (one.version, one.fingerprint, one.complete) == (run.version, run.fingerprint, run.complete)]
    for one in same + outgrown:
        return one.run
    taken = {one.run for one in old}
    names = (run.run, *(f"{run.run}.{number}" for number in range(2, len(taken) + 2)))
    return next(name for name in names if name not in taken)


def _rows_of(run: Run, verdict: str) -> dict[str, pa.Table]:
    """Table -> its rows for *run*, but for the id, which only the store can tell."""
    import pyarrow as pa

    own = {
        "study": run.run, "stored_at": datetime.now(UTC).replace(tzinfo=None), "verdict": verdict,
        "days": run.days, "complete": run.complete, "fingerprint": run.fingerprint,
    }  # fmt: skip
    return {
        "runs": _rows([own | _values(run, tables.RUN_FIELDS)]),
        "candidates": _rows({"place": place} | _values(one, tables.CANDIDATE_FIELDS) for place, one in enumerate(run.candidates)),
        "ledger": pa.concat_tables(_days(run, one) for one in run.candidates),
        "chronicle": _rows(
            {"candidate": one.name, "place": place} | entry._asdict() for one in run.candidates for place, entry in enumerate(one.chronicle)
        ),
        "health": _rows(
            {"candidate": one.name, "place": place, **_values(record, tables.HEALTH_FIELDS), "record": json.dumps(record.plain)}
            for one in run.candidates
            for place, record in enumerate(one.health)
        ),
        "world_events": _rows({"place": place} | event._asdict() for place, event in enumerate(run.world_events)),
    }


def _values(one: object, columns: Iterable[str]) -> dict[str, object]:
    return {column: getattr(one, column) for column in columns}


def _days(run: Run, one: CandidateRun) -> pa.Table:
    """A candidate's ledger: a row for each replication and day."""
    import pyarrow as pa

    replications, days, _ = one.days.shape
    keys = {
        "candidate": pa.repeat(_text(one.name), replications * days),
        "replication": np.repeat(np.array(run.numbers or range(replications), np.int32), days),
        "day": np.tile(np.arange(days, dtype=np.int32), replications),
    }
    return pa.table(keys | {column: np.ascontiguousarray(one.days[..., place]).ravel() for place, column in enumerate(COLUMNS)})


def _rows(rows: Iterable[Mapping[str, object]]) -> pa.Table:
    import pyarrow as pa

    return pa.Table.from_pylist([{key: _plain(value) for key, value in row.items()} for row in rows])


def _plain(value: object) -> object:
    """A value as Arrow takes it."""
    if isinstance(value, tuple):
        return [_plain(inner) for inner in value]
    return _text(value) if isinstance(value, str) else value


def _text(words: str) -> str:
    """Text without half characters, which a model's error message or a file's name may hold, and UTF-8 may not."""
    return words.encode("utf-8", "replace").decode()


def _insert(store: Connection, table: str, rows: pa.Table, name: str) -> None:
    """Add *rows*, each column to the one of its name."""
    if not rows.num_rows:
        return
    store.register("fresh", rows)
    store.execute(f"INSERT INTO {table} BY NAME SELECT ? AS run, * FROM fresh", [name])
    store.unregister("fresh")
