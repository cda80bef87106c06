"""What was read of a log, and what each of its columns was taken for: frozen, for a screen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from sim.calibrate.log import Log

EVENTS, COUNTED, PAGES = "events", "counted", "pages"
_NAMED = 6  # columns or segments; of more the number is told


class Taken(NamedTuple):
    """A column and what it was taken for.

    Attributes
    ----------
    role
        What it holds, such as "query".
    columns
        Its names in the log; several are joined.
    named
        Whether the user named it; else it was guessed by its usual name.
    told
        What had to be decided about its values, such as "positions start at 1"; often empty.
    """

    role: str
    columns: tuple[str, ...]
    named: bool
    told: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Reading:
    """A log and how it was read.

    Attributes
    ----------
    kind
        EVENTS (a row is an impression), COUNTED (a row has its impressions) or PAGES (a row is a result page).
    rows, used
        How many rows it has, and how many of them could be used.
    left
        Columns that were taken for nothing.
    lost
        The share of the traffic in what can't be used, as far as that can be read.
    """

    log: Log
    kind: str
    rows: int
    used: int
    taken: tuple[Taken, ...]
    left: tuple[str, ...] = ()
    lost: float = 0.0


def some(names: Sequence[str]) -> str:
    """The first of many names.

    Examples
    --------
    >>> some(list("abcdefgh"))
    'a, b, c, d, e, f and 2 more'
    """
    more = len(names) - _NAMED
    return ", ".join(names[:_NAMED]) + (f" and {more:,} more" if more > 0 else "")
