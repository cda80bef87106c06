"""`foreshow report RUN`: the screen of a run that was stored; and the list of them."""

from __future__ import annotations

import sys
from typing import Any

import click

from sim.commands.keeping import STORE
from sim.commands.output import Output, with_output
from sim.errors import ForeshowError


@click.command("report")
@click.argument("run", default="last")
@STORE
@with_output
def report(run: str, store: str | None, **output: Any) -> None:
    """Show a stored RUN again: its id, the beginning of it, or "last" (which is also meant when there is none)."""
    target = Output(**output)
    target.check()
    from sim.study.store.place import place_of
    from sim.study.store.reading import read

    if not target.show(read(run, place_of(store))):
        raise SystemExit(ForeshowError.exit_code)


def list_runs(store: str | None) -> None:
    """Print the stored runs, the newest first."""
    from reports.console import open_console
    from reports.runs import print_runs
    from sim.study.store.place import look, place_of
    from sim.study.store.reading import stored_runs

    place = place_of(store)
    if place.named != "--store" and not look(place, to_write=False):
        click.echo(f"no runs yet: there is no {place.shown}; a finished 'foreshow run' makes it")
        return
    print_runs(stored_runs(place), open_console(sys.stdout))
