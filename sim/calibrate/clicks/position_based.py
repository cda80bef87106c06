"""Examination by place: a click needs a look at the place and an attractive document (PBM; Craswell and others, 2008).

The same EM serves the user browsing model, where the look depends on the last click too: see `dependent`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.calibrate.clicks.attraction import Attraction
from sim.calibrate.clicks.model import SURE, Array, Hazards, stridden
from sim.calibrate.clicks.pages import Pages

ROUNDS, ENOUGH = 150, 3e-4  # at most so many, until no chance of a look moves by more
EVERY = 10  # rounds between fits of the prior


@dataclass(frozen=True, slots=True, eq=False)
class Looked:
    """A model in which a place is looked at with a chance of its own.

    Attributes
    ----------
    look
        Chance of a look by rank and rank of the last click above (0 for none), shape (ranks, ranks). 1 at the top.
    """

    name: str
    attraction: Attraction
    look: Array

    def hazards(self, pages: Pages) -> Hazards:
        """Attraction times look."""
        made = np.clip(self.attraction.of(pages)[:, :, None] * self.look[None, : pages.ranks, : pages.ranks], SURE, 1 - SURE)
        return Hazards(made, made)


def position_based(pages: Pages) -> Looked:
    """The position-based model, fitted by EM.

    Parameters
    ----------
    pages
        With clicks.

    Returns
    -------
    The model; `look[:, 0]` is the examination curve, relative to the top.
    """
    return fit_looks("PBM", pages, np.zeros((pages.ranks, pages.ranks), dtype=np.int64) + np.arange(pages.ranks)[:, None])


def fit_looks(name: str, pages: Pages, cell: NDArray[np.int64]) -> Looked:
    """EM of attraction × look, with one chance of a look for each *cell* of (rank, last click), shape (ranks, ranks).

    Cell 0 is the top and looked at surely: only the product is seen, so the scale is a convention.
    """
    pages = pages.grouped()
    attraction = Attraction.start(pages)
    index, clicks = attraction.index(pages), pages.clicks
    at = cell[np.arange(pages.ranks), pages.last]
    seen = pages.weight[:, None] * pages.shown
    look = np.linspace(1.0, 0.3, int(cell.max()) + 1)
    trials = np.bincount(at.ravel(), seen.ravel(), len(look))
    for turn in range(ROUNDS):
        a, g = attraction.at(index, pages), look[at]
        missed = np.maximum(1 - a * g, SURE)
        attracted = np.where(clicks, 1.0, a * (1 - g) / missed)
        looked = np.where(clicks, 1.0, g * (1 - a) / missed)
        attraction = attraction.learned(index, seen * attracted, seen, prior=turn % EVERY == 0)
        before, found = look, np.bincount(at.ravel(), (seen * looked).ravel(), len(look))
        look = stridden(look, (found + 0.5) / (trials + 1.0))  # half a look and half none: cells may be empty
        look[0] = 1.0
        if np.abs(look - before).max() < ENOUGH and turn > EVERY:
            break
    return Looked(name, attraction, look[cell])
