"""What one would predict without a model."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.calibrate.backtest import Forecast
from sim.calibrate.forecast.rows import Parts, Rows, told
from sim.calibrate.summing import summed

Array = NDArray[np.float64]

LAST_DAYS = 30
_WEIGHTS = np.geomspace(1.0, 1e6, 121)  # of the population, in impressions


def baselines(parts: Parts, factors: Array) -> dict[str, Forecast]:
    """Forecasts by name, the plainest first.

    carry forward
        The CTR of the last 30 days, at each position.
    re-weighted by query
        Each query's past CTR, on the later mix of queries (and positions, by what each is worth).
    last month shrunk
        Each query's CTR of the last 30 days, shrunk to that of all: a beta-binomial whose weight has the highest likelihood.
    """
    last = parts.past.where(parts.past.day >= parts.days - LAST_DAYS)
    last = last if last.clicks is not None and last.clicks.sum() else parts.past
    at = factors[np.minimum(parts.later.position, len(factors) - 1)]
    shown = parts.later.impressions
    clicks, seen = _by_query(parts.past, factors, len(parts.names))
    mean = clicks.sum() / seen.sum()
    own = np.divide(clicks, seen, out=np.full(len(clicks), mean), where=seen > 0)
    return {
        "carry forward": told(parts, shown * _by_position(last)[np.minimum(parts.later.position, int(last.position.max()))]),
        "re-weighted by query": told(parts, shown * at * own[parts.later.query]),
        "last month shrunk": told(parts, shown * at * _shrunk(*_by_query(last, factors, len(parts.names)))[parts.later.query]),
    }


def _by_position(rows: Rows) -> Array:
    assert rows.clicks is not None  # noqa: S101  `part` has seen to it
    seen = summed(rows.position, rows.impressions)
    return summed(rows.position, rows.clicks) / np.maximum(seen, 1.0)


def _by_query(rows: Rows, factors: Array, count: int) -> tuple[Array, Array]:
    """Clicks, and impressions at the worth of their positions."""
    assert rows.clicks is not None  # noqa: S101
    return summed(rows.query, rows.clicks, count), summed(rows.query, rows.impressions * factors[rows.position], count)


def _shrunk(clicks: Array, seen: Array) -> Array:
    from scipy.special import betaln

    seen = np.maximum(seen, clicks)  # positions' worth may make an exposure smaller than its clicks
    mean = float(np.clip(clicks.sum() / seen.sum(), 1e-9, 1 - 1e-9))
    a, b = mean * _WEIGHTS[:, None], (1 - mean) * _WEIGHTS[:, None]
    likelihood = (betaln(a + clicks, b + seen - clicks) - betaln(a, b)).sum(axis=1)
    weight = float(_WEIGHTS[int(likelihood.argmax())])
    return np.asarray((clicks + mean * weight) / (seen + weight))
