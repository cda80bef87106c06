"""The primary metric against the baseline, all candidates on one axis with its zero and the limits."""

from __future__ import annotations

from collections.abc import Sequence

from reports.comparison.places import Place, confidence, limits, places, title
from reports.console import Line, fit
from reports.glyphs import Glyphs, clean
from reports.parts import numbers, table
from reports.parts.bars import bars
from reports.parts.table import Column
from reports.year import LOOKS, sign
from sim.study.compare.comparison import Comparison

_LONGEST_NAME, _SHORTEST_NAME = 28, 12
_LIST_BELOW, _FEW_BELOW = 60, 96
_BAR, _WIDEST_BAR = 16, 41


def lifts(comparison: Comparison, width: int, glyphs: Glyphs) -> list[Line]:
    """The table's lines, or a list with a block for each candidate on a narrow screen."""
    ranked = places(comparison)
    if not ranked:
        return []
    if width < _LIST_BELOW:
        return [line for one in ranked for line in _block(comparison, one, width, glyphs)]
    names = _column("candidate", [clean(one.candidate) for one in ranked], ["head"] * len(ranked), glyphs)
    looks = [LOOKS[one.answer] for one in ranked]
    first = _column("", [sign(one.answer, glyphs) for one in ranked], looks, glyphs)
    for few in (False, True) if width >= _FEW_BELOW else (True,):
        right = _figures(comparison, ranked, looks, glyphs, few=few)
        room = width - table.total([first, *right]) - 2 * table.GAP - _BAR
        if room >= min(names.width, _SHORTEST_NAME):
            break
    names = table.shorten(names, min(_LONGEST_NAME, max(_SHORTEST_NAME, room)), glyphs)
    size = min(_WIDEST_BAR, _BAR + room - names.width) if any(one.lift.low is not None for one in ranked) else 0
    drawn = _bars(comparison, ranked, looks, size, glyphs) if size >= _BAR else []
    return table.lines([first, names, right[0], *drawn, *right[1:]])


def legend(comparison: Comparison, width: int, glyphs: Glyphs) -> str:
    """What the signs of the axis mean, and what the intervals hold for."""
    if not any(one.lift.low is not None for one in places(comparison)):
        return "nothing has an interval and nothing is proven"
    base = clean(comparison.baseline)
    narrow = width < _LIST_BELOW
    told = [f"{glyphs.above} above {base}, {glyphs.below} below, {glyphs.undecided} undecided"]
    told += [] if narrow else [f"{glyphs.zero} no change"]
    marks = ", ".join(_percent(limit) for limit in limits(comparison))
    if marks and not narrow:
        told.append(f"{glyphs.limit} guardrail {marks}")
    told.append(f"{confidence(comparison)}, all candidates at once" + (", at every look" if comparison.anytime else ""))
    if width < _FEW_BELOW:
        told.append(f"interval and MCB from {_FEW_BELOW} columns up")
    return " · ".join(told)


def _figures(
    comparison: Comparison, ranked: Sequence[Place], looks: Sequence[str], glyphs: Glyphs, *, few: bool
) -> list[Column]:  # fmt: skip
    decimals = numbers.error_decimals([numbers.half_width(one.lift) for one in ranked])
    deltas = [numbers.delta(one.lift.mean, decimals) for one in ranked]
    found = [_column(title(comparison.primary), deltas, looks, glyphs, "right")]
    if not few and any(one.lift.low is not None for one in ranked):
        ends = [numbers.interval(one.lift) for one in ranked]
        found.append(_column(f"{confidence(comparison)} interval", ends, [""] * len(ranked), glyphs, "right"))
    if any(one.p_best is not None for one in ranked):
        chances = [_chance(one.p_best) for one in ranked]
        found.append(_column("P(best)", chances, [""] * len(ranked), glyphs, "right"))
    if not few and any(one.mcb is not None for one in ranked):
        gaps = [_gap(one.mcb, decimals) for one in ranked]
        found.append(_column("vs best (MCB)", gaps, [""] * len(ranked), glyphs, "right"))
    return found


def _bars(
    comparison: Comparison, ranked: Sequence[Place], looks: Sequence[str], size: int, glyphs: Glyphs
) -> list[Column]:  # fmt: skip
    found = [one.lift for one in ranked]
    heading, drawn = bars(found, size, glyphs, limits(comparison), axis_decimals(found))
    return [_column(heading.ljust(size), drawn, looks, glyphs)]


def axis_decimals(found: Sequence[object]) -> int:
    """Decimals for the ends of an axis: one where it is shorter than three percent to a side."""
    ends = [abs(end) for one in found if isinstance(one, tuple) for end in one[1:] if isinstance(end, float)]
    return 1 if max(ends, default=1.0) < 0.03 else 0


def _block(comparison: Comparison, one: Place, width: int, glyphs: Glyphs) -> list[Line]:
    name = fit(glyphs.swap(clean(one.candidate)), width - 2, glyphs)
    lines = [Line.assemble((sign(one.answer, glyphs), LOOKS[one.answer]), " ", (name, "head"))]
    lines.append(Line(glyphs.swap(f"  {title(comparison.primary)} {numbers.lift(one.lift)}"), style=LOOKS[one.answer]))
    if one.p_best is not None:
        lines.append(Line(f"  P(best) {_chance(one.p_best)}", style="context"))
    return [line if line.cell_len <= width else Line(fit(line.plain, width, glyphs)) for line in lines]


def _chance(value: float | None) -> str:
    return numbers.NOTHING if value is None else f"{value:.1%}"


def _gap(mcb: tuple[float, float] | None, decimals: int) -> str:
    if mcb is None:
        return numbers.NOTHING
    low, high = (numbers.delta(end, decimals) if end else "0" for end in mcb)
    return f"{low} to {high}"


def _percent(limit: float) -> str:
    return f"{100 * limit:+g}%"


def _column(heading: str, texts: Sequence[str], looks: Sequence[str], glyphs: Glyphs, side: str = "left") -> Column:
    pieces = tuple((glyphs.swap(text), look) for text, look in zip(texts, looks, strict=True))
    return Column((glyphs.swap(heading),), pieces, side)
