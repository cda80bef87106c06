"""How wide intervals are: t where the number of replications was fixed before, anytime-valid t where it was not.

Over candidates both hold for all at once: by the quantile of the largest t with their correlation, or
by Bonferroni's share of the error.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.study.decision import anytime, family, paired
from sim.study.estimates import Estimate

Values = NDArray[np.float64]


class Margins(NamedTuple):
    """The intervals of one comparison.

    Attributes
    ----------
    confidence
        Of all intervals of a family together.
    sequential
        Whether someone looked after each replication.
    """

    confidence: float
    sequential: bool

    def family(self, values: Values) -> Values:
        """Half widths that hold for all columns of *values* (replications, k) at once, shape (k,)."""
        n, columns = values.shape
        if n < 2:
            return np.full(columns, np.inf)
        if self.sequential:
            moving = max(int((values.std(axis=0) > 0).sum()), 1)
            return self._anytime(values, (1 - self.confidence) / moving)
        return family.max_t(values, self.confidence) * values.std(axis=0, ddof=1) / np.sqrt(n)

    def pairs(self, values: Values) -> Values:
        """Half widths of all differences between two columns, shape (k, k), for a choice among the columns."""
        n, columns = values.shape
        widths = np.full((columns, columns), np.inf)
        if n < 2:
            return widths
        share = (1 - self.confidence) / max(columns - 1, 1)
        for one in range(columns):
            apart = values[:, [one]] - values
            if self.sequential:
                widths[one] = self._anytime(apart, share)
            else:
                widths[one] = paired.t_quantile(n, 1 - share) * apart.std(axis=0, ddof=1) / np.sqrt(n)
        return widths

    def single(self, values: Values) -> Estimate:
        """The mean of one column with its own interval."""
        return estimate(float(values.mean()), float(self.family(values[:, None])[0]))

    def bounds(self, values: Values, confidence: float, candidates: int) -> tuple[float, float]:
        """One-sided bounds, lower and upper, each at *confidence* shared among so many candidates."""
        error = (1 - confidence) / max(candidates, 1)
        n, centre = len(values), float(values.mean())
        if n < 2:
            return -np.inf, np.inf
        spread = float(values.std(ddof=1)) / n**0.5
        half = float(self._anytime(values[:, None], error)[0]) if self.sequential else paired.t_quantile(n, 1 - error) * spread
        return centre - half, centre + half

    @staticmethod
    def _anytime(values: Values, error: float) -> Values:
        """Half widths, each with an error of its own; a column that never moves has none."""
        spread = values.std(axis=0, ddof=1)
        return np.array([0.0 if one == 0 else anytime.half_width(len(values), float(one), error) for one in spread])


def estimate(centre: float, half: float) -> Estimate:
    """A figure with its interval; without one where nothing is known of its spread.

    Examples
    --------
    >>> estimate(1.0, float("inf"))
    Estimate(mean=1.0, low=None, high=None)
    """
    if not np.isfinite(centre):
        return Estimate(None)
    return Estimate(centre, centre - half, centre + half) if np.isfinite(half) else Estimate(centre)
