"""A drift of many small keyed steps, such as tastes that wander."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from sim import seeds
from sim.scenario.schema import DAY_S
from sim.world.drift.patterns import Patterns
from sim.world.drift.walkers import Walkers

_MONTH_S = 30 * DAY_S


@dataclass(frozen=True, eq=False)
class RandomWalk:
    """A walk of size *by* a month, one step each *every_s*, from *at_s* until *end_s*.

    With a half-life the walkers are drawn back to where they began, as measured tastes are
    (`docs/world_figures.md`); without one they wander off for good. Either way the mean effect
    stays 1, see `walkers`. One that has *settled* has wandered for ever: it stands as far out
    before it sets out as it ever will, so that early days are no easier than late ones.

    Examples
    --------
    >>> from sim.world.drift.walkers import DemandWalker
    >>> walk = RandomWalk(DemandWalker(), by=0.1, at_s=0, every_s=7 * DAY_S, end_s=70 * DAY_S, key=1)
    >>> calm = Patterns.at_start(np.ones(1))
    >>> walk.apply(calm, 0).demand, walk.apply(calm, 7 * DAY_S).demand != 1.0
    (1.0, True)
    """

    walkers: Walkers
    by: float
    at_s: int
    every_s: int
    end_s: int
    key: int
    half_life_s: int | None = None
    settled: bool = False

    def times(self, end_s: int) -> list[int]:
        """One moment each step."""
        return list(range(self.at_s + self.every_s, min(end_s, self.end_s), self.every_s))

    def apply(self, patterns: Patterns, at_s: int) -> Patterns:
        """The patterns where the walk stands at *at_s*."""
        step = max((at_s - self.at_s) // self.every_s, 0)
        if step == 0 and not self.settled:
            return patterns
        step = min(step, len(self._path) - 1)
        return self.walkers.apply(patterns, self._path[step], self.spread(step))

    def spread(self, step: int) -> float:
        """Standard deviation of where a walker stands after *step* steps."""
        if self.settled:
            return self._rest
        carry = self._carry**2
        return float(self._size * np.sqrt(step if carry == 1 else (1 - carry**step) / (1 - carry)))

    @property
    def _size(self) -> float:
        """Standard deviation of a step."""
        return float(self.by * np.sqrt(self.every_s / _MONTH_S))

    @property
    def _rest(self) -> float:
        """Standard deviation of where a walker stands that has wandered for ever, with a half-life."""
        return float(self._size / np.sqrt(1 - self._carry**2))

    @property
    def _carry(self) -> float:
        """How much of where a walker stands is left after a step."""
        return 1.0 if self.half_life_s is None else float(0.5 ** (self.every_s / self.half_life_s))

    @cached_property
    def _path(self) -> NDArray[np.float64]:
        """Where each walker stands at first and after each step: shape (1 + steps, walkers)."""
        walkers, steps = self.walkers.count, max(1, len(self.times(self.end_s)))
        path = np.zeros((1 + steps, walkers))
        if self.settled:
            path[0] = self._rest * seeds.normals(seeds.mix(self.key - 1), walkers)
        for step in range(len(self.times(self.end_s))):
            path[step + 1] = self._carry * path[step] + self._size * seeds.normals(seeds.mix(self.key + step), walkers)
        return path
