"""A drift that comes at once and fades."""

from __future__ import annotations

from dataclasses import dataclass

from sim.scenario.schema import DAY_S
from sim.world.drift.patterns import Effect, Patterns

_STEPS = 8  # in a half-life, each a fading by 8 %
_SHORTEST_S = 3600
_GONE = 7  # half-lives after which nothing is left


@dataclass(frozen=True, slots=True, eq=False)
class Shock:
    """A jump to level 1, half of which is left after each half-life; below 1 % it is over.

    It fades in steps of an eighth of the half-life: whole days where that is a day or more, and never
    less than an hour.

    Examples
    --------
    >>> import numpy as np
    >>> from sim.world.drift.effects import Demand
    >>> news = Shock(Demand(1.0), at_s=10 * DAY_S, half_life_s=8 * DAY_S)
    >>> calm = Patterns.at_start(np.ones(1))
    >>> [news.apply(calm, day * DAY_S).demand for day in (9, 10, 18, 26, 66)]
    [1.0, 2.0, 1.5, 1.25, 1.0]
    """

    effect: Effect
    at_s: int
    half_life_s: int

    @property
    def every_s(self) -> int:
        """How long a step is."""
        step_s = self.half_life_s / _STEPS
        return round(step_s / DAY_S) * DAY_S if step_s >= DAY_S else max(_SHORTEST_S, round(step_s))

    def times(self, end_s: int) -> list[int]:
        """The jump, one moment each step, and the last when it is over."""
        steps = -(-_GONE * self.half_life_s // self.every_s)
        return [at for step in range(steps + 1) if (at := self.at_s + step * self.every_s) < end_s]

    def apply(self, patterns: Patterns, at_s: int) -> Patterns:
        """What is left of it since the last of its steps."""
        stepped_s = (at_s - self.at_s) // self.every_s * self.every_s
        left = 0 <= stepped_s < _GONE * self.half_life_s
        return self.effect.apply(patterns, 0.5 ** (stepped_s / self.half_life_s) if left else 0.0)
