"""Users who go down the page from the top and leave somewhere: exact EM for the cascade's whole family.

Someone looks at the first result. After a result without a click they go on with chance `on[r]`, after
a click with chance `after` (of the rank, or of the document). Once gone they don't come back, so all
that is hidden is where below the last click they left.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from sim.calibrate.clicks.attraction import Attraction
from sim.calibrate.clicks.model import SURE, Array, Hazards, stridden
from sim.calibrate.clicks.pages import Pages

ROUNDS, ENOUGH, EVERY = 150, 3e-4, 10

Leaving = Literal["never", "one", "rank"]
After = Literal["gone", "rank", "document"]


@dataclass(frozen=True, slots=True, eq=False)
class Chain:
    """A model of the cascade's family.

    Attributes
    ----------
    on
        Chance to go on after a result without a click, by rank, shape (ranks,).
    after
        Chance to go on after a click, by rank, shape (ranks,); where `satisfaction` is there, of those not satisfied.
    satisfaction
        Chance that a clicked document ends the search (dynamic Bayesian network); None where ranks decide.
    """

    name: str
    attraction: Attraction
    on: Array
    after: Array
    satisfaction: Attraction | None = None

    def onward(self, pages: Pages) -> Array:
        """Chance to go on after a click at each place, shape (n, ranks)."""
        return _onward(self, self.attraction.index(pages), pages)

    def hazards(self, pages: Pages) -> Hazards:
        """Belief that the user is still there, updated down the page, times attraction."""
        a, onward = self.attraction.of(pages), self.onward(pages)
        n, ranks = a.shape
        made, there = np.zeros((n, ranks, ranks)), np.zeros((n, ranks + 1))
        there[:, 0] = 1.0
        for r in range(ranks):
            h = there[:, : r + 1] * a[:, r, None]
            made[:, r, : r + 1] = h
            there[:, : r + 1] = self.on[r] * there[:, : r + 1] * (1 - a[:, r, None]) / np.maximum(1 - h, SURE)
            there[:, r + 1] = onward[:, r]
        made = np.clip(made, SURE, 1 - SURE)
        return Hazards(made, made)


def present(a: Array, on: Array, onward: Array, pages: Pages) -> Array:
    """Chance that the user looked at each rank, given all clicks of the page; shape (n, ranks)."""
    clicks, (n, ranks) = pages.clicks, a.shape
    lowest = np.where(clicks, np.arange(1, ranks + 1), 0).max(axis=1)  # rank of the last click, 0 for none
    below = np.ones((n, ranks + 1))  # no click from here on, for someone who looks here
    for r in range(ranks - 1, -1, -1):
        below[:, r] = (1 - a[:, r]) * (1 - on[r] + on[r] * below[:, r + 1])
    here, looked = np.ones(n), np.ones((n, ranks))
    arrived = np.where(lowest > 0, onward[np.arange(n), lowest - 1], 1.0)
    nothing = 1 - arrived + arrived * below[np.arange(n), np.minimum(lowest, ranks)]  # the chance of what is seen below
    for r in range(ranks):
        here = np.where(r == lowest, arrived, here)
        looked[:, r] = np.where(r < lowest, 1.0, here * below[:, r] / np.maximum(nothing, SURE))
        here = here * (1 - a[:, r]) * on[r]
    return np.where(pages.shown, looked, 0.0)


def fit_chain(name: str, pages: Pages, leaving: Leaving, after: After) -> Chain:
    """EM of one of the family.

    Parameters
    ----------
    pages
        With clicks.
    leaving
        Whether users leave without a click: never, with one chance everywhere, or with one for each rank.
    after
        What decides whether they go on after a click: they never do, the rank, or the document.
    """
    pages = pages.grouped()
    model = _first(name, pages, leaving, after)
    index, weight, clicks = model.attraction.index(pages), pages.weight[:, None], pages.clicks
    for turn in range(ROUNDS):
        looked = present(model.attraction.at(index, pages), model.on, _onward(model, index, pages), pages)
        attraction = model.attraction.learned(index, weight * clicks, weight * looked, prior=turn % EVERY == 0)
        before, model = model, _learned(model, attraction, pages, index, looked, leaving, after, prior=turn % EVERY == 0)
        moved = max(np.abs(model.on - before.on).max(), np.abs(model.after - before.after).max())
        if moved < ENOUGH and np.abs(attraction.value - before.attraction.value).max() < 10 * ENOUGH and turn > EVERY:
            break
    return model


def _onward(model: Chain, index: NDArray[np.int64], pages: Pages) -> Array:
    after = np.broadcast_to(model.after[: pages.ranks], pages.docs.shape)
    return after if model.satisfaction is None else after * (1 - model.satisfaction.at(index, pages))


def _first(name: str, pages: Pages, leaving: Leaving, after: After) -> Chain:
    on = np.full(pages.ranks, 1.0 if leaving == "never" else 0.9)
    goes = {"gone": 0.0, "rank": 0.5, "document": float(on[0])}[after]
    satisfaction = Attraction.start(pages, 0.5) if after == "document" else None
    return Chain(name, Attraction.start(pages), on, np.full(pages.ranks, goes), satisfaction)


def _learned(
    model: Chain,
    attraction: Attraction,
    pages: Pages,
    index: NDArray[np.int64],
    looked: Array,
    leaving: Leaving,
    after: After,
    *,
    prior: bool,
) -> Chain:
    """The M-step of going on; the last rank of a page tells nothing of it."""
    clicks, weight = pages.clicks[:, :-1], pages.weight[:, None] * pages.shown[:, 1:]
    passed, stays = weight * looked[:, :-1] * ~clicks, weight * looked[:, 1:]
    tried, went = passed, stays * ~clicks
    on, goes, satisfaction = model.on, model.after, model.satisfaction
    if satisfaction is not None:
        s = satisfaction.at(index, pages)[:, :-1]
        ended = (weight - stays) * clicks * s / np.maximum(1 - on[:-1] * (1 - s), SURE)  # satisfied, rather than just gone
        satisfaction = satisfaction.learned(index[:, :-1], ended, weight * clicks, prior=prior)
        tried, went = tried + weight * clicks - ended, went + stays * clicks
    elif after == "rank":
        goes = stridden(goes, _shares((stays * clicks).sum(axis=0), (weight * clicks).sum(axis=0)))
    if leaving == "rank":
        on = stridden(on, _shares(went.sum(axis=0), tried.sum(axis=0)))
    elif leaving == "one":
        on = stridden(on, np.full(pages.ranks, _shares(np.atleast_1d(went.sum()), np.atleast_1d(tried.sum()))[0]))
    return Chain(model.name, attraction, on, on if satisfaction is not None else goes, satisfaction)


def _shares(success: Array, trials: Array) -> Array:
    """Shares by rank, the last one (of which nothing is seen) as the one before."""
    made = np.clip((success + 0.5) / (trials + 1.0), SURE, 1 - SURE)
    return np.append(made, made[-1:]) if len(made) else np.ones(1)
