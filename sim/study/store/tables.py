"""The tables of a store. They follow the frozen results: a figure that a run gains becomes a column.

A store that an older version made gains the columns that it lacks when it is next written to; columns
are added, none changes its meaning or goes. `FORMAT` grows only when an older version could not go on.
"""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Any

from sim.columns import COLUMNS
from sim.errors import BadInput, Mistake
from sim.study.results import CandidateRun, Entry, Run, WorldEvent

if TYPE_CHECKING:
    from sim.study.store.door import Connection

FORMAT = 1
MARK = "foreshow"
_SQL = {
    "str": "VARCHAR", "int": "BIGINT", "bool": "BOOLEAN", "date": "DATE", "tuple[str, ...]": "VARCHAR[]",
    "float": "DOUBLE", "tuple[int, ...]": "BIGINT[]", "tuple[float | None, ...] | None": "DOUBLE[]",
}  # fmt: skip
_IN_TABLES_OF_THEIR_OWN = {"run", "candidates", "world_events", "days", "chronicle", "health"}


def _columns(kind: Any) -> dict[str, str]:
    """Field -> SQL type of a frozen class, without what has a table of its own."""
    found = {field.name: field.type for field in fields(kind)} if hasattr(kind, "__dataclass_fields__") else _annotations(kind)
    return {name: _SQL[str(of)] for name, of in found.items() if name not in _IN_TABLES_OF_THEIR_OWN}


def _annotations(kind: Any) -> dict[str, str]:
    return {name: str(getattr(of, "__forward_arg__", of)) for name, of in kind.__annotations__.items()}


RUN_FIELDS = _columns(Run)
CANDIDATE_FIELDS = _columns(CandidateRun)
ENTRY_FIELDS = _columns(Entry)
HEALTH_FIELDS = ("replication", "day", "model", "label", "moment", "verdict")  # of a record, beside the whole of it
EVENT_FIELDS = _columns(WorldEvent)
_RUN = {"run": "VARCHAR"}
_PLACE = {"place": "INTEGER"}

TABLES: dict[str, dict[str, str]] = {
    "runs": _RUN
    | {
        "study": "VARCHAR",
        "stored_at": "TIMESTAMP",
        "verdict": "VARCHAR",
        "days": "INTEGER",
        "complete": "BOOLEAN",
        "fingerprint": "VARCHAR",
    }
    | RUN_FIELDS,
    "candidates": _RUN | _PLACE | CANDIDATE_FIELDS,
    "ledger": _RUN | {"candidate": "VARCHAR", "replication": "INTEGER", "day": "INTEGER"} | dict.fromkeys(COLUMNS, "BIGINT"),
    "chronicle": _RUN | {"candidate": "VARCHAR"} | _PLACE | ENTRY_FIELDS,
    "health": _RUN
    | {"candidate": "VARCHAR"}
    | _PLACE
    | {name: "INTEGER" if name in ("replication", "day", "model") else "VARCHAR" for name in HEALTH_FIELDS}
    | {"record": "VARCHAR"},
    "world_events": _RUN | _PLACE | EVENT_FIELDS,
    "shelves": {
        "key": "VARCHAR", "scenario": "VARCHAR", "seed": "BIGINT", "question": "VARCHAR", "version": "VARCHAR",
        "settings": "VARCHAR", "files": "VARCHAR",
    },
    "shelved": {
        "key": "VARCHAR", "replication": "INTEGER", "candidate": "INTEGER", "days": "INTEGER", "ledger": "BLOB", "words": "VARCHAR",
        "planned": "BIGINT",
    },
}  # fmt: skip


def refuse_foreign(store: Connection, shown: str) -> dict[str, set[str]]:
    """Table -> its columns. An empty DuckDB file will do; someone else's, or a newer version's, is refused.

    Raises
    ------
    BadInput
        Saying so.
    """
    there = _there(store)
    if there and "format" not in there.get(MARK, ()):
        raise BadInput([Mistake(shown, "is a DuckDB file of someone else's, so it is left alone", "", "name another file with --store")])
    (newest,) = max(store.execute(f"SELECT format FROM {MARK}").fetchall() if there else [], default=(FORMAT,))
    if newest > FORMAT:
        found = f"was made by a newer Foreshow (format {newest}; this one knows {FORMAT})"
        raise BadInput([Mistake(shown, found, "", "upgrade Foreshow, or name another file with --store")])
    return there


def prepare(store: Connection, shown: str) -> None:
    """Make the tables and columns that are not there yet.

    Raises
    ------
    BadInput
        When the file is not ours to write to.
    """
    there = refuse_foreign(store, shown)
    if MARK not in there:
        store.execute(f"CREATE TABLE {MARK} (format INTEGER)")
        store.execute(f"INSERT INTO {MARK} VALUES (?)", [FORMAT])
    for table, columns in TABLES.items():
        if table not in there:
            store.execute(f"CREATE TABLE {table} ({', '.join(f'{name} {of}' for name, of in columns.items())})")
            continue
        for name in columns.keys() - there[table]:
            store.execute(f"ALTER TABLE {table} ADD COLUMN {name} {columns[name]}")


def columns_of(store: Connection, table: str) -> set[str]:
    """The columns that *table* has in this store, which an older version may have made; none where there is no such table."""
    return _there(store).get(table, set())


def _there(store: Connection) -> dict[str, set[str]]:
    """Table -> its columns, of every table that is there."""
    found: dict[str, set[str]] = {}
    for table, column in store.execute("SELECT table_name, column_name FROM duckdb_columns() WHERE NOT internal").fetchall():
        found.setdefault(table, set()).add(column)
    return found
