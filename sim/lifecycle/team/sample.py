"""Pairs of a query and an ad that raters judge: how they were chosen, and what was said of them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, slots=True, eq=False)
class Sample:
    """Some pairs, all arrays of length rows.

    Attributes
    ----------
    table
        Their features as production knew them when the page was made, shape (rows, columns).
    margin
        What raters look at: how far a pair was above (worthy) or below the bar on its page. Hidden truth.
    yes, votes
        How many raters said "show", of how many.
    day
        The day of the page.
    why
        The design by which they were chosen, a number of `DESIGNS`.
    weight
        How many pairs of its population each one stands for, relative to the others of its design.
    """

    table: NDArray[np.float32]
    margin: NDArray[np.float32]
    yes: NDArray[np.int16]
    votes: NDArray[np.int16]
    day: NDArray[np.int32]
    why: NDArray[np.int8]
    weight: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.margin)

    @property
    def label(self) -> NDArray[np.int8]:
        """What most raters said; a tie is "no"."""
        return (2 * self.yes > self.votes).astype(np.int8)

    def rated(self, which: NDArray[np.bool_], yes: NDArray[np.int16], votes: int) -> Sample:
        """With further votes on some of the pairs."""
        said, asked = self.yes.copy(), self.votes.copy()
        said[which] += yes
        asked[which] += votes
        return replace(self, yes=said, votes=asked)


DESIGNS = ("uniform", "retrieved", "targeted")


def fresh(
    table: NDArray[np.float32], margin: NDArray[np.float32], day: NDArray[np.int32], design: str, weight: NDArray[np.float64]
) -> Sample:
    """Pairs that nobody has rated yet."""
    rows = len(margin)
    nobody = np.zeros(rows, np.int16)
    return Sample(table, margin, nobody, nobody.copy(), day, np.full(rows, DESIGNS.index(design), np.int8), weight)


def joined(samples: Sequence[Sample]) -> Sample:
    """All of them, one after the other."""
    parts = ("table", "margin", "yes", "votes", "day", "why", "weight")
    return Sample(*(np.concatenate([getattr(one, part) for one in samples]) for part in parts))
