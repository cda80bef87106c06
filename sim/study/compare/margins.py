"""How wide intervals are: t where the number of replications was fixed before, anytime-valid t where it was not.

Over candidates both hold for all at once: by the least of their p-values with their correlation, or
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
        if self.sequential:
            moving = max(int(paired.varies(values).sum()), 1)
            return anytime.half_width_of(values, (1 - self.confidence) / moving)
        return paired.half_widths(family.min_p(values, self.confidence), paired.error(values))

    def pairs(self, values: Values) -> Values:
        """Half widths of all differences between two columns, shape (k, k), for a choice among the columns."""
        share = (1 - self.confidence) / max(values.shape[1] - 1, 1)
        apart = values[:, :, None] - values[:, None, :]
        return self._one_sided(apart, share)

    def single(self, values: Values) -> Estimate:
        """The mean of one column with its own interval."""
        return estimate(float(values.mean()), float(self.family(values[:, None])[0]))

    def bounds(self, values: Values, confidence: float, candidates: int) -> tuple[float, float]:
        """One-sided bounds of a mean, lower and upper, each at *confidence* that so many candidates share."""
        centre, half = float(values.mean()), float(self._one_sided(values, (1 - confidence) / max(candidates, 1)))
        return centre - half, centre + half

    def _one_sided(self, values: Values, error: float) -> Values:
        of = anytime.half_width_of if self.sequential else paired.half_width
        return of(values, 2 * error)


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
