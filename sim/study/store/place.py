"""Which file is the store, and what can be known of it without opening it.

One rule: what `--store` names, else the environment's FORESHOW_STORE, else `foreshow.duckdb` in the
current folder.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import NamedTuple

from sim.errors import BadInput, Mistake

VARIABLE = "FORESHOW_STORE"
DEFAULT = "foreshow.duckdb"
_MAGIC, _MAGIC_AT = b"DUCK", 8
_ELSEWHERE = "name another file with --store"


class Place(NamedTuple):
    """Where the store is.

    Attributes
    ----------
    file
        From the root on, so that nothing is lost when a user's model changes the current folder.
    named
        What named it: "--store", "FORESHOW_STORE", or nothing for the default.
    shown
        The file as it was named, for messages.
    """

    file: Path
    named: str
    shown: str


def place_of(option: str | Path | None = None) -> Place:
    """Where the store is, given what `--store` says (None: nothing).

    Examples
    --------
    >>> place_of("runs.duckdb").named, place_of("runs.duckdb").file.is_absolute()
    ('--store', True)
    """
    variable = os.environ.get(VARIABLE, "")
    named = "--store" if option is not None else VARIABLE if variable else ""
    shown = str(option) if option is not None else variable or DEFAULT
    if not shown or "\0" in shown:
        raise BadInput([Mistake(named or "--store", f"found {shown!r}", "a file's name")])
    return Place(Path(shown).absolute(), named, shown)


def look(place: Place, *, to_write: bool) -> bool:
    """Whether there is a file to open: a DuckDB file by its first bytes, which may be read (and written).

    Raises
    ------
    BadInput
        When the place is none for a store, or the file is something else.
    """
    file, folder = place.file, place.file.parent
    try:
        str(file).encode()  # DuckDB takes no others
        there = _exists(file)
        if not folder.is_dir():
            raise _no_store(place, "no such folder" if not _exists(folder) else "stands in no folder", "make it first, or " + _ELSEWHERE)
        if there and not file.is_file():
            raise _no_store(place, "is a folder" if file.is_dir() else "is no file", _ELSEWHERE)
        if to_write and not os.access(folder, os.W_OK | os.X_OK):
            raise _no_store(place, "its folder can't be written to", "ask for the right to, or " + _ELSEWHERE)
        if there and not os.access(file, os.R_OK | (os.W_OK if to_write else 0)):
            raise _no_store(place, f"can't be {'written to' if to_write else 'read'}", "ask for the right to, or " + _ELSEWHERE)
        if there and not _is_duckdb(file):
            raise _no_store(place, "is not a DuckDB file, so it is left alone", _ELSEWHERE)
    except UnicodeEncodeError:
        raise _no_store(place, "has bytes in its name that are no text", _ELSEWHERE) from None
    except OSError as problem:
        raise _no_store(place, str(problem.strerror), _ELSEWHERE) from None
    return there


def _exists(path: Path) -> bool:
    """Whether something is there; a name that the system refuses is told, and not taken for nothing."""
    try:
        path.stat()
    except (FileNotFoundError, NotADirectoryError):
        return False
    return True


def _is_duckdb(file: Path) -> bool:
    with file.open("rb") as stream:
        return stream.read(_MAGIC_AT + len(_MAGIC))[_MAGIC_AT:] == _MAGIC


def _no_store(place: Place, found: str, hint: str) -> BadInput:
    return BadInput([Mistake(place.shown, found, "", hint)])
