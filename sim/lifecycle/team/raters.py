"""Raters: people who say whether an ad should be shown for a query. They cost money and time, and are sometimes wrong."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim import seeds
from sim.scenario.playbook_schema import Raters
from sim.scenario.schema import DAY_S

_EASE = 1.5  # margin over which errors fade by e: a clear case is seldom mistaken


def chance_of_error(margin: NDArray[np.float32], raters: Raters) -> NDArray[np.float64]:
    """Probability that a rater is wrong about each pair: at the bar it is hard, far from it only slips are left.

    Examples
    --------
    >>> chance_of_error(np.array([0.0, -30.0], np.float32), Raters(error=0.3, slip=0.002)).round(3).tolist()
    [0.301, 0.002]
    """
    hard = raters.error * np.exp(-np.abs(margin.astype(np.float64)) / _EASE)
    return np.asarray(hard + (1 - hard) * raters.slip)


def votes_for(margin: NDArray[np.float32], raters: Raters, count: int, key: int) -> NDArray[np.int16]:
    """How many of *count* raters say "show" of each pair.

    A share `alike` of them makes the same mistakes as everyone else on a pair, since the guidelines mislead them.
    """
    wrong = chance_of_error(margin, raters)
    rows = len(margin)
    common = seeds.uniforms(seeds.mix(key), rows) < wrong
    own = seeds.uniforms(key, rows * count).reshape(rows, count) < wrong[:, None]
    follows = seeds.uniforms(seeds.mix(key + 1), rows * count).reshape(rows, count) < raters.alike
    mistaken = np.where(follows, common[:, None], own)
    return np.asarray(((margin > 0)[:, None] ^ mistaken).sum(axis=1), dtype=np.int16)


def takes_s(labels: int, raters: Raters) -> int:
    """How long so many labels keep all raters busy."""
    return int(np.ceil(labels / raters.capacity * DAY_S))
