"""Daily counts as the points of a line: means over a day, a week or four weeks.

Weeks, since a day's figures swing with the weekday; days when there are only a few weeks; four weeks
when there are more weeks than dots to draw them with.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from sim.columns import CLICKS, IMPRESSIONS, MICROS, REVENUE
from sim.study.results import CandidateRun

DAY, WEEK, FOUR_WEEKS = 1, 7, 28
WORDS = {DAY: "daily figures", WEEK: "weekly means", FOUR_WEEKS: "four-week means"}
METRICS = ("impressions", "ctr", "revenue")
_FEW_DAYS = 42
_MANY_DAYS = 3 * 366


def step_for(days: int) -> int:
    """How many days a point stands for.

    Examples
    --------
    >>> [WORDS[step_for(days)] for days in (30, 365, 1800)]
    ['daily figures', 'weekly means', 'four-week means']
    """
    return DAY if days <= _FEW_DAYS else WEEK if days <= _MANY_DAYS else FOUR_WEEKS


def edges(days: int) -> list[int]:
    """Where the points' days begin, and the end; a last bit under half a step joins the one before.

    Examples
    --------
    >>> edges(45)
    [0, 7, 14, 21, 28, 35, 45]
    """
    step = step_for(days)
    cuts = list(range(0, days, step))
    if len(cuts) > 1 and days - cuts[-1] < step / 2:
        cuts.pop()
    return [*cuts, days]


def centres(cuts: Sequence[int]) -> list[float]:
    """Where each point stands on the axis of time, from 0 to 1."""
    return [(begin + end) / 2 / cuts[-1] for begin, end in pairwise(cuts)]


def points(candidate: CandidateRun, metric: str, cuts: Sequence[int]) -> list[float | None]:
    """A candidate's line: a day's mean over days and replications; for "ctr" clicks per impression."""
    days = np.diff(cuts)
    sums = np.add.reduceat(candidate.days.sum(axis=0), cuts[:-1], axis=0).astype(float)
    if metric == "ctr":
        return [clicks / shown if shown else None for shown, clicks in sums[:, [IMPRESSIONS, CLICKS]].tolist()]
    column, unit = (IMPRESSIONS, 1) if metric == "impressions" else (REVENUE, MICROS)
    means = sums[:, column] / (days * len(candidate.days) * unit)
    return [float(value) for value in means]
