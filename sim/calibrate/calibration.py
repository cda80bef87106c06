"""What was found in a log, and what it could not tell."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from sim.calibrate.log import Figure, Unknown

if TYPE_CHECKING:
    import pandas as pd


class Found(NamedTuple):
    """What one fit brings.

    Attributes
    ----------
    figures
        What was fitted, settings of a scenario first.
    unknown
        What stays at its default.
    """

    figures: tuple[Figure, ...] = ()
    unknown: tuple[Unknown, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Calibration:
    """A world as far as a log tells it.

    Attributes
    ----------
    source, first, days
        Of the log.
    figures
        What was fitted, each with its standard error and the sentence of where it came from. Keys such as
        `drift.clicks.by` are of a `[[drift]]` of kind random_walk; a `half_life` is in days, `delays` are in seconds.
    unknown
        What stays at its default, each with the reason.
    tables
        "queries": a row for each query type, the most asked first (query, share, click_rate, shown, clicks).
    dated
        Whether the log tells days at all; else it counts as one.
    """

    source: str
    first: date
    days: int
    figures: tuple[Figure, ...]
    unknown: tuple[Unknown, ...]
    tables: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    dated: bool = True

    def figure(self, key: str) -> Figure | None:
        """The figure of a setting, None where there is none.

        Examples
        --------
        >>> Calibration("log.csv", date(2026, 1, 1), 9, (), ()).figure("traffic.noise") is None
        True
        """
        return next((one for one in self.figures if one.key == key), None)
