"""A counted log as a table of queries and periods: clicks, and impressions at the level and positions' worth."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.calibrate.summing import summed

if TYPE_CHECKING:
    import pandas as pd

Array = NDArray[np.float64]
Codes = NDArray[np.int64]

MOST_PERIODS = 156  # three years of weeks: the common level's covariance stays small
_WEEK, _FEWEST_WEEKS = 7, 6
_ROUNDS, _CLOSE = 200, 1e-8


class Table(NamedTuple):
    """The past, added up.

    Attributes
    ----------
    exposure, clicks
        float64[queries, periods]. Exposure is impressions × the factor of their position.
    impressions
        float64[periods], of all queries, a day.
    factors
        float64[positions]: how many more clicks a position gets than the average one; [1] without positions.
    period_days
        Length of a period; the last one ends with the last day, and days before the first whole one count to the first.
    """

    exposure: Array
    clicks: Array
    impressions: Array
    factors: Array
    period_days: int


def length(days: int) -> int:
    """Days of a period: weeks, so that weekdays cancel; shorter for a short log, longer for a very long one.

    Examples
    --------
    >>> [length(days) for days in (5, 30, 183, 2000)]
    [1, 1, 7, 14]
    """
    if days < _WEEK * _FEWEST_WEEKS:
        return 1
    return _WEEK * -(-days // (_WEEK * MOST_PERIODS))


def tabulate(counted: pd.DataFrame, days: int, queries: int) -> Table:
    """Add the rows (day, query, position, impressions, clicks) up, and find what each position is worth.

    Examples
    --------
    >>> import pandas as pd
    >>> rows = pd.DataFrame({"day": [0, 1], "query": [0, 0], "position": [-1, -1], "impressions": [9, 8], "clicks": [1, 2]})
    >>> tabulate(rows, 2, 1).clicks
    array([[1., 2.]])
    """
    step = length(days)
    periods = max(1, days // step)
    late = (days - 1 - counted["day"].to_numpy()) // step  # counted from the end: the last period is whole
    period = np.maximum(periods - 1 - late, 0)
    query = counted["query"].to_numpy(dtype=np.int64)
    position = np.maximum(counted["position"].to_numpy(), 0).astype(np.int64)
    shown = counted["impressions"].to_numpy(dtype=np.float64)
    clicked = counted["clicks"].to_numpy(dtype=np.float64)
    cell = query * periods + period
    factors = worth(query, period, position, shown, clicked)
    size = queries * periods
    exposure = summed(cell, shown * factors[position], size).reshape(queries, periods)
    clicks = summed(cell, clicked, size).reshape(queries, periods)
    spans = np.full(periods, float(step))
    spans[0] += days - periods * step
    return Table(exposure, clicks, summed(period, shown, periods) / spans, factors, step)


def worth(query: Codes, period: Codes, position: Codes, shown: Array, clicked: Array) -> Array:
    """Each position's factor at equal query and period: a Poisson model of three effects by proportional fitting.

    Half a click at the average rate is added to each position, so that one without clicks keeps a factor.
    """
    count = int(position.max()) + 1
    if count == 1:
        return np.ones(1)
    codes = (query, period, position)
    sizes = [int(code.max()) + 1 for code in codes]
    factors = [np.full(sizes[0], max(clicked.sum(), 0.5) / max(shown.sum(), 1.0)), np.ones(sizes[1]), np.ones(count)]
    seen = [summed(code, clicked, size) for code, size in zip(codes, sizes, strict=True)]
    for _ in range(_ROUNDS):
        before = factors[2].copy()
        for side in range(3):
            first, second = (n for n in range(3) if n != side)
            expected = summed(codes[side], shown * factors[first][codes[first]] * factors[second][codes[second]], sizes[side])
            half = 0.5 if side == 2 else 0.0
            factors[side] = np.divide(seen[side] + half, expected + half, out=np.zeros(sizes[side]), where=expected + half > 0)
        if np.abs(factors[2] - before).max() < _CLOSE:
            break
    weight = summed(position, shown, count)
    average = (factors[2] * weight).sum() / weight.sum()
    return np.asarray(factors[2] / average)
