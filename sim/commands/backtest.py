"""`foreshow backtest LOG`: whether it would have predicted the clicks, and better than a naive guess."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from datetime import date
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sim.commands.output import Output, with_output
from sim.errors import BadInput, ForeshowError, Mistake

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sim.calibrate.backtest import Backtest
    from sim.calibrate.log import Log

with_rates = partial(
    with_output, rows="Write one row for each rate: of the prediction, each baseline, and what came; with --policy, of each estimator."
)
_READING, _COLUMNS = "sim.calibrate.reading", "sim.calibrate.columns"
_PROCESSES = "sim.study.processes"
_PAGES, _POLICY = "sim.calibrate.clicks.backtest", "sim.calibrate.policy.backtest"


@click.command("backtest")
@click.argument("logs", nargs=-1, metavar="LOG...", required=True)
@click.option("--fit-until", metavar="DATE", help="The last day to learn from; what comes after it is predicted.")
@click.option(
    "--traffic",
    multiple=True,
    metavar="LATER_LOG",
    help="Learn from all of LOG and predict this later log, with clicks or without; again for each of several files.",
)
@click.option("--policy", metavar="OTHER_LOG", help="Predict the CTR of the policy that made OTHER_LOG; LOG has propensities.")
@click.option("--columns", metavar="ROLE=COLUMN,...", help="What holds what, such as day=date,query=id; others are found by name.")
@click.option("--mapping", metavar="FILE", help="A TOML file with the columns, separators, date format and units of an odd log.")
@click.option("--confidence", metavar="SHARE", default="90%", show_default=True, help="Of the intervals.")
@with_rates
def backtest(
    logs: tuple[str, ...], fit_until: str | None, traffic: tuple[str, ...], policy: str | None, columns: str | None, mapping: str | None,
    confidence: str, **output: Any,
) -> None:  # fmt: skip
    """Learn from the past of LOG, predict the CTR of the later traffic without its clicks, and score it where it has them.

    The prediction is told in all, by month, by position and by query, each with an interval, next to plain
    baselines. For a log of result pages by rank, too.
    """
    target = Output(**output)
    target.check()
    until, level = _asked(fit_until, traffic[0] if traffic else None, policy, confidence)
    named = import_module(_COLUMNS).parse_columns(columns or "")
    paths, form = [Path(log) for log in logs], None if mapping is None else Path(mapping)
    if policy is not None:
        _show_policy(paths, Path(policy), named, level, target, form)
        return
    read: Callable[..., Log] = import_module(_READING).read_log
    log = read(paths, named, form)
    later = _later(read, [Path(log) for log in traffic], named, form) if traffic else None
    with import_module(_PROCESSES).one_thread():
        found = _answer(log, later, until, level)
    if not _show(found, target):
        raise SystemExit(ForeshowError.exit_code)


def _answer(log: Log, later: Log | None, until: date | None, confidence: float) -> Backtest:
    """The backtest that fits the log: of its pages, if it has any; without days on which clicks were not counted."""
    seeing: Callable[[Log], Log] = import_module("sim.calibrate.blind_days").without_blind_days
    log, later = seeing(log), None if later is None else seeing(later)
    if log.pages is not None:
        found: Backtest = import_module(_PAGES).backtest_pages(log, later, fit_until=until, confidence=confidence)
        return found
    from sim.calibrate.forecast.counted import backtest_counted

    return backtest_counted(log, later, until, confidence)


def _asked(fit_until: str | None, traffic: str | None, policy: str | None, confidence: str) -> tuple[date | None, float]:
    """The day and the confidence, or all that is wrong with what was asked."""
    mistakes, until, level = [], None, 0.0
    given = [option for option, value in (("--fit-until", fit_until), ("--traffic", traffic), ("--policy", policy)) if value is not None]
    if len(given) > 1:
        mistakes.append(Mistake(given[1], f"{given[0]} is there too", "", "leave one of them out"))
    if fit_until is not None:
        try:
            until = date.fromisoformat(fit_until)
        except ValueError:
            mistakes.append(Mistake("--fit-until", f"{fit_until!r} is no date", "a day such as 2012-09-30"))
    match = re.fullmatch(r"\s*(\d+(?:\.\d*)?)\s*(%?)\s*", confidence)
    level = float(match[1]) / (100 if match[2] else 1) if match else 0.0
    if not 0 < level < 1:
        mistakes.append(Mistake("--confidence", f"found {confidence!r}", "a share above 0% and below 100%, such as 90%"))
    if mistakes:
        raise BadInput(mistakes)
    return until, level


def _later(read: Callable[..., Log], paths: list[Path], named: Mapping[str, str], form: Path | None) -> Log:
    """The later log, which need not have the clicks that the columns name."""
    try:
        return read(paths, named, form)
    except BadInput:
        if "clicks" not in named:
            raise
        return read(paths, {role: column for role, column in named.items() if role != "clicks"}, form)


def _show(found: Backtest, target: Output) -> bool:
    from reports import backtest as page
    from reports import backtest_export as export

    written = target.write(target.json_file, lambda stream: stream.write(export.json_text(found)))
    written &= target.write(target.csv_file, lambda stream: export.write_csv(found, stream))
    if "-" not in (target.json_file, target.csv_file):
        _print(page.print_quiet if target.quiet else page.print_backtest, found, target)
    return written


def _show_policy(paths: list[Path], other: Path, columns: Mapping[str, str], confidence: float, target: Output, form: Path | None) -> None:
    separator = None
    if form is not None:
        mapped, separator = _form_of_choices(form)
        columns = {**mapped, **columns}
    with import_module(_PROCESSES).one_thread():
        found = import_module(_POLICY).backtest_policy(paths, [other], columns or None, confidence, separator=separator)
    report, export = import_module("reports.policy"), import_module("reports.policy_export")
    written = target.write(target.json_file, lambda stream: stream.write(export.policy_text(found)))
    written &= target.write(target.csv_file, lambda stream: export.write_csv(found, stream))
    if "-" not in (target.json_file, target.csv_file):
        if target.quiet:
            click.echo(report.quiet_line(found))
        else:
            _print(report.print_policy, found, target)
    if not written:
        raise SystemExit(ForeshowError.exit_code)


def _form_of_choices(form: Path) -> tuple[dict[str, str], str | None]:
    """The columns and the separator of a mapping; its other keys are refused, as logs of choices are not read by them."""
    columns, told = import_module("sim.calibrate.mapping").read_mapping(form)
    idle = [key for key, value in told._asdict().items() if key != "separator" and value != told._field_defaults[key]]
    if idle:
        raise BadInput([Mistake(key, "has no effect with --policy", "columns and separator", "", None, form.name) for key in idle])
    return {role: "+".join(names) for role, names in columns.items()}, told.separator


def _print(show: Callable[[Any, Any], None], found: Any, target: Output) -> None:
    from reports.console import open_console

    show(found, open_console(sys.stdout, width=target.width, ascii_only=target.ascii_only or None))
    sys.stdout.flush()
