"""`backtest_counted`: the model, the baselines and what came, side by side."""

from __future__ import annotations

from datetime import date, timedelta
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim import seeds
from sim.calibrate.backtest import Backtest, Forecast, Rate
from sim.calibrate.forecast import ahead, common, levels, queries
from sim.calibrate.forecast.baselines import baselines
from sim.calibrate.forecast.exposure import Table, tabulate
from sim.calibrate.forecast.rows import Parts, listed, part, told
from sim.calibrate.log import Log
from sim.calibrate.scoring import score
from sim.calibrate.seasons import COME_BACK_DAYS
from sim.calibrate.summing import summed
from sim.errors import BadInput, Mistake

Array = NDArray[np.float64]

DRAWS, SEED = 1000, 1
_LOST = 10.0  # a log rate; no query has more clicks than impressions at a thousandth of a position's worth


class Fitted(NamedTuple):
    """The model after the past."""

    table: Table
    population: queries.Population
    states: queries.States
    level: common.Level


def backtest_counted(log: Log, traffic: Log | None = None, fit_until: date | None = None, confidence: float = 0.9) -> Backtest:
    """Learn from the past, and predict the CTR of the later traffic from its impressions alone.

    Parameters
    ----------
    log
        With clicks. Without *traffic*, what comes after *fit_until* is the later traffic, and its clicks only score.
    traffic
        A later log, with clicks or without.
    fit_until
        The last day to learn from.
    confidence
        Of the intervals, between 0 and 1.

    Raises
    ------
    BadInput
        Where there is nothing to learn from or to predict, or *traffic* begins before *log* ends.

    Examples
    --------
    >>> import pandas as pd
    >>> day = np.repeat(np.arange(60), 3)
    >>> rows = pd.DataFrame({"day": day, "query": np.tile([0, 1, 2], 60), "position": -1, "impressions": 1000, "clicks": 20})
    >>> log = Log("made up", date(2026, 1, 1), 60, rows, ("a", "b", "c"), has=frozenset({"clicks"}))
    >>> found = backtest_counted(log, fit_until=date(2026, 1, 31))
    >>> round(found.predicted.total.ctr, 3), found.actual.total.ctr, [month for month, _ in found.predicted.by_month]
    (0.02, 0.02, ['2026-02', '2026-03'])
    """
    parts = part(log, traffic, fit_until)
    fitted = fit(parts)
    _refuse_lost(log, parts, fitted.states)
    later, months = _later(parts, fitted.table)
    paths = _paths(parts, fitted, later)
    states = _with_new(fitted, later)
    clicks = ahead.play(later, states, fitted.population, paths.levels, SEED)
    predicted = _forecast(parts, later, months, clicks, confidence)
    plain = baselines(parts, fitted.table.factors)
    actual = None if parts.later.clicks is None else told(parts, parts.later.clicks)
    shown = [np.bincount(code, parts.later.impressions) for code in (parts.later.query, parts.months()[0])]
    weights = {"query": tuple(shown[0][: listed(parts)].astype(int).tolist()), "month": tuple(shown[1].astype(int).tolist())}
    return Backtest(
        _named(log.source, parts.first, parts.days), _named((traffic or log).source, parts.first, parts.later.day),
        predicted, plain, actual, None if actual is None else score(predicted, plain, actual, weights["query"]),
        confidence, _notes(log, traffic, parts, paths), weights,
    )  # fmt: skip


def fit(parts: Parts) -> Fitted:
    """Everything that the past tells."""
    import pandas as pd

    table = tabulate(pd.DataFrame(parts.past._asdict()), parts.days, len(parts.names))
    level = levels.level_of(table)
    exposure = table.exposure * np.exp(level)
    population = queries.fit(exposure, table.clicks)
    states, _, _ = queries.watch(exposure, table.clicks, population)
    return Fitted(table, population, states, levels.with_errors(table, level, population))


def _refuse_lost(log: Log, parts: Parts, states: queries.States) -> None:
    """Stop where the filter has lost the queries' rates, as one absurd cell makes it: any figure would be made up."""
    rate = states.own + states.drift
    if np.isfinite(rate).all() and rate.max() < _LOST:
        return
    shown = parts.past.impressions
    cell = int(shown.argmax())
    day = parts.first + timedelta(days=int(parts.past.day[cell]))
    found = f"no click rates can be learned: its largest cell has {shown[cell]:,.0f} impressions, {shown[cell] / shown.sum():.0%} of all"
    where = f"{parts.names[parts.past.query[cell]]!r} on {day}"
    raise BadInput([Mistake(log.source, found, "cells of an ordinary size", f"look at {where}")])


