"""Two metrics that can't both be had: every candidate as a letter with its intervals."""

from __future__ import annotations

from collections.abc import Sequence
from string import ascii_lowercase, ascii_uppercase
from typing import NamedTuple

from reports.comparison.places import finite, known, places, title
from reports.console import Line, cells, fit, pad
from reports.glyphs import Glyphs, clean
from reports.parts import numbers
from reports.parts.plane import Point, plane
from reports.year import LOOKS
from sim.study.compare.comparison import Comparison
from sim.study.estimates import Estimate

_HEIGHT, _WIDEST, _LONGEST_NAME, _NARROW = 11, 100, 28, 60
_CHANCE = 4
_LETTERS = ascii_uppercase + ascii_lowercase


class _Candidate(NamedTuple):
    name: str
    point: Point
    on: float | None


def frontier(comparison: Comparison, width: int, glyphs: Glyphs) -> list[Line]:
    """The picture's lines and those that say whose letter is whose; none where there is no trade-off."""
    shown = _candidates(comparison)
    if len(shown) < 2:
        return []
    picture = plane([one.point for one in shown], min(width, _WIDEST), _HEIGHT, glyphs)
    return [*picture, *_key(shown, width, glyphs)]


def heading(comparison: Comparison) -> str:
    """What stands along and what up."""
    shown = comparison.frontier
    if shown is None:
        return ""
    told = f"{title(shown.x)} (along) against {title(shown.y)} (up), both against {clean(comparison.baseline)} at 0"
    more = len(places(comparison)) - len(_LETTERS)
    return told + (f" · {more} more have no letter" if more > 0 else "")


def _candidates(comparison: Comparison) -> list[_Candidate]:
    shown = comparison.frontier
    if shown is None:
        return []
    found = {(one.candidate, one.metric): known(one.lift) for one in comparison.differences}
    drawn: list[_Candidate] = []
    for place, letter in zip(places(comparison), _LETTERS, strict=False):
        x, y = (found.get((place.candidate, metric), Estimate(None)) for metric in (shown.x, shown.y))
        if x.mean is not None and y.mean is not None:
            point = Point(letter, LOOKS[place.answer], x, y)
            drawn.append(_Candidate(place.candidate, point, finite(shown.on.get(place.candidate))))
    return drawn


def _key(shown: Sequence[_Candidate], width: int, glyphs: Glyphs) -> list[Line]:
    """Letters, names and the probability that nobody beats them in both, in columns."""
    chances = [glyphs.swap(numbers.NOTHING if one.on is None else f"{one.on:.2f}") for one in shown]
    names = [fit(glyphs.swap(clean(one.name)), min(_LONGEST_NAME, width - _CHANCE - 3), glyphs) for one in shown]
    name = max(map(cells, names))
    across = max(1, (width + 2) // (name + _CHANCE + 5))
    lines = [Line("P(on the frontier: nobody beats it in both)" if width >= _NARROW else "P(on the frontier)", style="context")]
    for begin in range(0, len(shown), across):
        line = Line()
        for place in range(begin, min(begin + across, len(shown))):
            line.append("  " if line else "").append(shown[place].point.letter, style=shown[place].point.style)
            line.append(f" {pad(names[place], name)} ").append(chances[place].ljust(_CHANCE))
        line.rstrip()
        lines.append(line)
    return lines
