"""The command: `foreshow run`, `check`, `list` and those in `sim.commands`. Heavy packages are imported inside the commands.

Exit codes: 0 done, or a candidate ships, 1 none ships, 2 the input is wrong, 3 undecided, 4 the simulation
can't be trusted (or a part breaks its contract),
70 a fault of ours or a file (also the store) that could not be written, 130 interrupted.
"""

from __future__ import annotations

import os
import sys
import traceback
from typing import Any

import click

from sim import commands
from sim.commands import keeping, watching
from sim.commands.keeping import STORE, with_store
from sim.commands.output import Output, standard_output_kept, with_output, with_page
from sim.commands.profiling import Profiling
from sim.errors import BadInput, ForeshowError, InvalidRun, Mistake, did_you_mean
from sim.version import VERSION

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
      foreshow list                      the scenarios that come with it
      foreshow run first_year            play one and read the answer
      foreshow compare which_objective   see which candidate should ship
      foreshow report                    read the last answer again

    A log of your own tells how far to trust an answer:

    \b
      foreshow calibrate LOG --into DIR          fit a world to it, for scenarios that say world = "DIR"
      foreshow backtest LOG --fit-until DATE     see whether it would have predicted the clicks
    """  # noqa: D301  click wants the backspace itself


@main.command("run")
@click.argument("scenario")
@click.option("--seed", type=click.IntRange(0, 2**63 - 1), help="Another world: instead of the scenario's seed.")
@click.option("--replications", type=click.IntRange(1, 100_000), help="How many worlds: two or more give intervals.")
@click.option("--workers", type=click.IntRange(1, 1024), help="How many processes; one for each core by default.")
@click.option("--events", metavar="DIR", help="Write every ad shown to Parquet files in DIR, which must be empty or new.")
@click.option("--profile", is_flag=True, help="Say where the time went, after the screen.")
@with_page
@with_output
@with_store
def run_command(
    scenario: str, seed: int | None, replications: int | None, workers: int | None, events: str | None, profile: bool,
    store: str | None, no_store: bool, **output: Any,
) -> None:  # fmt: skip
    """Play SCENARIO (a file or a name from the list) and show how impressions, CTR and revenue evolve."""
    target, profiling = Output(**output), Profiling(asked=profile)
    target.check()
    import sim
    from reports.progress import Progress

    found = sim.load(scenario)
    place = keeping.ready(store, no_store=no_store)
    folder = watching.ready(events)
    with Progress(sys.stderr) as progress, standard_output_kept():
        run = sim.run(
            found, seed=seed, replications=replications, workers=workers, progress=progress.update, events=folder, timings=profiling.timings
        )
    written = kept = whole = False
    try:
        written = target.show(run)
    finally:  # whatever becomes of the screen, what was played is not lost
        with profiling.storing():
            kept = keeping.keep(run, place, quiet=target.quiet)
        whole = watching.tell(folder)
    profiling.show(found, target)
    if run.interrupted:
        raise SystemExit(INTERRUPTED)
    if run.failed or not run.complete:
        raise SystemExit(InvalidRun.exit_code)
    if not (written and kept and whole):
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

    MODULE:NAME is a part of your own, a model, an objective, a drift, an explorer or a pricing rule: it is tried
    out on a small world, and every rule that it must keep is one line. KEY=VALUE are its arguments.
    """
    from sim.commands import part

    if part.is_part(scenario) and not plot:
        with standard_output_kept():
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
@click.option("--runs", is_flag=True, help="Show the runs that were stored instead, the newest first.")
@STORE
def list_command(runs: bool, store: str | None) -> None:
    """Show the scenarios that come with the program, and the question each one asks."""
    if runs:
        from sim.commands.report import list_runs

        list_runs(store)
        return
    if store is not None:
        raise BadInput([Mistake("--store", "has no effect here", "", "add --runs to see what is stored")])
    from sim.scenario import shipped

    names = shipped.names()
    widest = max(map(len, names), default=0)
    for name, path in names.items():
        click.echo(f"{name:<{widest}}  {shipped.question(path)}")
    click.echo(f"\nfiles in {shipped.folder()}")


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
        click.echo(f"foreshow: {problem.filename or 'the output'}: {problem.strerror or problem}", err=True)
        raise SystemExit(FAULT) from None
    except Exception as problem:  # noqa: BLE001  the last resort: a fault of ours has an exit code too
        traceback.print_exc()
        click.echo(f"foreshow: a fault of ours: {type(problem).__name__}: {problem}; please report it with the lines above", err=True)
        raise SystemExit(FAULT) from None


def _drop_output() -> None:
    """Let go of a standard output that takes no more, so that closing it raises nothing."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
