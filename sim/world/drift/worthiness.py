"""Show-worthiness that changes hands: some pairs stop being worth showing, as many others begin to be.

The number of worthy pairs never changes, so that a drift of worthiness is a turnover and not a
world with more or fewer good ads.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from sim.world.drift.patterns import Patterns

_LEAST_SIDE = 0.5  # the losing topics hold at least this part of the worthy pairs, so that none is emptied by a small drift


@dataclass(frozen=True, slots=True, eq=False)
class Worthiness:
    """A part *by* of the worthy pairs is worthy no more; as many others, of other topics, are instead.

    Attributes
    ----------
    losing
        Which query types are of topics that lose, shape (types,).

    Examples
    --------
    >>> margin = np.array([[2.0, 1.0], [-1.0, -2.0]], np.float32)
    >>> half = Worthiness(by=0.5, losing=np.array([True, False]))
    >>> (half.apply(Patterns.at_start(np.ones(1), margin=margin), 1.0).margin > 0).tolist()
    [[True, False], [True, False]]
    """

    by: float
    losing: NDArray[np.bool_]

    def apply(self, patterns: Patterns, level: float) -> Patterns:
        """In proportion to the level: the nearest to the bar cross it first."""
        margin = patterns.margin
        worthy = margin > 0
        down, up = worthy[self.losing], ~worthy[~self.losing]
        count = min(round(self.by * level * worthy.sum()), int(down.sum()), int(up.sum()))
        if count <= 0:
            return patterns
        moved = margin.copy()
        moved[self.losing] -= np.partition(margin[self.losing][down], count - 1)[count - 1]
        nearest = np.partition(margin[~self.losing][up], -count)[-count]
        moved[~self.losing] -= np.nextafter(nearest, np.float32(-np.inf), dtype=np.float32)
        return replace(patterns, margin=moved)


def losing_types(margin: NDArray[np.float32], topic: NDArray[np.int32], by: float, order: NDArray[np.intp]) -> NDArray[np.bool_]:
    """Which query types lose: those of the first topics in *order* that hold enough worthy pairs for *by*.

    Parameters
    ----------
    margin, topic
        Of the pairs, shape (types, matched), and of the types, shape (types,), as the world begins.
    order
        All topics; the last never loses.
    """
    held = np.cumsum(np.bincount(topic, weights=(margin > 0).sum(axis=1), minlength=len(order))[order])
    cut = int(np.searchsorted(held, max(by, _LEAST_SIDE) * held[-1] - 1e-9)) + 1
    return np.isin(topic, order[: min(cut, len(order) - 1)])


def keep_number(margin: NDArray[np.float32], wanted: int) -> NDArray[np.float32]:
    """*margin* with the bar set so that exactly *wanted* pairs are above it.

    Examples
    --------
    >>> (keep_number(np.array([[3.0, 1.0, 2.0]], np.float32), 2) > 0).tolist()
    [[True, False, True]]
    """
    if not 0 < wanted <= margin.size:
        return margin
    bar = np.partition(margin.ravel(), -wanted)[-wanted]
    return np.asarray(margin - np.nextafter(bar, np.float32(-np.inf), dtype=np.float32), dtype=np.float32)
