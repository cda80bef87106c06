"""What came of a stretch of traffic: counts, and the money they make."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.serving.slate import SlateTable


class Outcome(NamedTuple):
    """Counts of one stretch of traffic under one slate table.

    Attributes
    ----------
    queries
        Queries of each cell, shape (variants, cells).
    clicks
        Clicks on each slot, shape (variants, cells, slots).
    """

    queries: NDArray[np.int64]
    clicks: NDArray[np.int64]


def ledger_row(outcome: Outcome, slates: SlateTable) -> NDArray[np.int64]:
    """Queries, queries with ads, impressions, clicks and revenue in micro-units, shape (5,)."""
    shown = slates.shown
    return np.array(
        [
            outcome.queries.sum(),
            outcome.queries[shown > 0].sum(),
            (outcome.queries * shown).sum(),
            outcome.clicks.sum(),
            (outcome.clicks * slates.price_micros).sum(),
        ],
        np.int64,
    )
