"""All other metrics against the baseline: what else changes when a candidate is shipped."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence

from reports.comparison.places import known, places, title
from reports.console import Line, fit
from reports.glyphs import Glyphs, clean
from reports.parts import numbers, table
from reports.parts.table import Column
from sim.study.compare.comparison import Comparison
from sim.study.estimates import Estimate

_LONGEST_NAME, _LIST_BELOW = 28, 60


def metrics(comparison: Comparison, width: int, glyphs: Glyphs) -> list[Line]:
    """The table's lines; where not all columns fit, the rest of them stand below."""
    ranked = [one.candidate for one in places(comparison)]
    titles = list(dict.fromkeys(one.metric for one in comparison.differences if one.metric != comparison.primary))
    if not ranked or not titles:
        return []
    names = Column(("candidate",), tuple((glyphs.swap(clean(name)), "head") for name in ranked))
    names = table.shorten(names, _LONGEST_NAME, glyphs)
    found = {(one.candidate, one.metric): known(one.lift) for one in comparison.differences}
    if width < _LIST_BELOW:
        return [line for name in ranked for line in _block(name, titles, found, width, glyphs)]
    lines: list[Line] = []
    shown = [names]
    for metric in titles:
        column = _column(metric, [found.get((name, metric), Estimate(None)) for name in ranked], glyphs)
        if len(shown) > 1 and table.total([*shown, column]) > width:
            lines += [*table.lines(shown), Line()]
            shown = [names]
        shown.append(column)
    return lines + table.lines(shown)


def legend(comparison: Comparison) -> str:
    """Whom it is against, and what stands behind the ±, if anything does."""
    error = any(known(one.lift).low is not None for one in comparison.differences)
    return f"against {clean(comparison.baseline)}" + (", ± is half an interval" if error else "")


def _block(
    name: str, titles: Sequence[str], found: Mapping[tuple[str, str], Estimate], width: int, glyphs: Glyphs
) -> list[Line]:  # fmt: skip
    """A candidate's changes as running text, for a narrow screen."""
    lifts = (f"{title(metric)} {numbers.lift(found.get((name, metric), Estimate(None)))}" for metric in titles)
    words = glyphs.swap(", ".join(lifts))
    text = textwrap.wrap(words, width, initial_indent="  ", subsequent_indent="  ")
    return [Line(fit(glyphs.swap(clean(name)), width, glyphs), style="head"), *map(Line, text)]


def _column(metric: str, lifts: Sequence[Estimate], glyphs: Glyphs) -> Column:
    decimals = numbers.error_decimals([numbers.half_width(one) for one in lifts])
    texts = tuple((glyphs.swap(numbers.lift(one, decimals)), "") for one in lifts)
    return Column((glyphs.swap(title(metric)),), texts, "right")
