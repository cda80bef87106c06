"""What raters agree on when some are better than others: the model of Dawid and Skene (1979).

Each rater has error rates of their own, which are found together with the true classes by expectation and
maximisation. It is written out here because the library that has it brings a language toolkit and data frames
along for thirty lines of sums.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

_NEVER = 1e-300  # whose logarithm is still a number


class Agreement(NamedTuple):
    """What was found.

    Attributes
    ----------
    chance
        Probability of each class, for each item, shape (items, classes).
    share
        Of each class among all items, shape (classes,).
    errors
        Probability of what a rater says where a class is true, shape (raters, true class, said class).
    """

    chance: NDArray[np.float64]
    share: NDArray[np.float64]
    errors: NDArray[np.float64]


def dawid_skene(
    item: NDArray[np.integer], rater: NDArray[np.integer], said: NDArray[np.integer], classes: int = 2,
    smoothing: float = 0.0, rounds: int = 200, tolerance: float = 1e-7,
) -> Agreement:  # fmt: skip
    """Find the classes of all items and the error rates of all raters.

    Parameters
    ----------
    item, rater, said
        Who said what of which, all of shape (votes,); an item that nobody was asked about gets the share of each class.
    smoothing
        Votes that each rater is taken to have given beforehand, rightly: 0 is the published method. It begins from the
        share of the votes of each item (their equation 3.1), and so keeps majorities where there is nothing to learn.

    Examples
    --------
    >>> item, rater = np.repeat(np.arange(4), 3), np.tile(np.arange(3), 4)
    >>> said = np.array([0, 0, 1, 1, 1, 0, 0, 0, 1, 1, 1, 0])  # the third says the opposite of the others
    >>> found = dawid_skene(item, rater, said)
    >>> found.chance[:, 1].round(2).tolist(), found.errors[2].round(2).tolist()
    ([0.0, 1.0, 0.0, 1.0], [[0.0, 1.0], [1.0, 0.0]])
    """
    items, raters = int(item.max(initial=-1)) + 1, int(rater.max(initial=-1)) + 1
    chance = np.stack([np.bincount(item, said == one, items) for one in range(classes)], axis=1)
    asked = chance.sum(axis=1, keepdims=True)
    chance = np.divide(chance, asked, out=np.full_like(chance, 1 / classes), where=asked > 0)
    for _ in range(rounds):
        before = chance
        share = chance.mean(axis=0)
        errors = np.tile(smoothing * np.eye(classes), (raters, 1, 1))
        for true in range(classes):
            counts = np.bincount(rater * classes + said, chance[item, true], raters * classes)
            errors[:, true] += counts.reshape(raters, classes)
        total = errors.sum(axis=2, keepdims=True)
        errors = np.divide(errors, total, out=np.full_like(errors, 1 / classes), where=total > 0)
        told = np.log(np.maximum(errors, _NEVER))
        fit = np.stack([np.bincount(item, told[rater, true, said], items) for true in range(classes)], axis=1)
        fit += np.log(np.maximum(share, _NEVER))
        chance = np.exp(fit - fit.max(axis=1, keepdims=True))
        chance /= chance.sum(axis=1, keepdims=True)
        if np.abs(chance - before).max(initial=0.0) < tolerance:
            break
    return Agreement(chance, share, errors)


def settled(ballots: NDArray[np.int16]) -> NDArray[np.int8]:
    """The label of each pair by what everyone's error rates make of its votes.

    Parameters
    ----------
    ballots
        Twice the number of who voted, and 1 more for "show"; -1 where nobody did; shape (rows, seats).
    """
    row, seat = np.nonzero(ballots >= 0)
    label = np.zeros(len(ballots), np.int8)
    if len(row):
        vote = ballots[row, seat].astype(np.intp)
        found = dawid_skene(row, vote // 2, vote % 2, smoothing=1.0)
        label[row] = found.chance[row, 1] > 0.5
    return label
