"""*Maximise A subject to B ≥ b*: the constraint gets a price, found on predicted totals at every serve.

The value of an ad is A + λ (B − b), Lagrange's. With λ = 0 the constraint is ignored; the higher λ
is, the more an ad has to bring of B, or it costs. The smallest λ that keeps B ≥ b over all pages is
found by bisection. What is predicted is not what happens: the report shows what became of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.candidates.objectives.objective import Outlook, Settled
from sim.candidates.objectives.parts import PARTS, Part, labels_for
from sim.scenario import units

if TYPE_CHECKING:
    import pandas as pd

_BOUNDS = {"ctr": "clicks", "conversion_rate": "conversions", "show": "show"}
_GOALS = ("revenue", "clicks", "conversions", "advertiser_value", "impressions")
_STEPS = 16  # the price is known to four digits then
_STEEPEST = 2.0**20  # of the natural scale of the price: beyond it A is forgotten


class Constrained:
    """The most of one thing, while another stays above a bound.

    Parameters
    ----------
    maximise
        "revenue", "clicks", "conversions", "advertiser_value" or "impressions".
    subject_to
        What is bounded, for each impression: "ctr" (clicks), "conversion_rate" (conversions) or
        "show" (the share of impressions that raters would show).
    at_least
        The bound b, a share.
    cut
        The value A + λ (B − b) below which an ad is not shown.

    Examples
    --------
    >>> Constrained("clicks", "show", "60%").learns
    ('click', 'show')
    """

    def __init__(self, maximise: str = "revenue", subject_to: str = "ctr", at_least: float | str = 0.03, cut: float = 0.0) -> None:
        if maximise not in _GOALS:
            raise ValueError(f"'maximise' is one of {', '.join(_GOALS)}, not {maximise!r}")
        if subject_to not in _BOUNDS:
            raise ValueError(f"'subject_to' is one of {', '.join(_BOUNDS)}, not {subject_to!r}")
        self.maximise, self.subject_to, self.cut = maximise, subject_to, cut
        self.at_least = units.fraction(at_least)
        if not 0 < self.at_least <= 1:
            raise ValueError(f"'at_least' is a share above 0% and up to 100%, not {at_least!r}")
        self.learns = labels_for((maximise, _BOUNDS[subject_to]))

    def value(self, columns: pd.DataFrame) -> Any:
        """The value while the constraint has no price."""
        return PARTS[self.maximise].of(columns)

    def settle(self, columns: pd.DataFrame, outlook: Outlook) -> Settled:
        """Find the price of the constraint on the pages that it would make."""
        market = _Market.of(columns, self, outlook)
        price, found = _cheapest(market, self.at_least)
        met = "" if found >= self.at_least else "; that can't be met, and this is the nearest to it"
        story = f"λ = {price:.4g}, predicted {self.subject_to} {found:.2%}, asked for {self.at_least:.2%}{met}"
        return Settled(_Priced(self, price, market.discount), story)


@dataclass(frozen=True, slots=True)
class _Priced:
    """A constrained objective whose price is known."""

    of: Constrained
    price: float
    discount: float

    @property
    def learns(self) -> tuple[str, ...]:
        return self.of.learns

    @property
    def cut(self) -> float:
        return self.of.cut

    def value(self, columns: pd.DataFrame) -> Any:
        bound = PARTS[_BOUNDS[self.of.subject_to]].of(columns)
        return PARTS[self.of.maximise].of(columns) + self.price * (self.discount * bound - self.of.at_least)


class _Market(NamedTuple):
    """Every ad that could be shown, shape (cells, matched), those of a cell in the order of a page.

    `discount` is how much of B is left at the mean place on a page, against the top.
    """

    goal: NDArray[np.float64]
    bound: NDArray[np.float64]
    enters: NDArray[np.bool_]
    queries: NDArray[np.float64]
    examination: NDArray[np.float64]
    at_least: float
    cut: float
    looked: bool
    discount: float

    @classmethod
    def of(cls, columns: pd.DataFrame, objective: Constrained, outlook: Outlook) -> _Market:
        cells = len(outlook.queries)
        asked = outlook.queries > 0  # a cell that nobody asks for adds nothing to a total
        queries = outlook.queries[asked] if asked.any() else np.ones(cells)
        asked |= not asked.any()
        bid = columns["bid"].to_numpy().reshape(cells, -1)[asked]
        score = bid * columns["probability"].to_numpy().reshape(cells, -1)[asked]
        order = np.argsort(-score, axis=1, kind="stable")

        def sort(part: Part) -> NDArray[np.float64]:
            return np.take_along_axis(np.asarray(part.of(columns), np.float64).reshape(cells, -1)[asked], order, 1)

        bounded = PARTS[_BOUNDS[objective.subject_to]]
        enters = np.take_along_axis((bid >= outlook.reserve) & (bid > 0), order, 1)
        market = cls(
            sort(PARTS[objective.maximise]), sort(bounded), enters, queries, outlook.examination,
            objective.at_least, objective.cut, bounded.looked, 1.0,
        )  # fmt: skip
        if not bounded.looked:
            return market
        looks, impressions = market.totals(0.0, np.ones_like(market.bound))
        return market._replace(discount=looks / impressions if impressions > 0 else 1.0)

    def totals(self, price: float, bound: NDArray[np.float64]) -> tuple[float, float]:
        """Total of *bound* and of impressions over all pages, at a price."""
        slots = len(self.examination)
        worth = self.goal + price * (self.discount * self.bound - self.at_least)
        worth = np.where(self.enters & (worth >= self.cut), worth, -np.inf)
        chosen = np.isfinite(worth)
        if worth.shape[1] > slots:
            chosen &= worth >= np.partition(worth, -slots, axis=1)[:, [-slots]]
        place = np.cumsum(chosen, axis=1) - 1
        chosen &= place < slots  # of equals the first
        looks = self.examination[np.minimum(place, slots - 1)] if self.looked else np.ones(place.shape)
        return float(((bound * looks * chosen).sum(axis=1) * self.queries).sum()), float((chosen.sum(axis=1) * self.queries).sum())

    def rate(self, price: float) -> float:
        """B for each impression at a price; infinite when nothing is shown any more."""
        total, impressions = self.totals(price, self.bound)
        return total / impressions if impressions > 0 else np.inf


def _cheapest(market: _Market, at_least: float) -> tuple[float, float]:
    """The lowest price at which B ≥ b, and B there; else the price that comes nearest."""
    free = market.rate(0.0)
    if free >= at_least:
        return 0.0, free if np.isfinite(free) else 0.0
    scale = max(float(np.abs(market.goal).mean()), 1e-12) / max(float(market.bound.mean()), at_least)
    low, high = 0.0, scale * 2.0**-10
    nearest = (0.0, free)
    while (found := market.rate(high)) < at_least and high < scale * _STEEPEST:
        nearest = max(nearest, (high, found), key=lambda one: one[1])
        low, high = high, 4 * high
    if found < at_least:
        return max(nearest, (high, found), key=lambda one: one[1])
    for _ in range(_STEPS):
        middle = (low + high) / 2
        at_middle = market.rate(middle)
        if at_middle >= at_least:
            high, found = middle, at_middle
        else:
            low, nearest = middle, max(nearest, (middle, at_middle), key=lambda one: one[1])
    return (high, found) if np.isfinite(found) else nearest
