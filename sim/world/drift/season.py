"""A drift that comes round again."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.scenario.schema import DAY_S
from sim.world.drift.patterns import Effect, Patterns

_STEPS = 100  # in a period, where that is not more than one a day


@dataclass(frozen=True, slots=True, eq=False)
class Season:
    """A wave with its highest level, 1, at the peak.

    It moves in steps of whole days, a hundred in a period where the period is that long. Before day 1
    it stands as on day 1: the world of the history does not drift.

    Attributes
    ----------
    swings
        Whether it swings to -1 half a period later, as demand does; else it comes back to 0 there.

    Examples
    --------
    >>> from sim.world.drift.effects import Demand
    >>> summer = Season(Demand(0.5), period_s=100 * DAY_S, peak_s=25 * DAY_S, swings=True)
    >>> calm = Patterns.at_start(np.ones(1))
    >>> [round(summer.apply(calm, day * DAY_S).demand, 6) for day in (0, 25, 75, 125)]
    [1.0, 1.5, 0.5, 1.5]
    """

    effect: Effect
    period_s: int
    peak_s: int
    swings: bool

    @property
    def every_s(self) -> int:
        """How long a step is."""
        return max(1, round(self.period_s / _STEPS / DAY_S)) * DAY_S

    def times(self, end_s: int) -> list[int]:
        """One moment each step."""
        return list(range(self.every_s, end_s, self.every_s))

    def apply(self, patterns: Patterns, at_s: int) -> Patterns:
        """The wave as it stands at the last of its steps."""
        step_s = max(at_s, 0) // self.every_s * self.every_s
        wave = float(np.cos(2 * np.pi * (step_s - self.peak_s) / self.period_s))
        return self.effect.apply(patterns, wave if self.swings else (1 + wave) / 2)
