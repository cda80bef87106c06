"""Raters: people who say whether an ad should be shown for a query, and are sometimes wrong."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim import seeds

_EASE = 1.5  # margin over which errors fade by e: a clear case is seldom mistaken


def fade(margin: NDArray[np.floating]) -> NDArray[np.floating]:
    """How much is left of the chance of an error at that distance from the bar, above it or below."""
    return np.asarray(np.exp(-np.abs(margin) / _EASE))


def rate(margin: NDArray[np.float32], query: NDArray[np.intp], place: NDArray[np.intp], error: float, key: int) -> NDArray[np.int8]:
    """One rater's label for each pair of query type and place among its matched ads.

    Parameters
    ----------
    margin
        How far each pair is above (worthy) or below the bar as things stand, shape (types, matched).
    error
        Probability of a wrong label for a pair right at the bar; it fades with the distance from it.
    """
    distance = margin[query, place]
    wrong = seeds.uniforms(key, len(query)) < error * fade(distance)
    return ((distance > 0) ^ wrong).astype(np.int8)
