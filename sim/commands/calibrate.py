"""`foreshow calibrate LOG`: read a real log, say whether it can carry a world, and write that world."""

from __future__ import annotations

import sys
from pathlib import Path
from tempfile import TemporaryFile
from typing import TYPE_CHECKING

import click

from sim.errors import BadInput, ForeshowError, Mistake

if TYPE_CHECKING:
    from sim.calibrate.outcome import Outcome
    from sim.calibrate.receipt import Reading
    from sim.commands.output import Output


@click.command("calibrate")
@click.argument("logs", nargs=-1, metavar="LOG...", required=True)
@click.option("--columns", metavar="ROLE=COLUMN,...", help="What holds what, such as day=date,query=id; others are found by name.")
@click.option("--mapping", metavar="FILE", help="A TOML file with the columns, separators, date format and units of an odd log.")
@click.option("--into", metavar="DIR", help='Write the world there, for scenarios that say world = "DIR".')
@click.option(
    "--json", "json_file", metavar="FILE|-", is_flag=False, flag_value="-", help="Write what was found as JSON; - for standard output."
)
@click.option("--quiet", is_flag=True, help="Print the first line only.")
@click.option("--width", type=click.IntRange(40, 400), help="Columns of the screen.")
@click.option("--ascii", "ascii_only", is_flag=True, help="Plain ASCII, for terminals without Unicode.")
def calibrate(
    logs: tuple[str, ...], columns: str | None, mapping: str | None, into: str | None, json_file: str | None, quiet: bool,
    width: int | None, ascii_only: bool,
) -> None:  # fmt: skip
    """Read a real LOG (CSV, CSV.gz or Parquet; several files of one log) and fit a world to it.

    A row is an impression, a count of impressions, or a result page. Columns with usual names are found; what
    each was taken for, and everything that is wrong with the log, is told; then every figure that was fitted, what the
    log can't tell, and how like the log a simulated one is. Ends with 0, with 1 where something could not be written,
    with 2 where the log could not be read.
    """
    from sim.calibrate.columns import parse_columns
    from sim.calibrate.reading import read
    from sim.commands.output import Output
    from sim.study.processes import one_thread

    output = Output(json_file=json_file, quiet=quiet, width=width, ascii_only=ascii_only)
    output.check()
    _free(into)
    named = parse_columns(columns or "")
    reading = read([Path(log) for log in logs], named, Path(mapping) if mapping is not None else None)
    if quiet and into is None and json_file is None:  # nobody wants to see more than what was read
        _print_answer(reading, output)
        return
    with one_thread():
        found = _found(reading, into)
    _show(found, output)


def _free(into: str | None) -> None:
    """Refuse a folder for a world before the log is read."""
    if into is None:
        return
    folder = Path(into)
    if folder.exists() and not folder.is_dir():
        raise BadInput([Mistake("--into", f"{into}: is a file", "a folder that is new or may be written to")])
    if folder.is_dir() and any(folder.iterdir()) and not (folder / "world.toml").is_file():
        raise BadInput([Mistake("--into", f"{into}: holds other files", "a folder that is new, empty, or of an earlier calibration")])
    there = next(place for place in (folder.absolute(), *folder.absolute().parents) if place.exists())
    try:
        TemporaryFile(dir=there).close()  # what a folder's rights say is not all: a disk may be full, or of another kind
    except OSError as problem:
        found = f"{into}: {there} can't be written to: {problem.strerror}"
        raise BadInput([Mistake("--into", found, "a folder that is new or may be written to")]) from None


def _found(reading: Reading, into: str | None) -> Outcome:
    """Fit, write the world, and compare."""
    from sim.calibrate.fitting import fit_world
    from sim.calibrate.match.matching import match
    from sim.calibrate.outcome import Outcome
    from sim.calibrate.world import write_world

    calibration = fit_world(reading.log)
    if into is not None:
        try:
            write_world(calibration, Path(into))
        except OSError as problem:
            raise ForeshowError(f"{into} could not be written: {problem.strerror}") from None
    return Outcome(reading, calibration, match(reading.log, calibration), into or "")


def _show(outcome: Outcome, output: Output) -> None:
    from reports import calibration
    from reports.console import open_console

    written = output.write(output.json_file, lambda stream: stream.write(calibration.json_text(outcome)))
    if output.json_file != "-":
        if output.quiet:
            _print_answer(outcome.reading, output)
        else:
            calibration.print_calibration(outcome, open_console(sys.stdout, width=output.width, ascii_only=output.ascii_only or None))
        sys.stdout.flush()
    if not written:
        raise SystemExit(ForeshowError.exit_code)


def _print_answer(reading: Reading, output: Output) -> None:
    from reports import calibration
    from reports.console import open_console

    calibration.print_quiet(reading, open_console(sys.stdout, width=output.width, ascii_only=output.ascii_only or None))
    sys.stdout.flush()
