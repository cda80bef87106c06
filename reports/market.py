"""What became of advertisers and users: sales, budgets that ended, eyes that learned to look away."""

from __future__ import annotations

from collections.abc import Callable

from reports import standing
from reports.console import Line
from reports.glyphs import Glyphs, clean
from reports.parts import numbers, table
from reports.parts.table import Column
from sim.study import estimates
from sim.study.estimates import Estimate
from sim.study.results import Run

_SHORTEST_NAME, _LONGEST_NAME = 12, 28
_SAME = 0.005


def market(run: Run, width: int, glyphs: Glyphs) -> list[Line]:
    """The table's lines, without the columns in which nothing happened; none where nothing did."""
    places = standing.ranked(run)
    totals = [estimates.totals(one.candidate) for one in places]
    ends = [estimates.months(run, one.candidate)[-1] for one in places]
    columns = [*_sales(run, totals, glyphs), *_budgets(totals, glyphs), *_users(ends, glyphs)]
    if not columns:
        return []
    names = Column(("", "candidate"), tuple((glyphs.swap(clean(one.candidate.name)), "head") for one in places))
    while columns:
        room = width - table.total(columns) - table.GAP
        if room >= min(names.width, _SHORTEST_NAME):
            return table.lines([table.shorten(names, min(room, _LONGEST_NAME), glyphs), *columns])
        columns.pop(0)
    return []


_Figures = list[dict[str, Estimate]]


def _sales(run: Run, totals: _Figures, glyphs: Glyphs) -> list[Column]:
    if not any(found["conversions"].mean for found in totals):
        return []
    sold = numbers.unit_for(numbers.largest(found["conversions"].mean for found in totals), whole=True)
    worth = numbers.unit_for(numbers.largest(found["advertiser_value"].mean for found in totals))
    return [
        _column(("conversions", sold.suffix), totals, lambda found: numbers.figure(found["conversions"].mean, sold), glyphs),
        _column(
            ("worth to advertisers", f"{worth.suffix} {run.currency}".strip()),
            totals,
            lambda found: numbers.figure(found["advertiser_value"].mean, worth),
            glyphs,
        ),
    ]


def _budgets(totals: _Figures, glyphs: Glyphs) -> list[Column]:
    if not any(found["exhausted_advertisers"].mean for found in totals):
        return []
    return [
        _column(("out of money", "advertisers a day"), totals, lambda found: numbers.count(found["exhausted_advertisers"].mean), glyphs),
        _column(("ran dry", "cells a day"), totals, lambda found: numbers.count(found["dry_cells"].mean), glyphs),
    ]


def _users(ends: _Figures, glyphs: Glyphs) -> list[Column]:
    columns = []
    for metric, title in (("sightedness", "eyes for ads"), ("satisfaction", "still ask")):
        if any(abs((found[metric].mean or 1.0) - 1) > _SAME for found in ends):
            columns.append(_column((title, "in the end"), ends, _share(metric), glyphs))
    return columns


def _share(metric: str) -> Callable[[dict[str, Estimate]], str]:
    return lambda found: f"{found[metric].mean:.0%}"


def _column(heading: tuple[str, str], figures: _Figures, text: Callable[[dict[str, Estimate]], str], glyphs: Glyphs) -> Column:
    return Column(heading, tuple((glyphs.swap(text(found)), "") for found in figures), "right")
