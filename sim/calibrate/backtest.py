"""What a backtest says: the later CTR as it was predicted, next to plain baselines and to what came."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

PREDICTED = "predicted"  # the key of the prediction's own scores, next to the baselines' names


class Rate(NamedTuple):
    """A click-through rate, from 0 to 1, with its interval; low and high are None where there is none.

    Examples
    --------
    >>> Rate(0.02, 0.015, 0.026).covers(0.025), Rate(0.02).covers(0.025)
    (True, False)
    """

    ctr: float
    low: float | None = None
    high: float | None = None

    def covers(self, ctr: float) -> bool:
        """Whether the interval contains *ctr*; False without an interval."""
        return self.low is not None and self.high is not None and self.low <= ctr <= self.high


class Forecast(NamedTuple):
    """CTR of the later traffic: in all, and by what it can be split.

    Attributes
    ----------
    by_month
        (label, rate) in order of time; labels such as "2012-10".
    by_position
        (position from 1, rate), from the top.
    by_query
        (name, rate), the query with the most impressions first.
    no_click, two_or_more
        The shares of pages without a click and with two or more; None for a log without pages.
    """

    total: Rate
    by_month: tuple[tuple[str, Rate], ...] = ()
    by_position: tuple[tuple[int, Rate], ...] = ()
    by_query: tuple[tuple[str, Rate], ...] = ()
    no_click: float | None = None
    two_or_more: float | None = None


class Scores(NamedTuple):
    """How far a forecast was from what came. Errors are absolute, as CTR (0.001 is 0.1 percentage points).

    Attributes
    ----------
    total
        |predicted - actual| of the whole.
    by_month, by_position
        The mean over months (over positions) of the absolute error; None where there are none.
    by_query
        The same over queries, weighted by their impressions.
    covered, intervals
        How many of the intervals (of months; of positions where there are no months) contain what came, of how many;
        0 of 0 for a forecast without intervals.
    """

    total: float
    by_month: float | None = None
    by_position: float | None = None
    by_query: float | None = None
    covered: int = 0
    intervals: int = 0


class ClickModel(NamedTuple):
    """A click model on pages it has not seen.

    Attributes
    ----------
    log_likelihood
        Natural logarithm, per result: the mean over ranks, then over pages.
    perplexity
        The mean of that at each rank, 1 at best.
    by_rank
        Perplexity at each rank from the top.
    """

    name: str
    log_likelihood: float
    perplexity: float
    by_rank: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Backtest:
    """The answer of `foreshow backtest`.

    Attributes
    ----------
    log, traffic
        What it was fitted on and what was predicted, in words such as "adwords.csv, 2012-04-01 to 2012-09-30".
    baselines
        By name, the plainest first.
    actual
        What came; None where the later traffic has no clicks.
    scores
        By name, PREDICTED first; None where nothing is known of what came.
    confidence
        Of the intervals, such as 0.9.
    notes
        What a reader has to know, a sentence each.
    weights
        Impressions by query, in the order of `predicted.by_query`; by month, in the order of `predicted.by_month`.
    models
        The click models that were compared, the best first; of page logs only.
    """

    log: str
    traffic: str
    predicted: Forecast
    baselines: Mapping[str, Forecast]
    actual: Forecast | None
    scores: Mapping[str, Scores] | None
    confidence: float = 0.9
    notes: tuple[str, ...] = ()
    weights: Mapping[str, tuple[int, ...]] = field(default_factory=dict)  # "query", "month"
    models: tuple[ClickModel, ...] = ()
