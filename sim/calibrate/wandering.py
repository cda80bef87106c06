"""What a random walk of weekly steps does to averages over four weeks: how far apart two of them are."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

BLOCK_DAYS, _STEP_DAYS, _MONTH_DAYS = 28, 7, 30
_STEPS = BLOCK_DAYS // _STEP_DAYS


def apart(blocks: int, half_life_days: float | None = None) -> Array:
    """Half the mean square of what lies between the averages of two blocks, for a walk that goes 1 in a month.

    Parameters
    ----------
    blocks
        How many lags, from 0.
    half_life_days
        In what time it comes half-way back; None for a walk that wanders off for good.

    Returns
    -------
    NDArray
        Shape (blocks,). A walk's averages lie closer together than its ends: neighbours by a third in variance.

    Examples
    --------
    >>> (2 * apart(3)).round(3).tolist()
    [0.0, 0.642, 1.575]
    """
    lag = np.abs(np.arange(blocks)[:, None, None] * _STEPS + np.subtract.outer(np.arange(_STEPS), np.arange(_STEPS))[None])
    step = _STEP_DAYS / _MONTH_DAYS
    if half_life_days is None:
        between = step * lag / 2
    else:
        kept = 0.5 ** (_STEP_DAYS / half_life_days)
        between = step * (1 - kept**lag) / (1 - kept**2)
    mean = between.mean(axis=(1, 2))
    return np.asarray(mean - mean[0])


def covariance_up_to_level(blocks: int, half_life_days: float | None = None) -> Array:
    """Covariance of block averages, shape (blocks, blocks), plus a constant that a free level takes out again."""
    between = apart(2 * blocks, half_life_days)
    lag = np.abs(np.subtract.outer(np.arange(blocks), np.arange(blocks)))
    return np.asarray(between[-1] - between[lag])
