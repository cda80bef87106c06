"""Drifts that go from nothing (level 0) to their full size (level 1): suddenly, or bit by bit."""

from __future__ import annotations

from dataclasses import dataclass

from sim.scenario.schema import DAY_S
from sim.world.drift.patterns import Effect, Patterns


@dataclass(frozen=True, slots=True, eq=False)
class Step:
    """A sudden change, for good or for a while; an outage is one of these.

    Examples
    --------
    >>> import numpy as np
    >>> from sim.world.drift.effects import Demand
    >>> sale = Step(Demand(2.0), at_s=10 * DAY_S, lasts_s=4 * DAY_S)
    >>> calm = Patterns.at_start(np.ones(1))
    >>> [sale.apply(calm, day * DAY_S).demand for day in (9, 10, 13, 14)]
    [1.0, 3.0, 3.0, 1.0]
    """

    effect: Effect
    at_s: int
    lasts_s: int | None = None

    def times(self, end_s: int) -> list[int]:
        """Its beginning, and its end if it has one."""
        edges = [self.at_s] if self.lasts_s is None else [self.at_s, self.at_s + self.lasts_s]
        return [edge for edge in edges if edge < end_s]

    def apply(self, patterns: Patterns, at_s: int) -> Patterns:
        """Full size from its beginning to its end."""
        on = self.at_s <= at_s and (self.lasts_s is None or at_s < self.at_s + self.lasts_s)
        return self.effect.apply(patterns, float(on))


@dataclass(frozen=True, slots=True, eq=False)
class Ramp:
    """A change that grows evenly, a little every day, and then stays.

    Examples
    --------
    >>> import numpy as np
    >>> from sim.world.drift.effects import Demand
    >>> growth = Ramp(Demand(1.0), at_s=0, lasts_s=10 * DAY_S)
    >>> calm = Patterns.at_start(np.ones(1))
    >>> [growth.apply(calm, day * DAY_S).demand for day in (0, 5, 10, 20)]
    [1.0, 1.5, 2.0, 2.0]
    """

    effect: Effect
    at_s: int
    lasts_s: int

    def times(self, end_s: int) -> list[int]:
        """Once a day while it grows, and the moment when it is whole."""
        whole = self.at_s + self.lasts_s
        return [at for at in [*range(self.at_s + DAY_S, whole, DAY_S), whole] if at < end_s]

    def apply(self, patterns: Patterns, at_s: int) -> Patterns:
        """The part of it that has come by the last of its daily steps."""
        passed_s = at_s - self.at_s
        stepped_s = self.lasts_s if passed_s >= self.lasts_s else max(0, passed_s // DAY_S * DAY_S)
        return self.effect.apply(patterns, stepped_s / self.lasts_s)
