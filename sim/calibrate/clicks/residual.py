"""What a click model misses, by rank, number of clicks above, query and document, as far as the data say so.

The second stage: to the log-odds of every click in a model's table come effects, each Gaussian around
zero with a variance of its own that is fitted too (empirical Bayes): where the model is right, or the
data are few, an effect is about zero. As the table stays one of chances given the clicks above, CTR by rank,
pages without a click and pages with several are all corrected at once.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.calibrate.clicks.model import SURE, Array, Hazards, Model, given
from sim.calibrate.clicks.pages import Pages

PASSES, STEPS = 12, 2
FIRST_VARIANCE, LEAST = 0.1, 1e-5


@dataclass(frozen=True, slots=True, eq=False)
class Residual:
    """A click model with its residual.

    Attributes
    ----------
    queries, places
        Codes of the queries, and of the (query, document, rank)s, that have effects of their own, ascending.
    by_rank, by_count, by_query, by_place
        Effects on log-odds by rank and clicks above (0, 1, or more), shape (ranks, 3); by query and clicks above, shape
        (queries + 1, 3); by query and rank, shape (queries + 1, ranks); by document at a rank, shape (places + 1,).
        The last of each, zero, is for what was never seen.
    """

    model: Model
    queries: NDArray[np.int64]
    places: NDArray[np.int64]
    by_rank: Array
    by_count: Array
    by_query: Array
    by_place: Array

    @property
    def name(self) -> str:
        """The model's, marked."""
        return f"{self.model.name} + residual"

    def hazards(self, pages: Pages) -> Hazards:
        """The model's, corrected."""
        first, again = self.model.hazards(pages)
        who, ranks = known(self.queries, pages.query), np.minimum(np.arange(pages.ranks), len(self.by_rank) - 1)
        place = self.by_query[who][:, ranks] + self.by_place[known(self.places, _place(pages))]
        none, one, more = (place + self.by_rank[ranks, k] + self.by_count[who, k][:, None] for k in range(3))
        above = np.repeat(one[:, :, None], pages.ranks, axis=2)
        above[:, :, 0] = none
        return Hazards(_moved(first, above), _moved(again, more[:, :, None]))


def known(queries: NDArray[np.int64], query: NDArray[np.int64]) -> NDArray[np.int64]:
    """Place of each query among *queries*, their number for one that is not among them."""
    found = np.minimum(np.searchsorted(queries, query), len(queries) - 1)
    return np.where(queries[found] == query, found, len(queries))


def with_residual(model: Model, pages: Pages) -> Residual:
    """*model* with the effects that *pages* (with clicks) show."""
    pages, ranks = pages.grouped(), np.arange(pages.ranks)
    queries, places = np.unique(pages.query), np.unique(_place(pages)[pages.shown])
    who, above = known(queries, pages.query)[:, None], np.minimum(pages.above, 2)
    shapes = ((pages.ranks, 3), (len(queries) + 1, 3), (len(queries) + 1, pages.ranks), (len(places) + 1,))
    cells = (ranks * 3 + above, who * 3 + above, who * pages.ranks + ranks, known(places, _place(pages)))
    chance = np.clip(given(model, pages), SURE, 1 - SURE)[pages.shown]
    weight = np.repeat(pages.weight[:, None], pages.ranks, axis=1)[pages.shown]
    codes, sizes = [cell[pages.shown] for cell in cells], [int(np.prod(shape)) for shape in shapes]
    fitted = effects(np.log(chance / (1 - chance)), pages.clicks[pages.shown], weight, codes, sizes)
    by_rank, by_count, by_query, by_place = (effect.reshape(shape) for effect, shape in zip(fitted, shapes, strict=True))
    return Residual(model, queries, places, by_rank, by_count, by_query, by_place)


def effects(odds: Array, click: NDArray[np.bool_], weight: Array, codes: list[NDArray[np.int64]], sizes: list[int]) -> list[Array]:
    """Effects on the log-odds by group, for several groupings at once.

    Each grouping is Gaussian around zero. Blocks in turn take Newton's steps, and their variance is
    that of the effects plus their posterior's (EM; Laplace's approximation).

    Parameters
    ----------
    odds
        Log-odds of each row's click before any effect.
    codes, sizes
        For each grouping, which group each row is in, and how many groups there are.
    """
    made, variance = [np.zeros(size) for size in sizes], [FIRST_VARIANCE] * len(sizes)
    odds = odds.copy()
    for _ in range(PASSES):
        for k, (code, size) in enumerate(zip(codes, sizes, strict=True)):
            seen = np.bincount(code, weight, size) > 0
            for _ in range(STEPS):
                chance = 1 / (1 + np.exp(-odds))
                slope = np.bincount(code, weight * (click - chance), size) - made[k] / variance[k]
                curve = np.bincount(code, weight * chance * (1 - chance), size) + 1 / variance[k]
                step = np.clip(slope / curve, -1, 1)
                made[k] = made[k] + step
                odds += step[code]
            variance[k] = max(float(np.mean((made[k] ** 2 + 1 / curve)[seen])), LEAST)
    return made


def _moved(chance: Array, effect: Array) -> Array:
    """Chances with *effect* added to their log-odds."""
    return chance / (chance + (1 - chance) * np.exp(-effect))


def _place(pages: Pages) -> NDArray[np.int64]:
    """Code of the query, the document and the rank at each place, shape (n, ranks)."""
    return (pages.query[:, None] << 40) | (np.maximum(pages.docs, 0) << 8) | np.arange(pages.ranks)
