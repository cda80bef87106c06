"""Columns of text that stand under each other.

Ours and not rich's, since a report has to know beforehand whether a column fits, so that it can leave
one out and say so instead of cutting words.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from reports.console import Line, Piece, cells, fit, pad
from reports.glyphs import Glyphs

GAP = 2


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its heading lines and its cells, each a text with a style.

    Attributes
    ----------
    side
        Where the cells stand, "left" or "right".
    """

    heading: tuple[str, ...]
    cells: tuple[Piece, ...]
    side: str = "left"

    @property
    def width(self) -> int:
        """Columns of the widest cell or heading."""
        return max(cells(text) for text in (*self.heading, *(text for text, _ in self.cells)))


def total(columns: Sequence[Column]) -> int:
    """How wide a table is."""
    return sum(column.width for column in columns) + GAP * (len(columns) - 1)


def lines(columns: Sequence[Column]) -> list[Line]:
    """Heading and rows, ready to print."""
    depth = max(len(column.heading) for column in columns)
    headings = [_from_below(column.heading, depth) for column in columns]
    rows: list[list[Piece]] = [[(heading[level], "context") for heading in headings] for level in range(depth)]
    rows += [list(row) for row in zip(*(column.cells for column in columns), strict=True)]
    widths = [column.width for column in columns]  # once: each looks at every cell
    return [_line(row, columns, widths) for row in rows]


def shorten(column: Column, width: int, glyphs: Glyphs) -> Column:
    """The column with its heading and cells cut to *width*."""
    cut = tuple((fit(text, width, glyphs), style) for text, style in column.cells)
    return Column(tuple(fit(text, width, glyphs) for text in column.heading), cut, column.side)


def _from_below(heading: tuple[str, ...], depth: int) -> tuple[str, ...]:
    return ("",) * (depth - len(heading)) + heading


def _line(row: Sequence[Piece], columns: Sequence[Column], widths: Sequence[int]) -> Line:
    gap = " " * GAP
    placed = zip(row, columns, widths, strict=True)
    pieces = [(pad(text, width, column.side), style) for (text, style), column, width in placed]
    line = Line()
    for number, (text, style) in enumerate(pieces):
        line.append(gap if number else "").append(text, style=style)
    line.rstrip()
    return line
