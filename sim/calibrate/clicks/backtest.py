"""Later result pages without their clicks: CTR by rank, pages without a click and with several."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np

from sim.calibrate.backtest import Backtest, ClickModel, Forecast
from sim.calibrate.clicks.choosing import Choice, choose
from sim.calibrate.clicks.cutting import aligned, in_blocks, when, widened
from sim.calibrate.clicks.expected import came, carried, expected
from sim.calibrate.clicks.moving import Moves, fit_moves, past
from sim.calibrate.clicks.pages import Pages, pages_of
from sim.calibrate.log import Log
from sim.calibrate.scoring import score
from sim.errors import BadInput, Mistake

FEWEST = 40  # pages on either side of a cut


@dataclass(frozen=True, slots=True, eq=False)
class _Task:
    """What is to be predicted from what."""

    before: Pages
    later: Pages
    within: bool
    names: tuple[str, ...]
    log: str
    traffic: str


def backtest_pages(
    log: Log,
    traffic: Log | None = None,
    *,
    fit_until: date | None = None,
    held: float = 0.25,
    within: bool | None = None,
    confidence: float = 0.9,
) -> Backtest:
    """Fit click models to a log's past and predict its later pages, or those of *traffic*, without their clicks.

    Parameters
    ----------
    log
        Of result pages with clicks.
    traffic
        Later pages, with or without clicks; None to hold back the last of *log*.
    fit_until
        The last day that is fitted; None to cut by share.
    held
        Share of the pages that is held back, inside (0, 0.9].
    within
        Whether to cut each query by itself; None to do so where the log is sorted by query, as its order tells time only
        within a query then.
    confidence
        Of the intervals, inside (0, 1).

    Returns
    -------
    The prediction next to baselines, and scores where clicks came. CTR counts results, not pages:
    distinct clicked results over results shown.

    Raises
    ------
    BadInput
        Where there are no pages with clicks, or too few.

    Notes
    -----
    The model is chosen within the past: fitted to its first two thirds, judged on the last. The winner is
    fitted to the whole past then. Intervals add the fit's own error, moves of taste (`moving`) as fitted by
    predicting the past's second and last third from what was before, and the chance of the clicks to come.
    """
    task = _task(log, traffic, fit_until, held, within)
    if len(task.before.query) < FEWEST or len(task.later.query) == 0:
        found = f"{len(task.before.query)} pages to fit and {len(task.later.query)} to predict"
        raise BadInput([Mistake(log.source, found, f"at least {FEWEST} to fit, and some to predict", "another cut")])
    choice, moves = _learned(task)
    later = task.later.unclicked()
    predicted = expected(choice.fit(task.before), task.before, later, moves, confidence, task.names)
    baselines = {name: carried(task.before, later, task.names, by_query=own) for name, own in _BASELINES.items()}
    actual = None if task.later.clicked is None else came(task.later, task.names)
    shown = _shown(task, predicted)
    scores = None if actual is None else score(predicted, baselines, actual, shown)
    notes = (*_notes(task, choice, moves), _TOLD.format("the past's last third" if actual is None else "the pages held back"))
    return Backtest(
        task.log, task.traffic, predicted, baselines, actual, scores, confidence, notes, {"query": shown}, _models(choice, task)
    )  # fmt: skip


_TOLD = "click models are compared on {}; log-likelihood is per result, and perplexity per rank and their mean, as PyClick has them"
_BASELINES = {"carry forward by rank": False, "re-weighted by query and rank": True}


def _task(log: Log, traffic: Log | None, fit_until: date | None, held: float, within: bool | None) -> _Task:
    pages = pages_of(log)
    if pages.clicked is None:
        raise BadInput([Mistake(log.source, "has no clicks to fit", "a column of clicks", "see `foreshow backtest --help`")])
    within = in_blocks(pages) if within is None else within
    if traffic is not None:
        later, names = aligned(log, traffic, pages_of(traffic))
        ranks = max(pages.ranks, later.ranks)
        pages, later = widened(pages, ranks), widened(later, ranks)
        return _Task(
            pages.thinned(),
            later,
            within,
            names,
            f"{log.source}, {len(pages.query):,} pages",
            f"{traffic.source}, {len(later.query):,} pages",
        )
    if fit_until is not None and log.pages is not None:
        first = log.pages["day"].to_numpy() <= (fit_until - log.first).days
        how = f"to {fit_until}"
    else:
        first = when(pages, within=within) < 1 - held
        how = f"the first {1 - held:.0%}" + (" of each query" if within else "")
    before, later = pages.take(first).thinned(), pages.take(~first)
    return _Task(before, later, within, log.queries, f"{log.source}, {how}", f"{log.source}, the {len(later.query):,} pages after")


def _learned(task: _Task) -> tuple[Choice, Moves]:
    """The best model within the past, and how far clicks move there, over the later pages' length."""
    at = when(task.before, within=task.within)
    first, second, third = (task.before.take((at >= low) & (at < low + 1 / 3)) for low in (0, 1 / 3, 2 / 3))
    both = task.before.take(at < 2 / 3)
    choice = choose(both, third)
    moves = fit_moves([past(choice.fit(first), first, second), past(choice.fit(both), both, third)])
    return choice, moves.scaled(max(1.0, len(task.later.query) / len(third.query)))


def _models(choice: Choice, task: _Task) -> tuple[ClickModel, ...]:
    """The table of the models: of the pages held back where they have clicks, else of the past's last third."""
    if task.later.clicked is None:
        return choice.scores
    return choose(task.before, task.later).scores


def _shown(task: _Task, predicted: Forecast) -> tuple[int, ...]:
    """Results shown of each query, in the forecast's order."""
    shown = np.bincount(task.later.query, task.later.shown.sum(axis=1))
    at = {name: code for code, name in enumerate(task.names)}
    return tuple(int(shown[at[name]]) for name, _ in predicted.by_query)


def _notes(task: _Task, choice: Choice, moves: Moves) -> list[str]:
    best = choice.scores[0]
    notes = [
        f"click model {best.name}: the likeliest of {len(choice.scores)} on the last third of what was fitted",
        f"tastes move by {moves.common:.2f} (all), {moves.query:.2f} (a query), {moves.place:.2f} (a rank of a query) on log-odds, one sd",
    ]
    if task.within:
        notes.append("the log is sorted by query: its order is taken for time within each query, and so it was cut")
    if (~task.before.shown.any(axis=0) & task.later.shown.any(axis=0)).any():
        notes.append("some of the later pages are longer than any that was fitted: what they do there is a guess")
    new = ~np.isin(task.later.query, np.unique(task.before.query))
    if new.any():
        notes.append(f"{new.mean():.1%} of the later pages are of queries that were never seen")
    return notes
