"""What was asked, shown and clicked, by day and query: of a log, and of a world that was played, in the same form."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim import seeds
from sim.calibrate.asking import Asked
from sim.calibrate.log import UNKNOWN, Log
from sim.calibrate.summing import summed

if TYPE_CHECKING:
    pass

if TYPE_CHECKING:
    import pandas as pd

Array = NDArray[np.float64]


class Tally(NamedTuple):
    """Counts, one row for each day and query that occurs.

    Attributes
    ----------
    day, query
        The day from 0, and the query from 0; the number `queries` stands for all that are not told apart. Shape (rows,).
    asked, shown, clicks
        Queries, impressions and clicks; clicks are None where nobody knows. Shape (rows,).
    days, queries
        How many days there are, and how many queries are told apart.
    first
        The first day.
    """

    day: NDArray[np.int64]
    query: NDArray[np.int64]
    asked: Array
    shown: Array
    clicks: Array | None
    days: int
    queries: int
    first: date

    def by_day(self, counts: Array) -> Array:
        """*counts* of each day, shape (days,)."""
        return summed(self.day, counts, self.days)

    def outside(self, days: Sequence[int]) -> Tally:
        """The same without some days, which stay empty."""
        kept = ~np.isin(self.day, days)
        clicks = None if self.clicks is None else self.clicks[kept]
        return self._replace(day=self.day[kept], query=self.query[kept], asked=self.asked[kept], shown=self.shown[kept], clicks=clicks)

    @property
    def by_query(self) -> Array:
        """How often each query that is told apart was asked, shape (queries,)."""
        return summed(self.query, self.asked, self.queries + 1)[: self.queries]

    def blocks(self, counts: Array, days: int) -> Array:
        """*counts* of each query in each whole block of so many days, shape (blocks, queries)."""
        blocks = self.days // days
        inside = (self.day < blocks * days) & (self.query < self.queries)
        cell = self.day[inside] // days * self.queries + self.query[inside]
        return summed(cell, counts[inside], blocks * self.queries).reshape(blocks, self.queries)

    def daily(self, counts: Array, queries: NDArray[np.int64]) -> Array:
        """*counts* of each day of some queries, shape (days, queries)."""
        place = np.full(self.queries + 1, -1)
        place[queries] = np.arange(len(queries))
        at = place[self.query]
        inside = at >= 0
        return summed(self.day[inside] * len(queries) + at[inside], counts[inside], self.days * len(queries)).reshape(self.days, -1)


def tally_of(log: Log, often: Asked, most: int) -> Tally:
    """The tally of a log.

    Where it has positions only the first of a page is counted, and as many of its clicks, by chance, as make
    the CTR of all positions: a world is fitted to that one, and is played with one ad for each query.

    Parameters
    ----------
    often
        What was asked.
    most
        How many queries are told apart, those that are asked most.
    """
    total = often.by_query
    order = np.argsort(-total, kind="stable")[:most]
    order = order[total[order] > 0]
    number = np.full(often.queries, len(order))
    number[order] = np.arange(len(order))
    rows = _topmost(log)
    day, query = (np.concatenate([part, rows[name].to_numpy(np.int64)]) for part, name in ((often.day, "day"), (often.query, "query")))
    cell, where = np.unique(day * (len(order) + 1) + number[query], return_inverse=True)

    def added(before: Array, name: str) -> Array:
        return summed(where, np.concatenate([before, rows[name].to_numpy(np.float64)]), len(cell))

    none = np.zeros(len(often.day))
    clicks = added(none, "clicks") if "clicks" in rows else None
    asked = summed(where, np.concatenate([often.number, np.zeros(len(rows))]), len(cell))
    day, query = np.divmod(cell, len(order) + 1)
    return Tally(day, query, asked, added(none, "impressions"), clicks, log.days, len(order), log.first)


def _topmost(log: Log) -> pd.DataFrame:
    """The rows of the first position, their clicks thinned."""
    rows: pd.DataFrame = log.counted
    known = rows["position"] != UNKNOWN
    if not known.any():
        return rows
    top: pd.DataFrame = rows[rows["position"] == rows.loc[known, "position"].min()]
    if "clicks" not in rows or not top["clicks"].any():
        return top
    kept = rows["clicks"].sum() / rows["impressions"].sum() * top["impressions"].sum() / top["clicks"].sum()
    if kept >= 1:
        return top
    rng = np.random.default_rng(seeds.key(len(rows), "calibrate", 8))
    thinned: pd.DataFrame = top.assign(clicks=rng.binomial(top["clicks"].to_numpy(np.int64), kept))
    return thinned
