"""Days that have traffic and not one click where many must have come: clicks were not counted then, and teach nothing."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from sim.calibrate.log import Log
from sim.calibrate.summing import summed

if TYPE_CHECKING:
    import pandas as pd

LEAST_EXPECTED = 20.0  # clicks: by Poisson's law none come once in 500 million such days


def blind_days(counted: pd.DataFrame, days: int, queries: int) -> tuple[int, ...]:
    """The days, from 0, without a click on which 20 and more would come if each query were clicked as in the whole log.

    Parameters
    ----------
    counted
        The table of a `Log`.
    days, queries
        How many there are.
    """
    if "clicks" not in counted:
        return ()
    day, query, shown, clicks = (counted[name].to_numpy() for name in ("day", "query", "impressions", "clicks"))
    rate = summed(query, clicks, queries) / np.maximum(summed(query, shown, queries), 1.0)
    expected = summed(day, shown * rate[query], days)
    return tuple(np.flatnonzero((expected >= LEAST_EXPECTED) & (summed(day, clicks, days) == 0)).tolist())


def without_blind_days(log: Log) -> Log:
    """The log as far as its clicks were counted.

    Examples
    --------
    >>> import pandas as pd
    >>> from datetime import date
    >>> rows = pd.DataFrame({"day": range(9), "query": 0, "impressions": 900, "clicks": [50] * 8 + [0]})
    >>> log = Log("shop.csv", date(2026, 1, 1), 9, rows, ("tents",), blind=blind_days(rows, 9, 1))
    >>> log.blind, len(without_blind_days(log).counted)
    ((8,), 8)
    """
    if not log.blind:
        return log
    return replace(log, counted=_outside(log.counted, log.blind), pages=None if log.pages is None else _outside(log.pages, log.blind))


def _outside(table: pd.DataFrame, days: tuple[int, ...]) -> pd.DataFrame:
    return table[~table["day"].isin(days)].reset_index(drop=True)
