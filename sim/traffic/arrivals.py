"""Where a day's queries come from: drawn from the world's law, or replayed from a log.

Either hands out batches of queries in order of time: arrays of words, cells and seconds that the
caller owns, of which the first so many count.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim import seeds
from sim.kernels import arrivals as kernels
from sim.stopwatch import timed
from sim.world.world import Moment, World

DAY_S = 86_400
_GUIDES = 1024
_FULL = 2.0**32
_BATCH = 65_536
_SLICE = 1_000_000


class Batch(NamedTuple):
    """Queries in order of time: the first *number* of each array.

    Attributes
    ----------
    words
        What each query's chances are hashes of.
    cells
        Query type × devices + device.
    seconds
        Second of the day.
    """

    number: int
    words: NDArray[np.uint64]
    cells: NDArray[np.uint32]
    seconds: NDArray[np.int32]

    @classmethod
    def room(cls, size: int) -> Batch:
        """An empty batch with room for *size* queries."""
        return cls(0, np.empty(size, np.uint64), np.empty(size, np.uint32), np.empty(size, np.int32))


@dataclass(frozen=True, slots=True, eq=False)
class Drawn:
    """Poisson queries each second, a cell for each from the shares of the moment.

    Attributes
    ----------
    cells
        Alias table over cells.
    expected
        How many queries a day has on average.
    """

    day_key: int
    cells: NDArray[np.uint64]
    expected: float

    @property
    def shares(self) -> NDArray[np.float64]:
        """Share of each cell, as the alias table has it, shape (cells,)."""
        keep = (self.cells >> np.uint64(32)).astype(np.float64) / _FULL
        alias = (self.cells & np.uint64(0xFFFFFFFF)).astype(np.int64)
        return np.asarray((keep + np.bincount(alias, 1 - keep, len(keep))) / len(keep), dtype=np.float64)

    def batches(self, first_s: int, end_s: int) -> Iterator[Batch]:
        """The queries of the seconds [first_s, end_s) of the day."""
        chances, guide = poisson_table(self.expected / DAY_S)
        room = Batch.room(max(_BATCH, len(chances) + 2 * kernels.CHUNK))
        while first_s < end_s:
            count, first_s = kernels.draw(np.uint64(self.day_key), first_s, end_s, chances, guide, self.cells, *room[1:])
            yield room._replace(number=count)


@dataclass(frozen=True, slots=True, eq=False)
class Replayed:
    """A log's own queries of the day, each at a keyed second and on a keyed device."""

    day_key: int
    queries: NDArray[np.int64]
    device_bars: NDArray[np.uint64]

    @property
    def device_shares(self) -> NDArray[np.float64]:
        """Share of each device in the queries, shape (devices,)."""
        return np.diff(self.device_bars / _FULL, prepend=0.0)

    @property
    def expected(self) -> float:
        """How many queries the day has."""
        return float(self.queries.sum())

    def batches(self, first_s: int, end_s: int) -> Iterator[Batch]:
        """The queries of the seconds [first_s, end_s) of the day, slice by slice of the day."""
        slices = max(1, round(self.expected / _SLICE))
        room = Batch.room(int(2 * self.expected / slices) + 1000)
        edges = [DAY_S * number // slices for number in range(slices + 1)]
        for begin, end in pairwise(edges):
            window = max(begin, first_s), min(end, end_s)
            kind = number = 0
            while window[0] < window[1] and kind < len(self.queries):
                count, kind, number = kernels.replay(
                    np.uint64(self.day_key), *window, self.queries, self.device_bars, kind, number, *room[1:]
                )  # fmt: skip
                order = np.argsort(room.seconds[:count], kind="stable")
                yield Batch(count, room.words[order], room.cells[order], room.seconds[order])


Arrivals = Drawn | Replayed


def arrivals_of(
    world: World, day: int, moment: Moment, cells: NDArray[np.uint64], seed: int, replication: int, more: float = 1.0
) -> Arrivals:
    """The queries of *day*, if nobody stays away.

    Parameters
    ----------
    cells
        `cell_table` of the moment's shares, which changes only when the world does.
    more
        Factor on the rate: how many more would come if nobody stayed away. A replayed log has who came.
    """
    key = seeds.key(seed, "arrivals", replication, day)
    if world.panel is not None:
        return Replayed(key, world.panel.queries_on(day, world.first_day), cumulative_bars(moment.device_shares))
    rate = world.rates[day - world.first_day] * moment.demand * more
    return Drawn(key, cells, rate)


@timed("sampling")
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
