"""`foreshow calibrate LOG`: read a real log, say whether it can carry a world, and write that world."""

from __future__ import annotations

import sys
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sim.errors import BadInput, ForeshowError, Mistake

if TYPE_CHECKING:
    from sim.calibrate.receipt import Reading

_FITS, _WRITES = "sim.calibrate.fitting", "sim.calibrate.world"


@click.command("calibrate")
@click.argument("logs", nargs=-1, metavar="LOG...", required=True)
@click.option("--columns", metavar="ROLE=COLUMN,...", help="What holds what, such as day=date,query=id; others are found by name.")
@click.option("--mapping", metavar="FILE", help="A TOML file with the columns, separators, date format and units of an odd log.")
@click.option("--into", metavar="DIR", help='Write the world there, for scenarios that say world = "DIR".')
@click.option(
    "--json", "json_file", metavar="FILE|-", is_flag=False, flag_value="-", help="Write what was read as JSON; - for standard output."
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
    each was taken for, and everything that is wrong with the log, is told.
    """
    from sim.calibrate.columns import parse_columns
    from sim.calibrate.reading import read
    from sim.commands.output import Output

    Output(json_file=json_file).check()
    _free(into)
    named = parse_columns(columns or "")
    reading = read([Path(log) for log in logs], named, Path(mapping) if mapping is not None else None)
    _show(reading, json_file, quiet=quiet, width=width, ascii_only=ascii_only)
    if into is not None:
        _write_world(reading, Path(into))
        if json_file != "-" and not quiet:
            click.echo(f'\nworld written to {into}; a scenario uses it with: world = "{into}"')


def _free(into: str | None) -> None:
    """Refuse a folder for a world before the log is read."""
    if into is None:
        return
    if Path(into).exists() and not Path(into).is_dir():
        raise BadInput([Mistake("--into", f"{into}: is a file", "a folder that is new or may be written to")])
    if find_spec(_FITS) is None or find_spec(_WRITES) is None:
        raise BadInput([Mistake("--into", "this version reads logs and writes no worlds yet")])


def _write_world(reading: Reading, folder: Path) -> None:
    calibration = import_module(_FITS).fit_world(reading.log)
    import_module(_WRITES).write_world(calibration, folder)


def _show(reading: Reading, json_file: str | None, *, quiet: bool, width: int | None, ascii_only: bool) -> None:
    from reports import calibration
    from reports.console import open_console

    if json_file == "-":
        sys.stdout.write(calibration.json_text(reading))
        sys.stdout.flush()
        return
    if json_file is not None:
        try:
            Path(json_file).write_text(calibration.json_text(reading), encoding="utf-8")
        except OSError as problem:
            raise ForeshowError(f"{json_file} could not be written: {problem.strerror}") from None
    console = open_console(sys.stdout, width=width, ascii_only=ascii_only or None)
    (calibration.print_quiet if quiet else calibration.print_reading)(reading, console)
    sys.stdout.flush()
