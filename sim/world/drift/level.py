"""Drifts that go from nothing (level 0) to their full size (level 1): suddenly, or bit by bit."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from sim.scenario.schema import DAY_S
from sim.world.drift.patterns import Patterns


@dataclass(frozen=True, slots=True, eq=False)
class Effect:
    """What a drift does at its full size.

    Attributes
    ----------
    what
        "demand" (rate × (1 + by)), "topics" (a part `by` of the traffic moves to other topics) or
        "clicks" (odds of a click × (1 + by)).
    order
        Topics in the order in which they lose traffic or are touched, shape (topics,).
    share
        The share of topics that a change of clicks touches.
    """

    what: str
    by: float
    order: NDArray[np.intp]
    share: float = 1.0

    def apply(self, patterns: Patterns, level: float) -> Patterns:
        """The patterns under this effect at *level* of its size."""
        if level == 0:
            return patterns
        if self.what == "demand":
            return replace(patterns, demand=patterns.demand * (1 + self.by * level))
        if self.what == "topics":
            return replace(patterns, topic_shares=move(patterns.topic_shares, self.by, level, self.order))
        touched = self.order[: max(1, round(self.share * len(self.order)))]
        odds = patterns.topic_odds.copy()
        odds[touched] += np.log1p(self.by) * level
        return replace(patterns, topic_odds=odds)

    def __str__(self) -> str:
        where = f" in {self.share:.0%} of topics" if self.what == "clicks" and self.share < 1 else ""
        if self.what == "topics":
            return f"{self.by:.0%} of the traffic moves to other topics"
        return f"{self.what} {self.by:+.0%}{where}"


@dataclass(frozen=True, slots=True, eq=False)
class Step:
    """A sudden change, for good or for a while.

    Examples
    --------
    >>> sale = Step(Effect("demand", 2.0, np.arange(1)), at_s=10 * DAY_S, lasts_s=4 * DAY_S)
    >>> calm = Patterns(1.0, np.ones(1), np.zeros(1), np.zeros(1))
    >>> [sale.apply(calm, day * DAY_S).demand for day in (9, 10, 13, 14)]
    [1.0, 3.0, 3.0, 1.0]
    """

    effect: Effect
    at_s: int
    lasts_s: int | None = None

    @property
    def story(self) -> tuple[int, str]:
        """When it begins and what it is."""
        tail = f" for {_spell_days(self.lasts_s)}" if self.lasts_s else ""
        return self.at_s, f"step: {self.effect}{tail}"

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
    >>> growth = Ramp(Effect("demand", 1.0, np.arange(1)), at_s=0, lasts_s=10 * DAY_S)
    >>> calm = Patterns(1.0, np.ones(1), np.zeros(1), np.zeros(1))
    >>> [growth.apply(calm, day * DAY_S).demand for day in (0, 5, 10, 20)]
    [1.0, 1.5, 2.0, 2.0]
    """

    effect: Effect
    at_s: int
    lasts_s: int

    @property
    def story(self) -> tuple[int, str]:
        """When it begins and what it is."""
        return self.at_s, f"ramp: {self.effect} over {_spell_days(self.lasts_s)}"

    def times(self, end_s: int) -> list[int]:
        """Once a day while it grows, and the moment when it is whole."""
        whole = self.at_s + self.lasts_s
        return [at for at in [*range(self.at_s + DAY_S, whole, DAY_S), whole] if at < end_s]

    def apply(self, patterns: Patterns, at_s: int) -> Patterns:
        """The part of it that has come by the last of its daily steps."""
        passed_s = at_s - self.at_s
        stepped_s = self.lasts_s if passed_s >= self.lasts_s else max(0, passed_s // DAY_S * DAY_S)
        return self.effect.apply(patterns, stepped_s / self.lasts_s)


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


def _spell_days(seconds: int) -> str:
    days = seconds / DAY_S
    return f"{days:g} day{'' if days == 1 else 's'}"
