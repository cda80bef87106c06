"""Where a day's queries come from: drawn from the world's law, or replayed from a log."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim import seeds
from sim.traffic import kernels
from sim.world.world import Moment, World

DAY_S = 86_400
_GUIDES = 1024
_FULL = 2.0**32


@dataclass(frozen=True, slots=True, eq=False)
class Drawn:
    """Poisson queries each second, a cell for each from the shares of the moment.

    Attributes
    ----------
    chances, guide
        Cumulative Poisson probabilities of the queries of a second, and an index into them.
    cells
        Alias table over cells.
    """

    day_key: int
    chances: NDArray[np.float64]
    guide: NDArray[np.int64]
    cells: NDArray[np.uint64]

    def play(self, first_s: int, end_s: int, *page: Any) -> int:
        """Play the seconds [first_s, end_s) of the day; *page* as in `kernels.play_drawn`."""
        return int(kernels.play_drawn(np.uint64(self.day_key), first_s, end_s, self.chances, self.guide, self.cells, *page))


@dataclass(frozen=True, slots=True, eq=False)
class Replayed:
    """A log's own queries of the day, each at a keyed second and on a keyed device."""

    day_key: int
    queries: NDArray[np.int64]
    device_bars: NDArray[np.uint64]

    def play(self, first_s: int, end_s: int, *page: Any) -> int:
        """Play the seconds [first_s, end_s) of the day; *page* as in `kernels.play_replayed`."""
        return int(kernels.play_replayed(np.uint64(self.day_key), first_s, end_s, self.queries, self.device_bars, *page))


Arrivals = Drawn | Replayed


def arrivals_of(world: World, day: int, moment: Moment, cells: NDArray[np.uint64], seed: int, replication: int) -> Arrivals:
    """The queries of *day*.

    Parameters
    ----------
    cells
        `cell_table` of the moment's shares, which changes only when the world does.
    """
    key = seeds.key(seed, "arrivals", replication, day)
    if world.panel is not None:
        return Replayed(key, world.panel.queries_on(day, world.first_day), cumulative_bars(moment.device_shares))
    rate = world.rates[day - world.first_day] * moment.demand / DAY_S
    chances, guide = poisson_table(rate)
    return Drawn(key, chances, guide, cells)


def cell_table(shares: NDArray[np.float64]) -> NDArray[np.uint64]:
    """Alias table of the cells' shares."""
    return np.asarray(kernels.alias_table(np.ascontiguousarray(shares, dtype=np.float64)), dtype=np.uint64)


def poisson_table(mean: float) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Cumulative probabilities of a Poisson number, and where to start looking for each 1/1024.

    Examples
    --------
    >>> chances, guide = poisson_table(0.0)
    >>> chances.tolist(), int(guide[-1])
    ([2.0], 0)
    """
    from scipy.special import pdtr

    top = int(mean + 12 * np.sqrt(mean) + 20) if mean > 0 else 0
    chances = pdtr(np.arange(top + 1), mean) if mean > 0 else np.ones(1)
    chances[-1] = 2.0  # whatever the rounding, every uniform finds its place
    guide = np.searchsorted(chances, np.arange(_GUIDES) / _GUIDES, side="right")
    return np.asarray(chances, dtype=np.float64), guide.astype(np.int64)


def cumulative_bars(weights: NDArray[np.float64]) -> NDArray[np.uint64]:
    """Cumulative shares of 2^32: the first bar above a 32-bit number tells the choice."""
    bars = np.rint(np.cumsum(weights) / np.sum(weights) * _FULL).astype(np.uint64)
    bars[-1] = np.uint64(_FULL)
    return bars
