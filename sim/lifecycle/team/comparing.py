"""An old model against a new one on the same later pairs: which does better, or whether that can't be told."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.lifecycle.team.bounds import Bounded
from sim.lifecycle.team.entropy import TOLERANCE, change_of_entropy, normalised_entropy, one_class


class Compared(NamedTuple):
    """What came of it: the figures and the words."""

    evidence: dict[str, float]
    story: str


def by_entropy(label: NDArray[np.int8], old: NDArray[np.floating], new: NDArray[np.floating]) -> Compared:
    """By normalised entropy.

    Examples
    --------
    >>> label = np.tile(np.array([1, 0, 0, 0], np.int8), 100)
    >>> by_entropy(label, np.full(400, 0.25), np.where(label == 1, 0.3, 0.2)).story
    'by the same later set recent data did better: normalised entropy goes from 1.000 to 0.833, by -0.171 to -0.163'
    >>> by_entropy(label * 0, np.full(400, 0.25), np.full(400, 0.2)).story
    "whether recent data did better can't be told: all 400 pairs of the later set have the same label"
    """
    before, after = (normalised_entropy(label, said) for said in (old, new))
    change = change_of_entropy(label, old, new)
    evidence = {
        "normalised_entropy_before": before, "normalised_entropy_after": after,
        "normalised_entropy_change_low": change.low, "normalised_entropy_change_high": change.high,
    }  # fmt: skip
    if one_class(label):
        return Compared(
            evidence, f"whether recent data did better can't be told: all {len(label):,} pairs of the later set have the same label"
        )
    seen = f"normalised entropy goes from {before:.3f} to {after:.3f}, by {change.low:+.3f} to {change.high:+.3f}"
    return Compared(evidence, f"by the same later set {verdict(before, change)}: {seen}")


def verdict(before: float, change: Bounded) -> str:
    """What bounds of a change come to, in words; lower is better.

    Examples
    --------
    >>> verdict(0.8, Bounded(-0.02, -0.03, -0.01)), verdict(0.8, Bounded(0.0, -0.02, 0.02))
    ('recent data did better', 'recent data did no worse')
    >>> verdict(0.8, Bounded(0.02, 0.01, 0.03)), verdict(0.8, Bounded(0.0, -0.06, 0.06))
    ('recent data did worse', "it can't be told whether recent data did better")
    """
    if change.high < 0:
        return "recent data did better"
    if change.low > 0:
        return "recent data did worse"
    return "recent data did no worse" if change.high < TOLERANCE * before else "it can't be told whether recent data did better"
