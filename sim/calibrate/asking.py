"""How often each query was asked on each day, as far as a log tells it."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.calibrate.log import UNKNOWN, Log
from sim.calibrate.summing import summed


class Asked(NamedTuple):
    """Queries by day and query: one row for each that occurs.

    Attributes
    ----------
    day, query, number
        The day from 0, the code of the query, and how often it was asked; shape (rows,).
    days, queries
        How many days and codes there are.
    stands_for
        What was counted, in words.
    """

    day: NDArray[np.int64]
    query: NDArray[np.int64]
    number: NDArray[np.float64]
    days: int
    queries: int
    stands_for: str

    @property
    def by_day(self) -> NDArray[np.float64]:
        """Queries of each day, shape (days,)."""
        return summed(self.day, self.number, self.days)

    @property
    def by_query(self) -> NDArray[np.float64]:
        """How often each query was asked, shape (queries,)."""
        return summed(self.query, self.number, self.queries)


def asked(log: Log) -> Asked:
    """Count pages where the log has them; else what stood in the first place of a page; else all impressions."""
    if log.pages is not None:
        day, query = (log.pages[name].to_numpy(np.int64) for name in ("day", "query"))
        number, words = np.ones(len(day)), "result pages"
    else:
        rows, words = log.counted, "impressions, which stand for queries"
        position = rows["position"].to_numpy()
        if (position != UNKNOWN).any():
            first, words = position[position != UNKNOWN].min(), "impressions in the first place of a page"
            rows = rows[position == first]
        day, query = rows["day"].to_numpy(np.int64), rows["query"].to_numpy(np.int64)
        number = rows["impressions"].to_numpy(np.float64)
    queries = len(log.queries)
    cell, where = np.unique(day * queries + query, return_inverse=True)
    return Asked(cell // queries, cell % queries, summed(where, number, len(cell)), log.days, queries, words)
