"""The match report: figures that were not fitted, of the log and of logs that its calibration brings forth."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice
from typing import Any, NamedTuple

import numpy as np

from sim.calibrate.asking import asked
from sim.calibrate.blind_days import without_blind_days
from sim.calibrate.calibration import Calibration
from sim.calibrate.clicks.pages import pages_of
from sim.calibrate.demand import LEVEL
from sim.calibrate.log import Log
from sim.calibrate.match.clicks import CLICKS
from sim.calibrate.match.judging import judge
from sim.calibrate.match.measure import Measure
from sim.calibrate.match.pages import FEWEST_PAGES, PAGES, drawn, fitted
from sim.calibrate.match.playing import MOST_BUILT, replayed
from sim.calibrate.match.result import Match
from sim.calibrate.match.tally import Array, Tally, tally_of
from sim.calibrate.match.traffic import TRAFFIC
from sim.calibrate.world import LEAST_TYPES
from sim.errors import BadInput

CONFIDENCE = 0.9
MOST_TYPES = 20_000  # as many as a world's table has
_MOST, _FEWEST = 40, 12  # simulated logs
_PATIENCE_S, _A_QUERY_S, _A_DAY_S = 15.0, 2.5e-4, 4e-4  # roughly, on one core: what may be spent, and what a simulated log costs


class _Part(NamedTuple):
    """Some figures of the log and of simulated logs, and what was simulated."""

    measures: tuple[Measure[Any], ...]
    real: tuple[float, ...]
    drawn: Array
    words: str


def match(log: Log, calibration: Calibration, seed: int = 1, replications: int | None = None) -> Match:
    """Simulate the log from its own calibration, and compare what was not fitted.

    Parameters
    ----------
    calibration
        What `fit_world` found in *log*.
    seed
        Of what is drawn.
    replications
        How many logs are simulated; None for as many as fit into some fifteen seconds of one core, 12 to 40.

    Returns
    -------
    Match
        Traffic and, where the log has no pages, clicks are of the world, played over the days of the log with one
        ad for each query; figures of pages are of the click model that is likeliest on a part held back, on the log's own pages.
        Simulated logs are drawn at the fitted figures, not at their errors.

    Examples
    --------
    >>> import pandas as pd
    >>> from datetime import date
    >>> rows = pd.DataFrame({"day": [0], "query": [0], "position": [-1], "ad": [-1], "segment": [-1], "impressions": [9]})
    >>> match(Log("one.csv", date(2026, 1, 1), 1, rows, ("tents",)), Calibration("one.csv", date(2026, 1, 1), 1, (), ())).lacks
    ('one day of one query has nothing to compare',)
    """
    number = _replications(log) if replications is None else replications
    found = [part(log, calibration, number, seed) for part in (_of_world, _of_pages)]
    parts = [part for part in found if isinstance(part, _Part)]
    lacks = tuple(part for part in found if isinstance(part, str) and part)
    if not parts:
        return Match((), (), 0, CONFIDENCE, lacks)
    measures = [one for part in parts for one in part.measures]
    real = [one for part in parts for one in part.real]
    statistics = judge(measures, real, np.hstack([part.drawn for part in parts]), CONFIDENCE)
    return Match(statistics, tuple(part.words for part in parts), number, CONFIDENCE, lacks)


def _replications(log: Log) -> int:
    """How many logs are simulated: fewer of a large one, by its size alone and not by a clock."""
    one_s = min(len(log.queries), MOST_BUILT) * _A_QUERY_S + log.days * _A_DAY_S
    return int(np.clip(_PATIENCE_S / one_s, _FEWEST, _MOST))


def _of_world(log: Log, calibration: Calibration, number: int, seed: int) -> _Part | str:
    """Traffic and clicks by day and query."""
    if log.days == 1 and len(log.queries) == 1:
        return "one day of one query has nothing to compare"
    if not calibration.dated:
        return "a log without dates has no traffic that could be compared from day to day"
    if not len(log.counted) or calibration.figure(LEVEL) is None:
        return "without a level of traffic no log can be simulated"
    seen = tally_of(log, asked(log), MOST_TYPES)
    plain = log.pages is None and seen.clicks is not None and seen.queries >= LEAST_TYPES  # a world of one query has no logged ad
    measures = TRAFFIC + CLICKS if plain else TRAFFIC
    real = _taken(measures, seen, log)
    if not np.isfinite(real).any():
        return "the log is too short, and has too few queries, for any figure of its traffic"
    try:
        drawn = [_taken(measures, again, log) for again in islice(replayed(calibration, seed), number)]
    except BadInput as bad:
        return f"no scenario can stand in the fitted world: {bad.mistakes[0].where} {bad.mistakes[0].found}"
    return _Part(measures, real, np.array(drawn), "days of the fitted world, one ad for each query")


def _taken(measures: Sequence[Measure[Tally]], tally: Tally, log: Log) -> tuple[float, ...]:
    """The figures of a tally, those of clicks on the days on which the log's were counted."""
    seeing = tally.outside(log.blind) if log.blind else tally
    return tuple(one.take(seeing if one in CLICKS else tally) for one in measures)


def _of_pages(log: Log, _: Calibration, number: int, seed: int) -> _Part | str:
    if log.pages is None or "clicks" not in log.has:
        return ""
    fit = fitted(pages_of(without_blind_days(log)))
    if fit is None:
        return f"figures of pages take {FEWEST_PAGES} pages with several results, some of them clicked"
    real = tuple(one.take(fit.seen) for one in PAGES)
    return _Part(PAGES, real, drawn(fit, number, seed), f"clicks of {fit.model.name} on the log's own pages")
