"""Intervals drawn to scale on one axis, with its zero: what is proven can be seen, not only read."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from reports.glyphs import Glyphs
from reports.parts import numbers
from sim.study.estimates import Estimate

_Place = Callable[[float], int]
_DOT_ONLY = 2


def bars(
    found: Sequence[Estimate], width: int, glyphs: Glyphs, limits: Sequence[float] = (), decimals: int = 0
) -> tuple[str, list[str]]:  # fmt: skip
    """The axis's heading and a bar for each estimate, blank where there is no interval.

    Parameters
    ----------
    limits
        Where limits stand; they are on the axis whatever the estimates are.
    decimals
        Of the percentages at the axis's ends.

    Examples
    --------
    >>> from reports.glyphs import UNICODE
    >>> heading, drawn = bars([Estimate(0.2, 0.1, 0.3), Estimate(-0.1, -0.2, 0.0)], 21, UNICODE)
    >>> print(heading, *drawn, sep=chr(10))
    -20%    0        +30%
            ┆   ├───●───┤
    ├───●───┤
    """
    found = [one if one.low is None else one._replace(low=max(-1.0, one.low)) for one in found]
    ends = [end for one in found for end in (one.low, one.high) if end is not None]
    low, high = min([0.0, *limits, *ends]), max([0.0, *limits, *ends])
    if high <= low:
        return "", [""] * len(found)

    def place(value: float) -> int:
        return round((value - low) / (high - low) * (width - 1))

    heading = _heading(low, high, place(0.0), width, decimals)
    signs = {place(limit): glyphs.limit for limit in limits} | {place(0.0): glyphs.zero}
    return heading, [_bar(one, signs, place, glyphs) for one in found]


def _bar(one: Estimate, signs: Mapping[int, str], place: _Place, glyphs: Glyphs) -> str:
    """A bar over the *signs* of the axis: column -> sign."""
    known = one.mean is not None and one.low is not None and one.high is not None
    begin, centre, end = (place(value or 0.0) for value in (one.low, one.mean, one.high)) if known else (0, 0, 0)
    line = [signs.get(column, " ") for column in range(max(*signs, end) + 1)]
    if not known:
        return "".join(line)
    if end - begin > _DOT_ONLY:
        line[begin : end + 1] = glyphs.bar * (end + 1 - begin)
        line[begin], line[end] = glyphs.left, glyphs.right
    line[centre] = glyphs.dot
    return "".join(line)


def _heading(low: float, high: float, zero: int, width: int, decimals: int) -> str:
    left = numbers.delta(low, decimals) if low < 0 else ""
    right = numbers.delta(high, decimals) if high > 0 else ""
    line = left.ljust(width - len(right)) + right
    free = line[max(0, zero - 1) : zero + 2].strip() == ""
    return (line[:zero] + "0" + line[zero + 1 :] if free else line)[:width].rstrip()
