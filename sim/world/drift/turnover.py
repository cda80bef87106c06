"""A catalogue that turns over: ads and query types that are born, and others that go in their place."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from sim.world.drift.patterns import Patterns


@dataclass(frozen=True, slots=True, eq=False)
class Turnover:
    """Ads, or head types, that are not there at level 0, and others that no longer are at level 1.

    Attributes
    ----------
    there
        The pattern that says which exist, or are asked.
    born, dying
        Their numbers in the order of their turn, as many of the one as of the other; none is in both.
    """

    there: Literal["ads_alive", "types_asked"]
    born: NDArray[np.intp]
    dying: NDArray[np.intp]

    def apply(self, patterns: Patterns, level: float) -> Patterns:
        """As many are born as the level says, and as many are gone."""
        changed: dict[str, Any] = {self.there: turned(getattr(patterns, self.there), self.born, self.dying, level)}
        return replace(patterns, **changed)


def turned(alive: NDArray[np.bool_], born: NDArray[np.intp], dying: NDArray[np.intp], level: float) -> NDArray[np.bool_]:
    """Who is left of *alive* when a part *level* of the births and deaths has happened.

    Examples
    --------
    >>> [turned(np.ones(4, bool), np.array([0, 1]), np.array([2, 3]), level).tolist() for level in (0.0, 0.5, 1.0)]
    [[False, False, True, True], [True, False, False, True], [True, True, False, False]]
    """
    done = round(level * len(born))
    left = alive.copy()
    left[born[done:]] = False
    left[dying[:done]] = False
    return left
