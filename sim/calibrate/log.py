"""A real log as everything else here sees it: counted, cleaned, and with what was wrong with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from math import isfinite
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import pandas as pd

UNKNOWN = -1  # a position, an ad or a segment that the log does not tell


class Flaw(NamedTuple):
    """Something wrong with a log.

    Attributes
    ----------
    what
        In words, such as "more clicks than impressions".
    rows
        How many rows (days, queries) have it.
    done
        What was done about them, such as "clicks cut to impressions"; empty where it can only be told.
    example
        One of them, such as '"soon" in line 7'; empty where there is nothing to see.
    """

    what: str
    rows: int
    done: str = ""
    example: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Log:
    """A log of pages or ads that were shown, and of clicks if it has them.

    Attributes
    ----------
    source
        The files, as they were named.
    first, days
        The date of the first day, and how many days it covers, gaps included.
    counted
        Added up to one row for each (day, query, position, ad, segment) that occurs, sorted so. Columns:
        day (int32, from 0), query (int32, a code), position (int16, from 0), ad (int32), segment (int16),
        impressions (int64), clicks (int64; absent where the log has none), and where the log has them
        conversions, cost (float64). UNKNOWN where the log does not tell.
    queries, ads, segments
        Names by code.
    pages
        For a log of result pages one row each, in order: day, query, results (tuple of ad codes from the top),
        clicks (tuple of positions from 0, in order of time; absent where the log has none); else None.
    delays_s
        Seconds from click to conversion, of every conversion with its time, and how long the click was watched
        (columns delay_s, watched_s; delay_s is NaN for clicks without one yet); None where it has none.
    hours
        Impressions by hour of day, 24 of them; None where the log has no time of day.
    has
        What the log tells: of "clicks", "position", "ad", "segment", "cost", "conversions", "propensity", "policy", "time", "pages".
    flaws
        What was wrong with it.
    not_learnt
        What is not learnt though the log has it, of "position", "conversions", "delays" and "cost", and why; `counted` lacks it.
    blind
        The days, from 0, on which clicks were not counted though many must have come.
    """

    source: str
    first: date
    days: int
    counted: pd.DataFrame
    queries: tuple[str, ...]
    ads: tuple[str, ...] = ()
    segments: tuple[str, ...] = ()
    pages: pd.DataFrame | None = None
    delays_s: pd.DataFrame | None = None
    hours: tuple[float, ...] | None = None
    has: frozenset[str] = frozenset()
    flaws: tuple[Flaw, ...] = ()
    not_learnt: Mapping[str, str] = field(default_factory=dict)
    blind: tuple[int, ...] = ()


class Figure(NamedTuple):
    """A number that was fitted.

    Attributes
    ----------
    key
        The setting of a scenario that it becomes, such as "traffic.noise"; empty for one that is only told.
    value, error
        The number and its standard error, None where it has none.
    told
        Where it comes from, in a sentence.
    """

    key: str
    name: str
    value: float | tuple[float, ...]
    error: float | tuple[float, ...] | None
    told: str

    @property
    def finite(self) -> bool:
        """Whether it is a number at all, in each of its parts.

        Examples
        --------
        >>> Figure("", "shift", (1.0, float("nan")), None, "").finite
        False
        """
        return all(map(isfinite, self.value if isinstance(self.value, tuple) else (self.value,)))


class Unknown(NamedTuple):
    """A setting that the log can't tell, which stays at its default, and why."""

    key: str
    why: str
