"""How often each ad stands in each position: what makes the log of an exploring policy worth more than its clicks."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.serving.slate import SlateTable


def placing(slates: SlateTable, matched: int) -> NDArray[np.float32]:
    """The propensities of a slate table: chance of each matched ad to stand in each position, given the cell.

    An ad may stand in the same position in several variants; their weights add up.

    Parameters
    ----------
    matched
        How many ads are matched to a query.

    Returns
    -------
    NDArray
        Shape (cells, matched, slots), from 0 to 1; over the ads of a position they add up to the
        chance that it is filled.

    Examples
    --------
    One cell, two ads, one slot; the second ad has it in a quarter of the pages:

    >>> first, second = [[[0]], [[1]]]
    >>> none = np.zeros((2, 1, 1), np.int64)
    >>> table = SlateTable(0, np.array([0.75, 0.25]), np.array([first, second], np.int8), none, none, None, none)
    >>> placing(table, 2)[0].ravel().tolist()
    [0.75, 0.25]
    """
    _, cells, slots = slates.matched.shape
    chance = np.zeros((cells, matched, slots), np.float64)
    for weight, places in zip(slates.weights, slates.matched, strict=True):
        cell, slot = np.nonzero(places >= 0)
        chance[cell, places[cell, slot], slot] += weight
    return chance.astype(np.float32)
