"""Figures of what was asked: how days hang together, who has the traffic, how the mix moves."""

from __future__ import annotations

import numpy as np

from sim.calibrate.match.measure import CORRELATION, RATIO, SHARE, Measure
from sim.calibrate.match.tally import Array, Tally

WEEK, MONTH = 7, 28
BIG = 100  # queries that are looked at day by day
_FEWEST_DAYS = 28
_FEWEST_A_DAY = 5.0
_TEN = 10


def _autocorrelation(tally: Tally, lag: int) -> float:
    """Of the log of the daily total, its weekdays' means taken off; days without traffic are left out."""
    return lagged(_off_weekdays(tally.by_day(tally.asked)), lag)


def lagged(level: Array, lag: int) -> float:
    """Correlation of days *lag* apart; NaN where there are fewer than four times as many.

    Examples
    --------
    >>> round(lagged(np.sin(np.arange(70) / 7 * 2 * np.pi), 7), 2)
    0.9
    """
    if len(level) < max(_FEWEST_DAYS, 4 * lag):
        return float("nan")
    off = level - np.nanmean(level)
    whole = np.nansum(off**2)
    return float(np.nansum(off[lag:] * off[:-lag]) / whole) if whole > 0 else float("nan")


def _off_weekdays(by_day: Array) -> Array:
    """The log of each day's total less the mean of its weekday, shape (days,); NaN where nothing came."""
    level = np.log(np.where(by_day > 0, by_day, np.nan))
    off = np.full(len(level), np.nan)
    for weekday in range(WEEK):
        own = level[weekday::WEEK]
        if np.isfinite(own).any():
            off[weekday::WEEK] = own - np.nanmean(own)
    return off


def _busiest(tally: Tally) -> float:
    if tally.days < _FEWEST_DAYS:
        return float("nan")
    return float(np.exp(np.nanmax(_off_weekdays(tally.by_day(tally.asked)))))


def _share_of_most(tally: Tally, number: int) -> float:
    total = np.sort(tally.by_query)[::-1]
    return float(total[:number].sum() / total.sum()) if 0 < 2 * number <= len(total) and total.sum() > 0 else float("nan")


def _share_of_one_percent(tally: Tally) -> float:
    number = tally.queries // 100
    return _share_of_most(tally, number) if number >= 2 * _TEN else float("nan")


def _total_variation(tally: Tally, days: int) -> float:
    """Half the absolute differences of the queries' shares between neighbouring stretches, on average."""
    blocks = tally.blocks(tally.asked, days)
    total = blocks.sum(axis=1)
    if len(blocks) < 2 or tally.queries < 2 or not (total > 0).all():
        return float("nan")
    return float(0.5 * np.abs(np.diff(blocks / total[:, None], axis=0)).sum(axis=1).mean())


def _one_query_a_day(tally: Tally) -> float:
    """Pearson's chi-square over its degrees of freedom, around the query's month times what all have in common on the day."""
    months = tally.days // MONTH
    if months < 1 or tally.queries < _TEN:
        return float("nan")
    whole = tally.by_day(tally.asked)[: months * MONTH].reshape(months, MONTH)
    count = tally.daily(tally.asked, biggest(tally.by_query))[: months * MONTH].reshape(months, MONTH, -1)
    common = whole / np.maximum(whole.sum(axis=1, keepdims=True), 1e-12)
    expected = count.sum(axis=1, keepdims=True) * common[:, :, None]
    return dispersion(count, expected, expected, _FEWEST_A_DAY)


def biggest(total: Array) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """The queries with most of something, at most `BIG`."""
    return np.argsort(-total, kind="stable")[:BIG].astype(np.int64)


def dispersion(count: Array, expected: Array, variance: Array, least: float) -> float:
    """Chi-square over degrees of freedom of days in months, shape (months, days, queries), where at least *least* was expected a day."""
    used = expected.mean(axis=1, keepdims=True) >= least
    degrees = float((used * (expected > 0)).sum() - used.sum())
    if degrees < _FEWEST_DAYS:
        return float("nan")
    return float((np.where(expected > 0, (count - expected) ** 2 / np.maximum(variance, 1e-12), 0.0) * used).sum() / degrees)


TRAFFIC: tuple[Measure[Tally], ...] = (
    Measure(
        "traffic.autocorrelation_1",
        "daily traffic, autocorr. 1 day",
        CORRELATION,
        lambda it: _autocorrelation(it, 1),
        near=True,
    ),
    Measure("traffic.autocorrelation_7", "daily traffic, autocorr. 7 days", CORRELATION, lambda it: _autocorrelation(it, 7)),
    Measure("traffic.busiest_day", "busiest day over a usual one", RATIO, _busiest),
    Measure("queries.top_ten", "share of the top ten queries", SHARE, lambda it: _share_of_most(it, _TEN), near=True),
    Measure("queries.top_percent", "share of the top 1% of queries", SHARE, _share_of_one_percent, near=True),
    Measure(
        "queries.month_to_month",
        "mix of queries, month to month",
        SHARE,
        lambda it: _total_variation(it, MONTH),
        near=True,
    ),
    Measure("queries.week_to_week", "mix of queries, week to week", SHARE, lambda it: _total_variation(it, WEEK)),
    Measure("queries.daily_dispersion", "a big query's day, dispersion", RATIO, _one_query_a_day),
)
