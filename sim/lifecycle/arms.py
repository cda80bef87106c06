"""Arms of the traffic: what some of the pages earned beside the others, on the same days and from the same users."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.serving.slate import SlateTable
from sim.traffic.outcome import Shown


class Takings(NamedTuple):
    """What each variant of the pages took in one stretch, all of shape (variants,).

    Attributes
    ----------
    revenue, square
        Sums over clicks of the price, and of its square, in millionths.
    """

    queries: NDArray[np.float64]
    revenue: NDArray[np.float64]
    square: NDArray[np.float64]


class Difference(NamedTuple):
    """What a query earned in one arm against the other: the change as a share of the other's, and its standard error."""

    change: float
    error: float


def takings(slates: SlateTable, shown: Shown) -> Takings:
    """What came of some pages, each click at the price that its slot had at midnight.

    Where a budget ends during the day the pages below it change a little; both arms share the budgets, and meet that alike.
    """
    variants, cells, _ = slates.matched.shape
    variant, cell = shown.row // cells, shown.row % cells
    price = slates.price_micros[variant, cell, shown.slot].astype(np.float64)
    queries = shown.queries.reshape(variants, cells).sum(axis=1).astype(np.float64)
    revenue, square = (np.bincount(variant, shown.clicks * worth, variants) for worth in (price, price * price))
    return Takings(queries, revenue.astype(np.float64), square.astype(np.float64))


def against_others(stretches: Iterable[Takings], own: int, others: int) -> Difference:
    """The first *own* variants against the *others* after them; stretches with other pages, as in an outage, are left out.

    Clicks are rare and come one by one: the variance of what they earn is the sum of their squared prices (Poisson). Where arms
    that are alike would differ by more than that, the error is theirs: that a small arm has no click is no certainty.

    Examples
    --------
    >>> one = Takings(np.array([100.0, 900.0]), np.array([20.0, 90.0]), np.array([20.0, 90.0]))
    >>> change, error = against_others([one], 1, 1)
    >>> round(change, 3), round(error, 3)
    (1.0, 0.459)
    """
    kept = [one for one in stretches if len(one.queries) == own + others]
    mine, theirs = (_summed(kept, part) for part in (slice(None, own), slice(own, None)))
    if mine.queries == 0 or theirs.revenue == 0:
        return Difference(0.0, float("inf"))
    earned, usual = mine.revenue / mine.queries, theirs.revenue / theirs.queries
    apart = mine.square / mine.queries**2 + theirs.square / theirs.queries**2
    alike = (mine.square + theirs.square) / (mine.queries + theirs.queries) * (1 / mine.queries + 1 / theirs.queries)
    return Difference(earned / usual - 1, float(np.sqrt(max(apart, alike))) / usual)


class _Sum(NamedTuple):
    queries: float
    revenue: float
    square: float


def _summed(stretches: Sequence[Takings], part: slice) -> _Sum:
    return _Sum(*(sum(float(getattr(one, name)[part].sum()) for one in stretches) for name in Takings._fields))
