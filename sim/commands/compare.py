"""`foreshow compare SCENARIO`: which candidate should ship, and how sure that is."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sim.commands import keeping
from sim.commands.keeping import with_store
from sim.commands.output import Output, standard_output_kept, with_markdown, with_output
from sim.errors import BadInput, ForeshowError, Mistake

if TYPE_CHECKING:
    from collections.abc import Mapping
    from contextlib import AbstractContextManager

    from sim.scenario.schema import Scenario
    from sim.study.compare.comparison import Comparison
    from sim.study.compare.conduct import Conducted
    from sim.study.pool import Pool
    from sim.study.store.place import Place

_FAILURES = "foreshow-failures"
_FEW = 6  # names that a note has room for


@click.command("compare")
@click.argument("scenario")
@click.option("--seed", type=click.IntRange(0, 2**63 - 1), help="Other worlds: instead of the scenario's seed.")
@click.option("--baseline", metavar="NAME", help="Whom all others are held against: by default who serves today.")
@click.option("--primary", metavar="METRIC", help="What decides: by default revenue.")
@click.option("--replications", type=click.IntRange(2, 100_000), help="Exactly so many worlds; by default until it is decided.")
@click.option("--precision", metavar="SHARE", help="Until every lift is known to plus or minus so much, such as 0.5%.")
@click.option("--workers", type=click.IntRange(1, 1024), help="How many processes; one for each core by default.")
@click.option("--cluster", metavar="TCP://…", help="The address of a Dask scheduler whose workers play instead.")
@click.option("--fresh", is_flag=True, help="Begin anew, even if an interrupted comparison could go on.")
@with_markdown
@click.option("--months", is_flag=True, help="Show the lifts month by month, too.")
@with_output
@with_store
def compare(
    scenario: str, seed: int | None, baseline: str | None, primary: str | None, replications: int | None, precision: str | None,
    workers: int | None, cluster: str | None, fresh: bool, markdown_file: str | None, months: bool, store: str | None, no_store: bool,
    **output: Any,
) -> None:  # fmt: skip
    """Play the candidates of SCENARIO in the same worlds and say which of them should ship.

    Exit codes: 0 one ships, 1 none does, 2 wrong input, 3 undecided, 4 the figures can't be trusted, 70 a fault of ours or, after
    0, a file that could not be written, 130 interrupted.
    """
    target = Output(**output, markdown_file=markdown_file, month_page=months)
    target.check()
    half_width = _refuse(replications, precision, workers, cluster)
    import sim
    from reports.comparison.live import CompareProgress
    from sim.study.compare.conduct import conduct, quietened
    from sim.study.compare.question import pose

    found = sim.load(scenario)
    found = found if seed is None else found.but(seed=seed)
    question = pose(found, baseline=baseline, primary=primary, replications=replications, precision=half_width)
    place = keeping.ready(store, no_store=no_store)
    played = quietened(found)
    shelf = _shelf(place, played, planned=replications, fresh=fresh)
    with CompareProgress(sys.stderr, who=_who(played)) as progress, standard_output_kept(), _pool(played, workers, cluster) as pool:
        conducted = conduct(played, question, pool, shelf=shelf, progress=progress.update)
    comparison = _with_files(conducted)
    written = kept = False
    try:
        written = target.show(comparison.run, comparison, keeping.where(place) if place else None)
    finally:  # whatever becomes of the screen, what was played is not lost
        kept = keeping.keep(comparison.run, place, quiet=target.quiet, comparison=comparison)
        if shelf and kept and not comparison.run.interrupted:
            shelf.clear()
    if comparison.exit == 0 and not (written and kept):
        raise SystemExit(ForeshowError.exit_code)
    raise SystemExit(comparison.exit)


def _refuse(replications: int | None, precision: str | None, workers: int | None, cluster: str | None) -> float | None:
    """Refuse options that contradict each other or mean nothing; the precision as a share."""
    mistakes = []
    if replications is not None and precision is not None:
        mistakes.append(Mistake("--precision", "--replications is there too", "", "leave one of them out"))
    if workers is not None and cluster is not None:
        mistakes.append(Mistake("--workers", "--cluster is there too", "", "the cluster has its own; leave one of them out"))
    share = _share(precision)
    if isinstance(share, Mistake):
        mistakes.append(share)
    if mistakes:
        raise BadInput(mistakes)
    return None if isinstance(share, Mistake) else share


def _share(text: str | None) -> float | Mistake | None:
    if text is None:
        return None
    from sim.scenario import units

    try:
        share = float(units.fraction(text))
    except ValueError:
        share = 0.0
    return share if 0 < share < 1 else Mistake("--precision", f"{text!r} is none", "a share above 0% and below 100%, such as 0.5%")


def _pool(scenario: Scenario, workers: int | None, cluster: str | None) -> AbstractContextManager[Pool]:
    """Workers, in another process than this one if the user's parts play: one that leaves with 0 would pass for SHIP."""
    from sim.study.pool import open_pool

    return open_pool(scenario, workers, cluster, apart=True)


def _who(scenario: Scenario) -> str:
    names = [one.name for one in scenario.candidates]
    return ", ".join(names) if len(names) <= _FEW else f"{len(names)} candidates"


def _shelf(place: Place | None, scenario: Scenario, *, planned: int | None, fresh: bool) -> Any:
    """Where finished replications stand until it is done, whatever is asked of them; None where nothing is stored."""
    if place is None:
        return None
    from sim.scenario.compare_schema import Compare, Guardrails
    from sim.study.store.shelf import open_shelf

    shelf = open_shelf(place, scenario.but(compare=Compare(), guardrails=Guardrails()), "", planned=planned, fresh=fresh)
    if shelf.told:
        click.echo(f"foreshow: {shelf.told}", err=True)
    return shelf


def _with_files(conducted: Conducted) -> Comparison:
    """The comparison, with what the users' own code raised in files of its own."""
    from sim.study.compare.again import with_failed

    comparison = conducted.comparison
    return with_failed(
        comparison, tuple(one._replace(file=_file(comparison.run.run, one.candidate, conducted.tracebacks)) for one in comparison.failed)
    )


def _file(run: str, candidate: str, tracebacks: Mapping[str, str]) -> str:
    if candidate not in tracebacks:
        return ""
    path = Path(_FAILURES) / f"{run}-{re.sub(r'[^A-Za-z0-9_.-]+', '-', candidate)}.txt"
    try:
        path.parent.mkdir(exist_ok=True)
        path.write_text(tracebacks[candidate], encoding="utf-8")
    except OSError as problem:
        click.echo(f"foreshow: {path}: {problem.strerror}; {candidate} raised this:\n{tracebacks[candidate]}", err=True)
        return ""
    return str(path)