def _later(parts: Parts, table: Table) -> tuple[ahead.Later, tuple[str, ...]]:
    rows, (month, labels) = parts.later, parts.months()
    period = (rows.day - parts.days) // table.period_days
    periods, period = np.unique(period, return_inverse=True)
    place = np.minimum(rows.position, len(table.factors) - 1)
    cells, cell = np.unique(np.column_stack([period, month, rows.position]), axis=0, return_inverse=True)
    cell = cell.reshape(-1)
    size = len(parts.names)
    flat = summed(cell * size + rows.query, rows.impressions * table.factors[place], len(cells) * size)
    shown = summed(cell, rows.impressions)
    return ahead.Later(
        flat.reshape(len(cells), size), cells[:, 0], cells[:, 1], cells[:, 2], np.asarray(periods + 1.0, dtype=np.float64), shown
    ), labels


def _paths(parts: Parts, fitted: Fitted, later: ahead.Later) -> common.Paths:
    step, count = fitted.table.period_days, len(later.at)
    begin, end = int(parts.later.day.min()) - parts.days, int(parts.later.day.max()) + 1 - parts.days
    starts = (later.at - 1) * step
    covered = np.minimum(starts + step, end) - np.maximum(starts, begin)
    volume = np.log(summed(later.period, later.shown, count) / covered)
    pick = seeds.uniforms(seeds.key(SEED, "calibrate", 8), DRAWS)
    normals = seeds.normals(seeds.key(SEED, "calibrate", 9), DRAWS * count).reshape(DRAWS, count)
    return common.foresee(fitted.level, volume, later.at, pick, normals)


def _with_new(fitted: Fitted, later: ahead.Later) -> queries.States:
    """The states, where queries without a past get the population's at the size that they have later."""
    count = len(later.at)
    size = np.log1p(later.exposure.sum(axis=0) / count)
    new = fitted.table.exposure.sum(axis=1) == 0
    fresh = queries.unseen(fitted.population, size)
    return queries.States(*(np.where(new, other, mine) for mine, other in zip(fitted.states, fresh, strict=True)))


def _forecast(parts: Parts, later: ahead.Later, months: tuple[str, ...], clicks: ahead.Clicks, confidence: float) -> Forecast:
    tails = ((1 - confidence) / 2, (1 + confidence) / 2)

    def rate(drawn: Array, shown: float) -> Rate:
        drawn = np.minimum(drawn, shown)  # Poisson clicks know no bound
        low, high = np.quantile(drawn, tails) / shown
        return Rate(float(drawn.mean() / shown), float(low), float(high))

    def split(code: NDArray[np.intp], count: int) -> list[Rate]:
        masks = [code == number for number in range(count)]
        return [rate(clicks.by_cell[:, mask].sum(axis=1), later.shown[mask].sum()) if mask.any() else Rate(0.0) for mask in masks]

    seen = np.bincount(parts.later.query, parts.later.impressions)
    one = [rate(clicks.by_query[:, number], seen[number]) for number in range(min(listed(parts), clicks.by_query.shape[1]))]
    places = tuple(enumerate(split(later.position, int(later.position.max()) + 1), 1)) if parts.positions else ()
    by_month = tuple(zip(months, split(later.month, len(months)), strict=True))
    total = rate(clicks.by_cell.sum(axis=1), later.shown.sum())
    return Forecast(total, by_month, places, tuple(zip(parts.names, one, strict=False)))


def _named(source: str, first: date, days: int | NDArray[np.int64]) -> str:
    begin, end = (0, days - 1) if isinstance(days, int) else (int(days.min()), int(days.max()))
    return f"{source}, {first + timedelta(days=begin)} to {first + timedelta(days=end)}"


def _notes(log: Log, traffic: Log | None, parts: Parts, paths: common.Paths) -> tuple[str, ...]:
    notes = [
        f"{flaw.what}: {flaw.rows:,}{', ' + flaw.done if flaw.done else ''}" for flaw in (*log.flaws, *(traffic.flaws if traffic else ()))
    ]
    if parts.new:
        notes.append(f"{parts.new:.1%} of the later impressions are of queries without a past; they get the mean of queries of their size")
    if parts.days < COME_BACK_DAYS:
        notes.append(f"{parts.days} days show no season come back: the intervals can't know what a time of year does")
    notes.append(
        f"the level of all queries wanders by {paths.wander:.0%} and forgets half of it in {paths.half_life_days:.0f} days; "
        f"at twice the traffic it is {2**paths.slope - 1:+.0%}"
    )
    return tuple(notes)
