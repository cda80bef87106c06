"""The task: a market, two policies whose clicks differ by 2 %, and what either shows.

20,000 cells (10,000 query types by Zipf^0.9, two devices), eight of 5,000 ads matched to each, four slots,
second price. Policy A ranks by bid × true chance of a click. Policy B knows the chances with an error: each is
multiplied by exp(ε z), z normal and fixed, ε such that B's clicks a query are 2 % below A's. Both are fixed, so every
engine may look up what a cell shows: nobody has to rank anew for each query.
"""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.candidates.offers import Offers
from sim.serving.slate import Auction, SlateTable, compile_slates
from tests.benchmarks.kernel import MARKET
from tests.traffic.market import Made, made_market

BY = 0.02
SEED = 11


class Task(NamedTuple):
    """What both policies show, and what comes of it.

    Attributes
    ----------
    made
        The market; its own slates are not used.
    slates
        Of each policy.
    chances
        Chance of a click in each slot, looked at and clicked, shape (2, cells, slots).
    clicks
        Clicks a query under each policy.
    """

    made: Made
    slates: tuple[SlateTable, SlateTable]
    chances: NDArray[np.float64]
    clicks: tuple[float, float]

    @property
    def shares(self) -> NDArray[np.float64]:
        """Share of each cell in the queries, shape (cells,)."""
        return self.made.shares


@cache
def the_task() -> Task:
    """The task that every engine of this market is given."""
    made = made_market(**MARKET)
    error = np.random.Generator(np.random.PCG64(SEED)).standard_normal(made.truth.chance.shape)
    best = _slates(made, np.zeros_like(error))
    low, high = 0.0, 4.0
    for _ in range(30):
        middle = (low + high) / 2
        other = _slates(made, middle * error)
        low, high = (middle, high) if _clicks(made, other) > (1 - BY) * _clicks(made, best) else (low, middle)
    slates = best, other
    return Task(made, slates, np.stack([_chances(made, one) for one in slates]), (_clicks(made, best), _clicks(made, other)))


def _slates(made: Made, error: NDArray[np.float64]) -> SlateTable:
    bidding = made.slates.bidding
    devices = len(made.truth.looks)
    types, matched = bidding.ad.shape
    chance = (made.truth.chance * np.exp(error)).reshape(1, types, devices, matched)
    value = (chance * (bidding.bid[:, None] / 1e6)).astype(np.float32)
    offers = Offers(value, chance.astype(np.float32), np.zeros_like(value), 0.0, np.ones(1))
    slots = made.slates.matched.shape[-1]
    return compile_slates(offers, bidding.ad, bidding.bid, Auction(slots, 50_000, made.pricing, bidding.payer, bidding.looks))


def _chances(made: Made, slates: SlateTable) -> NDArray[np.float64]:
    place = slates.matched[0].astype(np.intp)
    looks = np.tile(made.truth.looks[:, : place.shape[1]], (len(place) // len(made.truth.looks), 1))
    chance = np.take_along_axis(made.truth.chance, np.maximum(place, 0), axis=1).astype(np.float64) * looks
    return np.where(place >= 0, chance, 0.0)


def _clicks(made: Made, slates: SlateTable) -> float:
    return float(made.shares @ _chances(made, slates).sum(axis=1))
