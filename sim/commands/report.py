"""`foreshow report RUN`: the screen of a run that was stored; and the list of them."""

from __future__ import annotations

import sys
from typing import Any

import click

from sim.commands import keeping
from sim.commands.keeping import STORE
from sim.commands.output import Output, with_markdown, with_output, with_page
from sim.errors import BadInput, ForeshowError, Mistake


@click.command("report")
@click.argument("run", default="last")
@click.option("--against", metavar="RUN", help="Hold its candidates against those of another stored run of the same worlds.")
@click.option("--months", is_flag=True, help="Of a comparison: show the lifts month by month, too.")
@with_markdown
@with_page
@STORE
@with_output
def report(run: str, against: str | None, months: bool, markdown_file: str | None, store: str | None, **output: Any) -> None:
    """Show a stored RUN again: its id, the beginning of it, or "last" (which is also meant when there is none)."""
    target = Output(**output, markdown_file=markdown_file, month_page=months)
    target.check()
    from sim.study.compare.again import against_each_other, judged_again
    from sim.study.store.place import place_of
    from sim.study.store.reading import read

    place = place_of(store)
    found = read(run, place)
    comparison = judged_again(found) if against is None else against_each_other(found, read(against, place))
    if comparison is None and (months or markdown_file):
        option = "--months" if months else "--markdown"
        raise BadInput([Mistake(option, f"{found.run} is no comparison", "", "stored by 'foreshow compare', or with --against RUN")])
    shown = found if comparison is None else comparison.run
    if not target.show(shown, comparison, keeping.where(place) if against is None else None):
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
