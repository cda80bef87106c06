"""How far clicks move away from what was fitted: the spread that an interval of later pages needs.

Predictions of the past's own later parts miss by more than chance: tastes move. On log-odds a miss is the sum of
one common to all queries, one of the query, and one of the (query, rank); their spreads are fitted by
maximum likelihood next to what is known of the fit's own error and of the clicks' chance.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.calibrate.clicks.model import Array, Model, foreseen
from sim.calibrate.clicks.pages import Pages

_ENOUGH = 3.0  # expected clicks, times non-clicks' share, for a miss on log-odds to mean something
_LEAST, _MOST = 1e-3, 1.5  # of a spread


class Table(NamedTuple):
    """Pages added up by query and rank.

    Attributes
    ----------
    queries
        Codes, shape (queries,).
    pages
        How many of each, shape (queries,).
    click
        Expected rate, shape (queries, ranks).
    shown
        Results there, shape (queries, ranks).
    """

    queries: NDArray[np.int64]
    pages: Array
    click: Array
    shown: Array

    @property
    def told(self) -> Array:
        """Information on log-odds that as many pages hold, shape (queries, ranks)."""
        return self.shown * self.click * (1 - self.click)


class Moves(NamedTuple):
    """Spreads (sd of log-odds): of all queries together, of each, of each (query, rank)."""

    common: float
    query: float
    place: float

    def scaled(self, horizon: float) -> Moves:
        """After a time *horizon* times as long, as for a random walk."""
        return Moves(*(spread * horizon**0.5 for spread in self))


class Past(NamedTuple):
    """A prediction of pages whose clicks are known.

    Attributes
    ----------
    fitted, later
        Of the pages that it was fitted to, and of those that it predicts.
    clicks
        That came, shape as of `later`.
    """

    fitted: Table
    later: Table
    clicks: Array


def table(pages: Pages, click: Array) -> Table:
    """Add up *click* (a chance or a click for each result, shape (n, ranks)) by query and rank."""
    queries, at = np.unique(pages.query, return_inverse=True)
    weight = pages.weight[:, None] * pages.shown
    shown, total = (_added(at, part, len(queries)) for part in (weight, weight * click))
    return Table(queries, np.bincount(at, pages.weight).astype(np.float64), total / np.maximum(shown, 1e-12), shown)


def past(model: Model, fitted: Pages, later: Pages) -> Past:
    """What *model*, fitted to the first, says of the second, and what came."""
    fitted, later = fitted.grouped(), later.grouped()
    came = table(later, later.clicks.astype(np.float64))
    return Past(table(fitted, fitted.clicks.astype(np.float64)), table(later, foreseen(model, later).click), came.click * came.shown)


def between(seen: Table) -> float:
    """Variance of log-odds between queries at the same rank: what a rank never seen of a query may be off by."""
    rate = np.clip((seen.click * seen.shown + 0.5) / (seen.shown + 1), 1e-6, 1 - 1e-6)
    odds, enough = np.log(rate / (1 - rate)), seen.told > _ENOUGH
    if enough.sum() < 3:
        return 1.0
    centre = np.where(enough, odds, 0).sum(axis=0) / np.maximum(enough.sum(axis=0), 1)
    off = ((odds - centre) ** 2 - 1 / np.maximum(seen.told, _ENOUGH))[enough]
    return float(np.clip(off.mean(), 0.05, 2.0))


def unsure(fitted: Table, later: Table) -> Array:
    """Variance of the fit itself on log-odds, for each place of *later*; at most that between queries."""
    at = np.minimum(np.searchsorted(fitted.queries, later.queries), len(fitted.queries) - 1)
    known = fitted.queries[at] == later.queries
    return 1 / (np.where(known[:, None], fitted.told[at], 0.0) + 1 / between(fitted))


def fit_moves(pasts: list[Past]) -> Moves:
    """Spreads by maximum likelihood (Gaussian on log-odds; one Newton step from the prediction to what came)."""
    from scipy.optimize import minimize

    parts = [part for part in map(_misses, pasts) if len(part[0]) > 1]
    if not parts:
        return Moves(0.1, 0.2, 0.2)

    def loss(logs: Array) -> float:
        common, query, place = np.exp(2 * logs)
        return sum(_surprise(*part, common, query, place) for part in parts)

    bounds = [(np.log(_LEAST), np.log(_MOST))] * 3
    found = minimize(loss, np.log([0.05, 0.1, 0.1]), method="L-BFGS-B", bounds=bounds)
    return Moves(*(float(x) for x in np.exp(found.x)))


def _misses(one: Past) -> tuple[Array, Array, NDArray[np.int64]]:
    told = one.later.told
    enough = told > _ENOUGH
    miss = (one.clicks - one.later.click * one.later.shown)[enough] / told[enough]
    query = np.broadcast_to(np.arange(len(told))[:, None], told.shape)[enough]
    return miss, 1 / told[enough] + unsure(one.fitted, one.later)[enough], query


def _surprise(miss: Array, known: Array, query: NDArray[np.int64], common: float, own: float, place: float) -> float:
    covariance = common + own * (query[:, None] == query[None, :]) + np.diag(known + place)
    root = np.linalg.cholesky(covariance)
    return float(np.log(np.diag(root)).sum() + 0.5 * (np.linalg.solve(root, miss) ** 2).sum())


def _added(at: NDArray[np.int64], part: Array, size: int) -> Array:
    return np.column_stack([np.bincount(at, column, size) for column in part.T])
