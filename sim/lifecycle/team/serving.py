"""What a team serves beside the newest model: what served before it, and what another would serve."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.candidates.objectives.objective import Objective
from sim.candidates.offers import Offers
from sim.lifecycle.team.checks import Learned
from sim.lifecycle.team.sample import Sample


class Promised(NamedTuple):
    """What a model would serve: ads a query, by the traffic of the week before; and whether bids have a say in what is worth showing."""

    ads: float
    by_bid: bool


class Rival(NamedTuple):
    """What served before a canary of another objective, and serves all who are neither in it nor held back."""

    models: dict[str, Any]
    objective: Objective


class InService(NamedTuple):
    """What belongs to the model of raters' labels that serves, so that all of it can come back."""

    learned: Learned
    objective: Objective
    design: str
    negatives: float
    pairs: Mapping[str, Sample]


def lifted(offers: Offers, cut: float) -> Offers:
    """The same offers for a page whose bar is another: in the same order, and what was below its own bar is below that one.

    Prices stay, since they hang on differences of values only.
    """
    by, least = np.float32(cut - offers.cut), np.nextafter(np.float32(cut), np.float32(np.inf))

    def moved(one: NDArray[np.float32]) -> NDArray[np.float32]:
        return np.where(one >= offers.cut, np.maximum(one + by, least), one + by)

    value = np.where(offers.value >= offers.cut, moved(offers.value), np.float32(-np.inf))
    return replace(offers, value=value, value_without_bid=moved(offers.value_without_bid), cut=cut)
