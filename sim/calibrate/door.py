"""The door to DuckDB for logs: a workbench on disk, so that a log may be larger than memory."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from sim.calibrate.stopping import ctrl_c_calls
from sim.errors import BadInput, ForeshowError, Mistake

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection as Connection

__all__ = ["Connection", "in_words", "quoted", "text", "workbench"]

# No extension and nothing else is ever fetched from the network; the rows' order is kept, since pages have one.
_SETTINGS: dict[str, str | bool | int | float | list[str]] = {
    "threads": 2, "memory_limit": "500MiB", "autoinstall_known_extensions": False, "autoload_known_extensions": False,
}  # fmt: skip
_FULL = re.compile(r"no space|disk quota|out of memory|could not (?:write|allocate)|failed to (?:write|allocate)", re.IGNORECASE)
_STOPPED = re.compile(r"query interrupted|interrupted!", re.IGNORECASE)  # what DuckDB makes of Ctrl-C


@contextmanager
def workbench() -> Iterator[Connection]:
    """Open an empty database in a folder of its own, which is removed in the end; what does not fit into memory is put there.

    Raises
    ------
    ForeshowError
        When the folder for temporary files is full.
    KeyboardInterrupt
        When someone stops it, also where DuckDB notices first and makes an error of its own of it.
    """
    import duckdb

    with (
        tempfile.TemporaryDirectory(prefix="foreshow-") as folder,
        duckdb.connect(str(Path(folder) / "log.duckdb"), config=_SETTINGS | {"temp_directory": folder}) as bench,
    ):
        bench.execute("SET enable_progress_bar = false")
        try:
            with ctrl_c_calls(bench.interrupt):
                yield bench
        except (duckdb.InterruptException, RuntimeError) as problem:
            if not _STOPPED.search(str(problem)):
                raise
            raise KeyboardInterrupt from None
        except duckdb.Error as problem:
            if not _FULL.search(str(problem)):
                raise
            told = f"{tempfile.gettempdir()} or memory has no room to read the log: {_first_line(problem)}"
            raise ForeshowError(f"{told}; make room, or set TMPDIR to a folder that has some") from None


@contextmanager
def in_words(path: Path) -> Iterator[None]:
    """Say what DuckDB can't read of a file in our words.

    Raises
    ------
    BadInput
        Instead of an error of DuckDB that is about the file.
    """
    import duckdb

    try:
        yield
    except duckdb.Error as problem:
        if _FULL.search(str(problem)) or _STOPPED.search(str(problem)):
            raise
        raise BadInput([Mistake(str(path), f"can't be read: {_first_line(problem)}", "CSV, CSV.gz or Parquet")]) from None


def quoted(name: str) -> str:
    """A name as SQL writes it.

    Examples
    --------
    >>> quoted('the "day" of it')
    '"the ""day"" of it"'
    """
    return '"' + name.replace('"', '""') + '"'


def text(value: object) -> str:
    """A text as SQL writes it.

    Examples
    --------
    >>> text("it's")
    "'it''s'"
    """
    return "'" + str(value).replace("'", "''") + "'"


def _first_line(problem: Exception) -> str:
    words = re.sub(r"^(?:[\w ]*Error: )+", "", str(problem).strip().splitlines()[0] if str(problem).strip() else "unknown")
    return words[:1].lower() + words[1:]
