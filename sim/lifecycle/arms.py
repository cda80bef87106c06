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
    shown, clicks
        Impressions, and how many of them were clicked.
    """

    queries: NDArray[np.float64]
    revenue: NDArray[np.float64]
    square: NDArray[np.float64]
    shown: NDArray[np.float64]
    clicks: NDArray[np.float64]


class Difference(NamedTuple):
    """What a query or an impression brought in one arm against the other: the change as a share of the other's, and its standard error."""

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
    seen, clicked = (np.bincount(variant, part, variants).astype(np.float64) for part in (shown.shown, shown.clicks))
    return Takings(queries, revenue.astype(np.float64), square.astype(np.float64), seen, clicked)


def against_others(stretches: Iterable[Takings], own: int, others: int, rest: int = 0) -> Difference:
    """What a query earned with the first *own* variants against the *others* after them.

    The *rest*, after those, is in neither arm; stretches with other pages, as in an outage, are left out.

    Examples
    --------
    >>> one = Takings(*np.array([[100.0, 900.0], [20.0, 90.0], [20.0, 90.0], [50.0, 450.0], [20.0, 90.0]]))
    >>> change, error = against_others([one], 1, 1)
    >>> round(change, 3), round(error, 3)
    (1.0, 0.459)
    """
    mine, theirs = _arms(stretches, own, others, rest)
    return _difference((mine.queries, mine.revenue, mine.square), (theirs.queries, theirs.revenue, theirs.square))


def ctr_against_others(stretches: Iterable[Takings], own: int, others: int, rest: int = 0) -> Difference:
    """The same of clicks an impression.

    Examples
    --------
    >>> one = Takings(*np.array([[100.0, 900.0], [20.0, 90.0], [20.0, 90.0], [50.0, 450.0], [10.0, 90.0]]))
    >>> change, error = ctr_against_others([one], 1, 1)
    >>> round(change, 3), round(error, 3)
    (0.0, 0.333)
    """
    mine, theirs = _arms(stretches, own, others, rest)
    return _difference((mine.shown, mine.clicks, mine.clicks), (theirs.shown, theirs.clicks, theirs.clicks))


class _Sum(NamedTuple):
    queries: float
    revenue: float
    square: float
    shown: float
    clicks: float


def _arms(stretches: Iterable[Takings], own: int, others: int, rest: int) -> tuple[_Sum, _Sum]:
    kept = [one for one in stretches if len(one.queries) == own + others + rest]
    mine, theirs = (_summed(kept, part) for part in (slice(None, own), slice(own, own + others)))
    return mine, theirs


def _difference(mine: tuple[float, float, float], theirs: tuple[float, float, float]) -> Difference:
    """Of how often something was tried, what came of it, and the sum of the squares of that.

    Clicks are rare and come one by one: the variance of what they bring is the sum of its squares (Poisson). Where arms
    that are alike would differ by more than that, the error is theirs: that a small arm has no click is no certainty.
    """
    (tried, came, square), (others, others_came, others_square) = mine, theirs
    if tried == 0 or others_came == 0:
        return Difference(0.0, float("inf"))
    each, usual = came / tried, others_came / others
    apart = square / tried**2 + others_square / others**2
    alike = (square + others_square) / (tried + others) * (1 / tried + 1 / others)
    return Difference(each / usual - 1, float(np.sqrt(max(apart, alike))) / usual)


def _summed(stretches: Sequence[Takings], part: slice) -> _Sum:
    return _Sum(*(sum(float(getattr(one, name)[part].sum()) for one in stretches) for name in Takings._fields))
