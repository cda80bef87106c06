"""What another policy would have got, from the log of one that explored: inverse propensity weighting by position.

Of the pages that the log's policy made, some put an ad where the other policy would have put it. Each
of these counts 1 / propensity times, times the other's own propensity (Horvitz and Thompson, 1952).
Examination and clicks of a position do not hang on the rest of the page here, so a position at a time
is enough. What the log's policy could never have shown is beyond it: `within` cuts the other policy
down to what both may show.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.lifecycle.log import Spell


class Reweighted(NamedTuple):
    """Estimates for each position, all of shape (slots,); errors are standard errors.

    Attributes
    ----------
    effective
        How many impressions the weighted ones are worth: (sum of weights)² / sum of squared weights.
    """

    shown: NDArray[np.float64]
    shown_error: NDArray[np.float64]
    clicks: NDArray[np.float64]
    clicks_error: NDArray[np.float64]
    effective: NDArray[np.float64]


def within(target: NDArray[np.float32], logged: NDArray[np.float32]) -> NDArray[np.float32]:
    """The part of a policy's placings that the log's policy might have shown as well."""
    return np.where(logged > 0, target, np.float32(0))


def reweight(spells: Iterable[Spell], target: NDArray[np.float32]) -> Reweighted:
    """Impressions and clicks that a policy would have had during *spells*.

    Parameters
    ----------
    target
        Its chance to put each matched ad in each position, given the cell, shape (cells, matched,
        slots), as `placing` says.
    """
    slots = target.shape[-1]
    by_row = target.reshape(-1, slots)
    sums = np.zeros((4, slots))
    for spell in spells:
        weight = by_row[spell.row, spell.position].astype(np.float64) / spell.propensity
        parts = (weight * spell.shown, weight**2 * spell.shown, weight * spell.clicks, weight**2 * spell.clicks)
        sums += np.array([np.bincount(spell.position, part, slots) for part in parts])
    shown, shown_square, clicks, clicks_square = sums
    # Counts of keyed draws are Poisson, and so their own variance.
    effective = np.divide(shown**2, shown_square, out=np.zeros(slots), where=shown_square > 0)
    return Reweighted(shown, np.sqrt(shown_square), clicks, np.sqrt(clicks_square), effective)
