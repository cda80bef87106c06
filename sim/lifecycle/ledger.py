"""What a candidate's platform did and earned, day by day, in whole numbers."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.columns import (
    ADVERTISER_VALUE,
    CLICKS,
    COLUMNS,
    CONVERSIONS,
    EXHAUSTED,
    IMPRESSIONS,
    INVALID_CLICKS,
    QUERIES,
    QUERIES_WITH_ADS,
    REFUNDS,
    REVENUE,
)  # fmt: skip
from sim.kernels import tables as kernel
from sim.traffic.outcome import Outcome


class Ledger:
    """Counts and micro-units of each day of the horizon.

    Revenue is what clicks of the day were charged, less the refunds that fell due on it.

    Attributes
    ----------
    days
        Shape (days, columns); the columns are `sim.columns.COLUMNS`.
    """

    def __init__(self, days: int, refunds_after_days: int) -> None:
        self.days = np.zeros((days, len(COLUMNS)), np.int64)
        self._refunds_after_days = refunds_after_days

    def enter(self, day: int, outcome: Outcome, value_micros: NDArray[np.int64]) -> None:
        """Enter a stretch of traffic of *day*; days before the horizon are not booked.

        Parameters
        ----------
        value_micros
            What a conversion of each row of sales is worth to its advertiser, shape (sales,).
        """
        if day < 0:
            return
        row, tally = self.days[day], outcome.tally
        row[QUERIES] += tally(kernel.QUERIES)
        row[QUERIES_WITH_ADS] += tally(kernel.WITH_ADS)
        row[IMPRESSIONS] += tally(kernel.IMPRESSIONS)
        row[CLICKS] += tally(kernel.CLICKS)
        row[REVENUE] += tally(kernel.REVENUE)
        row[INVALID_CLICKS] += tally(kernel.INVALID_CLICKS)
        row[CONVERSIONS] += outcome.sales.number.sum()
        row[ADVERTISER_VALUE] += (value_micros * outcome.sales.number).sum()
        due = day + self._refunds_after_days
        if due < len(self.days):
            self.days[due, REFUNDS] += tally(kernel.INVALID_MICROS)
            self.days[due, REVENUE] -= tally(kernel.INVALID_MICROS)

    def note(self, day: int, exhausted: int, dry_cells: int, sightedness_ppm: int, satisfaction_ppm: int) -> None:
        """Note how things stood at the end of *day*."""
        if day >= 0:
            self.days[day, EXHAUSTED:] = exhausted, dry_cells, sightedness_ppm, satisfaction_ppm
