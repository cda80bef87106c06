"""Alarms on raw business series, with the rate at which they really cry wolf.

Revenue and clicks move when the world does, under any policy. So such an alarm is no finding: it is told only
beside how often it rings for a policy with nothing wrong, the rule in the same world, where it can be measured.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.columns import CLICKS, IMPRESSIONS, QUERIES, REVENUE
from sim.lifecycle.chronicle import Line
from sim.lifecycle.team.detectors import page_hinkley, trend

_LEARNED_DAYS = 28
_WINDOW_DAYS = 56
_DELTA, _THRESHOLD = 0.25, 12.0
_P = 0.001
_YEAR = 365.0


class Alarm(NamedTuple):
    """A detector rang: which, on which series, on which day."""

    detector: str
    series: str
    day: int


def revenue_a_query(days: NDArray[np.int64]) -> NDArray[np.float64]:
    """Revenue per query of each day of a ledger, in micro-units, shape (days,)."""
    return np.asarray(days[:, REVENUE] / np.maximum(days[:, QUERIES], 1), dtype=np.float64)


def ctr(days: NDArray[np.int64]) -> NDArray[np.float64]:
    """Clicks per impression of each day of a ledger, shape (days,)."""
    return np.asarray(days[:, CLICKS] / np.maximum(days[:, IMPRESSIONS], 1), dtype=np.float64)


SERIES: dict[str, Callable[[NDArray[np.int64]], NDArray[np.float64]]] = {"revenue a query": revenue_a_query, "CTR": ctr}


def off_course(y: NDArray[np.float64]) -> list[int]:
    """Days on which Page and Hinkley's test rings; after each it learns the level anew, from the next four weeks."""
    found: list[int] = []
    start = 0
    while len(y) - start > _LEARNED_DAYS:
        learned = y[start : start + _LEARNED_DAYS]
        spread = float(learned.std(ddof=1))
        if spread == 0:
            return found
        at = page_hinkley((y[start + _LEARNED_DAYS :] - learned.mean()) / spread, _DELTA, _THRESHOLD)
        if at is None:
            return found
        found.append(start + _LEARNED_DAYS + at)
        start = found[-1] + 1
    return found


def falling(y: NDArray[np.float64]) -> list[int]:
    """Days on which the last eight weeks have a falling trend (Newey-West, p < .001), looked at every week; each tells of new weeks."""
    from scipy.special import stdtr

    found: list[int] = []
    end = _WINDOW_DAYS
    while end <= len(y):
        t = trend(y[end - _WINDOW_DAYS : end]).t
        rings = t < 0 and float(stdtr(_WINDOW_DAYS - 2, t)) < _P / 2
        if rings:
            found.append(end - 1)
        end += _WINDOW_DAYS if rings else 7
    return found


DETECTORS: dict[str, Callable[[NDArray[np.float64]], list[int]]] = {"Page-Hinkley": off_course, "trend": falling}


def every(period: int = 100) -> Callable[[NDArray[np.float64]], list[int]]:
    """The dummy: it rings every so many days, whatever happens, and catches much that way."""
    return lambda y: list(range(period - 1, len(y), period))


def alarms(days: NDArray[np.int64], first: int = 0) -> tuple[Alarm, ...]:
    """Everything that rings on a ledger from day *first* on, in order of the days.

    Parameters
    ----------
    days
        A candidate's ledger, shape (days, columns of `sim.columns`).
    first
        The day of its deployment: the jump that it makes there is no news.
    """
    found = [
        Alarm(detector, series, first + day)
        for series, of in SERIES.items()
        for detector, rings in DETECTORS.items()
        for day in rings(of(days[first:]))
    ]
    return tuple(sorted(found, key=lambda one: one.day))


def alarms_a_year(quiet: Sequence[NDArray[np.int64]], first: int = 0) -> dict[tuple[str, str], float]:
    """How often each detector rings in a year on policies with nothing wrong: the false-alarm rate, by (detector, series).

    Parameters
    ----------
    quiet
        Ledgers of such policies (the rule in the same world), one for each replication. Where none is long enough there is no rate.
    """
    years = sum(max(len(days) - first, 0) for days in quiet) / _YEAR
    if years == 0:
        return {}
    rung = [alarm for days in quiet for alarm in alarms(days, first)]
    return {
        (detector, series): sum(one.detector == detector and one.series == series for one in rung) / years
        for series in SERIES
        for detector in DETECTORS
    }


def told(days: NDArray[np.int64], quiet: Sequence[NDArray[np.int64]], first: int = 0) -> tuple[Line, ...]:
    """Lines for the diary: each alarm with the rate at which its detector rings for nothing in this world; none without a rate."""
    rates = alarms_a_year(quiet, first)
    lines = []
    for one in alarms(days, first):
        rate = rates.get((one.detector, one.series))
        if rate is not None:
            detail = f"{one.detector} on {one.series}: it rings {rate:.1f} times a year for the rule, with nothing wrong"
            lines.append(Line(one.day, "alarm", detail, evidence=json.dumps({"false_alarms_a_year": float(f"{rate:.6g}")})))
    return tuple(lines)
