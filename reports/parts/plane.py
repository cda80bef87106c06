"""A plane on which two relative differences are drawn at once: letters with the intervals that cross there."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from reports.console import Line, fit
from reports.glyphs import Glyphs
from reports.parts import numbers
from sim.study.estimates import Estimate

_SIDE = 8
_NEAR = 4

_Grid = list[list[tuple[str, str]]]


class Point(NamedTuple):
    """A letter, its style, and what it stands for; both means must be known."""

    letter: str
    style: str
    x: Estimate
    y: Estimate


class _Axis(NamedTuple):
    """From what to what, on how many cells."""

    low: float
    high: float
    size: int

    def at(self, value: float | None) -> int:
        share = ((value or 0.0) - self.low) / (self.high - self.low) if self.high > self.low else 0.5
        return round(share * (self.size - 1))

    def over(self, found: Estimate) -> range:
        """The cells of an interval."""
        if found.low is None or found.high is None:
            return range(0)
        return range(self.at(max(self.low, found.low)), self.at(found.high) + 1)

    def label(self, value: float) -> str:
        return numbers.delta(value, 1 if self.high - self.low < 0.1 else 0)


def plane(points: Sequence[Point], width: int, height: int, glyphs: Glyphs) -> list[Line]:
    """The plane's lines with both zeros drawn; of two that fall together the first one is on top.

    Examples
    --------
    >>> from reports.glyphs import UNICODE
    >>> shown = [Point("A", "", Estimate(0.1, 0.05, 0.15), Estimate(-0.1)), Point("B", "", Estimate(-0.1), Estimate(0.2))]
    >>> print(*(line.plain for line in plane(shown, 34, 4, UNICODE)), sep=chr(10))
       +20% │B        ┆
            │         ┆
          0 │╌╌╌╌╌╌╌╌╌┼╌╌╌╌╌╌╌╌╌╌╌╌╌╌
       -10% │         ┆    ────A─────
             -10%     0          +15%
    """
    across = _axis([one.x for one in points], width - _SIDE - 2)
    up = _axis([one.y for one in points], height)
    grid = _zeros(across, up, glyphs)
    for one in reversed(points):
        for column in across.over(one.x):
            grid[up.at(one.y.mean)][column] = (glyphs.bar, one.style)
        for level in up.over(one.y):
            grid[level][across.at(one.x.mean)] = (glyphs.wall, one.style)
    _letters(points, across, up, grid)
    labels = {0: up.label(up.low), height - 1: up.label(up.high)} | {up.at(0.0): "0"}
    lines = []
    for level in range(height - 1, -1, -1):
        side = fit(labels.get(level, ""), _SIDE - 1, glyphs)
        line = Line(f"{side:>{_SIDE - 1}} ").append(glyphs.wall, style="context")
        for sign, style in grid[level]:
            line.append(sign, style=style)
        line.rstrip()
        lines.append(line)
    return [*lines, Line(" " * (_SIDE + 1) + _floor(across), style="context")]


def _axis(found: Sequence[Estimate], size: int) -> _Axis:
    """An axis that holds its zero; nothing falls by more than all."""
    ends = [0.0, *(end for one in found for end in one if end is not None)]
    return _Axis(max(-1.0, min(ends)), max(ends), size)


def _zeros(across: _Axis, up: _Axis, glyphs: Glyphs) -> _Grid:
    grid = [[(" ", "")] * across.size for _ in range(up.size)]
    column, level = across.at(0.0), up.at(0.0)
    grid[level] = [(glyphs.level, "context")] * across.size
    for row in grid:
        row[column] = (glyphs.zero, "context")
    grid[level][column] = (glyphs.cross, "context")
    return grid


def _letters(points: Sequence[Point], across: _Axis, up: _Axis, grid: _Grid) -> None:
    """Put the letters on, one that would cover another beside it."""
    taken: set[tuple[int, int]] = set()
    for one in points:
        column, level = across.at(one.x.mean), up.at(one.y.mean)
        beside = [*range(column, min(column + _NEAR, across.size)), *range(column - 1, max(-1, column - _NEAR), -1)]
        free = next((place for place in beside if (place, level) not in taken), None)
        if free is not None:
            taken.add((free, level))
            grid[level][free] = (one.letter, one.style)


def _floor(axis: _Axis) -> str:
    zero = axis.at(0.0)
    left = axis.label(axis.low) if zero else ""
    right = axis.label(axis.high) if zero < axis.size - 1 else ""
    line = left.ljust(axis.size - len(right)) + right
    free = not line[max(0, zero - 1) : zero + 2].strip()
    return (line[:zero] + "0" + line[zero + 1 :]).rstrip() if free else line
