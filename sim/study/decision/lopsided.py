"""Whether worlds are too lopsided for as few of them as there are: the test for skewness, and Cochran's rule."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.study.decision.paired import varies

FEWEST = 8  # below, the test has no power worth the name
FALSE_ALARM = 0.05  # how often it is found where figures are normal
_COCHRAN = 25.0


class Lopsided(NamedTuple):
    """Figures whose mean is less certain on one side than a t interval says.

    Attributes
    ----------
    skewness
        Of the figures; below 0 rare ones lie far below the rest, and the interval's low end is too high.
    bearing
        How many replications bear it.
    """

    skewness: float
    bearing: int


def lopsided(values: NDArray[np.float64]) -> Lopsided | None:
    """Find skewness that is beyond chance and too large for the number of figures.

    Parameters
    ----------
    values
        Pseudo-values of one figure, shape (replications,).

    Returns
    -------
    None where nothing is found: also with fewer than eight, or where they do not vary.

    Notes
    -----
    Beyond chance by D'Agostino's test (Biometrika 57, 1970; scipy's `skewtest`) at 5%; too large by
    Cochran's n > 25 G² (*Sampling Techniques*, 1977, section 2.15), within which 95% intervals miss
    in less than 6%. A sample of few shows less skewness than there is.

    Examples
    --------
    >>> found = lopsided(np.array([1.0, 1.1, 0.9, 1.2, 1.0, 0.8, 1.1, 0.9, 1.0, -3.0]))
    >>> round(found.skewness, 1), found.bearing
    (-2.6, 173)
    >>> lopsided(np.arange(10.0)) is None
    True
    """
    from scipy import stats

    if len(values) < FEWEST or not varies(values):
        return None
    skewness = float(stats.skew(values))
    bearing = int(np.floor(_COCHRAN * skewness**2)) + 1
    if len(values) >= bearing or stats.skewtest(values).pvalue > FALSE_ALARM:
        return None
    return Lopsided(skewness, bearing)
