"""The whole horizon, candidate by candidate, the most revenue first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from reports import standing
from reports.console import Line, Piece, fit
from reports.glyphs import Glyphs, clean
from reports.parts import numbers, table
from reports.parts.bars import bars
from reports.parts.table import Column
from reports.standing import Standing, levels
from sim.study import estimates
from sim.study.estimates import Estimate
from sim.study.results import Run

LOOKS = {
    standing.ABOVE: "good",
    standing.BELOW: "bad",
    standing.UNDECIDED: "warn",
    standing.UNKNOWN: "estimate",
}
_METRICS = ("impressions", "ctr", "revenue")
_LONGEST_NAME, _SHORTEST_NAME, _BAR = 28, 12, 21
# What is added to the bare table, from the richest down: the first that fits is printed.
_CHOICES = (
    {"objective", "model", "errors", "bars"}, {"objective", "errors", "bars"}, {"objective", "bars"},
    {"objective", "errors"}, {"objective"}, set[str](),
)  # fmt: skip


class _Row(NamedTuple):
    place: Standing
    totals: dict[str, Estimate]


def year(run: Run, width: int, glyphs: Glyphs) -> list[Line]:
    """The table's lines, or a list with a block for each candidate where the table doesn't fit."""
    rows = [_Row(one, estimates.totals(one.candidate)) for one in standing.ranked(run)]
    for choice in _CHOICES:
        columns = _columns(run, rows, choice, glyphs)
        if table.total(columns) <= width:
            return table.lines(columns)
    spare = columns[1].width - (table.total(columns) - width)
    if spare >= _SHORTEST_NAME:
        columns[1] = table.shorten(columns[1], spare, glyphs)
        return table.lines(columns)
    return [line for row in rows for line in _block(run, row, width, glyphs)]


def legend(run: Run, glyphs: Glyphs) -> str:
    """What the first column's signs mean, and what stands behind the ±."""
    if run.replications < 2:
        return "one replication: nothing has an interval and nothing is proven"
    if standing.incumbent(run) is None:
        return f"± is half a 95% interval, {run.replications} replications"
    signs = f"{glyphs.above} above {clean(run.incumbent)}, {glyphs.below} below, {glyphs.undecided} undecided"
    return f"{signs} · 95%, {run.replications} paired runs"


def look(run: Run, place: Standing) -> str:
    """The style that tells a candidate's standing."""
    return "context" if place.candidate.name == run.incumbent else LOOKS[place.answer]


def sign(answer: str, glyphs: Glyphs) -> str:
    """The sign of an answer."""
    signs = {standing.ABOVE: glyphs.above, standing.BELOW: glyphs.below, standing.UNDECIDED: glyphs.undecided}
    return signs.get(answer, " ")


def _columns(run: Run, rows: Sequence[_Row], choice: set[str], glyphs: Glyphs) -> list[Column]:
    places = [row.place for row in rows]
    looks = [look(run, place) for place in places]
    names = _column("candidate", [(clean(one.candidate.name), "head") for one in places], glyphs)
    found = [
        _column("", [(sign(one.answer, glyphs), style) for one, style in zip(places, looks, strict=True)], glyphs),
        table.shorten(names, _LONGEST_NAME, glyphs),
    ]
    if "objective" in choice:
        found.append(_column("optimises", [(clean(standing.role(run, one.candidate)), "") for one in places], glyphs))
    if "model" in choice:
        models = [clean(standing.short(one.candidate.model)) for one in places]
        found.append(_column("model", [(model or numbers.NOTHING, "") for model in models], glyphs))
    found += [_metric(run, metric, [row.totals[metric] for row in rows], "errors" in choice, glyphs) for metric in _METRICS]
    if standing.incumbent(run) is not None:
        texts = list(zip(_lifts(run, places), looks, strict=True))
        found.append(_column(f"vs {clean(run.incumbent)[:_SHORTEST_NAME]}", texts, glyphs, "right", "revenue"))
    if "bars" in choice and run.replications > 1:
        heading, drawn = bars([one.lift for one in places], _BAR, glyphs)
        found.append(_column(heading.ljust(_BAR), list(zip(drawn, looks, strict=True)), glyphs))
    return found


def _column(
    heading: str, pieces: Sequence[Piece], glyphs: Glyphs, side: str = "left", above: str = ""
) -> Column:  # fmt: skip
    swapped = tuple((glyphs.swap(text), style) for text, style in pieces)
    return Column((glyphs.swap(above), glyphs.swap(heading)), swapped, side)


def _metric(run: Run, metric: str, found: Sequence[Estimate], errors: bool, glyphs: Glyphs) -> Column:
    if metric == "ctr":
        top = numbers.largest(one.mean for one in found)
        unit, word = numbers.Unit(0.01, "%", numbers.share_decimals(top)), "%"
    else:
        unit = numbers.unit_for(numbers.largest(one.mean for one in found), whole=metric == "impressions")
        word = f"{unit.suffix} {run.currency}".strip() if metric == "revenue" else unit.suffix
    texts = [numbers.figure(one.mean, unit) for one in found]
    halves = [numbers.half_width(one) for one in found]
    if errors and any(half is not None for half in halves):
        errs = ["" if half is None else f" ±{numbers.figure(half, unit)}" for half in halves]
        widest = max(map(len, errs))
        texts = [text + error.ljust(widest) for text, error in zip(texts, errs, strict=True)]
    title = "CTR" if metric == "ctr" else metric
    return _column(word, [(text, "") for text in texts], glyphs, "right", title)


def _lifts(run: Run, places: Sequence[Standing]) -> list[str]:
    decimals = numbers.error_decimals([numbers.half_width(one.lift) for one in places])
    return ["" if one.candidate.name == run.incumbent else numbers.lift(one.lift, decimals) for one in places]


def _block(run: Run, row: _Row, width: int, glyphs: Glyphs) -> list[Line]:
    """A candidate's figures one under the other, for a narrow screen."""
    one = row.place
    name = f"{clean(one.candidate.name)} ({clean(standing.role(run, one.candidate))})"
    figures = (
        f"  {levels(row.totals)}",
        f"  revenue {numbers.money(row.totals['revenue'].mean, run.currency)}",
    )
    title = fit(glyphs.swap(name), width - 2, glyphs)
    lines = [Line.assemble((sign(one.answer, glyphs), look(run, one)), " ", (title, "head"))]
    lines += [Line(glyphs.swap(text)) for text in figures]
    if one.candidate.name != run.incumbent and standing.incumbent(run) is not None:
        lines[-1].append(glyphs.swap(f", {numbers.lift(one.lift)}"), style=look(run, one))
    return lines
