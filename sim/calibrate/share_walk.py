"""The walk behind total variations: its size and half-life from how they grow with time, and errors from walks drawn alike."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim import seeds
from sim.calibrate.wandering import BLOCK_DAYS, apart

Array = NDArray[np.float64]

_BLOCKS_TO_COME_BACK = 6
_HALF_LIVES_DAYS = np.geomspace(7, 3650, 60)
_DRAWN, _MOST_WALKERS = 100, 400
_STEPS = BLOCK_DAYS // 7


class Walk(NamedTuple):
    """A walk of shares: the part that moves in a month, and in what time it comes half-way back."""

    by: float
    by_error: float
    half_life: float | None
    half_life_error: float | None


def fit_walk(squares: list[Array]) -> Walk:
    """Fit a walk to squared total variations.

    Parameters
    ----------
    squares
        For each lag in blocks from 1, those of all pairs of blocks that far apart.
    """
    by, half_life = _best([np.array([one.mean()]) for one in squares], comes_back=None)
    size = float(by[0])
    back = None if np.isnan(half_life[0]) else float(half_life[0])
    drawn = _drawn(_walkers(squares[0]), len(squares) + 1, size, back)
    sizes, lives = _best(drawn, comes_back=back is not None)
    error = float(np.std(sizes, ddof=1))
    low, high = np.quantile(lives, [0.16, 0.84]) if back is not None else (0.0, 0.0)  # a few of them never seem to come back
    return Walk(size, error, back, None if back is None else float(high - low) / 2)


def _best(seen: list[Array], comes_back: bool | None) -> tuple[Array, Array]:
    """Sizes and half-lives (NaN without one) of many walks at once: the mean squares by lag, each of shape (walks,).

    The size is that of neighbours; what is further apart tells of the way back, weighted by its pairs.
    """
    mean = np.array(seen)
    pairs = np.arange(len(mean), 0, -1.0)[:, None]

    def off(half_life: float | None) -> tuple[Array, Array]:
        shape = 2 * apart(len(mean) + 1, half_life)[1:, None]
        size = np.maximum(mean[0] / shape[0], 0.0)
        return np.asarray((pairs * (mean - size * shape) ** 2 / shape).sum(axis=0)), size

    forever, size = off(None)
    never = np.full(mean.shape[1], np.nan)
    if comes_back is False or (comes_back is None and len(mean) + 1 < _BLOCKS_TO_COME_BACK):
        return np.sqrt(size), never
    every = [off(float(half_life)) for half_life in _HALF_LIVES_DAYS]
    best = np.argmin([one[0] for one in every], axis=0)
    walks = np.arange(mean.shape[1])
    least, sizes = np.array([one[0] for one in every])[best, walks], np.array([one[1] for one in every])[best, walks]
    found = _HALF_LIVES_DAYS[best]
    if comes_back is None:
        away = (least > 0.5 * forever) | (found > BLOCK_DAYS * len(mean))
        return np.sqrt(np.where(away, size, sizes)), np.where(away, np.nan, found)
    return np.sqrt(sizes), found


def _walkers(neighbours: Array) -> int:
    """How many walkers share the movement: few of them make total variations of neighbours differ much.

    Of K normal moves the mean size has a relative variance of (pi / 2 - 1) / K, and its square four times that.
    """
    relative = float(neighbours.var(ddof=1) / max(neighbours.mean(), 1e-12) ** 2)
    return int(np.clip(4 * (np.pi / 2 - 1) / max(relative, 1e-6), 5, _MOST_WALKERS))


def _drawn(walkers: int, blocks: int, by: float, half_life: float | None) -> list[Array]:
    """Mean squared total variations by lag of walks drawn alike, each of shape (walks,)."""
    rng = np.random.default_rng(seeds.key(0, "calibrate", walkers, blocks))
    kept = 1.0 if half_life is None else 0.5 ** (7 / half_life)
    step = np.sqrt(7 / 30)
    place = np.zeros((_DRAWN, walkers)) if half_life is None else rng.normal(0, step / np.sqrt(1 - kept**2), (_DRAWN, walkers))
    mean = np.zeros((blocks, _DRAWN, walkers))
    for week in range(blocks * _STEPS):
        mean[week // _STEPS] += place / _STEPS
        place = kept * place + rng.normal(0, step, place.shape)
    unit = by * np.sqrt(np.pi / 2)  # the mean size of a move of one month is *by*
    return [
        ((unit * np.abs(mean[lag:] - mean[:-lag]).mean(axis=2)) ** 2).mean(axis=0)
        for lag in range(1, blocks)
    ]  # fmt: skip
