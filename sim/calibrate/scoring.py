"""How far forecasts were from what came."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import TypeVar

from sim.calibrate.backtest import PREDICTED, Forecast, Rate, Scores

Label = TypeVar("Label", bound=Hashable)


def score(predicted: Forecast, baselines: Mapping[str, Forecast], actual: Forecast, by_query: Sequence[int]) -> dict[str, Scores]:
    """Scores by name, the prediction's first.

    Examples
    --------
    >>> score(Forecast(Rate(0.03)), {}, Forecast(Rate(0.02)), ())["predicted"].total
    0.01
    """
    return {name: _one(forecast, actual, by_query) for name, forecast in {PREDICTED: predicted, **baselines}.items()}


def _one(forecast: Forecast, actual: Forecast, by_query: Sequence[int]) -> Scores:
    parts = _pairs(forecast.by_month, actual.by_month) or _pairs(forecast.by_position, actual.by_position)
    bands = [(mine, came) for mine, came in parts if mine.low is not None]
    return Scores(
        round(abs(forecast.total.ctr - actual.total.ctr), 12),
        _mean(_pairs(forecast.by_month, actual.by_month)),
        _mean(_pairs(forecast.by_position, actual.by_position)),
        _mean(_pairs(forecast.by_query, actual.by_query), by_query),
        sum(mine.covers(came.ctr) for mine, came in bands),
        len(bands),
    )


def _pairs(mine: Sequence[tuple[Label, Rate]], came: Sequence[tuple[Label, Rate]]) -> list[tuple[Rate, Rate]]:
    known = dict(mine)
    return [(known[label], rate) for label, rate in came if label in known]


def _mean(pairs: list[tuple[Rate, Rate]], weights: Sequence[int] = ()) -> float | None:
    if not pairs:
        return None
    weights = weights or [1] * len(pairs)
    return sum(abs(mine.ctr - came.ctr) * weight for (mine, came), weight in zip(pairs, weights, strict=True)) / sum(weights)
