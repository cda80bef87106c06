"""The axis of time under a chart: when things happened, and which month it was."""

from __future__ import annotations

from calendar import month_abbr
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from reports.glyphs import Glyphs
from sim.study.results import Month

TRAINED, DRIFTED, SWITCHED, ALARM, OTHER = "R", "!", "S", "A", "*"
MEANING = {
    TRAINED: "trained or deployed", SWITCHED: "switched objective", ALARM: "alarm", DRIFTED: "the world changed", OTHER: "see below",
}  # fmt: skip
_RANK = (OTHER, TRAINED, DRIFTED, ALARM, SWITCHED)


class Mark(NamedTuple):
    """A sign at a day."""

    day: int
    sign: str


def sign_for(event: str) -> str:
    """The sign of an event of a candidate's chronicle.

    Examples
    --------
    >>> [sign_for(event) for event in ("retrained", "deployed", "drift", "alarm", "switch_objective", "fit failed")]
    ['R', 'R', 'A', 'A', 'S', '*']
    """
    word = event.lower()
    if "train" in word or "deploy" in word:
        return TRAINED
    if "switch" in word:
        return SWITCHED
    return ALARM if "alarm" in word or "drift" in word else OTHER


def floor(marks: Iterable[Mark], days: int, width: int, glyphs: Glyphs) -> str:
    """The bottom line of a chart with its marks; where two fall together the rarer one is shown.

    Examples
    --------
    >>> from reports.glyphs import UNICODE
    >>> floor([Mark(0, "R"), Mark(5, "!")], 10, 8, UNICODE)
    'R───!───'
    """
    line = [glyphs.floor] * width
    for mark in sorted(marks, key=lambda mark: _RANK.index(mark.sign)):
        if 0 <= mark.day < days:
            line[mark.day * width // days] = mark.sign
    return "".join(line)


def ticks(start: date, days: int, months: Sequence[Month], width: int) -> str:
    """The months below an axis of *width* columns, or the quarters or years where there is no room.

    Examples
    --------
    >>> from sim.study.results import months_between
    >>> [ticks(date(2026, 1, 1), 365, months_between(date(2026, 1, 1), 365), width) for width in (25, 17)]
    ['J F M A M J J A S O N D', 'Jan Apr Jul Oct']
    """
    if len(months) < 3:
        return _ends(start, days, width)
    choices = [_named(months, 1, 3), _named(months, 1, 1), _named(months, 3, 3)]
    years = [(month.label[:4], month.first) for month in months if month.label.endswith("-01") or month.first == 0]
    if len(years) < 2:
        choices.append(_named(months, 6, 3))
    for words in [*choices, years, years[::2], years[::3]]:
        line, dropped = _place(words, days, width)
        if not dropped:
            return line
    return line


def _named(months: Sequence[Month], every: int, letters: int) -> list[tuple[str, int]]:
    """Every so many months, counted from January, by so many letters of their names."""
    numbered = [(int(month.label[-2:]), month.first) for month in months]
    return [(month_abbr[number][:letters], first) for number, first in numbered if (number - 1) % every == 0]


def _ends(start: date, days: int, width: int) -> str:
    first, last = (f"{month_abbr[day.month]} {day.day}" for day in (start, start + timedelta(days=days - 1)))
    if days == 1 or len(first) + len(last) + 1 > width:
        return first[:width]
    return first + last.rjust(width - len(first))


def _place(words: Sequence[tuple[str, int]], days: int, width: int) -> tuple[str, bool]:
    """The words at their days, and whether one that is not the last had to be left out."""
    line, dropped = "", False
    for number, (word, day) in enumerate(words):
        column = day * width // days
        if (line and column <= len(line)) or column + len(word) > width:
            dropped = dropped or number < len(words) - 1
        else:
            line = line.ljust(column) + word
    return line, dropped
