"""The command: `foreshow run`, `check` and `list`. Heavy packages are imported inside the commands.

Exit codes: 0 done, 2 the input is wrong, 4 the simulation can't be trusted (or a part breaks its contract),
70 a fault of ours, 130 interrupted.
"""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stdout
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sim import commands
from sim.errors import BadInput, ForeshowError, InvalidRun, Mistake, did_you_mean
from sim.version import VERSION

if TYPE_CHECKING:
    from sim.study.results import Run

INTERRUPTED, FAULT = 130, 70


class Commands(click.Group):
    """The commands, with a hint for a mistyped one; those in `sim.commands` are imported when they are asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Every command's name."""
        return sorted([*super().list_commands(ctx), *commands.NAMES])

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name, if there is one."""
        return super().get_command(ctx, cmd_name) or commands.find(cmd_name)

    def resolve_command(self, ctx: click.Context, args: list[str]) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command, or say which one was meant."""
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as problem:
            hint = did_you_mean(args[0], self.list_commands(ctx))
            raise click.UsageError(f"{problem.message.rstrip('.')}{'; ' + hint if hint else ''}", ctx) from None


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(VERSION, prog_name="foreshow", message="%(prog)s %(version)s")
def main() -> None:
    """See what an ad-serving model would do before it is deployed.

    A scenario file describes a platform and the candidates to try. Start with:

    \b
      foreshow list              the scenarios that come with it
      foreshow run first_year    play one and read the answer
    """  # noqa: D301  click wants the backspace itself


@main.command("run")
@click.argument("scenario")
@click.option("--seed", type=click.IntRange(0, 2**63 - 1), help="Another world: instead of the scenario's seed.")
@click.option("--replications", type=click.IntRange(1, 100_000), help="How many worlds: two or more give intervals.")
@click.option("--workers", type=click.IntRange(1, 1024), help="How many processes; one for each core by default.")
@click.option("--json", "json_file", metavar="FILE|-", help="Write the result as JSON; - for standard output and nothing else on it.")
@click.option("--csv", "csv_file", metavar="FILE|-", help="Write one row for each candidate, replication and month.")
@click.option("--quiet", is_flag=True, help="Print the first line only.")
@click.option("--width", type=click.IntRange(40, 400), help="Columns of the screen.")
@click.option("--ascii", "ascii_only", is_flag=True, help="Plain ASCII, for terminals without Unicode.")
def run_command(
    scenario: str, seed: int | None, replications: int | None, workers: int | None, json_file: str | None,
    csv_file: str | None, quiet: bool, width: int | None, ascii_only: bool,
) -> None:  # fmt: skip
    """Play SCENARIO (a file or a name from the list) and show how impressions, CTR and revenue evolve."""
    _writable(json_file, "--json")
    _writable(csv_file, "--csv")
    if json_file == csv_file == "-":
        raise BadInput([Mistake("--csv", "both --json and --csv ask for standard output", "", "write one of them to a file")])
    import sim
    from reports.progress import Progress

    found = sim.load(scenario)
    with Progress(sys.stderr) as progress, _standard_output_kept():
        run = sim.run(found, seed=seed, replications=replications, workers=workers, progress=progress.update)
    written = _report(run, json_file, csv_file, quiet=quiet, width=width, ascii_only=ascii_only)
    if run.interrupted:
        raise SystemExit(INTERRUPTED)
    if run.failed or not run.complete:
        raise SystemExit(InvalidRun.exit_code)
    if not written:
        raise SystemExit(FAULT)


