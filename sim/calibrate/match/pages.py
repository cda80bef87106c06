"""Figures of result pages: how many are clicked at all, how often, and where."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim import seeds
from sim.calibrate.clicks.choosing import choose
from sim.calibrate.clicks.cutting import in_blocks, when
from sim.calibrate.clicks.model import Model, simulated
from sim.calibrate.clicks.pages import Pages
from sim.calibrate.match.measure import RATIO, SHARE, Measure
from sim.calibrate.match.tally import Array

MOST_PAGES = 50_000  # more tell nothing that matters, and would not fit at once
FEWEST_PAGES = 400
HELD = 0.25
PARTS = 8  # of the log, in order of time
_FEWEST_IN_A_PART = 30


class Clicked(NamedTuple):
    """Pages and what was clicked on each.

    Attributes
    ----------
    pages
        What was shown.
    clicked
        Whether each result was clicked, shape (n, ranks).
    part
        Which eighth of the log each page is in, shape (n,).
    """

    pages: Pages
    clicked: NDArray[np.bool_]
    part: NDArray[np.int64]

    @property
    def number(self) -> NDArray[np.int64]:
        """Clicks of each page, shape (n,)."""
        return np.asarray(self.clicked.sum(axis=1))


class Fitted(NamedTuple):
    """A log's pages and the click model that is likeliest on the part held back, fitted to all of them."""

    seen: Clicked
    model: Model


def fitted(pages: Pages) -> Fitted | None:
    """Choose a click model for *pages*; None for too few of them, or where none has several results or is clicked."""
    pages = pages.thinned(MOST_PAGES)
    if len(pages.query) < FEWEST_PAGES or pages.ranks < 2 or not pages.clicks.any():
        return None
    at = when(pages, within=in_blocks(pages))
    choice = choose(pages.take(at < 1 - HELD), pages.take(at >= 1 - HELD))
    return Fitted(Clicked(pages, pages.clicks, (at * PARTS).astype(np.int64)), choice.fit(pages))


def drawn(of: Fitted, replications: int, seed: int) -> Array:
    """Every figure of `PAGES` in pages with the same results and clicks drawn from the model, shape (replications, figures)."""
    hazards = of.model.hazards(of.seen.pages.unclicked())
    shown = of.seen.pages.shown
    made = []
    for number in range(replications):
        uniform = seeds.uniforms(seeds.key(seed, "calibrate", 7, number), shown.size).reshape(shown.shape)
        again = of.seen._replace(clicked=simulated(hazards, uniform) & shown)
        made.append([one.take(again) for one in PAGES])
    return np.array(made)


def _first_rank(it: Clicked) -> float:
    some = it.clicked[it.number > 0]
    return float(some.argmax(axis=1).mean() + 1) if len(some) else float("nan")


def _reach(it: Clicked) -> float:
    """Ranks from the first click to the lowest, on pages with several."""
    some = it.clicked[it.number > 1]
    below = some.shape[1] - 1 - some[:, ::-1].argmax(axis=1)
    return float((below - some.argmax(axis=1)).mean()) if len(some) > _FEWEST_IN_A_PART else float("nan")


def _when_clicked(it: Clicked) -> float:
    count = it.number
    return float(count[count > 0].mean()) if (count > 0).any() else float("nan")


def _between_queries(it: Clicked) -> float:
    """Standard deviation of the share of clicked pages over queries, each with its weight."""
    number = np.bincount(it.pages.query)
    some = np.bincount(it.pages.query, it.number > 0)
    used = number >= _FEWEST_IN_A_PART
    if used.sum() < 5:
        return float("nan")
    share = some[used] / number[used]
    middle = np.average(share, weights=number[used])
    return float(np.sqrt(np.average((share - middle) ** 2, weights=number[used])))


def _over_time(it: Clicked) -> float:
    """Pearson's chi-square over its degrees of freedom of clicked pages in eighths of the log, around the query's own share."""
    queries = int(it.pages.query.max()) + 1
    cell = it.part * queries + it.pages.query
    number = np.bincount(cell, minlength=PARTS * queries).reshape(PARTS, queries)
    some = np.bincount(cell, it.number > 0, PARTS * queries).reshape(PARTS, queries)
    share = some.sum(axis=0) / np.maximum(number.sum(axis=0), 1)
    expected = number * share
    used = (number >= _FEWEST_IN_A_PART) & (share > 0) & (share < 1)
    degrees = used.sum() - used.any(axis=0).sum()
    if degrees < PARTS:
        return float("nan")
    return float((((some - expected) ** 2)[used] / (expected * (1 - share))[used]).sum() / degrees)


PAGES: tuple[Measure[Clicked], ...] = (
    Measure("pages.no_click", "pages without a click", SHARE, lambda it: float((it.number == 0).mean())),
    Measure("pages.two_or_more", "pages with 2 clicks or more", SHARE, lambda it: float((it.number > 1).mean())),
    Measure("pages.four_or_more", "pages with 4 clicks or more", SHARE, lambda it: float((it.number > 3).mean())),
    Measure("pages.clicks_when_clicked", "clicks on a clicked page", RATIO, _when_clicked),
    Measure("pages.first_rank", "rank of the highest click", RATIO, _first_rank),
    Measure("pages.reach", "ranks, highest to lowest click", RATIO, _reach),
    Measure("pages.between_queries", "clicked pages, queries' spread", RATIO, _between_queries),
    Measure("pages.over_time", "clicked pages over time, disp.", RATIO, _over_time),
)
