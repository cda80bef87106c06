"""Why a candidate earns what it earns: its revenue against another's, taken apart by the ledger.

Revenue is queries × ads per query × clicks per ad × price per click. The logarithm of a ratio of two
revenues is the sum of those of its factors, so each has a share of it, and the shares add up to 1.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from sim.columns import CLICKS, EXHAUSTED, IMPRESSIONS, MICROS, QUERIES, REVENUE, SIGHTEDNESS
from sim.study.compare.comparison import Factor, Reason
from sim.study.compare.figures import Figures
from sim.study.compare.margins import Margins, estimate
from sim.study.decision.linear import pseudo_lift
from sim.study.results import CandidateRun, Month

_PARTS = (
    ("queries", QUERIES, None), ("ads per query", IMPRESSIONS, QUERIES),
    ("clicks per ad", CLICKS, IMPRESSIONS), ("price per click", REVENUE, CLICKS),
)  # fmt: skip
_WHOLE_MONTH = 28


def reason(figures: Figures, candidate: int, against: int, margins: Margins) -> Reason:
    """Why *candidate* earns more or less than *against*; what is proven against the baseline is what the lifts' table has as proven."""
    ours, theirs = figures.run.candidates[candidate], figures.run.candidates[against]
    values = pseudo_lift(_revenue(ours), None, _revenue(theirs), None)
    half = margins.family(figures.lifts("revenue"))[candidate] if against == figures.baseline else margins.family(values[:, None])[0]
    revenue = estimate(float(values.mean()), float(half))
    whole = [month for month in figures.run.months if month.end - month.first >= _WHOLE_MONTH]
    return Reason(
        candidate=ours.name,
        against=theirs.name,
        revenue=revenue,
        factors=_factors(ours, theirs),
        sight=(_state(ours, SIGHTEDNESS, last=True) / MICROS, _state(theirs, SIGHTEDNESS, last=True) / MICROS),
        exhausted=(_state(ours, EXHAUSTED), _state(theirs, EXHAUSTED)),
        early=_in_month(ours, theirs, whole[0]) if len(whole) > 1 else None,
        late=_in_month(ours, theirs, whole[-1]) if len(whole) > 1 else None,
    )


def _revenue(one: CandidateRun) -> NDArray[np.float64]:
    return np.asarray(one.days[..., REVENUE].sum(axis=1), dtype=np.float64)


def _factors(ours: CandidateRun, theirs: CandidateRun) -> tuple[Factor, ...]:
    """Each factor against the other's; none where one of them has nothing to divide."""
    sums, others = (one.days.sum(axis=(0, 1)).astype(float) for one in (ours, theirs))
    changes = {}
    for name, above, below in _PARTS:
        mine, its = _share(sums, above, below), _share(others, above, below)
        if mine <= 0 or its <= 0:
            return ()
        changes[name] = mine / its
    whole = math.log(sums[REVENUE] / others[REVENUE])
    return tuple(Factor(name, float(ratio) - 1, math.log(ratio) / whole if whole else 0.0) for name, ratio in changes.items())


def _share(sums: NDArray[np.float64], above: int, below: int | None) -> float:
    if below is None:
        return float(sums[above])
    return float(sums[above] / sums[below]) if sums[below] else 0.0


def _state(one: CandidateRun, column: int, *, last: bool = False) -> float:
    days = one.days[:, -1:, column] if last else one.days[..., column]
    return float(days.mean())


def _in_month(ours: CandidateRun, theirs: CandidateRun, month: Month) -> float | None:
    mine, its = (float(one.days[:, month.first : month.end, REVENUE].sum()) for one in (ours, theirs))
    return mine / its - 1 if its else None
