"""What a drift can do to demand, shares, clicks, bids, the log and the model server, at any level of its size."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from sim.world.drift.patterns import Patterns


@dataclass(frozen=True, slots=True)
class Demand:
    """The rate of queries × (1 + by)."""

    by: float

    def apply(self, patterns: Patterns, level: float) -> Patterns:
        """In proportion to the level."""
        return replace(patterns, demand=patterns.demand * (1 + self.by * level))


@dataclass(frozen=True, slots=True, eq=False)
class Topics:
    """A part *by* of the traffic moves to other topics; the first in *order* lose, see `move`."""

    by: float
    order: NDArray[np.intp]

    def apply(self, patterns: Patterns, level: float) -> Patterns:
        """In proportion to the level."""
        if level == 0:
            return patterns
        return replace(patterns, topic_shares=move(patterns.topic_shares, self.by, level, self.order))


@dataclass(frozen=True, slots=True)
class Devices:
    """A part *by* of the traffic moves from the first device to the others, in proportion to their shares."""

    by: float

    def apply(self, patterns: Patterns, level: float) -> Patterns:
        """In proportion to the level; the first device can't lose more than it has."""
        shares = patterns.device_shares
        room = shares[1:].sum()
        if level == 0 or room == 0:
            return patterns
        lost = min(self.by, shares[0]) * level
        moved = shares * (1 + lost / room)
        moved[0] = shares[0] - lost
        return replace(patterns, device_shares=moved)


@dataclass(frozen=True, slots=True, eq=False)
class InTopics:
    """The odds of a click, or the bids, × (1 + by) in the topics *touched*.

    Attributes
    ----------
    logs
        The pattern that holds their logs.
    """

    logs: Literal["topic_odds", "topic_bids"]
    by: float
    touched: NDArray[np.intp]

    def apply(self, patterns: Patterns, level: float) -> Patterns:
        """Even in the logarithm: half-way there the factor is √(1 + by)."""
        if level == 0:
            return patterns
        moved = getattr(patterns, self.logs).copy()
        moved[self.touched] += np.log1p(self.by) * level
        return replace(patterns, **{self.logs: moved})


@dataclass(frozen=True, slots=True)
class LostClicks:
    """A share *by* of the clicks does not reach the log; what is billed is not touched."""

    by: float

    def apply(self, patterns: Patterns, level: float) -> Patterns:
        """In proportion to the level; two outages at once lose what either loses."""
        return replace(patterns, tracking=patterns.tracking * (1 - self.by * level))


@dataclass(frozen=True, slots=True)
class ModelDown:
    """The server of learned models does not answer."""

    def apply(self, patterns: Patterns, level: float) -> Patterns:
        """Down at any level above 0."""
        return replace(patterns, model_up=patterns.model_up and level == 0)


def move(shares: NDArray[np.float64], by: float, level: float, order: NDArray[np.intp]) -> NDArray[np.float64]:
    """Move a part *by* × *level* of the mass to other topics: that is the total variation distance.

    The first topics in *order* that hold *by* together lose in proportion, the others gain in
    proportion; where all but the last hold too little, whichever side holds more loses. Which topics
    lose does not depend on the level, so a ramp goes straight.

    Examples
    --------
    >>> move(np.array([0.5, 0.25, 0.25]), 0.2, 1.0, np.array([0, 1, 2])).round(3).tolist()
    [0.3, 0.35, 0.35]
    """
    if len(order) < 2:
        return shares
    held = np.cumsum(shares[order])
    cut = int(np.searchsorted(held, by - 1e-12)) + 1
    losers, winners = order[:cut], order[cut:]
    if cut >= len(order):
        losers, winners = order[:-1], order[-1:]
        if shares[winners].sum() > shares[losers].sum():
            losers, winners = winners, losers
    mass, room = shares[losers].sum(), shares[winners].sum()
    lost = min(by, mass) * level
    if mass == 0 or room == 0:
        return shares
    moved = shares.copy()
    moved[losers] *= 1 - lost / mass
    moved[winners] *= 1 + lost / room
    return moved
