"""Normalised entropy: the log loss of predictions over that of saying the base rate to everything (He et al. 2014)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.lifecycle.team.bounds import NOTHING, Bounded, bounded

_TINY = 1e-6
TOLERANCE = 0.05  # as a share of what it was: a model whose entropy is for sure up by less than that does no worse

Numbers = NDArray[np.float64]


def logs(said: NDArray[np.floating]) -> tuple[Numbers, Numbers]:
    """The logarithms of a prediction and of its complement, kept away from certainty, each of the shape of *said*."""
    p = np.clip(said.astype(np.float64), _TINY, 1 - _TINY)
    return np.log(p), np.log1p(-p)


def normalised(loss: Numbers | float, base: Numbers | float) -> Numbers:
    """A mean log loss over that of the base rate, element by element: below 1 is better than knowing nothing.

    Examples
    --------
    >>> normalised(np.log([2.0, 4.0]), np.array([0.5, 0.5])).tolist()
    [1.0, 2.0]
    """
    base = np.clip(base, _TINY, 1 - _TINY)
    return np.asarray(loss / -(base * np.log(base) + (1 - base) * np.log1p(-base)), dtype=np.float64)


def entropies(label: NDArray[np.int8], said: NDArray[np.floating], weight: Numbers) -> Numbers:
    """Normalised entropy for each row of *weight*, which has shape (draws, rows); shape (draws,)."""
    log_yes, log_no = logs(said)
    total = weight.sum(axis=1)
    return normalised(weight @ -np.where(label == 1, log_yes, log_no) / total, weight @ label.astype(np.float64) / total)


def one_class(label: NDArray[np.int8]) -> bool:
    """Whether all rows have the same label, or there are none."""
    return len(label) == 0 or bool(label.min() == label.max())


def normalised_entropy(label: NDArray[np.int8], said: NDArray[np.floating], weight: Numbers | None = None) -> float:
    """Of one set of rows, each counting as much as *weight* says.

    Examples
    --------
    >>> round(normalised_entropy(np.array([1, 0], np.int8), np.array([0.5, 0.5])), 3)
    1.0

    Where there is one class only, saying so has no loss, and nothing can be held against it:

    >>> normalised_entropy(np.array([0, 0], np.int8), np.array([0.0, 0.0]))
    nan
    """
    if one_class(label):
        return float("nan")
    weight = np.ones(len(label)) if weight is None else weight
    return float(entropies(label, said, weight[None])[0])


def with_moves(said: NDArray[np.floating], yes: Numbers, no: Numbers) -> tuple[float, Numbers]:
    """Normalised entropy of rows of which some come true, and how far each row moves it, to first order.

    Parameters
    ----------
    yes, no
        How often a row came true, and how often not, shape (rows,); both come somewhere.

    Returns
    -------
    The entropy, and the rows' moves times all rows' weight together, which add up to 0, shape (rows,). The share of positives
    was estimated from the same rows, and takes its part in them.

    Examples
    --------
    >>> entropy, moves = with_moves(np.array([0.5, 0.5]), np.array([1.0, 0.0]), np.array([0.0, 1.0]))
    >>> round(entropy, 3), moves.round(3).tolist()
    (1.0, [0.0, 0.0])
    """
    log_yes, log_no = logs(said)
    weight = yes + no
    total = float(weight.sum())
    base = float(yes.sum()) / total
    losses = -(yes * log_yes + no * log_no)
    loss = float(losses.sum()) / total
    unsure = -(base * np.log(base) + (1 - base) * np.log1p(-base))
    slope = np.log((1 - base) / base)  # of that, by the base rate
    return float(normalised(loss, base)), (losses - loss * weight) / unsure - loss / unsure**2 * slope * (yes - base * weight)


def change_of_entropy(label: NDArray[np.int8], old: NDArray[np.floating], new: NDArray[np.floating]) -> Bounded:
    """From an old model to a new one on the same rows, with bounds; no numbers with one class only.

    Most of what one model loses on a row the other loses as well, so it is differences row by row that say how exact this is.

    Examples
    --------
    >>> label = np.tile(np.array([1, 0, 0, 0], np.int8), 100)
    >>> [round(one, 3) for one in change_of_entropy(label, np.full(400, 0.25), np.where(label == 1, 0.3, 0.2))]
    [-0.167, -0.171, -0.163]
    """
    if one_class(label):
        return NOTHING
    yes = label.astype(np.float64)
    (before, first), (after, second) = (with_moves(said, yes, 1 - yes) for said in (old, new))
    return bounded(after - before, float((second - first).std(ddof=1) / np.sqrt(len(label))))
