"""Month by month: the primary metric against the baseline, a block for each candidate, all on one axis."""

from __future__ import annotations

from reports.comparison.lifts import axis_decimals
from reports.comparison.places import confidence, known, places, proven_side, title
from reports.console import Line, fit
from reports.glyphs import Glyphs, clean
from reports.parts import numbers, table
from reports.parts.bars import bars
from reports.parts.table import Column
from reports.year import LOOKS, sign
from sim.study.compare.comparison import Comparison

_NARROWEST_BAR, _WIDEST_BAR = 12, 81


def months(comparison: Comparison, width: int, glyphs: Glyphs) -> list[Line]:
    """The blocks' lines; none where there are no months."""
    found = [one for one in comparison.months if one.metric == comparison.primary]
    ranked = [place.candidate for place in places(comparison)]
    ordered = [one for name in ranked for one in found if one.candidate == name]
    if not ordered:
        return []
    lifts = [known(one.lift) for one in ordered]
    looks = [proven_side(one) for one in lifts]
    decimals = numbers.error_decimals([numbers.half_width(one) for one in lifts])
    columns = [
        Column(("",), tuple((sign(answer, glyphs), LOOKS[answer]) for answer in looks)),
        Column(("month",), tuple((clean(one.month), "") for one in ordered)),
        Column(
            (title(comparison.primary),),
            tuple((glyphs.swap(numbers.lift(one, decimals)), LOOKS[a]) for one, a in zip(lifts, looks, strict=True)),
            "right",
        ),
    ]
    size = min(_WIDEST_BAR, width - table.total(columns) - table.GAP)
    if size >= _NARROWEST_BAR and any(one.low is not None for one in lifts):
        heading, drawn = bars(lifts, size, glyphs, (), axis_decimals(lifts))
        columns.append(Column((heading.ljust(size),), tuple((bar, LOOKS[a]) for bar, a in zip(drawn, looks, strict=True))))
    rows = table.lines(columns)
    lines = [rows[0]]
    for number, (one, row) in enumerate(zip(ordered, rows[1:], strict=True)):
        if number == 0 or ordered[number - 1].candidate != one.candidate:
            lines.append(Line(fit(glyphs.swap(clean(one.candidate)), width, glyphs), style="head"))
        lines.append(row)
    return lines


def legend(comparison: Comparison) -> str:
    """What the bands hold for."""
    looked = ", for one look" if comparison.anytime else ""
    held = f"each band holds for all months of a candidate at once{looked}, {confidence(comparison)}"
    return f"against {clean(comparison.baseline)} · {held}"
