"""What every click model is asked for, and all that follows from it.

In each model here a click depends on the clicks above through the lowest of them, and at most through
whether it is the only one. So a model is a table: the chance of a click at each rank given these. Likelihood,
unconditional rates, the number of clicks on a page and simulated pages all follow from that table.
"""

from __future__ import annotations

from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from sim.calibrate.clicks.pages import Pages

Array = NDArray[np.float64]

SURE = 1e-6  # as PyClick: no click is impossible, so that one page can't make a likelihood zero


BLOCK = 50_000  # pages whose table is in memory at once
STRIDE = 1.8  # EM's steps are this much longer, on log-odds: under 2 they converge to the same, in half the rounds


def stridden(before: Array, after: Array) -> Array:
    """EM's step from *before* to *after*, over-relaxed (Salakhutdinov and Roweis, 2003).

    Examples
    --------
    >>> stridden(np.array([0.5]), np.array([0.5])).tolist(), bool(stridden(np.array([0.5]), np.array([0.6]))[0] > 0.6)
    ([0.5], True)
    """
    old, new = (np.clip(part, SURE, 1 - SURE) for part in (before, after))
    odds = np.log(new / (1 - new)) * STRIDE - np.log(old / (1 - old)) * (STRIDE - 1)
    return np.asarray(1 / (1 + np.exp(-np.clip(odds, -14, 14))))


class Hazards(NamedTuple):
    """Chance of a click at each rank given the clicks above, each of shape (n, ranks, ranks).

    [:, r, l] is of rank r + 1 when the lowest click above is at rank l, 0 for none above; only l ≤ r mean something.

    Attributes
    ----------
    first
        With no click above, or that one only.
    again
        With more clicks above than that.
    """

    first: Array
    again: Array


class Model(Protocol):
    """A fitted click model."""

    @property
    def name(self) -> str:
        """As the literature calls it."""
        ...

    def hazards(self, pages: Pages) -> Hazards:
        """Chance of a click at each rank of *pages* given the clicks above; their own clicks are not looked at."""
        ...


class Outlook(NamedTuple):
    """What a model expects of pages whose clicks it doesn't see.

    Attributes
    ----------
    click
        Chance of a click at each rank, shape (n, ranks).
    counts
        Chance of no click, one, and two or more, shape (n, 3).
    """

    click: Array
    counts: Array


def conditional(hazards: Hazards, pages: Pages) -> Array:
    """Chance of a click at each rank given the clicks above, shape (n, ranks)."""
    first, again = (np.take_along_axis(part, pages.last[:, :, None], axis=2)[:, :, 0] for part in hazards)
    return np.where(pages.above > 1, again, first)


def outlook(hazards: Hazards) -> Outlook:
    """Chances that don't know the clicks above.

    Examples
    --------
    >>> half = np.full((1, 2, 2), 0.5)
    >>> seen = outlook(Hazards(half, half))
    >>> seen.click.tolist(), seen.counts.tolist()
    ([[0.5, 0.5]], [[0.25, 0.5, 0.25]])
    """
    n, ranks, _ = hazards.first.shape
    click = np.zeros((n, ranks))
    once = np.zeros((n, ranks + 1))  # exactly one click so far, at rank l
    more = np.zeros((n, ranks + 1))  # several, the last at rank l
    none = np.ones(n)
    for r in range(ranks):
        above = slice(1, r + 1)
        first = none * hazards.first[:, r, 0]
        second, third = once[:, above] * hazards.first[:, r, above], more[:, above] * hazards.again[:, r, above]
        click[:, r] = first + second.sum(axis=1) + third.sum(axis=1)
        none = none - first
        once[:, above] -= second
        more[:, above] -= third
        once[:, r + 1] = first
        more[:, r + 1] = second.sum(axis=1) + third.sum(axis=1)
    return Outlook(click, np.column_stack([none, once.sum(axis=1), more.sum(axis=1)]))


def foreseen(model: Model, pages: Pages) -> Outlook:
    """What *model* expects of *pages*, however many there are."""
    parts = [outlook(model.hazards(pages.take(slice(k, k + BLOCK)))) for k in range(0, len(pages.query), BLOCK)]
    return Outlook(np.concatenate([part.click for part in parts]), np.concatenate([part.counts for part in parts]))


def given(model: Model, pages: Pages) -> Array:
    """The chance of a click at each rank given the clicks above, however many pages there are."""
    parts = [pages.take(slice(k, k + BLOCK)) for k in range(0, len(pages.query), BLOCK)]
    return np.concatenate([conditional(model.hazards(part), part) for part in parts])


def simulated(hazards: Hazards, uniform: Array) -> NDArray[np.bool_]:
    """Clicks drawn from a model, with uniform numbers of shape (n, ranks)."""
    n, ranks, _ = hazards.first.shape
    rows = np.arange(n)
    clicked, last, count = np.zeros((n, ranks), dtype=np.bool_), np.zeros(n, dtype=np.int64), np.zeros(n, dtype=np.int64)
    for r in range(ranks):
        chance = np.where(count > 1, hazards.again[rows, r, last], hazards.first[rows, r, last])
        clicked[:, r] = uniform[:, r] < chance
        last, count = np.where(clicked[:, r], r + 1, last), count + clicked[:, r]
    return clicked
