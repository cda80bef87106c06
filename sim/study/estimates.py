"""Means with intervals over replications, the unit of inference being a whole replication.

A month or a click is no independent observation (months are autocorrelated, clicks share their
world), so a single replication has no interval: `low` and `high` are then None.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.columns import CLICKS, COLUMNS, IMPRESSIONS, MICROS
from sim.study.results import CandidateRun, Run, summed

METRICS = (
    "queries", "queries_with_ads", "impressions", "clicks", "ctr", "revenue",
    "conversions", "advertiser_value", "invalid_clicks", "refunds",
    "exhausted_advertisers", "dry_cells", "sightedness", "satisfaction",
)  # fmt: skip
_COUNTS = {
    column.removesuffix("_micros").removesuffix("_ppm"): (number, MICROS if column.endswith(("_micros", "_ppm")) else 1)
    for number, column in enumerate(COLUMNS)
}


class Estimate(NamedTuple):
    """A mean and its 95 % interval; the interval is None with one replication, all with no data."""

    mean: float | None
    low: float | None = None
    high: float | None = None


def months(run: Run, candidate: CandidateRun) -> tuple[dict[str, Estimate], ...]:
    """One mapping metric -> estimate per month."""
    counts = run.monthly(candidate)
    return tuple({metric: of_counts(counts[:, m], metric) for metric in METRICS} for m in range(counts.shape[1]))


def totals(candidate: CandidateRun) -> dict[str, Estimate]:
    """Metric -> estimate over the whole horizon."""
    counts = summed(candidate.days)
    return {metric: of_counts(counts, metric) for metric in METRICS}


def of_counts(counts: NDArray[np.int64], metric: str) -> Estimate:
    """The estimate of *metric* from counts of shape (replications, columns).

    Examples
    --------
    >>> of_counts(np.array([[10, 8, 20, 1, 3_000_000], [10, 8, 20, 3, 1_000_000]]), "ctr").mean
    0.1
    """
    if metric == "ctr":
        return ratio(counts[:, CLICKS].astype(float), counts[:, IMPRESSIONS].astype(float))
    column, unit = _COUNTS[metric]
    return mean(counts[:, column] / unit)


def mean(values: NDArray[np.float64]) -> Estimate:
    """Mean and t interval of one value per replication."""
    centre = float(values.mean())
    if len(values) < 2:
        return Estimate(centre)
    half = _t(len(values)) * float(values.std(ddof=1)) / len(values) ** 0.5
    return Estimate(centre, max(0.0, centre - half), centre + half)  # counts are never below 0


def ratio(above: NDArray[np.float64], below: NDArray[np.float64]) -> Estimate:
    """Ratio of totals, with the delta method's t interval (one pair per replication)."""
    if below.sum() == 0:
        return Estimate(None)
    centre = float(above.sum() / below.sum())
    if len(above) < 2:
        return Estimate(centre)
    influence = (above - centre * below) / below.mean()
    half = _t(len(above)) * float(influence.std(ddof=1)) / len(above) ** 0.5
    return Estimate(centre, max(0.0, centre - half), centre + half)  # a ratio of counts is never below 0


def lift(candidate: CandidateRun, against: CandidateRun, metric: str) -> Estimate:
    """Relative difference of the horizon's *metric*, paired by replication (0.03 is +3 %)."""
    if metric == "ctr":
        return _ctr_lift(candidate, against)
    column, _ = _COUNTS[metric]
    ours = candidate.days.sum(axis=1)[:, column].astype(float)
    theirs = against.days.sum(axis=1)[:, column].astype(float)
    return _relative(ratio(ours, theirs))


def _ctr_lift(candidate: CandidateRun, against: CandidateRun) -> Estimate:
    ours, theirs = candidate.days.sum(axis=1), against.days.sum(axis=1)
    first = ratio(ours[:, CLICKS].astype(float), ours[:, IMPRESSIONS].astype(float)).mean
    second = ratio(theirs[:, CLICKS].astype(float), theirs[:, IMPRESSIONS].astype(float)).mean
    if not first or not second:
        return Estimate(None)
    centre = first / second
    if len(ours) < 2:
        return _relative(Estimate(centre))
    relative = [(c[:, CLICKS] / c[:, CLICKS].mean() - c[:, IMPRESSIONS] / c[:, IMPRESSIONS].mean()) for c in (ours, theirs)]
    influence = centre * (relative[0] - relative[1])
    half = _t(len(ours)) * float(influence.std(ddof=1)) / len(ours) ** 0.5
    return _relative(Estimate(centre, centre - half, centre + half))


def _relative(found: Estimate) -> Estimate:
    """A ratio as a relative difference."""
    return Estimate(*(None if value is None else value - 1 for value in found))


def _t(n: int) -> float:
    from scipy.special import stdtrit

    return float(stdtrit(n - 1, 0.975))
