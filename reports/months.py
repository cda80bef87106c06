"""Month by month: impressions, CTR and revenue in one block each, a row for every candidate."""

from __future__ import annotations

from calendar import month_abbr
from collections.abc import Sequence

from reports import standing
from reports.console import Line, cells, fit, pad
from reports.glyphs import Glyphs, clean
from reports.parts import numbers
from reports.parts.numbers import Unit
from reports.traps import days_of
from sim.study import estimates
from sim.study.results import Month, Run

_METRICS = ("impressions", "ctr", "revenue")
_YEAR = 12
_CELL = 5
_LABEL = (14, 28)
_THE_LOG = "the log itself"

_Values = dict[str, list[float | None]]
_Row = tuple[str, _Values]


def months(run: Run, width: int, glyphs: Glyphs) -> tuple[list[Line], list[str]]:
    """The table's lines, in blocks of twelve months or fewer, and what has to be said about them."""
    rows = _rows(run)
    longest = max(cells(glyphs.swap(name)) for name, _ in rows)
    label = max(_LABEL[0], min(_LABEL[1], longest, width - _YEAR * _CELL))
    years = [_shown(run, begin, (width - label) // _CELL) for begin in range(0, len(run.months), _YEAR)]
    lines: list[Line] = []
    for picked in years:
        if run.months[0].label[:4] != run.months[-1].label[:4]:
            first, last = run.months[picked[0]].label, run.months[picked[-1]].label
            lines += [Line()] if lines else []
            lines.append(Line(f"{first} to {last}" if len(picked) > 1 else first, style="context"))
        for metric in _METRICS:
            lines += [Line()] if lines and metric != _METRICS[0] else []
            lines += _block(run, metric, rows, picked, label, glyphs)
    return lines, _notes(run, years)


def _notes(run: Run, years: Sequence[Sequence[int]]) -> list[str]:
    """What the table leaves out or rounds off."""
    told: list[str] = []
    shown = sum(map(len, years))
    if shown < len(run.months):
        told.append(f"{shown} of {len(run.months)} months have room here; all are in --csv and --json")
    parts = [month for month in run.months if month.end - month.first < days_of(month)]
    if parts:
        said = ", ".join(f"{numbers.many(month.end - month.first, 'day')} of {month.label}" for month in parts)
        told.append(f"* part of a month: {said}")
    if run.replications > 1:
        told.append(f"means of {numbers.many(run.replications, 'replication')}; the intervals are in --json")
    return told


def _rows(run: Run) -> list[_Row]:
    """Each row's name and its figures; the log's own row has a CTR only."""
    rows: list[_Row] = []
    for place in standing.ranked(run):
        found = estimates.months(run, place.candidate)
        figures = {metric: [month[metric].mean for month in found] for metric in _METRICS}
        rows.append((clean(place.candidate.name), figures))
    if run.log_ctr is not None:
        rows.append((_THE_LOG, {"ctr": list(run.log_ctr)}))
    return rows


def _shown(run: Run, begin: int, room: int) -> list[int]:
    """The months of a block that fit: all of them, every second, every third..."""
    block = range(begin, min(begin + _YEAR, len(run.months)))
    every = next(step for step in range(1, _YEAR + 1) if len(block[::step]) <= max(1, room))
    return list(block[::every])


def _block(
    run: Run, metric: str, rows: Sequence[_Row], picked: Sequence[int], label: int, glyphs: Glyphs
) -> list[Line]:  # fmt: skip
    rows = [(name, values) for name, values in rows if metric in values]
    unit, title = _unit(run, metric, rows)
    line = Line(pad(fit(glyphs.swap(title), label, glyphs), label), style="head")
    line.append("".join(_name(run.months[number]).rjust(_CELL) for number in picked), style="context")
    lines = [line]
    for name, values in rows:
        line = Line(pad(fit(glyphs.swap(name), label, glyphs), label))
        line.append("".join(glyphs.swap(numbers.figure(values[metric][number], unit)).rjust(_CELL) for number in picked))
        lines.append(line)
    return lines


def _unit(run: Run, metric: str, rows: Sequence[_Row]) -> tuple[Unit, str]:
    top = numbers.largest(value for _, values in rows for value in values[metric])
    if metric == "ctr":
        decimals = numbers.share_decimals(top)
        return (Unit(0.01, "%", decimals), "CTR %") if decimals < 3 else (Unit(0.001, "", 2), "CTR per 1000")
    unit = numbers.unit_for(top, whole=metric == "impressions")
    noun = f"{unit.suffix} {run.currency}".strip() if metric == "revenue" else unit.suffix
    return unit, f"{metric} {noun}".rstrip()


def _name(month: Month) -> str:
    part = "*" if month.end - month.first < days_of(month) else ""
    return month_abbr[int(month.label[-2:])] + part
