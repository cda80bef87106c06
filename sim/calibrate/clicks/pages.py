"""Result pages as arrays: which documents stood where, and which of them were clicked."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Self

import numpy as np
from numpy.typing import NDArray

from sim.calibrate.log import UNKNOWN, Log
from sim.errors import BadInput, Mistake


@dataclass(frozen=True, slots=True, eq=False)
class Pages:
    """Pages in order of time, or, after `grouped`, each different page once.

    Attributes
    ----------
    query
        Code of the query, shape (n,).
    docs
        Code of the document at each rank from the top, shape (n, ranks); UNKNOWN where a page is shorter.
    clicked
        Whether it was clicked at least once, same shape; None where nobody knows.
    weight
        How many pages each row stands for, shape (n,).

    Examples
    --------
    >>> pages = Pages(np.array([0, 0]), np.array([[5, 6], [5, 6]]), np.array([[True, False]] * 2), np.ones(2))
    >>> pages.grouped().weight.tolist(), pages.ranks
    ([2.0], 2)
    """

    query: NDArray[np.int64]
    docs: NDArray[np.int64]
    clicked: NDArray[np.bool_] | None
    weight: NDArray[np.float64]

    @property
    def ranks(self) -> int:
        """Results of the longest page."""
        return int(self.docs.shape[1])

    @property
    def shown(self) -> NDArray[np.bool_]:
        """Where there is a document at all, shape (n, ranks)."""
        return np.asarray(self.docs != UNKNOWN)

    @property
    def clicks(self) -> NDArray[np.bool_]:
        """The clicks of pages that have them, shape (n, ranks)."""
        if self.clicked is None:
            raise TypeError("these pages don't tell their clicks")
        return self.clicked

    @property
    def last(self) -> NDArray[np.int64]:
        """Rank from 1 of the lowest click above each rank, 0 without one; shape (n, ranks)."""
        ranks = np.where(self.clicks, np.arange(1, self.ranks + 1), 0)
        above = np.zeros_like(ranks)
        above[:, 1:] = np.maximum.accumulate(ranks, axis=1)[:, :-1]
        return above

    @property
    def above(self) -> NDArray[np.int64]:
        """Clicks above each rank, shape (n, ranks)."""
        return np.cumsum(self.clicks, axis=1) - self.clicks

    def take(self, rows: NDArray[np.int64] | NDArray[np.bool_] | slice) -> Self:
        """Some of the rows."""
        clicked = None if self.clicked is None else self.clicked[rows]
        return replace(self, query=self.query[rows], docs=self.docs[rows], clicked=clicked, weight=self.weight[rows])

    def unclicked(self) -> Self:
        """The same without the clicks."""
        return replace(self, clicked=None)

    def thinned(self, most: int = 300_000) -> Self:
        """At most so many rows, evenly taken: more tell a model nothing that matters."""
        n = len(self.query)
        return self if n <= most else self.take(np.linspace(0, n - 1, most).round().astype(np.int64))

    def grouped(self) -> Self:
        """Each different page (query, list, clicks) once, with its weight: most pages are shown often."""
        parts = [self.query[:, None], self.docs] + ([] if self.clicked is None else [self.clicked.astype(np.int64)])
        first, which = distinct(np.hstack(parts))
        return replace(self.take(first), weight=np.bincount(which, self.weight, len(first)).astype(np.float64))


def distinct(table: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """First row of each different row of *table*, and which of them each row is.

    Examples
    --------
    >>> first, which = distinct(np.array([[2, 1], [0, 0], [2, 1]]))
    >>> first.tolist(), which.tolist()
    ([1, 0], [1, 0, 1])
    """
    rows = np.ascontiguousarray(table).view(np.dtype((np.void, table.dtype.itemsize * table.shape[1]))).ravel()
    _, first, which = np.unique(rows, return_index=True, return_inverse=True)
    return first, which


def pages_of(log: Log) -> Pages:
    """The pages of a log.

    Raises
    ------
    BadInput
        Where it is no log of result pages.
    """
    if log.pages is None or len(log.pages) == 0:
        raise BadInput(
            [Mistake(log.source, "no result pages", "a log with a row a page: query, results, clicks", "see `foreshow backtest --help`")]
        )
    results = log.pages["results"].tolist()
    long = np.fromiter(map(len, results), np.int64, len(results))
    docs = _filled(results, long, UNKNOWN)
    clicked = _clicked(log.pages["clicks"].tolist(), docs) if "clicks" in log.pages else None
    return Pages(log.pages["query"].to_numpy(dtype=np.int64), docs, clicked, np.ones(len(docs)))


def _filled(rows: list[tuple[int, ...]], long: NDArray[np.int64], fill: int) -> NDArray[np.int64]:
    table = np.full((len(rows), max(int(long.max()), 1)), fill, dtype=np.int64)
    table[np.arange(table.shape[1]) < long[:, None]] = np.fromiter((x for row in rows for x in row), np.int64, int(long.sum()))
    return table


def _clicked(rows: list[tuple[int, ...]], docs: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Whether each result was clicked; a place that the page doesn't have was counted as a flaw by the reader."""
    count = np.fromiter(map(len, rows), np.int64, len(rows))
    page = np.repeat(np.arange(len(rows)), count)
    place = np.fromiter((x for row in rows for x in row), np.int64, int(count.sum()))
    inside = (place >= 0) & (place < docs.shape[1])
    clicked = np.zeros(docs.shape, dtype=np.bool_)
    clicked[page[inside], place[inside]] = True
    return np.asarray(clicked & (docs != UNKNOWN))
