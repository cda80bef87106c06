"""How many queries and ads of a log are new in a month, and how much of what is asked was never asked before."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.calibrate.asking import Asked
from sim.calibrate.calibration import Found
from sim.calibrate.log import Figure, Log, Unknown
from sim.calibrate.spelling import days_of

KEY = "traffic.never_seen"
_MONTH_DAYS, _LEAST_DAYS, _MOST = 30, 56, 0.99


def fit_arrivals(log: Log, asked: Asked) -> Found:
    """Count first appearances in the second half of the log: in the first, what was there before begins to show."""
    if log.days < _LEAST_DAYS:
        why = f"{days_of(log.days)} can't tell what is new from what was not seen yet: at least {_LEAST_DAYS} are needed"
        return Found((), (Unknown(KEY, why),))
    half = log.days // 2
    first = _first_days(asked.day, asked.query, asked.queries)
    figures = [_never_seen(asked, first, half), _new("queries", first, half, log.days)]
    if "ad" in log.has and log.ads:
        ads = _first_days(log.counted["day"].to_numpy(), log.counted["ad"].to_numpy(), len(log.ads))
        figures.append(_new("ads", ads, half, log.days))
    return Found(tuple(figures))


def _first_days(day: NDArray[np.int64], code: NDArray[np.int64], codes: int) -> NDArray[np.int64]:
    """The day on which each code appears, shape (codes,); a number beyond all days for one that never does."""
    first = np.full(codes, np.iinfo(np.int64).max)
    known = code >= 0
    np.minimum.at(first, code[known], day[known].astype(np.int64))
    return first


def _new(what: str, first: NDArray[np.int64], half: int, days: int) -> Figure:
    """How many appear for the first time in a month."""
    number = int(((first >= half) & (first < days)).sum())
    months = (days - half) / _MONTH_DAYS
    source = f"{what} that appear for the first time in the last {days - half} days; told only; error by Poisson's law"
    return Figure("", f"new {what} in a month", number / months, float(np.sqrt(number)) / months, source)


def _never_seen(asked: Asked, first: NDArray[np.int64], half: int) -> Figure:
    """The share of queries whose first day it is, with an error from weeks."""
    late = asked.day >= half
    fresh = asked.number * (asked.day == first[asked.query]) * late
    total = float(asked.number[late].sum())
    seen = float(fresh.sum()) / max(total, 1.0)
    share = min(seen, _MOST)
    off = np.bincount(asked.day[late] // 7, fresh[late] - share * asked.number[late])
    error = float(np.sqrt((off**2).sum())) / max(total, 1.0)
    source = "share of what is asked in the second half of the log on a query's first day in it; error by its weeks"
    if seen > share:
        source = f"{source}; it is {seen:.3%}, and a world takes {_MOST:.0%} at most"
    return Figure(KEY, "never asked before", share, error, source)
