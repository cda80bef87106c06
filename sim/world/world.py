"""What is true: one replication's world, frozen, and how it stands at any moment."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from sim.scenario.panel import Panel
from sim.stopwatch import timed
from sim.world.catalogue import Catalogue
from sim.world.conversions import Conversions
from sim.world.drift.patterns import Drift, Patterns
from sim.world.market import Ads
from sim.world.relevance import Relevance
from sim.world.sight import Sight
from sim.world.users import Users

_MOST_MICROS = 10**12  # a million a click: sums of money stay far inside 64 bits
# Which patterns a part of a moment follows from.
_OF_SHARES = ("topic_shares", "device_shares", "types_asked")
_OF_CLICKS = ("topic_odds", "ad_odds", "margin")
_OF_BIDS = ("topic_bids", "ad_bids")
_OF_SIGHT = (*_OF_BIDS, "ads_alive")


@dataclass(frozen=True, slots=True, eq=False)
class Moment:
    """The truth at one moment, constant until the next drift.

    Attributes
    ----------
    demand
        Factor on the day's rate.
    cell_shares
        Share of each cell in the queries, shape (cells,), sums to 1.
    device_shares
        Share of each device in the queries, shape (devices,), sums to 1.
    chance
        Probability of a click by someone who looks, shape (types, devices, matched).
    margin
        How far each pair is above (worthy) or below the bar, shape (types, matched).
    sight
        What a platform can see: `bid_micros` is 0 for an ad that does not exist now.
    tracking
        Share of clicks that reaches the log, 1 unless tracking is broken.
    model_up
        Whether the server of learned models answers.
    patterns
        What all of this follows from.
    """

    demand: float
    cell_shares: NDArray[np.float64]
    device_shares: NDArray[np.float64]
    chance: NDArray[np.float32]
    margin: NDArray[np.float32]
    sight: Sight
    tracking: float
    model_up: bool
    patterns: Patterns


@dataclass(frozen=True, slots=True, eq=False)
class World:
    """One replication's world.

    Attributes
    ----------
    sight
        The visible world as it would be if every ad existed and no bid had moved.
    calm
        The patterns before any drift.
    drifts
        What changes them, one after the other.
    first_day
        The first day of the history, as a negative number; day 0 is the first of the horizon.
    rates
        Expected queries of each day from `first_day`, before drift, shape (history + horizon,).
    reserve_micros
        The lowest price of a click.
    panel
        The log that is replayed instead of drawing queries, if any.
    conversions
        What clicks lead to.
    invalid
        Share of the clicks that nobody meant.
    """

    catalogue: Catalogue
    ads: Ads
    relevance: Relevance
    users: Users
    sight: Sight
    calm: Patterns
    drifts: tuple[Drift, ...]
    first_day: int
    rates: NDArray[np.float64]
    reserve_micros: int
    panel: Panel | None
    conversions: Conversions
    invalid: float

    @property
    def examination(self) -> NDArray[np.float64]:
        """Probability that a position is looked at, shape (devices, slots)."""
        return self.users.examination

    def drift_times(self, end_s: int) -> list[int]:
        """Every moment before *end_s* at which the world changes, in order."""
        return sorted({at for drift in self.drifts for at in drift.times(end_s)})

    def patterns_at(self, at_s: int) -> Patterns:
        """Every pattern as all drifts together leave it at *at_s* seconds from the start of the horizon."""
        patterns = self.calm
        for drift in self.drifts:
            patterns = drift.apply(patterns, at_s)
        return patterns

    @timed("world")
    def at(self, at_s: int, before: Moment | None = None) -> Moment:
        """How the world stands at *at_s* seconds from the start of the horizon.

        Parameters
        ----------
        before
            Another moment of this world. Arrays, and the sight, that have not changed since are its own,
            so that a caller sees by identity what he need not do again. No figure depends on it.
        """
        now = self.patterns_at(at_s)
        return Moment(
            demand=now.demand,
            cell_shares=before.cell_shares if before and _same(now, before, _OF_SHARES) else self._cell_shares(now),
            device_shares=now.device_shares,
            chance=before.chance if before and _same(now, before, _OF_CLICKS) else self._chance(now),
            margin=before.margin if before and _same(now, before, ("margin",)) else now.margin,
            sight=before.sight if before and _same(now, before, _OF_SIGHT) else self._sight(now),
            tracking=now.tracking,
            model_up=now.model_up,
            patterns=now,
        )

    def bids(self, patterns: Patterns) -> NDArray[np.int64]:
        """Bid of each ad in micro-units, shape (ads,): at least 1, but 0 for an ad that does not exist."""
        bids = self.ads.bid_micros
        if not _same(patterns, self.calm, _OF_BIDS):
            factor = np.exp(patterns.topic_bids[self.ads.topic] + patterns.ad_bids)
            bids = np.maximum(np.rint(np.minimum(bids * factor, _MOST_MICROS)), 1).astype(np.int64)
        return np.asarray(bids * patterns.ads_alive, dtype=np.int64)

    def worthiness_odds(self, patterns: Patterns) -> NDArray[np.float64]:
        """What a change of show-worthiness adds to the log-odds of a click, shape (types, matched)."""
        turned = (patterns.margin > 0).astype(np.float64) - self.relevance.worthy
        return np.asarray(np.log(self.users.worthy_lift) * turned, dtype=np.float64)

    def _cell_shares(self, now: Patterns) -> NDArray[np.float64]:
        asked = None if now.types_asked is self.calm.types_asked else now.types_asked
        shares = self.catalogue.shares(now.topic_shares, asked)
        return np.asarray((shares[:, None] * now.device_shares).ravel(), dtype=np.float64)

    def _chance(self, now: Patterns) -> NDArray[np.float32]:
        odds = self.users.odds + now.topic_odds[self.catalogue.topic][:, None] + now.ad_odds[self.relevance.ad]
        if now.margin is not self.calm.margin:
            odds += self.worthiness_odds(now)
        return np.asarray(1 / (1 + np.exp(-(odds[:, None, :] + self.users.device_odds[None, :, None]))), dtype=np.float32)

    def _sight(self, now: Patterns) -> Sight:
        if _same(now, self.calm, _OF_SIGHT):
            return self.sight
        return replace(self.sight, bid_micros=self.bids(now)[self.relevance.ad])


def _same(one: Patterns, other: Patterns | Moment, parts: tuple[str, ...]) -> bool:
    """Whether these parts of both patterns are equal; mostly they are the same object."""
    patterns = other.patterns if isinstance(other, Moment) else other
    pairs = ((getattr(one, part), getattr(patterns, part)) for part in parts)
    return all(a is b or np.array_equal(a, b) for a, b in pairs)
