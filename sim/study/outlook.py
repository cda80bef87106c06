"""What a world will do before anything is run: frozen, and all that its picture may see."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.study.results import Month, WorldEvent, months_between

COUNT, FACTOR, SHARE = "count", "factor", "share"


@dataclass(frozen=True, slots=True, eq=False)
class Series:
    """One pattern of the world, day by day; arrays have shape (days,).

    Attributes
    ----------
    what
        As in `[[drift]]`: "demand", "topics", "clicks", "worthiness", "bids", "devices", "ads", "types".
    unit
        `COUNT` (a day), `FACTOR` (on what it was at the start) or `SHARE`.
    middle
        The pattern itself, or the mean over all pairs or ads.
    low, high
        Between them are eight in ten of the pairs or ads; None where there is only one figure.
    detail
        What else there is to say of it, such as a device's name.
    """

    what: str
    unit: str
    middle: NDArray[np.float64]
    low: NDArray[np.float64] | None = None
    high: NDArray[np.float64] | None = None
    detail: str = ""

    @property
    def size(self) -> NDArray[np.float64]:
        """How far it is from where it began on each day: 0.3 for 30 % more or less, or for 30 % that moved."""
        if self.unit == SHARE:
            return np.asarray(np.abs(self.middle - self.middle[0]), dtype=np.float64)
        moved = np.abs(self.middle / self.middle[0] - 1)
        if self.low is None or self.high is None:
            return np.asarray(moved, dtype=np.float64)
        return np.asarray(np.maximum(moved, np.sqrt(self.high / self.low) - 1), dtype=np.float64)


class Outage(NamedTuple):
    """What does not work ("tracking" or "model") from one day up to another, and which share of it."""

    what: str
    first: int
    end: int
    share: float


@dataclass(frozen=True, slots=True, eq=False)
class Outlook:
    """A scenario's world over its horizon.

    Attributes
    ----------
    series
        Demand first, then whatever else moves, in the order of the documents.
    events
        What the scenario's drifts say of themselves, in order of time.
    """

    scenario: str
    question: str
    source: str
    seed: int
    replications: int
    start: date
    days: int
    series: tuple[Series, ...]
    outages: tuple[Outage, ...]
    events: tuple[WorldEvent, ...]

    @property
    def months(self) -> tuple[Month, ...]:
        """The calendar months of the horizon."""
        return months_between(self.start, self.days)

    @property
    def largest(self) -> tuple[Series, int]:
        """The series that moves most, and the day on which it is farthest from its beginning."""
        found = max(self.series, key=lambda one: float(one.size.max()))
        return found, int(found.size.argmax())
