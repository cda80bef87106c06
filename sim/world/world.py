"""What is true: one replication's world, frozen, and how it stands at any moment."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.scenario.panel import Panel
from sim.world.catalogue import Catalogue
from sim.world.conversions import Conversions
from sim.world.drift.patterns import Drift, Patterns
from sim.world.market import Ads
from sim.world.relevance import Relevance
from sim.world.sight import Sight
from sim.world.users import Users


@dataclass(frozen=True, slots=True, eq=False)
class Moment:
    """The truth at one moment, constant until the next drift.

    Attributes
    ----------
    demand
        Factor on the day's rate.
    cell_shares
        Share of each cell in the queries, shape (cells,), sums to 1.
    chance
        Probability of a click by someone who looks, shape (types, devices, matched).
    margin
        How far each pair is above (worthy) or below the bar, shape (types, matched).
    sight
        The visible world; the bid of an ad that is not alive is 0.
    tracking
        Share of the clicks that reach the log.
    model_up
        Whether models can be asked.
    """

    demand: float
    cell_shares: NDArray[np.float64]
    chance: NDArray[np.float32]
    margin: NDArray[np.float32]
    sight: Sight
    tracking: float = 1.0
    model_up: bool = True


@dataclass(frozen=True, slots=True, eq=False)
class World:
    """One replication's world.

    Attributes
    ----------
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

    def at(self, at_s: int) -> Moment:
        """How the world stands at *at_s* seconds from the start of the horizon."""
        patterns = Patterns(1.0, self.catalogue.topic_shares, np.zeros(self.catalogue.topics), np.zeros(self.ads.count))
        for drift in self.drifts:
            patterns = drift.apply(patterns, at_s)
        odds = self.users.odds + patterns.topic_odds[self.catalogue.topic][:, None] + patterns.ad_odds[self.relevance.ad]
        shares = self.catalogue.shares(patterns.topic_shares)
        cells = (shares[:, None] * self.users.device_share).ravel()
        chance = 1 / (1 + np.exp(-(odds[:, None, :] + self.users.device_odds[None, :, None])))
        return Moment(patterns.demand, cells, chance.astype(np.float32), self.relevance.margin, self.sight)
