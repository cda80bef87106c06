"""What an explorer is: from the offers of an objective to several variants of them, each drawn now and then.

The log keeps the propensity of each ad in its position, so what was shown by chance can be
reweighted later to say what another policy would have got.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from sim.candidates.histories import Histories
from sim.candidates.offers import Offers
from sim.errors import InvalidRun
from sim.scenario.schema import MOST_VARIANTS
from sim.world.sight import Sight


@dataclass(frozen=True, slots=True, eq=False)
class Prospect:
    """What an explorer starts from.

    Attributes
    ----------
    offers
        What the objective alone would offer: one variant.
    may_show
        The ads that are alive and bid the reserve, shape (types, devices, matched).
    sight, histories
        The visible world, and the counts of the candidate's own log.
    said
        The prediction for each label, shape (rows,): a row for each entry of `may_show`.
    log_odds_sd
        The model's own standard error of the log-odds for each label, or None where it tells none.
    offer
        What the objective would offer if the models said something else.
    """

    offers: Offers
    may_show: NDArray[np.bool_]
    sight: Sight
    histories: Histories
    said: Mapping[str, NDArray[np.float32]]
    log_odds_sd: Mapping[str, NDArray[np.float32] | None]
    offer: Callable[[Mapping[str, NDArray[np.floating]]], Offers]


def showable(sight: Sight, reserve_micros: int) -> NDArray[np.bool_]:
    """The ads that are alive and bid the reserve, shape (types, devices, matched)."""
    bid = np.broadcast_to(sight.bid_micros[:, None, :], sight.shape)
    return (bid > 0) & (bid >= reserve_micros)


class Explorer(Protocol):
    """A way to explore."""

    def explore(self, prospect: Prospect, key: int) -> Offers:
        """Offers in several variants with their weights; *key* is what its draws follow from."""
        ...


def explore(explorer: Explorer, prospect: Prospect, key: int, who: str) -> Offers:
    """Ask an explorer, and check what it says.

    Raises
    ------
    InvalidRun
        When it raises, or returns no offers of the right shape with weights that sum to 1.
    """
    try:
        offers = explorer.explore(prospect, key)
        wrong = _wrong(offers, prospect.sight.shape)
    except InvalidRun:
        raise
    except (Exception, SystemExit) as problem:
        raise InvalidRun(f"candidate '{who}': its exploration failed: {type(problem).__name__}: {problem}") from problem
    if wrong:
        raise InvalidRun(f"candidate '{who}': its exploration returned {wrong}")
    return offers


def _wrong(offers: Any, shape: tuple[int, int, int]) -> str:
    if not isinstance(offers, Offers):
        return f"{type(offers).__name__}; expected the Offers it was given, replaced in part"
    weights = np.asarray(offers.weights, np.float64)
    if weights.ndim != 1 or not 1 <= len(weights) <= MOST_VARIANTS:
        return f"weights of shape {weights.shape}; expected one for each of 1 to {MOST_VARIANTS} variants"
    if not (np.isfinite(weights).all() and weights.min() >= 0 and abs(weights.sum() - 1) < 1e-9):
        return "weights that are not from 0 and do not sum to 1"
    for name in ("value", "quality", "value_without_bid"):
        found = getattr(offers, name)
        if np.shape(found) != (len(weights), *shape):
            return f"{name} of shape {np.shape(found)}; expected {(len(weights), *shape)}"
        if np.isnan(found).any():
            return f"{name} with values that are not a number"
    return ""
