"""The past and the later traffic as rows with the same codes."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.calibrate.backtest import Forecast, Rate
from sim.calibrate.log import Log
from sim.errors import BadInput, Mistake

if TYPE_CHECKING:
    import pandas as pd

Array = NDArray[np.float64]
Codes = NDArray[np.int64]

MOST_QUERIES, _BUCKETS = 20_000, 2_000
LISTED = 1_000  # queries of a forecast that are told one by one


class Rows(NamedTuple):
    """Counted rows; every array has one entry for each.

    Attributes
    ----------
    day, query, position
        int64. Days count from the past's first; positions from 0, and 0 where the log has none.
    impressions, clicks
        float64; clicks is None where there are none.
    """

    day: Codes
    query: Codes
    position: Codes
    impressions: Array
    clicks: Array | None

    def where(self, mask: NDArray[np.bool_]) -> Rows:
        """The rows of *mask*."""
        return Rows(*(None if column is None else column[mask] for column in self))  # type: ignore[arg-type]


class Parts(NamedTuple):
    """The two parts of a backtest.

    Attributes
    ----------
    names
        Of queries by code, the ones with the most impressions later first; "" for buckets of rare ones.
    first, days
        The first day of the past, and how many it has.
    positions
        Whether the logs tell positions.
    new
        The share of the later impressions that are of queries without a past.
    """

    past: Rows
    later: Rows
    names: tuple[str, ...]
    first: date
    days: int
    positions: bool
    new: float

    def months(self) -> tuple[Codes, tuple[str, ...]]:
        """The code of each later row's month, and the months' labels in order."""
        days, back = np.unique(self.later.day, return_inverse=True)
        text = [(self.first + timedelta(days=day)).isoformat()[:7] for day in days.tolist()]
        labels, codes = np.unique(np.array(text), return_inverse=True)
        return codes[back].astype(np.int64), tuple(str(label) for label in labels)


def part(log: Log, traffic: Log | None, fit_until: date | None) -> Parts:
    """Cut *log* after *fit_until*, or put *traffic* behind it; all that is wrong at once as `BadInput`."""
    later_log = log if traffic is None else traffic
    last = log.first + timedelta(days=log.days - 1)
    until = last if fit_until is None else min(fit_until, last)
    mistakes = _mistakes(log, traffic, fit_until)
    days = (until - log.first).days + 1
    names = sorted({*log.queries, *later_log.queries})
    past = _rows(log, names, 0)
    later = _rows(later_log, names, (later_log.first - log.first).days)
    past, later = past.where(past.day < days), later.where(later.day >= days)
    if not mistakes and (past.clicks is None or past.clicks.sum() == 0):
        mistakes.append(Mistake(log.source, "not one click to learn from", f"clicks up to {until}"))
    if not mistakes and not later.impressions.sum():
        mistakes.append(Mistake((traffic or log).source, f"no impressions after {until}", "later traffic to predict"))
    if mistakes:
        raise BadInput(mistakes)
    new = ~np.isin(later.query, np.unique(past.query))
    share = float(later.impressions[new].sum() / later.impressions.sum())
    past, later, ordered = _ranked(past, later, names)
    return Parts(past, later, ordered, log.first, days, {"position"} <= log.has & later_log.has, share)


def _mistakes(log: Log, traffic: Log | None, fit_until: date | None) -> list[Mistake]:
    found = []
    last = log.first + timedelta(days=log.days - 1)
    if "clicks" not in log.counted:
        found.append(Mistake(log.source, "it has no clicks", "a log with impressions and clicks"))
    if traffic is None and fit_until is None:
        found.append(Mistake("--fit-until", "is missing, and there is no --traffic", "the last day to learn from, or a later log"))
    if traffic is not None and traffic.first <= last:
        found.append(Mistake(traffic.source, f"begins on {traffic.first}, before the log ends on {last}", "later traffic"))
    if traffic is None and fit_until is not None and not log.first < fit_until < last:
        found.append(Mistake("--fit-until", f"{fit_until} leaves nothing to learn from or to predict", f"a day from {log.first} to {last}"))
    return found


def _rows(log: Log, names: list[str], shift: int) -> Rows:
    at = {name: number for number, name in enumerate(names)}
    code = np.array([at[name] for name in log.queries], dtype=np.int64)
    counted: pd.DataFrame = log.counted
    impressions = counted["impressions"].to_numpy(dtype=np.float64)
    clicks = counted["clicks"].to_numpy(dtype=np.float64) if "clicks" in counted else None
    position = np.maximum(counted["position"].to_numpy(dtype=np.int64), 0)
    return Rows(counted["day"].to_numpy(dtype=np.int64) + shift, code[counted["query"].to_numpy()], position, impressions, clicks)


def _ranked(past: Rows, later: Rows, names: list[str]) -> tuple[Rows, Rows, tuple[str, ...]]:
    """Give the queries new codes by their impressions later, then before; rare ones beyond the many share buckets."""
    count = len(names)
    shown = [np.bincount(rows.query, rows.impressions, count) for rows in (later, past)]
    order = np.lexsort((np.arange(count), -shown[1], -shown[0]))
    code = np.empty(count, dtype=np.int64)
    code[order] = np.arange(count)
    rare = code >= MOST_QUERIES
    code[rare] = MOST_QUERIES + (code[rare] - MOST_QUERIES) % _BUCKETS
    ordered = [names[number] for number in order[:MOST_QUERIES].tolist()] + [""] * (int(code.max()) + 1 - min(count, MOST_QUERIES))
    return past._replace(query=code[past.query]), later._replace(query=code[later.query]), tuple(ordered)


def told(parts: Parts, clicks: Array) -> Forecast:
    """The later CTR without intervals, as *clicks*, float64[later rows], have it: what came, or what a baseline expects."""
    later, (month, labels) = parts.later, parts.months()
    shown = later.impressions

    def rates(code: Codes, count: int) -> list[Rate]:
        seen = np.bincount(code, shown, count)
        ctr = np.divide(np.bincount(code, clicks, count), seen, out=np.zeros(count), where=seen > 0)
        return [Rate(float(one)) for one in ctr]

    queries = listed(parts)
    by_query = zip(parts.names, rates(later.query, len(parts.names))[:queries], strict=False)
    places = int(later.position.max()) + 1
    by_position = enumerate(rates(later.position, places), 1) if parts.positions else ()
    total = Rate(float(clicks.sum() / shown.sum()))
    return Forecast(total, tuple(zip(labels, rates(month, len(labels)), strict=True)), tuple(by_position), tuple(by_query))


def listed(parts: Parts) -> int:
    """How many queries are told one by one: the largest that occur later."""
    occurring = len(np.unique(parts.later.query[parts.later.query < MOST_QUERIES]))
    return min(LISTED, occurring)
