"""What tests of the store share: an empty place, another process that holds it, and what makes two runs equal."""

from __future__ import annotations

import subprocess
import sys
from contextlib import contextmanager
from dataclasses import fields, replace
from io import StringIO
from pathlib import Path

import duckdb
import numpy as np

from reports.console import open_console
from reports.export import json_text, write_csv
from reports.page import print_page
from sim.study.results import CandidateRun, Run
from sim.study.store.reading import stored_runs
from tests.study.made_up import candidate, run

ROOT = Path(__file__).parents[2]
BASE = run(candidate(), run="x-1-00")
OTHER = replace(BASE, candidates=(candidate(clicks=11),))  # other figures under the same id


def same(one: Run, other: Run) -> bool:
    """Whether two runs are equal, field by field and cell by cell, with the same types."""
    return all(_same(getattr(one, field.name), getattr(other, field.name)) for field in fields(Run))


def _same(one, other):
    if isinstance(one, CandidateRun):
        return all(_same(getattr(one, field.name), getattr(other, field.name)) for field in fields(CandidateRun))
    if isinstance(one, np.ndarray):
        return one.dtype == other.dtype and np.array_equal(one, other)
    if isinstance(one, tuple):
        return type(one) is type(other) and len(one) == len(other) and all(map(_same, one, other))
    return type(one) is type(other) and one == other


def everything_shown(run: Run) -> list[str]:
    """The screens and files that are made of a run."""
    screens = []
    for width, ascii_only in ((60, False), (120, True)):
        stream = StringIO()
        print_page(run, open_console(stream, width=width, ascii_only=ascii_only))
        screens.append(stream.getvalue())
    table = StringIO()
    write_csv(run, table)
    return [*screens, json_text(run), table.getvalue()]


def python(script: str, *words: str, check: bool = True) -> subprocess.CompletedProcess[str]:
    """Run a script in a process of its own."""
    return subprocess.run([sys.executable, "-c", script, *words], cwd=ROOT, capture_output=True, text=True, check=check)


@contextmanager
def held(file: Path, how: str = "read_only=False", seconds: float = 600):
    """Another process has the file open for a while."""
    script = f"import duckdb, sys, time; it = duckdb.connect(sys.argv[1], {how}); print('open', flush=True); time.sleep({seconds})"
    with subprocess.Popen([sys.executable, "-c", script, str(file)], stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout.readline() == "open\n"
        try:
            yield holder
        finally:
            holder.kill()


def ask(place, query):
    """What a store says to some SQL."""
    with duckdb.connect(str(place.file), read_only=True) as store:
        return store.execute(query).fetchall()


def change(place, statement):
    """Let someone else change a store."""
    with duckdb.connect(str(place.file)) as store:
        store.execute(statement)


def ids(place):
    """The runs that a store holds, the last first."""
    return [one.run for one in stored_runs(place)]
