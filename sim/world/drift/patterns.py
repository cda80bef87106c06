"""What drifts: every pattern of the world that can change while it is played."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, eq=False)
class Patterns:
    """How the world stands at a moment.

    A drift hands on what it does not touch as it is, so that a reader can see by identity what has
    not changed.

    Attributes
    ----------
    demand
        Factor on the rate of queries.
    topic_shares, device_shares
        Share of each topic in the head's queries and of each device in all, shapes (topics,) and
        (devices,); each sums to 1.
    topic_odds, ad_odds
        What is added to the log-odds of a click, shapes (topics,) and (ads,).
    topic_bids, ad_bids
        What is added to the log of a bid, shapes (topics,) and (ads,).
    margin
        How far each pair is above (worthy) or below the bar, shape (types, matched).
    ads_alive, types_asked
        Which ads exist, and which head types are asked at all, shapes (ads,) and (heads,).
    tracking
        Share of clicks that reaches the log.
    model_up
        Whether the server of learned models answers.
    """

    demand: float
    topic_shares: NDArray[np.float64]
    device_shares: NDArray[np.float64]
    topic_odds: NDArray[np.float64]
    ad_odds: NDArray[np.float64]
    topic_bids: NDArray[np.float64]
    ad_bids: NDArray[np.float64]
    margin: NDArray[np.float32]
    ads_alive: NDArray[np.bool_]
    types_asked: NDArray[np.bool_]
    tracking: float = 1.0
    model_up: bool = True

    @classmethod
    def at_start(
        cls,
        topic_shares: NDArray[np.float64],
        device_shares: NDArray[np.float64] | None = None,
        margin: NDArray[np.float32] | None = None,
        ads: int = 1,
        heads: int = 1,
    ) -> Patterns:
        """The patterns before any drift; what is left out is as small as can be.

        Examples
        --------
        >>> Patterns.at_start(np.array([0.7, 0.3]), ads=3).ad_odds.tolist()
        [0.0, 0.0, 0.0]
        """
        topics = len(topic_shares)
        return cls(
            demand=1.0,
            topic_shares=topic_shares,
            device_shares=np.ones(1) if device_shares is None else device_shares,
            topic_odds=np.zeros(topics),
            ad_odds=np.zeros(ads),
            topic_bids=np.zeros(topics),
            ad_bids=np.zeros(ads),
            margin=np.zeros((1, 1), np.float32) if margin is None else margin,
            ads_alive=np.ones(ads, np.bool_),
            types_asked=np.ones(heads, np.bool_),
        )


class Drift(Protocol):
    """A change of patterns: a pure function of time, so that no moment depends on which came before."""

    def times(self, end_s: int) -> list[int]:
        """The moments before *end_s* at which it changes the patterns, in seconds."""
        ...

    def apply(self, patterns: Patterns, at_s: int) -> Patterns:
        """The patterns with this drift on top, as it stands at *at_s*."""
        ...


class Effect(Protocol):
    """What a drift does, by how much of it has come."""

    def apply(self, patterns: Patterns, level: float) -> Patterns:
        """The patterns under this effect: untouched at level 0, all of it at 1."""
        ...
