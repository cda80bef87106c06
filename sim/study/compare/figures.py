"""The ledgers of a comparison as figures: one number for each replication, of each candidate and metric.

A figure of several replications is the mean of *pseudo-values*, one for each: for a sum they are the
sums, for a ratio or a lift its linearisation about the ratio of totals. So every statistic that
knows means of independent numbers knows ratios and lifts too.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from sim.measures import MEASURES, Measure
from sim.study.decision.linear import pseudo_level, pseudo_lift
from sim.study.results import CandidateRun, Run

Values = NDArray[np.float64]
Days = slice


class Figures:
    """Pseudo-values of a run.

    Attributes
    ----------
    run
        Whose ledgers these are.
    baseline
        The number of the candidate that lifts are against.
    """

    def __init__(self, run: Run, baseline: str) -> None:
        self.run = run
        self.names = [one.name for one in run.candidates]
        self.baseline = self.names.index(baseline)
        self._lifts: dict[str, Values] = {}

    @property
    def replications(self) -> int:
        """How many there are."""
        return self.run.replications

    def level(self, metric: str, candidate: int, days: Days = slice(None)) -> Values:
        """The candidate's own figure, shape (replications,)."""
        above, below = sums(self.run.candidates[candidate], MEASURES[metric], days)
        return pseudo_level(above, below)

    def each(self, metric: str, candidate: int, days: Days = slice(None)) -> Values:
        """The figure of each replication by itself, shape (replications,): NaN where there is nothing to divide by."""
        above, below = sums(self.run.candidates[candidate], MEASURES[metric], days)
        if below is None:
            return above
        return np.asarray(np.divide(above, below, out=np.full(len(above), np.nan), where=below > 0))

    def lift(self, metric: str, candidate: int, days: Days = slice(None)) -> Values:
        """Relative to the baseline, shape (replications,): 0.03 is +3 %."""
        measure = MEASURES[metric]
        return pseudo_lift(
            *sums(self.run.candidates[candidate], measure, days), *sums(self.run.candidates[self.baseline], measure, days)
        )  # fmt: skip

    def lifts(self, metric: str) -> Values:
        """All candidates' lifts, shape (replications, candidates); the baseline's are 0."""
        if metric not in self._lifts:
            found = np.stack([self.lift(metric, number) for number in range(len(self.names))], axis=1)
            found[:, self.baseline] = 0.0
            self._lifts[metric] = found
        return self._lifts[metric]


def with_figures(run: Run, baseline: str, metric: str) -> tuple[Run, tuple[str, ...]]:
    """*run* without candidates that have no figure of *metric* in some replication, and their names.

    Everybody stays where it is the baseline that has none.
    """
    figures = Figures(run, baseline)
    lacking = {
        name for number, name in enumerate(figures.names)
        if not (np.isfinite(figures.each(metric, number)).all() and np.isfinite(figures.lift(metric, number)).all())
    }  # fmt: skip
    if not lacking or baseline in lacking:
        return run, ()
    kept = tuple(one for one in run.candidates if one.name not in lacking)
    return replace(run, candidates=kept), tuple(name for name in figures.names if name in lacking)


def sums(candidate: CandidateRun, measure: Measure, days: Days = slice(None)) -> tuple[Values, Values | None]:
    """What is above and below the line of a measure, over some days, a number for each replication."""
    part = candidate.days[:, days]
    above = part[..., measure.above].sum(axis=1) * measure.scale
    if measure.kind == "state":
        return above / part.shape[1], None
    return above, None if measure.below is None else part[..., measure.below].sum(axis=1).astype(float)
