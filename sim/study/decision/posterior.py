"""Draws of the true means of all columns, given what the replications showed."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim import seeds

DRAWS = 20_000


def draws(values: NDArray[np.float64], stream: int, count: int = DRAWS) -> NDArray[np.float64]:
    """Means drawn from a multivariate t: centre the sample means, scale S / n, n − 1 degrees of freedom.

    It is the posterior under which the probability that one column is above another is one minus
    the p-value of their paired one-sided t test; it needs no more replications than columns.

    Parameters
    ----------
    values
        Shape (replications, columns), at least two replications, without NaN.
    stream
        A key from `sim.seeds.key(seed, "decision", …)`.
    count
        How many draws.

    Returns
    -------
    Shape (count, columns).

    Examples
    --------
    >>> found = draws(np.array([[1.0, 5.0], [2.0, 5.0], [3.0, 5.0]]), seeds.key(1, "decision"))
    >>> found.shape, bool((found[:, 1] == 5).all()), abs(float(np.median(found[:, 0])) - 2) < 0.02
    ((20000, 2), True, True)
    """
    from scipy.special import chdtri

    n = len(values)
    off = values - values.mean(axis=0)
    root = np.linalg.qr(off, mode="r") if n > values.shape[1] else off  # rootᵀ root = offᵀ off
    rows = len(root)
    normal = seeds.normals(stream, count * rows).reshape(count, rows)
    squares = chdtri(n - 1, seeds.uniforms(stream, count, first=count * rows))
    return np.asarray(values.mean(axis=0) + normal @ root / np.sqrt(n * squares)[:, None])
