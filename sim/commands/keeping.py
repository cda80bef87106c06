"""What `run` does about the store: looks before anything is played, and keeps what was played.

A store that the user named must work: the run is refused beforehand (exit code 2), or ends as one
whose file could not be written (70). Of the default place nobody asked anything: it is said once that
the run is not stored, and everything else goes on.
"""

from __future__ import annotations

import shlex
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

from sim.errors import BadInput, Mistake, StoreFault
from sim.version import VERSION

if TYPE_CHECKING:
    from sim.study.compare.comparison import Comparison
    from sim.study.results import Run
    from sim.study.store.keeping import Kept
    from sim.study.store.place import Place

STORE = click.option("--store", metavar="FILE", help="The DuckDB file of all runs: else $FORESHOW_STORE, else foreshow.duckdb here.")
_OPTIONS = (STORE, click.option("--no-store", is_flag=True, help="Do not store this run."))


def with_store(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give *command* `--store` and `--no-store`."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def ready(store: str | None, *, no_store: bool) -> Place | None:
    """Where a run will be stored, after making sure that it can be; None for nowhere.

    Raises
    ------
    BadInput
        When the user named a place that is none for a store.
    """
    if no_store:
        if store is not None:
            raise BadInput([Mistake("--no-store", "--store is there too", "", "leave one of them out")])
        return None
    from sim.study.store.keeping import check
    from sim.study.store.place import place_of

    place = place_of(store)
    try:
        check(place)
    except BadInput as bad:
        if place.named:
            raise
        _say(f"{bad}; this run is played but not stored (--no-store says that this is meant)")
        return None
    return place


def keep(run: Run, place: Place | None, *, quiet: bool, comparison: Comparison | None = None) -> bool:
    """Store *run*; False when the user named the place and it could not be done."""
    if place is None:
        return True
    from reports.comparison.page import quiet_line as verdict
    from reports.page import quiet_line
    from sim.study.store.keeping import keep as store

    try:
        kept = store(run, place, quiet_line(run) if comparison is None else verdict(comparison))
    except (BadInput, StoreFault) as problem:
        _say(f"{problem}; this run is not stored")
        return not place.named
    except KeyboardInterrupt:
        _say(f"{place.shown}: interrupted; this run is not stored")
        return not place.named
    if not quiet:
        _tell(kept, place)
    return True


def _tell(kept: Kept, place: Place) -> None:
    """How to see it again, to a person at a terminal; and to everyone when the figures are not what they were."""
    if kept.beside:
        other, version = kept.beside
        differs = "is of another version" if version != VERSION else "has other figures: a model, a package or a log has changed in between"
        _say(f"stored as {kept.run}: {other}, of the same scenario and seed (Foreshow {version}), {differs}")
    if sys.stderr.isatty():
        click.echo(f"stored     {again(kept.run, place)}", err=True)


def again(run: str, place: Place) -> str:
    """The command that shows a stored run, ready for a shell.

    Examples
    --------
    >>> from sim.study.store.place import place_of
    >>> again("quiet-1-e112d850", place_of("my runs.duckdb"))
    "foreshow report quiet-1-e112d850 --store 'my runs.duckdb'"
    """
    option = where(place)
    return " ".join(
        ["foreshow report", *option, "--", shlex.quote(run)] if run.startswith("-") else ["foreshow report", shlex.quote(run), *option]
    )


def where(place: Place) -> list[str]:
    """The options that name the store, where it was named by one; ready for a shell."""
    return [f"--store {shlex.quote(place.shown)}"] if place.named == "--store" else []


def _say(words: str) -> None:
    click.echo(f"foreshow: {words}", err=True)
