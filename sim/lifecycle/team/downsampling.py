"""Negative down-sampling: few of the many "no" are learned from, and what the model says is put right again.

Where every positive is kept and a negative with probability w, a model that learns from what is left says

    p = s / (s + (1 - s) w),   so that   q = p / (p + (1 - p) / w)

is the share s again (He et al. 2014). That holds for sampling on the label only. The bar is a decision rule
on q: nothing says that it should be a half.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim import seeds
from sim.candidates.model import ask_model

if TYPE_CHECKING:
    import pandas as pd


def recalibrated(p: NDArray[np.floating], kept: float) -> NDArray[np.float64]:
    """Probabilities among all, from those among what was kept.

    Parameters
    ----------
    p
        What a model says that learned from all positives and a share *kept* of the negatives.
    kept
        Above 0, up to 1.

    Examples
    --------
    >>> recalibrated(np.array([0.0910]), kept=0.01).round(4).tolist()
    [0.001]
    """
    wide = np.asarray(p, dtype=np.float64)
    return np.asarray(wide / (wide + (1 - wide) / kept))


def sampled(label: NDArray[np.int8], kept: float, key: int) -> NDArray[np.bool_]:
    """Which rows are kept: every positive, and each negative with probability *kept*."""
    return np.asarray((label == 1) | (seeds.uniforms(key, len(label)) < kept))


def bar_for(said: NDArray[np.floating], share: float) -> float:
    """The bar at which a share of what a model says is at or above it.

    Examples
    --------
    >>> bar_for(np.array([0.1, 0.2, 0.3, 0.4]), share=0.5)
    0.3
    """
    count = int(np.clip(round(share * len(said)), 1, len(said)))
    return float(np.sort(said)[len(said) - count])


class Recalibrated:
    """A model of down-sampled rows that says what is true of all.

    Parameters
    ----------
    kept
        The share of negatives that it learned from.
    """

    def __init__(self, model: Any, kept: float, who: str) -> None:
        self.model = model
        self.kept = kept
        self.who = who

    def predict_proba(self, table: pd.DataFrame) -> NDArray[np.float64]:
        """Both probabilities of each row."""
        q = recalibrated(ask_model(self.model, table, self.who), self.kept)
        return np.column_stack([1 - q, q])
