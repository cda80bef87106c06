"""An interval on an axis whose ends are given: what reaches beyond is cut, and has no end there."""

from __future__ import annotations

from collections.abc import Mapping

from reports.glyphs import Glyphs


def on_scale(ends: tuple[float, float, float], axis: tuple[float, float], width: int, glyphs: Glyphs, marks: Mapping[float, str]) -> str:
    """A bar for (low, middle, high) on an axis of *width* columns.

    Parameters
    ----------
    marks
        Signs that stand on the axis, by their place: zero, a limit.

    Examples
    --------
    >>> from reports.glyphs import UNICODE
    >>> on_scale((0.2, 0.5, 2.0), (0.0, 1.0), 11, UNICODE, {0.0: "┆"})
    '┆ ├──●─────'
    """

    def place(value: float) -> int:
        return round((min(max(value, axis[0]), axis[1]) - axis[0]) / (axis[1] - axis[0]) * (width - 1))

    line = [" "] * width
    for where, sign in marks.items():
        if axis[0] <= where <= axis[1]:
            line[place(where)] = sign
    low, middle, high = ends
    begin, end = place(low), place(high)
    if end - begin > 1:
        line[begin : end + 1] = glyphs.bar * (end + 1 - begin)
        line[begin] = glyphs.left if low >= axis[0] else glyphs.bar
        line[end] = glyphs.right if high <= axis[1] else glyphs.bar
    line[place(middle)] = glyphs.dot
    return "".join(line).rstrip()
