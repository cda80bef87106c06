"""Foreshow: see what an ad-serving model would do before it is deployed.

import sim

run = sim.run("quiet", seed=7)
print(run.frame.groupby("candidate")["revenue"].sum())
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.errors import BadInput, ForeshowError, InvalidRun, Mistake, StoreFault
from sim.kept import keep, stored
from sim.version import VERSION

if TYPE_CHECKING:
    from sim.scenario.schema import Scenario
    from sim.study.compare.comparison import Comparison
    from sim.study.contract.findings import Findings
    from sim.study.events.folder import EventFolder
    from sim.study.results import Run
    from sim.study.timings import Timings

__version__ = VERSION
__all__ = [
    "BadInput", "ForeshowError", "InvalidRun", "Mistake", "StoreFault",
    "bandit_feedback", "check", "compare", "examine", "keep", "load", "run", "stored",
]  # fmt: skip


def load(source: str | Path) -> Scenario:
    """Read and check a scenario: a path, or a shipped scenario's name.

    Raises
    ------
    BadInput
        With every mistake found.

    Examples
    --------
    >>> import sim
    >>> sim.load("quiet").name
    'quiet'
    """
    from sim.scenario.read import load as read

    return read(source)


def check(source: str | Path) -> list[Mistake]:
    """Every mistake in a scenario; an empty list when it is sound.

    Examples
    --------
    >>> import sim
    >>> sim.check("quiet")
    []
    """
    try:
        load(source)
    except BadInput as bad:
        return list(bad.mistakes)
    return []


def examine(part: str, arguments: dict[str, Any] | None = None, *, folder: str | Path = ".", limit_s: float = 60.0) -> Findings:
    """Run the contract of a part of your own (a model, an objective, a drift, an explorer, a pricing rule); for a test of yours.

    Parameters
    ----------
    part
        Its import path, "module:Class".
    arguments
        What it is given, as a scenario would.
    folder
        Where your modules stand.
    limit_s
        How long one call of it may take.

    Raises
    ------
    BadInput
        When it is not there, can't be imported, or does not take the arguments.

    Examples
    --------
    >>> import sim
    >>> found = sim.examine("sklearn.naive_bayes:GaussianNB")
    >>> found.role, found.sound, found.broken
    ('model', True, ())
    """
    from sim.study.contract.examine import examine as run_contract

    return run_contract(part, Path(folder), arguments or {}, limit_s)


def run(
    scenario: str | Path | Scenario,
    *,
    seed: int | None = None,
    replications: int | None = None,
    workers: int | None = 1,
    progress: Callable[[int, int, str], None] | None = None,
    events: str | Path | EventFolder | None = None,
    timings: Timings | None = None,
) -> Run:
    """Play a scenario and return its frozen results.

    Parameters
    ----------
    seed, replications
        Instead of the scenario's own.
    workers
        How many processes. More than one are started afresh, so a script that asks for them must
        guard its main part with ``if __name__ == "__main__":``. None takes one for each core.
    events
        A folder, empty or not there yet, for the event log: one row for each ad shown, see docs/events.md.
    timings
        A `sim.study.timings.Timings` that takes where the time goes; the results do not depend on it.

    Warns
    -----
    RuntimeWarning
        When the event log could not be written to its end; the run is whole all the same.

    Raises
    ------
    BadInput
        When the scenario is wrong, or the folder is not empty; nothing has been simulated then.
    InvalidRun
        When no candidate could be played.
    """
    import warnings

    from sim.scenario.read import load as read
    from sim.study.events.folder import prepare
    from sim.study.run import run_study

    found = read(scenario) if isinstance(scenario, str | Path) else scenario
    changes = {"seed": seed, "replications": replications}
    mistakes = [*_out_of_range("seed", seed, 0, 2**63 - 1), *_out_of_range("replications", replications, 1, 100_000)]
    mistakes += _out_of_range("workers", workers, 1, 1024)
    if mistakes:
        raise BadInput(mistakes)
    found = found.but(**{key: value for key, value in changes.items() if value is not None})
    folder = prepare(events) if isinstance(events, str | Path) else events
    run = run_study(found, workers=workers, progress=progress, events=folder, timings=timings)
    if folder is not events and folder and folder.lost:
        warnings.warn(f"the event log is not whole: {folder.lost[0]}", RuntimeWarning, stacklevel=2)
    return run


def compare(
    scenario: str | Path | Scenario,
    *,
    seed: int | None = None,
    baseline: str | None = None,
    primary: str | None = None,
    replications: int | None = None,
    precision: float | None = None,
    workers: int | None = 1,
    cluster: str | None = None,
    progress: Callable[[int, int | None, str], None] | None = None,
) -> Comparison:
    """Play a scenario's candidates in the same worlds and judge them.

    Parameters
    ----------
    baseline, primary
        Whom all others are held against, and the metric that decides, instead of the scenario's.
    replications
        Exactly so many worlds, from 2; by default until it is decided, or the scenario's limit.
    precision
        Until every lift is known to plus or minus so much: 0.005 is half a percent.
    workers
        As for `run`.
    cluster
        The address of a Dask scheduler whose workers play instead.

    Raises
    ------
    BadInput
        When the scenario or what is asked is wrong; nothing has been simulated then.

    Examples
    --------
    >>> import sim
    >>> found = sim.compare(sim.load("quiet").but(days=7), replications=3)
    >>> found.verdict, found.ship
    ('SHIP', 'oracle')
    """
    from sim.scenario.read import load as read
    from sim.study.compare.conduct import conduct, quietened
    from sim.study.compare.question import pose
    from sim.study.pool import open_pool

    found = read(scenario) if isinstance(scenario, str | Path) else scenario
    mistakes = [*_out_of_range("seed", seed, 0, 2**63 - 1), *_out_of_range("replications", replications, 2, 100_000)]
    mistakes += _out_of_range("workers", workers, 1, 1024)
    if mistakes:
        raise BadInput(mistakes)
    found = quietened(found if seed is None else found.but(seed=seed))
    question = pose(found, baseline=baseline, primary=primary, replications=replications, precision=precision)
    with open_pool(found, workers, cluster) as pool:
        return conduct(found, question, pool, progress=progress).comparison


def bandit_feedback(
    folder: str | Path, candidate: str | None = None, replication: int = 0, *,
    reward: str = "clicked", first_day: int = 0, end_day: int | None = None,
) -> dict[str, Any]:  # fmt: skip
    """Read an event log as logged bandit feedback, the dictionary that Open Bandit Pipeline and its like take.

    A round is one ad in one position: the action is the ad, and its propensity is the chance that the log's
    policy put it into this position, given the context. All of it is read into memory, some 100 bytes a round.

    Parameters
    ----------
    folder
        What `foreshow run --events` or ``sim.run(..., events=folder)`` has filled.
    candidate
        Its name; may be left out where there is only one.
    replication
        Which one, from 0.
    reward
        "clicked" (0 or 1), "converted" (0 or 1, known or not by the end of the horizon) or "revenue"
        (money charged, 0 where it was refunded).
    first_day, end_day
        Days of the horizon, from 0, the last one excluded; all by default.

    Returns
    -------
    dict
        n_rounds and n_actions (ads of the market), and the arrays context, shape (n_rounds, segments + 1): a column
        for each segment, 1 where the query came from there, then the number of the query type, which is a category;
        action, from 0 to n_actions - 1; position, from 0, which is the top; reward; and pscore, above 0 and up
        to 1; all of shape (n_rounds,).

    Raises
    ------
    BadInput
        When the folder holds no event log, or not that candidate or replication.

    Examples
    --------
    The click rate on top of the page that a policy got:

    >>> import sim, tempfile
    >>> quiet = sim.load("quiet")
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     _ = sim.run(quiet.but(days=1, candidates=quiet.candidates[:1]), events=f"{folder}/events")
    ...     rounds = sim.bandit_feedback(f"{folder}/events")
    >>> sorted(rounds)
    ['action', 'context', 'n_actions', 'n_rounds', 'position', 'pscore', 'reward']
    >>> top = rounds["position"] == 0
    >>> bool(0 < rounds["reward"][top].mean() < 0.1)
    True
    """
    from sim.study.events.bandit import bandit_feedback as read

    return read(folder, candidate, replication, reward=reward, first_day=first_day, end_day=end_day)


def _out_of_range(name: str, value: object, low: int, high: int) -> list[Mistake]:
    if value is None or (isinstance(value, int) and not isinstance(value, bool) and low <= value <= high):
        return []
    return [Mistake(name, f"found {value!r}", f"a whole number from {low} to {high:,}")]
