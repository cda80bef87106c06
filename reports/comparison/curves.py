"""Settings that were swept: the primary metric at each value with its interval, and the best point."""

from __future__ import annotations

from reports.comparison.lifts import axis_decimals
from reports.comparison.places import Place, places, title
from reports.console import Line
from reports.glyphs import Glyphs, clean
from reports.parts import numbers, table
from reports.parts.bars import bars
from reports.parts.table import Column
from reports.standing import UNKNOWN
from reports.year import LOOKS
from sim.study.compare.comparison import Comparison, Curve
from sim.study.estimates import Estimate

_NARROWEST_BAR, _WIDEST_BAR, _LONGEST_VALUE, _SHORTEST_VALUE = 12, 61, 24, 6


def curve(comparison: Comparison, swept: Curve, width: int, glyphs: Glyphs) -> list[Line]:
    """A line for each value, in order, on one axis: the curve lies on its side, so that values can be read."""
    found = {one.candidate: one for one in places(comparison)}
    found[comparison.baseline] = Place(comparison.baseline, Estimate(0.0), UNKNOWN, None, None)
    shown = [(value, found[name]) for value, name in swept.points if name in found]
    if not shown:
        return []
    decimals = numbers.error_decimals([numbers.half_width(place.lift) for _, place in shown])
    looks = [LOOKS[place.answer] for _, place in shown]
    best = [f"{glyphs.best} best" if place.candidate == swept.best else "" for _, place in shown]
    values = Column((glyphs.swap(clean(swept.key)),), tuple((glyphs.swap(clean(value)), "head") for value, _ in shown), "right")
    texts = tuple((glyphs.swap(numbers.lift(place.lift, decimals)), look) for (_, place), look in zip(shown, looks, strict=True))
    lifts = Column((glyphs.swap(title(comparison.primary)),), texts, "right")
    marks = Column(("",), tuple((mark, "head") for mark in best))
    spare = width - lifts.width - marks.width - 2 * table.GAP
    values = table.shorten(values, max(_SHORTEST_VALUE, min(_LONGEST_VALUE, spare)), glyphs)
    columns = [values, lifts, marks]
    size = min(_WIDEST_BAR, width - table.total(columns) - table.GAP)
    lifted = [place.lift for _, place in shown]
    if size >= _NARROWEST_BAR and any(one.low is not None for one in lifted):
        heading, drawn = bars(lifted, size, glyphs, (), axis_decimals(lifted))
        columns.insert(2, Column((heading.ljust(size),), tuple(zip(drawn, looks, strict=True))))
    return table.lines(columns)


def heading(comparison: Comparison, swept: Curve) -> tuple[str, str]:
    """A title and what has to be said: of whom, how many points, and whether the best is sure."""
    value = next((value for value, name in swept.points if name == swept.best), "")
    zone = f"within {100 * comparison.indifference:g}% of the best of all"
    sure = f"best at {clean(value)}, {'proven' if swept.sure else 'not proven to be'} {zone}"
    count = numbers.many(len(swept.points), "point")
    return f"sweep of {clean(swept.key)}", f"{clean(swept.candidate)} · {sure}, corrected for {count}"
