"""Detectors on a ledger's raw series, revenue a query and CTR by day: when they ring."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.columns import CLICKS, IMPRESSIONS, QUERIES, REVENUE
from sim.detectors import page_hinkley, trend

_LEARNED_DAYS = 28
_WINDOW_DAYS = 56
_DELTA, _THRESHOLD = 0.25, 12.0
_P = 0.001
_ROUNDING = 1e-12


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
        if spread <= _ROUNDING * abs(float(learned.mean())):  # always the same
            return found
        at = page_hinkley((y[start + _LEARNED_DAYS :] - learned.mean()) / spread, _DELTA, _THRESHOLD)
        if at is None:
            return found
        found.append(start + _LEARNED_DAYS + at)
        start = found[-1] + 1
    return found


def falling(y: NDArray[np.float64]) -> list[int]:
    """Days on which the last eight weeks have a falling trend (Newey-West, p < .001), looked at every week; each tells of new weeks."""
    from scipy.special import stdtrit

    least = float(stdtrit(_WINDOW_DAYS - 2, _P / 2))
    found: list[int] = []
    end = _WINDOW_DAYS
    while end <= len(y):
        t = trend(y[end - _WINDOW_DAYS : end]).t
        rings = t < least
        if rings:
            found.append(end - 1)
        end += _WINDOW_DAYS if rings else 7
    return found


DETECTORS: dict[str, Callable[[NDArray[np.float64]], list[int]]] = {"Page-Hinkley": off_course, "trend": falling}


def every(period: int = 100) -> Callable[[NDArray[np.float64]], list[int]]:
    """The dummy: it rings every so many days, whatever happens, and catches much that way."""
    return lambda y: list(range(period - 1, len(y), period))


def alarms(days: NDArray[np.int64], starts: Sequence[int] = (0,)) -> tuple[Alarm, ...]:
    """Everything that rings on a ledger, in order of the days.

    Parameters
    ----------
    days
        A candidate's ledger, shape (days, columns of `sim.columns`).
    starts
        Days from which detectors begin anew, in order: the jump that a deployment makes is no news. Days before the first of
        them are not looked at.
    """
    ends = (*starts[1:], len(days))
    found = [
        Alarm(detector, series, start + day)
        for start, end in zip(starts, ends, strict=True)
        for series, of in SERIES.items()
        for detector, rings in DETECTORS.items()
        for day in rings(of(days[start:end]))
    ]
    return tuple(sorted(found, key=lambda one: one.day))
