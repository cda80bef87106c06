"""How the shares of queries move from month to month: total variation, without what chance alone would make of it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.calibrate.asking import Asked
from sim.calibrate.calibration import Found
from sim.calibrate.log import Figure, Unknown
from sim.calibrate.share_walk import fit_walk
from sim.calibrate.spelling import days_of
from sim.calibrate.summing import summed
from sim.calibrate.wandering import BLOCK_DAYS

Array = NDArray[np.float64]

BY, HALF_LIFE = "drift.topics.by", "drift.topics.half_life"
_MOST_QUERIES = 5_000
_LEAST_BLOCKS = 3


def fit_shares(asked: Asked) -> Found:
    """Fit a random walk of topics to the shares of queries in blocks of four weeks.

    Two blocks differ by chance alone; if moves and noise are both about normal, the squares of their total variations add
    up, so that of the noise is taken off. A world moves topics: all queries of a topic together.
    """
    blocks = asked.days // BLOCK_DAYS
    if blocks < _LEAST_BLOCKS:
        return Found((), (Unknown(BY, f"{days_of(asked.days)}: at least {_LEAST_BLOCKS} times {BLOCK_DAYS} are needed"),))
    count = _counts(asked, blocks)
    squares = [_squares(count, lag) for lag in range(1, blocks)]
    first = squares[0]
    variation = float(np.sqrt(max(first.mean(), 0.0)))
    spread = float(first.std(ddof=1) / np.sqrt(len(first)))
    source = (
        f"half the absolute differences of the shares of {len(count):,} queries between neighbours of {blocks} blocks of {BLOCK_DAYS} days"
    )
    error = spread / (2 * variation) if variation > 0 else None
    told = Figure(
        "", "total variation of shares, month to month", variation, error, f"{source}, less that of chance; error by the spread of pairs"
    )
    if first.mean() < 2 * spread or variation < 1e-3:
        return Found((told,), (Unknown(BY, "shares move no more than chance from month to month"),))
    walk = fit_walk(squares)
    how = f"{source}, as a walk of weekly steps makes them; error from walks drawn with as many walkers as the pairs of blocks show"
    figures = [Figure(BY, "part of the queries that changes its topic in a month", walk.by, walk.by_error, how)]
    if walk.half_life is None:
        return Found((*figures, told), (Unknown(HALF_LIFE, "no sign that shares come back: they wander off for good"),))
    how = "how total variation grows with the time between blocks; error as above"
    figures.append(Figure(HALF_LIFE, "half-life of that walk, days", walk.half_life, walk.half_life_error, how))
    return Found((*figures, told), ())


def _counts(asked: Asked, blocks: int) -> Array:
    """Queries by type and block, the rare ones together, shape (types, blocks)."""
    order = np.argsort(-asked.by_query, kind="stable")
    place = np.empty(asked.queries, np.int64)
    place[order] = np.minimum(np.arange(asked.queries), _MOST_QUERIES)
    rows = min(asked.queries, _MOST_QUERIES + 1)
    used = asked.day < blocks * BLOCK_DAYS
    cell = place[asked.query[used]] * blocks + asked.day[used] // BLOCK_DAYS
    return summed(cell, asked.number[used], rows * blocks).reshape(rows, blocks)


def _squares(count: Array, lag: int) -> Array:
    """Squared total variation of each pair of blocks that far apart, less that of chance, shape (blocks - lag,)."""
    total = np.maximum(count.sum(axis=0), 1.0)
    share = count / total
    seen = np.abs(share[:, lag:] - share[:, :-lag]).sum(axis=0) / 2
    pooled = (count[:, lag:] + count[:, :-lag]) / (total[lag:] + total[:-lag])
    spread = np.sqrt(pooled * (1 - pooled) * (1 / total[lag:] + 1 / total[:-lag]))
    return np.asarray(seen**2 - (np.sqrt(2 / np.pi) * spread.sum(axis=0) / 2) ** 2)
