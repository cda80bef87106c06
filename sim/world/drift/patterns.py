"""What drifts: the four patterns of the world that change while it is played."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, eq=False)
class Patterns:
    """How the world stands at a moment, as against its start.

    Attributes
    ----------
    demand
        Factor on the rate of queries.
    topic_shares
        Share of each topic, shape (topics,).
    topic_odds, ad_odds
        What is added to the log-odds of a click, shapes (topics,) and (ads,).
    """

    demand: float
    topic_shares: NDArray[np.float64]
    topic_odds: NDArray[np.float64]
    ad_odds: NDArray[np.float64]


class Drift(Protocol):
    """A change of patterns: a pure function of time, so that no moment depends on which came before."""

    @property
    def story(self) -> tuple[int, str]:
        """When it begins (seconds) and what it is, in words."""
        ...

    def times(self, end_s: int) -> list[int]:
        """The moments before *end_s* at which it changes the patterns, in seconds."""
        ...

    def apply(self, patterns: Patterns, at_s: int) -> Patterns:
        """The patterns with this drift on top, as it stands at *at_s*."""
        ...
