"""The list of stored runs: a line for each, or a few where the screen is narrow. An id is never cut, so that it can be copied."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC

from reports.console import Line, Screen
from reports.glyphs import clean
from reports.parts import table
from reports.parts.numbers import many
from reports.parts.table import Column
from reports.verdict import STYLES
from sim.study.results import StoredRun

_NARROWEST = 40


def print_runs(runs: Sequence[StoredRun], console: Screen) -> None:
    """Print the runs in the order in which they are given."""
    if not runs:
        console.say("no runs yet: a finished 'foreshow run' stores itself")
        return
    swap = console.glyphs.swap
    columns = [
        Column(("run",), tuple((swap(clean(one.run)), "head") for one in runs)),
        Column(("stored",), tuple((_when(one), "context") for one in runs)),
        Column(("scenario",), tuple((swap(clean(one.scenario)), "") for one in runs)),
        Column(("replications",), tuple((f"{one.replications:,}", "") for one in runs), "right"),
        Column(("seed",), tuple((str(one.seed), "") for one in runs), "right"),
    ]
    answers = Column(("answer",), tuple((swap(clean(one.verdict)), _look(one)) for one in runs))
    for fewer in (columns, columns[:4], [*columns[:2], columns[3]], columns[:2]):
        room = console.width - table.total(fewer) - table.GAP
        if room >= _NARROWEST:
            for line in table.lines([*fewer, table.shorten(answers, room, console.glyphs)]):
                console.row(line)
            return
    for one in runs:
        _print_alone(one, console)


def _print_alone(one: StoredRun, console: Screen) -> None:
    console.print(Line(console.glyphs.swap(clean(one.run)), style="head"), soft_wrap=True)
    worlds = many(one.replications, "replication")
    console.say(f"{_when(one)}, {worlds}, seed {one.seed}", "context", [("  ", "")])
    console.say(one.verdict, _look(one), [("  ", "")])


def _when(one: StoredRun) -> str:
    """When it was stored, by the clock on the reader's wall."""
    return one.stored_at.replace(tzinfo=UTC).astimezone().strftime("%Y-%m-%d %H:%M")


def _look(one: StoredRun) -> str:
    badge = one.verdict[1:].partition("]")[0]
    return STYLES.get(badge, "").removeprefix("badge.")
