"""What something changed: revenue a query and CTR on the days before it and after it, from the ledger.

Before against after in one world is no experiment: drift, season and other changes of the world are in it.
Whether a step paid is told by a twin (`reports/price.py`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from reports.parts import numbers
from sim.columns import CLICKS, IMPRESSIONS, MICROS, QUERIES, REVENUE
from sim.study.results import Entry

SPAN_DAYS = 14
_THOUSAND = 1_000


class Level(NamedTuple):
    """How some days went: revenue per 1,000 queries, in the currency, and clicks per impression; None without any."""

    revenue: float | None
    ctr: float | None


class Effect(NamedTuple):
    """The days before and after, and how many of each; the day itself belongs to what comes after."""

    before: Level
    after: Level
    days: tuple[int, int]


class Bounds(NamedTuple):
    """Between which days nothing else was deployed: *since* is the first of them before a change, *until* the first after them."""

    since: int = 0
    until: int | None = None


ALONE = Bounds()  # nothing else was ever deployed


def around(ledger: NDArray[np.int64], day: int, bounds: Bounds = ALONE, later: int | None = None) -> Effect | None:
    """Fourteen days before *day* against fourteen from it on, or from a *later* day on; fewer where *bounds* cut them.

    Parameters
    ----------
    ledger
        One replication's counts, shape (days, columns).

    Returns
    -------
    None where there are no days on one side.
    """
    first, begin = max(day - SPAN_DAYS, bounds.since), day if later is None else later
    end = min(begin + SPAN_DAYS, len(ledger) if bounds.until is None else bounds.until)
    if first >= day or begin >= end:
        return None
    return Effect(_level(ledger[first:day]), _level(ledger[begin:end]), (day - first, end - begin))


def in_words(effect: Effect, currency: str) -> str:
    """An effect as a sentence's part."""
    before, after, (days, later) = effect
    span = "" if days == later == SPAN_DAYS else f" ({numbers.many(days, 'day')} before, {later} after)"
    unit = numbers.unit_for(max(before.revenue or 0.0, after.revenue or 0.0))
    named = f" {unit.suffix} {currency}" if unit.suffix else f" {currency}"
    money = _change(before.revenue, after.revenue, lambda value: numbers.figure(value, unit), named)
    ctr = _change(before.ctr, after.ctr, numbers.percent, "")
    return f"revenue per 1,000 queries {money}, CTR {ctr}{span}"


def served_from(lines: Sequence[Entry], place: int) -> int | None:
    """The day from which a line's change was served: its own, or for a switch that of the model that followed, unless it was sent back."""
    entry = lines[place]
    if entry.event == "deploy":
        return entry.day
    if entry.event != "switch_objective":
        return None
    came = next((later for later in lines[place + 1 :] if later.event in ("deploy", "rollback")), None)
    return came.day if came is not None and came.event == "deploy" else None


def bounds_of(lines: Sequence[Entry], first: int, last: int | None = None) -> Bounds:
    """The deployment before the line at *first*, and that after the line at *last*: what they changed is theirs."""
    before = [line.day for line in lines[:first] if line.event == "deploy"]
    after = (line.day for line in lines[(first if last is None else last) + 1 :] if line.event == "deploy")
    return Bounds(before[-1] if before else 0, next(after, None))


def starts_over(lines: Sequence[Entry], place: int) -> bool:
    """Whether an objective was switched before *place*, and nothing deployed since: what comes next is its first model."""
    events = (line.event for line in reversed(lines[:place]) if line.event in ("deploy", "switch_objective", "rollback"))
    return next(events, "") == "switch_objective"


def _level(days: NDArray[np.int64]) -> Level:
    sums = days.sum(axis=0)
    queries, shown = int(sums[QUERIES]), int(sums[IMPRESSIONS])
    return Level(
        revenue=_THOUSAND * float(sums[REVENUE]) / MICROS / queries if queries else None,
        ctr=float(sums[CLICKS]) / shown if shown else None,
    )


def _change(before: float | None, after: float | None, word: Callable[[float | None], str], unit: str) -> str:
    told = f"{word(before)} → {word(after)}{unit}"
    return f"{told} ({numbers.delta(after / before - 1, 0)})" if before and after is not None else told