@main.command("check")
@click.argument("scenario", metavar="SCENARIO|MODULE:NAME")
@click.argument("given", nargs=-1, metavar="[KEY=VALUE]...")
@click.option("--plot", is_flag=True, help="Draw what its world will do.")
@click.option("--folder", metavar="DIR", help="Where your modules stand: for a part of your own.")
@click.option("--limit", type=click.FloatRange(0.1, 86_400), help="Seconds that one call of it may take; 60 by default.")
@click.option("--width", type=click.IntRange(40, 400), help="Columns of the screen, for --plot or a part.")
@click.option("--ascii", "ascii_only", is_flag=True, help="Plain ASCII, for --plot or a part.")
def check_command(
    scenario: str, given: tuple[str, ...], plot: bool, folder: str | None, limit: float | None, width: int | None, ascii_only: bool,
) -> None:  # fmt: skip
    """Read SCENARIO and report every mistake in it, without playing anything.

    MODULE:NAME is a part of your own, a model, an objective or a drift: it is tried out on a small world, and
    every rule that it must keep is one line. KEY=VALUE are its arguments.
    """
    from sim.commands import part

    if part.is_part(scenario) and not plot:
        with _standard_output_kept():
            found_of_part = part.examine_part(scenario, given, folder, limit)
        part.show(found_of_part, width, ascii_only=ascii_only)
        raise SystemExit(0 if found_of_part.sound else InvalidRun.exit_code)
    part.refuse(scenario, given, folder, limit)
    import sim

    for option, asked in (("--width", width), ("--ascii", ascii_only)):
        if asked and not plot:
            raise BadInput([Mistake(option, "has no effect without --plot")])
    found = sim.load(scenario)
    if plot:
        from reports.console import open_console
        from reports.outlook import print_outlook
        from sim.study.foresee import foresee

        print_outlook(foresee(found), open_console(sys.stdout, width=width, ascii_only=ascii_only or None))
        return
    names = ", ".join(candidate.name for candidate in found.candidates)
    click.echo(f"{found.name}: sound. {found.days} days, {found.replications} replication(s), candidates: {names}")


@main.command("list")
def list_command() -> None:
    """Show the scenarios that come with the program, and the question each one asks."""
    from sim.scenario import shipped

    names = shipped.names()
    widest = max(map(len, names), default=0)
    for name, path in names.items():
        click.echo(f"{name:<{widest}}  {shipped.question(path)}")
    click.echo(f"\nfiles in {shipped.folder()}")


@contextmanager
def _standard_output_kept() -> Iterator[None]:
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


def _report(run: Run, json_file: str | None, csv_file: str | None, *, quiet: bool, width: int | None, ascii_only: bool) -> bool:
    """Write and print what was asked for; whether every file could be written."""
    from reports import export, page
    from reports.console import open_console

    written = True
    if json_file:
        written &= _write(json_file, lambda stream: stream.write(export.json_text(run)))
    if csv_file:
        written &= _write(csv_file, lambda stream: export.write_csv(run, stream))
    if "-" in (json_file, csv_file):
        return written
    console = open_console(sys.stdout, width=width, ascii_only=ascii_only or None)
    if quiet:
        page.print_quiet(run, console)
    else:
        page.print_page(run, console)
    sys.stdout.flush()
    return written


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


def entry() -> None:
    """Run the command, and turn every way of failing into one message and its exit code."""
    try:
        main(standalone_mode=False)
    except BadInput as bad:
        from reports.mistakes import print_mistakes

        print_mistakes(bad, sys.stderr)
        raise SystemExit(bad.exit_code) from None
    except ForeshowError as problem:
        click.echo(f"foreshow: {problem}", err=True)
        raise SystemExit(problem.exit_code) from None
    except click.ClickException as problem:
        problem.show()
        raise SystemExit(problem.exit_code) from None
    except (KeyboardInterrupt, click.Abort):
        click.echo("interrupted before anything was finished; there is nothing to report", err=True)
        raise SystemExit(INTERRUPTED) from None
    except BrokenPipeError:
        _drop_output()
        raise SystemExit(0) from None
    except OSError as problem:
        _drop_output()
        click.echo(f"foreshow: {problem.filename or 'the output'}: {problem.strerror}", err=True)
        raise SystemExit(FAULT) from None
    except Exception as problem:  # noqa: BLE001  the last resort: a fault of ours has an exit code too
        traceback.print_exc()
        click.echo(f"foreshow: a fault of ours: {type(problem).__name__}: {problem}; please report it with the lines above", err=True)
        raise SystemExit(FAULT) from None


def _drop_output() -> None:
    """Let go of a standard output that takes no more, so that closing it raises nothing."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
