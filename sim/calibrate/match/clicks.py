"""Figures of what was clicked: how click rates wander from day to day and month to month."""

from __future__ import annotations

import numpy as np

from sim.calibrate.match.measure import CORRELATION, RATIO, SHARE, Measure
from sim.calibrate.match.tally import Array, Tally
from sim.calibrate.match.traffic import MONTH, biggest, dispersion, lagged
from sim.calibrate.summing import summed

_FEWEST_CLICKS = 10.0  # a day, below which a day's CTR is chance
_FEWEST_SHOWN = 20.0
_FEWEST_CELLS = 50
_LEAST_EXPECTED = 1.0


def _rates(tally: Tally, days: int) -> Array:
    """CTR of each stretch of so many days, shape (stretches,); NaN where nothing was shown."""
    if tally.clicks is None:
        return np.empty(0)
    whole = tally.days // days * days
    shown, clicks = (tally.by_day(part)[:whole].reshape(-1, days).sum(axis=1) for part in (tally.shown, tally.clicks))
    if clicks.mean() < _FEWEST_CLICKS if whole else True:
        return np.empty(0)
    return np.where((shown > 0) & (clicks > 0), clicks / np.maximum(shown, 1), np.nan)


def _spread(rates: Array) -> float:
    """Standard deviation of the log; NaN where there are too few."""
    level = np.log(rates[np.isfinite(rates)])
    return float(level.std(ddof=1)) if len(level) > 2 else float("nan")


def _days_in_months(tally: Tally) -> float:
    rates = _rates(tally, 1)
    months = len(rates) // MONTH
    if months < 1:
        return float("nan")
    level = np.log(rates[: months * MONTH]).reshape(months, MONTH)
    off = level - np.nanmean(level, axis=1, keepdims=True)
    return float(np.sqrt(np.nansum(off**2) / max(np.isfinite(off).sum() - months, 1)))


def _with_traffic(tally: Tally) -> float:
    rates = _rates(tally, 1)
    if len(rates) < MONTH:
        return float("nan")
    shown = tally.by_day(tally.shown)
    used = np.isfinite(rates)
    both = np.log(np.stack([shown[used], rates[used]]))
    return float(np.corrcoef(both)[0, 1]) if (np.ptp(both, axis=1) > 0).all() else float("nan")


def _lag(tally: Tally) -> float:
    return lagged(np.log(_rates(tally, 1)), 1)


def _big_queries(tally: Tally) -> float:
    """Pearson's chi-square over its degrees of freedom, around the query's CTR of the month on the day's impressions."""
    months = tally.days // MONTH
    if tally.clicks is None or months < 1:
        return float("nan")
    total = summed(tally.query, tally.clicks, tally.queries + 1)[: tally.queries]
    shown, clicks = (tally.daily(part, biggest(total))[: months * MONTH].reshape(months, MONTH, -1) for part in (tally.shown, tally.clicks))
    rate = clicks.sum(axis=1, keepdims=True) / np.maximum(shown.sum(axis=1, keepdims=True), 1)
    return dispersion(clicks, shown * rate, shown * rate * (1 - rate), _LEAST_EXPECTED)


def _months_without(tally: Tally) -> float:
    if tally.clicks is None:
        return float("nan")
    shown, clicks = (tally.blocks(part, MONTH) for part in (tally.shown, tally.clicks))
    used = shown >= _FEWEST_SHOWN
    return float((clicks[used] == 0).mean()) if used.sum() >= _FEWEST_CELLS else float("nan")


CLICKS: tuple[Measure[Tally], ...] = (
    Measure("clicks.daily_dispersion", "a big query's clicks, dispersion", RATIO, _big_queries),
    Measure("clicks.ctr_by_day", "CTR day to day, sd of log", RATIO, _days_in_months),
    Measure("clicks.ctr_by_month", "CTR month to month, sd of log", RATIO, lambda it: _spread(_rates(it, MONTH))),
    Measure("clicks.ctr_autocorrelation_1", "daily CTR, autocorr. 1 day", CORRELATION, _lag),
    Measure("clicks.ctr_with_traffic", "daily CTR with traffic, corr.", CORRELATION, _with_traffic),
    Measure("clicks.months_without", "query-months without a click", SHARE, _months_without),
)
