"""What `run` and `report` share: where a run's figures go, and how its screen is drawn."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sim.errors import BadInput, Mistake

if TYPE_CHECKING:
    from sim.study.results import Run

_OPTIONS = (
    click.option("--json", "json_file", metavar="FILE|-", help="Write the result as JSON; - for standard output and nothing else on it."),
    click.option("--csv", "csv_file", metavar="FILE|-", help="Write one row for each candidate, replication and month."),
    click.option("--quiet", is_flag=True, help="Print the first line only."),
    click.option("--width", type=click.IntRange(40, 400), help="Columns of the screen."),
    click.option("--ascii", "ascii_only", is_flag=True, help="Plain ASCII, for terminals without Unicode."),
)


@dataclass(frozen=True, slots=True)
class Output:
    """The options of `with_output` as they were given."""

    json_file: str | None = None
    csv_file: str | None = None
    quiet: bool = False
    width: int | None = None
    ascii_only: bool = False

    def check(self) -> None:
        """Refuse files that can't be written, before anything is played."""
        _writable(self.json_file, "--json")
        _writable(self.csv_file, "--csv")
        if self.json_file == self.csv_file == "-":
            raise BadInput([Mistake("--csv", "both --json and --csv ask for standard output", "", "write one of them to a file")])

    def show(self, run: Run) -> bool:
        """Write and print what was asked for; whether every file could be written."""
        from reports import export, page
        from reports.console import open_console

        written = True
        if self.json_file:
            written &= _write(self.json_file, lambda stream: stream.write(export.json_text(run)))
        if self.csv_file:
            written &= _write(self.csv_file, lambda stream: export.write_csv(run, stream))
        if "-" in (self.json_file, self.csv_file):
            return written
        console = open_console(sys.stdout, width=self.width, ascii_only=self.ascii_only or None)
        if self.quiet:
            page.print_quiet(run, console)
        else:
            page.print_page(run, console)
        sys.stdout.flush()
        return written


def with_output(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give *command* the options that make an `Output`."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def _write(target: str, write: Callable[[Any], Any]) -> bool:
    if target == "-":
        write(sys.stdout)
        sys.stdout.flush()
        return True
    try:
        with Path(target).open("w", encoding="utf-8", newline="") as stream:
            write(stream)
    except OSError as problem:
        click.echo(f"{target} could not be written: {problem.strerror}; the report follows all the same", err=True)
        return False
    return True


def _writable(target: str | None, option: str) -> None:
    """Refuse a file that can't be written before anything is played."""
    if target in (None, "-"):
        return
    path = Path(str(target))
    if path.is_dir() or not path.parent.is_dir() or not os.access(path if path.exists() else path.parent, os.W_OK):
        found = "is a folder" if path.is_dir() else "no such folder" if not path.parent.is_dir() else "is not writable"
        raise BadInput([Mistake(option, f"{target}: {found}", "a file in a folder that exists and can be written")])
