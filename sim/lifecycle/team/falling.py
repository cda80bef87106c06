"""Whether what a query earns has fallen, and by how much at least: weeks against weeks."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from sim.lifecycle.team.bounds import NOTHING, Bounded, bounded


def change_of_weeks(at_first: Sequence[float], lately: Sequence[float]) -> Bounded:
    """By what share the later weeks differ from the first, with bounds.

    A day is like the day before it, and no weekday like another; so whole weeks are the blocks, and how far they scatter about the mean of
    their own side says how exact either mean is (a t interval with as many degrees of freedom as there are weeks, less two).

    Examples
    --------
    >>> [round(one, 3) for one in change_of_weeks([1.00, 1.04, 0.96, 1.00], [0.88, 0.92])]
    [-0.1, -0.157, -0.043]

    Where weeks scatter more, the same change may be chance:

    >>> [round(one, 3) for one in change_of_weeks([1.00, 1.20, 0.80, 1.00], [0.80, 1.00])]
    [-0.1, -0.383, 0.183]
    """
    sides = [np.asarray(one, dtype=np.float64) for one in (at_first, lately)]
    first, late = (float(one.mean()) if len(one) else 0.0 for one in sides)
    degrees = len(at_first) + len(lately) - 2
    if first <= 0 or degrees < 1:
        return NOTHING
    scatter = sum(float(np.square(one - one.mean()).sum()) for one in sides) / degrees
    ratio = late / first
    error = float(np.sqrt(scatter * (1 / len(lately) + ratio**2 / len(at_first)))) / first
    return bounded(ratio - 1, error, degrees)
