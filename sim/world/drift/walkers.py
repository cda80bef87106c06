"""What a random walk moves: for each pattern its walkers, and what their standing does to it.

The *mean* effect stays 1 everywhere: a walk of log-odds would else make the whole world click more
every month, and one of margins would make more and more pairs worthy.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from sim.world.drift.patterns import Patterns
from sim.world.drift.worthiness import keep_number

# A log-share that moves with sd s a month moves a share s × E|Z| / 2 of the traffic, where many have a part.
_TOTAL_VARIATION = 0.5 * np.sqrt(2 / np.pi)
_HALF = np.sqrt(0.5)


class Walkers(Protocol):
    """Some walkers, each with steps of the same size."""

    @property
    def count(self) -> int:
        """How many there are."""
        ...

    def apply(self, patterns: Patterns, where: NDArray[np.float64], spread: float) -> Patterns:
        """The patterns when the walkers stand at *where*, shape (count,), whose standard deviation is *spread*."""
        ...


@dataclass(frozen=True, slots=True)
class DemandWalker:
    """One walker: the log of the rate."""

    count: int = 1

    def apply(self, patterns: Patterns, where: NDArray[np.float64], spread: float) -> Patterns:
        """The rate with mean factor 1."""
        return replace(patterns, demand=patterns.demand * float(np.exp(where[0] - spread**2 / 2)))


@dataclass(frozen=True, slots=True)
class TopicWalkers:
    """A walker for each topic: its log share."""

    count: int

    def apply(self, patterns: Patterns, where: NDArray[np.float64], spread: float) -> Patterns:
        """Shares that sum to 1 again."""
        moved = patterns.topic_shares * np.exp(where / _TOTAL_VARIATION)
        return replace(patterns, topic_shares=moved / moved.sum())


@dataclass(frozen=True, slots=True, eq=False)
class DeviceWalkers:
    """A walker for each device: its log share, of a size that suits the *shares* at the start."""

    shares: NDArray[np.float64]

    @property
    def count(self) -> int:
        """One for each device."""
        return len(self.shares)

    def apply(self, patterns: Patterns, where: NDArray[np.float64], spread: float) -> Patterns:
        """Shares that sum to 1 again."""
        # d share = share × (z - the mean of all z by share): what that moves, for few devices too.
        sizes = np.sqrt(1 - 2 * self.shares + (self.shares**2).sum())
        moved = patterns.device_shares * np.exp(where / (_TOTAL_VARIATION * (self.shares * sizes).sum()))
        return replace(patterns, device_shares=moved / moved.sum())


@dataclass(frozen=True, slots=True)
class PairWalkers:
    """A walker for each topic and each ad, half of the variance each: log-odds of a click, or log bids."""

    what: Literal["clicks", "bids"]
    topics: int
    ads: int

    @property
    def count(self) -> int:
        """Topics and ads."""
        return self.topics + self.ads

    def apply(self, patterns: Patterns, where: NDArray[np.float64], spread: float) -> Patterns:
        """Odds or bids with mean factor 1."""
        calm = spread**2 / 4
        topic, ad = _HALF * where[: self.topics], _HALF * where[self.topics :]
        if self.what == "bids":
            return replace(patterns, topic_bids=patterns.topic_bids + topic - calm, ad_bids=patterns.ad_bids + ad - calm)
        return replace(patterns, topic_odds=patterns.topic_odds + topic - calm, ad_odds=patterns.ad_odds + ad - calm)


@dataclass(frozen=True, slots=True, eq=False)
class WorthinessWalkers:
    """A walker for each topic and each ad, half of the variance each: the margins of their pairs.

    Attributes
    ----------
    topic, ad
        Of each type, shape (types,), and of each matched ad, shape (types, matched).
    """

    topics: int
    ads: int
    topic: NDArray[np.int32]
    ad: NDArray[np.int32]

    @property
    def count(self) -> int:
        """Topics and ads."""
        return self.topics + self.ads

    def apply(self, patterns: Patterns, where: NDArray[np.float64], spread: float) -> Patterns:
        """Margins of which as many as before are above the bar."""
        step = (_HALF * where).astype(np.float32)
        moved = patterns.margin + step[: self.topics][self.topic][:, None] + step[self.topics :][self.ad]
        return replace(patterns, margin=keep_number(moved, int((patterns.margin > 0).sum())))
