"""What `run`, `compare` and `report` share: where a run's figures go, and how its screen is drawn."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sim.errors import BadInput, Mistake

if TYPE_CHECKING:
    from reports.console import Screen
    from sim.study.compare.comparison import Comparison
    from sim.study.results import Run

ROWS_OF_RUNS = "Write one row for each candidate, replication and month."
_OPTIONS = (
    click.option(
        "--json",
        "json_file",
        metavar="FILE|-",
        is_flag=False,
        flag_value="-",
        help="Write the result as JSON; - (or nothing) for standard output and nothing else on it.",
    ),
    None,  # --csv, of which each command says what its rows are
    click.option("--quiet", is_flag=True, help="Print the first line only."),
    click.option("--width", type=click.IntRange(40, 400), help="Columns of the screen."),
    click.option("--ascii", "ascii_only", is_flag=True, help="Plain ASCII, for terminals without Unicode."),
)


@dataclass(frozen=True, slots=True)
class Output:
    """The options of `with_output` as they were given, and those of a comparison.

    Attributes
    ----------
    markdown_file, month_page
        Where a comparison's verdict goes as Markdown, and whether its screen has the months.
    page
        Which screen: one of `PAGES`.
    """

    json_file: str | None = None
    csv_file: str | None = None
    quiet: bool = False
    width: int | None = None
    ascii_only: bool = False
    markdown_file: str | None = None
    month_page: bool = False
    page: str = "months"

    def check(self) -> None:
        """Refuse files that can't be written, before anything is played."""
        targets = {"--json": self.json_file, "--csv": self.csv_file, "--markdown": self.markdown_file}
        for option, target in targets.items():
            _writable(target, option)
        asking = [option for option, target in targets.items() if target == "-"]
        if len(asking) > 1:
            found = f"{'both ' if len(asking) == 2 else ''}{' and '.join(asking)} ask for standard output"
            raise BadInput([Mistake(asking[-1], found, "", "write all but one of them to a file")])

    def show(self, run: Run, comparison: Comparison | None = None, stored: list[str] | None = None) -> bool:
        """Write and print what was asked for; whether every file could be written.

        *stored* is as for `reports.comparison.page.print_comparison`.
        """
        from reports import export
        from reports.comparison import export as verdicts

        written = True
        if self.json_file:
            text = export.json_text(run) if comparison is None else verdicts.json_text(comparison)
            written &= _write(self.json_file, lambda stream: stream.write(text))
        if self.csv_file:
            written &= _write(self.csv_file, lambda stream: export.write_csv(run, stream))
        if self.markdown_file and comparison is not None:
            markdown = verdicts.markdown(comparison)
            written &= _write(self.markdown_file, lambda stream: stream.write(markdown))
        if "-" not in (self.json_file, self.csv_file, self.markdown_file):
            self._print(run, comparison, stored)
        return written

    @staticmethod
    def write(target: str | None, write: Callable[[Any], Any]) -> bool:
        """Write to a file, or to standard output for "-", if it was asked for; whether it could be written."""
        return target is None or _write(target, write)

    def _print(self, run: Run, comparison: Comparison | None, stored: list[str] | None) -> None:
        from reports import page
        from reports.comparison import page as verdict
        from reports.console import open_console

        console = open_console(sys.stdout, width=self.width, ascii_only=self.ascii_only or None)
        if comparison is not None and self.quiet:
            verdict.print_quiet(comparison, console)
        elif self.page not in ("months", "all") and not self.quiet:
            _print_page(self.page, run, console)
        elif comparison is not None:
            verdict.print_comparison(comparison, console, month_page=self.month_page, stored=stored)
        elif self.quiet:
            page.print_quiet(run, console)
        else:
            page.print_page(run, console)
        if self.page == "all" and not self.quiet:
            for name in ("chronicle", "health"):
                console.row()
                _print_page(name, run, console)
        sys.stdout.flush()


def _print_page(name: str, run: Run, console: Screen) -> None:
    if name == "health":
        from reports.health import print_health

        print_health(run, console)
    elif find_spec("reports.diary") is not None:
        import_module("reports.diary").print_diary(run, console)
    else:
        from reports.page import print_story

        print_story(run, console)


PAGES = ("months", "chronicle", "health", "all")
with_page = click.option(
    "--page", type=click.Choice(PAGES), default="months", show_default=True,
    help="Which screen: the months, the diary of each team, the health of its models, or all of them.",
)  # fmt: skip
with_markdown = click.option(
    "--markdown", "markdown_file", metavar="FILE|-", is_flag=False, flag_value="-",
    help="Write the verdict of a comparison for a pull request or a ticket.",
)  # fmt: skip


def with_output(command: Callable[..., Any], rows: str = ROWS_OF_RUNS) -> Callable[..., Any]:
    """Give *command* the options that make an `Output`; *rows* says what `--csv` writes."""
    for option in reversed(_OPTIONS):
        command = (option or click.option("--csv", "csv_file", metavar="FILE|-", help=rows))(command)
    return command


def _write(target: str, write: Callable[[Any], Any]) -> bool:
    if target == "-":
        write(sys.stdout)
        sys.stdout.flush()
        return True
    whole = StringIO(newline="")  # first: what fails on the way leaves no half a file, nor an empty one
    write(whole)
    try:
        with Path(target).open("w", encoding="utf-8", newline="") as stream:
            stream.write(whole.getvalue())
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


@contextmanager
def standard_output_kept() -> Iterator[None]:
    """Send what a user's model prints while it is played to standard error: the report has the other to itself."""
    try:
        sys.stdout.flush()
        kept = os.dup(sys.stdout.fileno())
    except (AttributeError, OSError, ValueError):  # not a real file, as when called from a test
        with redirect_stdout(sys.stderr):
            yield
        return
    os.dup2(2, sys.stdout.fileno())
    try:
        yield
    finally:
        sys.stdout.flush()
        os.dup2(kept, sys.stdout.fileno())
        os.close(kept)
