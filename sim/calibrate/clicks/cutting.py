"""Past and future of a log of pages: cut by the order of time, or within each query where only that is known."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.calibrate.clicks.pages import Pages
from sim.calibrate.log import UNKNOWN, Log


def in_blocks(pages: Pages) -> bool:
    """Whether the log is sorted by query: then its order is time within a query only.

    Examples
    --------
    >>> def asked(*query: int) -> Pages:
    ...     return Pages(np.array(query), np.zeros((len(query), 1), int), None, np.ones(len(query)))
    >>> in_blocks(asked(0, 0, 0, 1, 1, 1)), in_blocks(asked(0, 1, 0, 1, 1, 0))
    (True, False)
    """
    queries = len(np.unique(pages.query))
    return 1 < queries <= len(pages.query) / 2 and int(np.count_nonzero(np.diff(pages.query))) == queries - 1


def when(pages: Pages, *, within: bool) -> NDArray[np.float64]:
    """How far through the log each page stands, in (0, 1): of all pages, or of its query's."""
    n = len(pages.query)
    if not within:
        return (np.arange(n) + 0.5) / n
    order = np.argsort(pages.query, kind="stable")
    count = np.bincount(pages.query)
    start = np.cumsum(count) - count
    made = np.empty(n)
    made[order] = (np.arange(n) - start[pages.query[order]] + 0.5) / count[pages.query[order]]
    return made


def aligned(log: Log, traffic: Log, later: Pages) -> tuple[Pages, tuple[str, ...]]:
    """Pages of *traffic* in the codes of *log*, and the names of all queries: what only the later one has comes behind."""
    queries, query = _codes(log.queries, traffic.queries)
    _, ad = _codes(log.ads, traffic.ads)
    docs = np.where(later.shown, ad[np.maximum(later.docs, 0)] if len(ad) else later.docs, later.docs)
    return Pages(query[later.query], docs, later.clicked, later.weight), queries


def widened(pages: Pages, ranks: int) -> Pages:
    """The same with room for so many results a page.

    Examples
    --------
    >>> widened(Pages(np.array([0]), np.array([[3]]), None, np.ones(1)), 3).docs.tolist()
    [[3, -1, -1]]
    """
    more = ((0, 0), (0, max(0, ranks - pages.ranks)))
    clicked = None if pages.clicked is None else np.pad(pages.clicked, more)
    return Pages(pages.query, np.pad(pages.docs, more, constant_values=UNKNOWN), clicked, pages.weight)


def _codes(old: tuple[str, ...], new: tuple[str, ...]) -> tuple[tuple[str, ...], NDArray[np.int64]]:
    names = list(dict.fromkeys(old + new))
    at = {name: code for code, name in enumerate(names)}
    return tuple(names), np.array([at[name] for name in new], dtype=np.int64)
