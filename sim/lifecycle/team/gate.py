"""The offline gate: what a model says of rows that it has not learned from, alone or beside the model that serves."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.lifecycle.team.entropy import with_moves
from sim.lifecycle.team.scores import Judged

MARGIN = 0.01  # of normalised entropy: about what daily instead of weekly training is worth (He et al. 2014)
SURE = 2.0  # standard errors that a loss has to pass, so that nothing is held or sent back by chance

Numbers = NDArray[np.float64]


class Gap(NamedTuple):
    """Two normalised entropies, by how much the second is higher, and the standard error of that."""

    before: float
    after: float
    gap: float
    error: float

    def worse_by(self, margin: float, errors: float = SURE) -> bool:
        """Whether the second is worse by more than a margin, and by more than so many standard errors."""
        return self.gap > max(margin, errors * self.error)


def gap_of(before: Judged, after: Judged) -> Gap | None:
    """From one set, or one model, to another: of the same rows for two models, of two sets for one.

    The error is of pairs of query and ad: what a pair adds to one figure is taken from what it adds to the other.

    Returns
    -------
    None where one of them has a single class, so that nothing is measured.

    Examples
    --------
    >>> rows = np.array([1.0, 0.0, 1.0, 0.0]), np.array([0.0, 1.0, 0.0, 1.0]), np.ones(4), np.arange(4)
    >>> knows, guesses = Judged(np.array([0.9, 0.1, 0.8, 0.2]), *rows), Judged(np.full(4, 0.5), *rows)
    >>> found = gap_of(knows, guesses)
    >>> round(found.before, 2), round(found.after, 2), found.worse_by(MARGIN)
    (0.24, 1.0, True)
    """
    if not (before.two_classes and after.two_classes):
        return None
    pairs = 1 + max(int(one.who.max()) for one in (before, after))
    (first, of_first), (second, of_second) = (_entropy(one, pairs) for one in (before, after))
    return Gap(first, second, second - first, float(np.sqrt(np.square(of_second - of_first).sum())))


def entropy_of(judged: Judged) -> float:
    """Normalised entropy; NaN where there is one class only, which is no evidence."""
    return _entropy(judged, 1 + int(judged.who.max()))[0] if judged.two_classes else float("nan")


def _entropy(one: Judged, pairs: int) -> tuple[float, Numbers]:
    """Normalised entropy, and by how much each pair moves it: to first order, shape (pairs,)."""
    entropy, moves = with_moves(one.said, one.yes, one.no)
    return entropy, np.bincount(one.who, moves, pairs) / one.weight.sum()
