"""How the shares of queries move from month to month: total variation, without what chance alone would make of it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.calibrate.asking import Asked
from sim.calibrate.calibration import Found
from sim.calibrate.log import Figure, Unknown
from sim.calibrate.summing import summed
from sim.calibrate.wandering import BLOCK_DAYS, apart

Array = NDArray[np.float64]

BY, HALF_LIFE = "drift.topics.by", "drift.topics.half_life"
_MOST_QUERIES = 5_000
_LEAST_BLOCKS, _BLOCKS_TO_COME_BACK = 3, 6


def fit_shares(asked: Asked) -> Found:
    """Fit a random walk of topics to the shares of queries in blocks of four weeks.

    Two blocks differ by chance alone; if moves and noise are both about normal, the squares of their total variations add
    up, so that of the noise is taken off. A world moves topics: all queries of a topic together.
    """
    blocks = asked.days // BLOCK_DAYS
    if blocks < _LEAST_BLOCKS:
        return Found((), (Unknown(BY, f"{asked.days} days hold less than {_LEAST_BLOCKS} times {BLOCK_DAYS} days"),))
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
    by, half_life = _walk(squares)
    size = float(by * spread / (2 * first.mean()))
    figures = [
        Figure(BY, "part of the queries that changes its topic in a month", by, size, f"{source}, as a walk of weekly steps makes them")
    ]
    if half_life is None:
        return Found((*figures, told), (Unknown(HALF_LIFE, "no sign that shares come back: they wander off for good"),))
    figures.append(
        Figure(HALF_LIFE, "half-life of that walk, days", half_life, None, "how total variation grows with the time between months")
    )
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


def _walk(squares: list[Array]) -> tuple[float, float | None]:
    """Size a month and half-life in days that give the squares by lag, each lag weighted by its pairs."""
    from scipy.optimize import minimize_scalar

    seen, pairs = np.array([one.mean() for one in squares]), np.array([len(one) for one in squares], dtype=np.float64)

    def fitted(half_life: float | None) -> tuple[float, float]:
        shape = 2 * apart(len(seen) + 1, half_life)[1:]
        size = max(0.0, float((pairs * shape * seen).sum() / (pairs * shape**2).sum()))
        return float((pairs * (seen - size * shape) ** 2).sum()), size

    off, size = fitted(None)
    if len(seen) + 1 < _BLOCKS_TO_COME_BACK:
        return float(np.sqrt(size)), None
    best = minimize_scalar(lambda x: fitted(float(np.exp(x)))[0], bounds=(np.log(7.0), np.log(3650.0)), method="bounded")
    half_life = float(np.exp(best.x))
    if best.fun > 0.8 * off or half_life > 2 * BLOCK_DAYS * len(seen):
        return float(np.sqrt(size)), None
    return float(np.sqrt(fitted(half_life)[1])), half_life
