"""The one door to DuckDB: opens a store for reading or for one transaction, and puts its errors into words.

One process at a time may write, and nobody reads meanwhile; since a run is written in a moment, a lock
is waited for briefly. Nothing is ever fetched from the network, and nothing of a foreign file is touched.
"""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from sim.errors import BadInput, Mistake, StoreFault
from sim.study.store.place import Place, look

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection as Connection

__all__ = ["Connection", "Writer", "reading", "writing"]

PATIENCE_S = 2.0
_LOG_MB = 1  # of the log beside the file, before it is worked into the file
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
def writing(place: Place) -> Iterator[Connection]:
    """Open the store, or begin one, for a single transaction: what fails in between changes nothing.

    Raises
    ------
    BadInput
        When the file can't be used as a store.
    StoreFault
        When it can't be written just now, such as on a full disk or while someone else has it open.
    """
    if not look(place, to_write=True):
        _begin(place)
    with _open(place, read_only=False, patience_s=PATIENCE_S) as store, _transaction(store):
        yield store


class Writer:
    """Writes to a store again and again, a third as dear as by `writing`: DuckDB stays in memory, the file is let go of.

    What was written stands in the log beside the file for a while (`*.wal`), as safe as in it.
    """

    def __init__(self, place: Place) -> None:
        self._place = place
        self._duckdb: Connection | None = None

    @contextmanager
    def writing(self, *, patient: bool = True) -> Iterator[Connection]:
        """Like the function of this name.

        Parameters
        ----------
        patient
            Whether to wait for a lock.
        """
        import duckdb

        if not look(self._place, to_write=True):
            _begin(self._place)
        patience_s = PATIENCE_S if patient else 0.0
        with _told(self._place):
            if self._duckdb is None:
                self._duckdb = duckdb.connect(":memory:", config=_SETTINGS)
                self._duckdb.execute(f"PRAGMA disable_checkpoint_on_shutdown; SET checkpoint_threshold = '{_LOG_MB}MB'")
            file = str(self._place.file).replace("'", "''")
            store = self._duckdb
            _patiently(lambda: store.execute(f"ATTACH '{file}' AS store"), patience_s)
            try:
                store.execute("USE store")
                with _transaction(store):
                    yield store
                store.execute("USE memory")
                store.execute("DETACH store")
            except BaseException:  # nobody knows what is attached by now
                self.close()
                raise

    def close(self) -> None:
        """Give back the memory."""
        if self._duckdb is not None:
            self._duckdb.close()
            self._duckdb = None


@contextmanager
def _transaction(store: Connection) -> Iterator[None]:
    store.begin()
    try:
        yield
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

    with _told(place):
        store = _patiently(lambda: duckdb.connect(str(place.file), read_only=read_only, config=_SETTINGS), patience_s)
        try:
            yield store
        finally:
            store.close()


@contextmanager
def _told(place: Place) -> Iterator[None]:
    """Whatever DuckDB or the system raises, in our words."""
    import duckdb

    try:
        yield
    except duckdb.InterruptException:
        raise KeyboardInterrupt from None
    except duckdb.Error as problem:
        raise _in_words(str(problem), place) from None
    except RuntimeError as problem:
        if "interrupted" not in str(problem):
            raise
        raise KeyboardInterrupt from None  # DuckDB has taken the Ctrl-C for itself
    except OSError as problem:
        raise StoreFault(f"{place.shown}: {problem.strerror}; nothing in it was changed") from None


def _patiently(call: Callable[[], Connection], patience_s: float) -> Connection:
    """Call again while someone else has a lock."""
    import duckdb

    until = time.monotonic() + patience_s
    while True:
        try:
            return call()
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
