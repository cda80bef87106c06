"""Raters: people who say whether an ad should be shown for a query, and are sometimes wrong."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim import seeds
from sim.world.relevance import Relevance

_EASE = 1.5  # margin over which errors fade by e: a clear case is seldom mistaken


def rate(relevance: Relevance, query: NDArray[np.intp], place: NDArray[np.intp], error: float, key: int) -> NDArray[np.int8]:
    """One rater's label for each pair of query type and place among its matched ads.

    Parameters
    ----------
    error
        Probability of a wrong label for a pair right at the bar; it fades with the distance from it.
    """
    margin = relevance.margin[query, place]
    wrong = seeds.uniforms(key, len(query)) < error * np.exp(-np.abs(margin) / _EASE)
    return ((margin > 0) ^ wrong).astype(np.int8)
