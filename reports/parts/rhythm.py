"""How often something came back, in words."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from reports.parts import numbers


def rhythm(days: Sequence[int]) -> str:
    """How often, if there is a rhythm.

    Examples
    --------
    >>> rhythm([0, 28, 56]), rhythm([0, 27, 57]), rhythm([0, 1, 90])
    (', every 28 days', ', every 27 to 30 days', '')
    """
    gaps = [later - sooner for sooner, later in pairwise(days)]
    if min(gaps) == max(gaps) > 0:
        return f", every {numbers.many(gaps[0], 'day')}" if gaps[0] > 1 else ", every day"
    return f", every {min(gaps)} to {max(gaps)} days" if min(gaps) > 0 and max(gaps) <= 2 * min(gaps) else ""
