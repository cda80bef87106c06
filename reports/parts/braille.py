"""A canvas of braille dots, two by four to a character, for a line through values.

Braille packs eight dots in a cell, so that a year fits in the third of a screen. Where there is no
braille, each column of characters holds one sign at the height of the line: coarser, but no lie.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

_BITS = np.array([[0x01, 0x08], [0x02, 0x10], [0x04, 0x20], [0x40, 0x80]])
_LEVELS = "'-._"

Dots = NDArray[np.bool_]


def draw(
    values: Sequence[float | None],
    at: Sequence[float],
    width: int,
    height: int,
    top: float,
    ascii_only: bool = False,
) -> list[str]:
    """Rows of text with a line through *values*, on an axis from 0 to *top*.

    Parameters
    ----------
    values
        What is drawn; None leaves a gap.
    at
        Where each value stands, from 0 (left edge) to 1 (right edge), rising.
    width, height
        Size in characters.

    Examples
    --------
    >>> draw([0.0, 1.0], [0.0, 1.0], 4, 1, 1.0)
    ['⡠⠤⠒⠊']
    >>> draw([0.0, 1.0], [0.0, 1.0], 4, 1, 1.0, ascii_only=True)
    ['_.--']
    """
    level = levels(values, at, 2 * width, 4 * height, top)
    return _as_ascii(level, width, height) if ascii_only else _as_braille(dots(level, 4 * height))


def overlay(drawn: Sequence[list[str]]) -> list[str]:
    """Several drawings of one size on one canvas: dots add up, and of two other signs the first is kept.

    Examples
    --------
    >>> overlay([draw([0.0], [0.0], 2, 1, 1.0), draw([1.0], [0.0], 2, 1, 1.0)])
    ['⣉⣉']
    """
    return ["".join(_both(signs) for signs in zip(*rows, strict=True)) for rows in zip(*drawn, strict=True)]


def _both(signs: Sequence[str]) -> str:
    inked = [sign for sign in signs if sign != " "]
    if not inked or not all("\u2800" <= sign <= "\u28ff" for sign in inked):
        return inked[0] if inked else " "
    code = 0
    for sign in inked:
        code |= ord(sign) - 0x2800
    return chr(0x2800 + code)


def levels(
    values: Sequence[float | None],
    at: Sequence[float],
    columns: int,
    rows: int,
    top: float,
) -> NDArray[np.int64]:
    """The height of the line in each dot column: 0 at the bottom, `rows` - 1 on top, -1 in a gap."""
    level = np.full(columns, -1, np.int64)
    for begin, end in _stretches(values):
        x = np.array(at[begin:end]) * columns
        y = np.array([value for value in values[begin:end] if value is not None], float)
        left = 0 if begin == 0 else int(x[0])
        right = columns if end == len(values) else min(columns, int(x[-1]) + 1)
        middles = np.arange(left, max(right, left + 1)) + 0.5
        share = np.clip(np.interp(middles, x, y) / top, 0, 1) if top > 0 else np.zeros(len(middles))
        level[left : left + len(middles)] = np.rint(share * (rows - 1)).astype(np.int64)[: columns - left]
    return level


def dots(level: NDArray[np.int64], rows: int) -> Dots:
    """The dots of a line at these levels, steep parts filled; row 0 is on top."""
    lit = np.zeros((rows, len(level)), np.bool_)
    for column, height in enumerate(level):
        if height < 0:
            continue
        before = level[column - 1] if column and level[column - 1] >= 0 else height
        low, high = sorted((int(height), int(before + np.sign(height - before))))
        lit[rows - 1 - high : rows - low, column] = True
    return lit


def _as_braille(lit: Dots) -> list[str]:
    rows, columns = lit.shape
    blocks = lit.reshape(rows // 4, 4, columns // 2, 2)
    codes = (blocks * _BITS[None, :, None, :]).sum(axis=(1, 3))
    return ["".join(chr(0x2800 + int(code)) if code else " " for code in row) for row in codes]


def _as_ascii(level: NDArray[np.int64], width: int, height: int) -> list[str]:
    grid = [[" "] * width for _ in range(height)]
    for column in range(width):
        pair = [int(one) for one in level[2 * column : 2 * column + 2] if one >= 0]
        if pair:
            depth = 4 * height - 1 - round(sum(pair) / len(pair))
            grid[depth // 4][column] = _LEVELS[depth % 4]
    return ["".join(row) for row in grid]


def _stretches(values: Sequence[float | None]) -> list[tuple[int, int]]:
    """Begin and end of each run of values without a gap."""
    found: list[tuple[int, int]] = []
    begin: int | None = None
    for place, value in enumerate([*values, None]):
        if value is not None and begin is None:
            begin = place
        elif value is None and begin is not None:
            found.append((begin, place))
            begin = None
    return found
