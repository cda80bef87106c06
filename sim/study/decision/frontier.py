"""Two metrics that can't both be had: who may be on the frontier."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.study.decision.posterior import DRAWS, draws


def on_frontier(x: NDArray[np.float64], y: NDArray[np.float64], stream: int, count: int = DRAWS) -> NDArray[np.float64]:
    """Probability of each candidate that nobody beats it in both metrics.

    Parameters
    ----------
    x, y
        Pseudo-values of shape (replications, k), the more the better; rows and columns as one another's.
    stream
        A key from `sim.seeds.key(seed, "decision", …)`.
    count
        Draws from the posterior of both metrics together.

    Returns
    -------
    Shape (k,); NaN for columns with NaN, and for all with one replication.

    Examples
    --------
    >>> from sim import seeds
    >>> noise = np.array([[-0.1], [0.0], [0.1]])
    >>> on_frontier(noise + [1, 2, 0], noise + [2, 1, 0], seeds.key(1, "decision")).round(2).tolist()
    [1.0, 1.0, 0.0]
    """
    found = np.full(x.shape[1], np.nan)
    known = np.flatnonzero(np.isfinite(x).all(axis=0) & np.isfinite(y).all(axis=0))
    k = len(known)
    if len(x) < 2 or not k:
        return found
    both = [metric[:, known] - metric[:, known[:1]] for metric in (x, y)]  # against one of them: worlds cancel
    drawn = draws(np.hstack(both), stream, count)
    right, up = drawn[:, :k], drawn[:, k:]
    for number, candidate in enumerate(known):
        beaten = (right > right[:, [number]]) & (up > up[:, [number]])
        found[candidate] = 1 - beaten.any(axis=1).mean()
    return found
