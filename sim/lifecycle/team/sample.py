"""Pairs of a query and an ad that raters judge: how they were chosen, and what was said of them."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Any

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
    ballots
        Who said what, as `raters.ballots_for` tells it, shape (rows, seats), -1 in an empty seat; None where only votes are counted.
    settled
        What was made of them, where that is not what most said.
    luck
        By which a pair misleads every rater alike, or does not: a uniform number each, None before anyone is asked.
    """

    table: NDArray[np.float32]
    margin: NDArray[np.float32]
    yes: NDArray[np.int16]
    votes: NDArray[np.int16]
    day: NDArray[np.int32]
    why: NDArray[np.int8]
    weight: NDArray[np.float64]
    ballots: NDArray[np.int16] | None = None
    settled: NDArray[np.int8] | None = None
    luck: NDArray[np.float64] | None = None

    def __len__(self) -> int:
        return len(self.margin)

    @property
    def label(self) -> NDArray[np.int8]:
        """What raters agreed on: what most of them said, a tie being "no", or what is known of each of them makes of it."""
        if self.settled is not None:
            return self.settled
        return (2 * self.yes > self.votes).astype(np.int8)

    def only(self, which: NDArray[np.bool_]) -> Sample:
        """Some of them."""
        parts: dict[str, Any] = {one.name: getattr(self, one.name) for one in fields(self)}
        return replace(self, **{name: part[which] for name, part in parts.items() if part is not None})

    def rated(self, which: NDArray[np.bool_], ballots: NDArray[np.int16], *, by_rater: bool = False) -> Sample:
        """With further votes on some of the pairs.

        Parameters
        ----------
        ballots
            Of the pairs in *which*, in order, shape (pairs, votes).
        by_rater
            Whether it is kept who said what, and labels follow from what is found of each rater; else most of them decide.
        """
        said, asked = self.yes.copy(), self.votes.copy()
        said[which] += (ballots & 1).sum(axis=1).astype(np.int16)
        asked[which] += ballots.shape[1]
        if not by_rater:
            return replace(self, yes=said, votes=asked)
        from sim.lifecycle.team.agreement import settled

        seats = np.full((len(self), ballots.shape[1]), _EMPTY, np.int16)
        seats[which] = ballots
        every = seats if self.ballots is None else np.concatenate([self.ballots, seats], axis=1)
        return replace(self, yes=said, votes=asked, ballots=every, settled=settled(every))


_EMPTY = np.int16(-1)
DESIGNS = ("uniform", "retrieved", "targeted", "served")


def fresh(
    table: NDArray[np.float32], margin: NDArray[np.float32], day: NDArray[np.int32], design: str, weight: NDArray[np.float64]
) -> Sample:
    """Pairs that nobody has rated yet."""
    rows = len(margin)
    nobody = np.zeros(rows, np.int16)
    return Sample(table, margin, nobody, nobody.copy(), day, np.full(rows, DESIGNS.index(design), np.int8), weight)


def joined(samples: Sequence[Sample]) -> Sample:
    """All of them, one after the other; what each one's labels are stays as it is."""
    parts = ("table", "margin", "yes", "votes", "day", "why", "weight")
    settled = np.concatenate([one.label for one in samples]) if any(one.settled is not None for one in samples) else None
    whole = Sample(*(np.concatenate([getattr(one, part) for one in samples]) for part in parts))
    return replace(whole, settled=settled)
