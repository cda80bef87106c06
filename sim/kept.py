"""Runs that are kept: into the store and back, equal to what they were."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sim.study.results import Run


def keep(run: Run, store: str | Path | None = None) -> str:
    """Store a run, as the command does with every run, and return its id there.

    Parameters
    ----------
    store
        The DuckDB file; by default what FORESHOW_STORE names, else `foreshow.duckdb` in the current folder.

    Raises
    ------
    BadInput
        When the file can't be used as a store.
    StoreFault
        When it can't be written just now: another process has it open, or the disk is full.
    """
    from reports.page import quiet_line
    from sim.study.store.keeping import keep as write
    from sim.study.store.place import place_of

    return write(run, place_of(store), quiet_line(run)).run


def stored(run: str = "last", store: str | Path | None = None) -> Run:
    """Read a stored run back, equal to the one that was stored.

    Parameters
    ----------
    run
        Its id, the beginning of it, or "last" for the one that was stored last.
    store
        The DuckDB file, as for `keep`.

    Raises
    ------
    BadInput
        When there is no such run or no such store.
    StoreFault
        When the store can't be read just now.

    Examples
    --------
    >>> import sim, tempfile
    >>> played = sim.run(sim.load("quiet").but(days=1, candidates=sim.load("quiet").candidates[:1]))
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     name = sim.keep(played, f"{folder}/runs.duckdb")
    ...     again = sim.stored(name, f"{folder}/runs.duckdb")
    >>> again.fingerprint == played.fingerprint
    True
    """
    from sim.study.store.place import place_of
    from sim.study.store.reading import read

    return read(run, place_of(store))
