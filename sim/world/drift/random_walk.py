"""A drift of many small keyed steps, such as tastes that wander."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from sim import seeds
from sim.scenario.schema import DAY_S
from sim.world.drift.patterns import Patterns

_MONTH_S = 30 * DAY_S
# A log-share that moves with sd s a month moves a share s × E|Z| / 2 of the traffic.
_TOTAL_VARIATION = 0.5 * np.sqrt(2 / np.pi)


@dataclass(frozen=True, eq=False)
class RandomWalk:
    """A walk of size *by* a month, one step each *every_s*.

    On demand `by` is the sd of the log rate; on topics the expected part of the traffic that
    changes topic; on clicks the sd of a pair's log-odds, half of the variance its topic's, half its
    ad's. With a half-life the walkers are drawn back to where they began, as measured tastes are
    (`docs/world_figures.md`); without one they wander off for good. Either way the *mean* effect
    stays 1: a walk of log-odds would else make the whole world click more every month.

    Examples
    --------
    >>> walk = RandomWalk("demand", by=0.1, at_s=0, every_s=7 * DAY_S, topics=1, ads=1, end_s=70 * DAY_S, key=1)
    >>> calm = Patterns(1.0, np.ones(1), np.zeros(1), np.zeros(1))
    >>> walk.apply(calm, 0).demand, walk.apply(calm, 7 * DAY_S).demand != 1.0
    (1.0, True)
    """

    what: str
    by: float
    at_s: int
    every_s: int
    topics: int
    ads: int
    end_s: int
    key: int
    half_life_s: int | None = None

    @property
    def story(self) -> tuple[int, str]:
        """When it begins and what it is."""
        size = {"demand": f"{self.by:.0%}", "topics": f"{self.by:.0%} of the traffic", "clicks": f"{self.by:g} in log-odds"}
        return self.at_s, f"random walk: {self.what} {size[self.what]} a month"

    def times(self, end_s: int) -> list[int]:
        """One moment each step."""
        return list(range(self.at_s + self.every_s, min(end_s, self.end_s), self.every_s))

    def apply(self, patterns: Patterns, at_s: int) -> Patterns:
        """The patterns where the walk stands at *at_s*."""
        step = (at_s - self.at_s) // self.every_s
        if step <= 0:
            return patterns
        step = min(step, len(self._path))
        where, spread = self._path[step - 1], self._spread(step)
        if self.what == "demand":
            return replace(patterns, demand=patterns.demand * float(np.exp(where[0] - spread**2 / 2)))
        if self.what == "topics":
            moved = patterns.topic_shares * np.exp(where / _TOTAL_VARIATION)
            return replace(patterns, topic_shares=moved / moved.sum())
        half = np.sqrt(0.5)
        calm = spread**2 / 4
        topic_odds = patterns.topic_odds + half * where[: self.topics] - calm
        return replace(patterns, topic_odds=topic_odds, ad_odds=patterns.ad_odds + half * where[self.topics :] - calm)

    @property
    def _carry(self) -> float:
        """How much of where a walker stands is left after a step."""
        return 1.0 if self.half_life_s is None else float(0.5 ** (self.every_s / self.half_life_s))

    def _spread(self, step: int) -> float:
        """Standard deviation of where a walker stands after *step* steps."""
        size = self.by * np.sqrt(self.every_s / _MONTH_S)
        carry = self._carry**2
        return float(size * np.sqrt(step if carry == 1 else (1 - carry**step) / (1 - carry)))

    @cached_property
    def _path(self) -> NDArray[np.float64]:
        """Where each walker stands after each step: shape (steps, walkers)."""
        walkers = {"demand": 1, "topics": self.topics, "clicks": self.topics + self.ads}[self.what]
        size = self.by * np.sqrt(self.every_s / _MONTH_S)
        path = np.zeros((max(1, len(self.times(self.end_s))), walkers))
        for step in range(len(self.times(self.end_s))):
            before = self._carry * path[step - 1] if step else 0.0
            path[step] = before + size * seeds.normals(seeds.mix(self.key + step), walkers)
        return path
