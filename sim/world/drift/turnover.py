"""A catalogue that turns over: ads and query types that are born, and others that go in their place."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from sim.world.drift.patterns import Patterns


@dataclass(frozen=True, slots=True, eq=False)
class NewAds:
    """Ads that do not exist at level 0, and others that no longer do at level 1.

    Attributes
    ----------
    born, dying
        Numbers of the ads in their order, as many of the one as of the other; no ad is in both.
    """

    born: NDArray[np.intp]
    dying: NDArray[np.intp]

    def apply(self, patterns: Patterns, level: float) -> Patterns:
        """As many are born as the level says, and as many are gone."""
        return replace(patterns, ads_alive=turned(patterns.ads_alive, self.born, self.dying, level))


@dataclass(frozen=True, slots=True, eq=False)
class NewTypes:
    """Head types that nobody asks at level 0, and others that nobody asks any more at level 1; see `NewAds`."""

    born: NDArray[np.intp]
    dying: NDArray[np.intp]

    def apply(self, patterns: Patterns, level: float) -> Patterns:
        """As many are born as the level says, and as many are gone."""
        return replace(patterns, types_asked=turned(patterns.types_asked, self.born, self.dying, level))


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
