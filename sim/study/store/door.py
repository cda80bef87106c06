"""The one door to DuckDB: opens a store for reading or for one transaction, and puts its errors into words.

One process at a time may write, and nobody reads meanwhile; since a run is written in a moment, a lock
is waited for briefly. Nothing is ever fetched from the network, and nothing of a foreign file is touched.
"""

from __future__ import annotations

import os
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from sim.errors import BadInput, Mistake, StoreFault
from sim.study.store.place import Place, look

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection as Connection

__all__ = ["Connection", "reading", "writing"]

PATIENCE_S = 2.0
_RETRY_S = 0.2  # a try costs some 20 ms of a core, which whoever holds the lock may need
# Small blocks for small runs, in a form that older versions of DuckDB can read; no extension from the network.
_SETTINGS: dict[str, str | bool | int | float | list[str]] = {
    "threads": 1, "default_block_size": 65536, "storage_compatibility_version": "v1.2.0",
    "autoinstall_known_extensions": False, "autoload_known_extensions": False,
}  # fmt: skip
_AWAY = "move it away, and the next run begins a new one"
_LOCKED = re.compile(r"could not set lock|conflicting lock", re.IGNORECASE)
_HOLDER = re.compile(r"held in (?:.*/)?(.+?) \(PID (\d+)\)")
_BROKEN = re.compile(r"corrupt|checksum|could not read enough|not a valid duckdb|serializ", re.IGNORECASE)
_VERSION = re.compile(r"version number|newer version of duckdb|older version of duckdb", re.IGNORECASE)
_CHANGED = re.compile(r"^(catalog|binder|conversion|constraint) error", re.IGNORECASE)


@contextmanager
def reading(place: Place, *, patient: bool = True) -> Iterator[Connection]:
    """Open the store for reading only.

    Parameters
    ----------
    patient
        Whether to wait for a lock.

    Raises
    ------
    BadInput
        When there is none, or the file can't be used as one.
    StoreFault
        When it can't be read just now, such as while someone is writing to it.
    """
    if not look(place, to_write=False):
        raise BadInput([Mistake(place.shown, "no such store", "", "a finished 'foreshow run' makes one")])
    with _open(place, read_only=True, patience_s=PATIENCE_S if patient else 0.0) as store:
        yield store


@contextmanager
def writing(place: Place, *, patient: bool = True) -> Iterator[Connection]:
    """Open the store, or begin one, for a single transaction: what fails in between changes nothing.

    Parameters
    ----------
    patient
        Whether to wait for a lock.

    Raises
    ------
    BadInput
        When the file can't be used as a store.
    StoreFault
        When it can't be written just now, such as on a full disk or while someone else has it open.
    """
    if not look(place, to_write=True):
        _begin(place)
    with _open(place, read_only=False, patience_s=PATIENCE_S if patient else 0.0) as store:
        store.begin()
        try:
            yield store
            store.commit()
        except BaseException:
            with suppress(Exception):  # the first failure is told, whatever comes of it
                store.rollback()
            raise


def _begin(place: Place) -> None:
    """Make an empty DuckDB file beside the place and put it there whole, never over a file that is there."""
    new = place.file.with_name(f"{place.file.name}.{os.getpid()}.new")
    try:
        with _open(place._replace(file=new), read_only=False, patience_s=0.0):
            pass
        try:
            os.link(new, place.file)
        except FileExistsError:  # another run was faster
            return
        except OSError:  # a file system without links
            if not place.file.exists():
                new.rename(place.file)
    except OSError as problem:
        raise StoreFault(f"{place.shown}: {problem.strerror}; nothing was written there") from None
    finally:
        for leftover in (new, new.with_name(new.name + ".wal")):
            with suppress(OSError):
                leftover.unlink()


@contextmanager
def _open(place: Place, *, read_only: bool, patience_s: float) -> Iterator[Connection]:
    import duckdb

    try:
        store = _patiently(place.file, read_only=read_only, patience_s=patience_s)
        try:
            yield store
        finally:
            store.close()
    except duckdb.Error as problem:
        raise _in_words(str(problem), place) from None
    except OSError as problem:
        raise StoreFault(f"{place.shown}: {problem.strerror}; nothing in it was changed") from None


def _patiently(file: Path, *, read_only: bool, patience_s: float) -> Connection:
    import duckdb

    until = time.monotonic() + patience_s
    while True:
        try:
            return duckdb.connect(str(file), read_only=read_only, config=_SETTINGS)
        except duckdb.Error as problem:
            if not _LOCKED.search(str(problem)) or time.monotonic() >= until:
                raise
        time.sleep(_RETRY_S)


def _in_words(problem: str, place: Place) -> BadInput | StoreFault:
    """What went wrong and what to try, in place of DuckDB's own words."""
    if _LOCKED.search(problem):
        holder = _HOLDER.search(problem)
        who = f"another process ({holder[1]}, PID {holder[2]})" if holder else "another process"
        return StoreFault(f"{place.shown}: {who} has it open; close it there and try again, or name another file with --store")
    if "different configuration" in problem:
        return StoreFault(f"{place.shown}: this very process has it open already; close that connection first")
    if _VERSION.search(problem):
        return _refused(place, "was written by another version of DuckDB", "upgrade the package duckdb, or name another file with --store")
    if _BROKEN.search(problem):
        return _refused(place, "is damaged and can't be read", _AWAY)
    if _CHANGED.search(problem):
        return _refused(place, f"someone changed its tables: {_first_line(problem)}", _AWAY)
    hint = "make room and try again" if re.search(r"no space|too large|quota", problem, re.IGNORECASE) else "nothing in it was changed"
    return StoreFault(f"{place.shown}: {_first_line(problem)}; {hint}")


def _refused(place: Place, found: str, hint: str) -> BadInput:
    return BadInput([Mistake(place.shown, found, "", hint)])


def _first_line(problem: str) -> str:
    """DuckDB's own words without its kind of error: their first line, in lower case like ours."""
    words = re.sub(r"^(?:[\w ]*Error: )+", "", problem.strip().splitlines()[0])
    return words[:1].lower() + words[1:]
