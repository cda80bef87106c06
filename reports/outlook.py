"""The screen of `foreshow check --plot`: what the world will do, before anything is played."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from reports import foretold
from reports.console import Line, Screen, fit, pad
from reports.glyphs import Glyphs, clean
from reports.parts import axis, braille, numbers
from reports.parts.axis import Mark
from reports.parts.charts import nice
from sim.study.outlook import FACTOR, SHARE, Outage, Outlook, Series

_GAP = 2
_LABEL = (19, 26)  # columns of the label, on a narrow and on a wide screen
_WIDE = 100
_ROWS, _ROWS_OF_A_BAND = 3, 4


def print_outlook(outlook: Outlook, console: Screen) -> None:
    """Print the picture: the answer, a chart for each pattern that moves on one axis of time, and the drifts' own words."""
    console.say(foretold.answer(outlook), "head")
    console.row()
    facts = [clean(outlook.scenario), f"{numbers.many(outlook.days, 'day')} from {outlook.start.isoformat()}"]
    drawn = f"as drawn in replication 1 of {outlook.replications}" if outlook.replications > 1 else "as drawn"
    console.say(" · ".join([*facts, f"seed {outlook.seed}", drawn]), "context")
    if outlook.question:
        console.say(outlook.question, "context")
    console.row()
    for line in charts(outlook, console.width, console.glyphs):
        console.row(line)
    _stories(outlook, console)


def charts(outlook: Outlook, width: int, glyphs: Glyphs) -> list[Line]:
    """The charts' lines, at most *width* columns wide, the months under the last."""
    label = _LABEL[width >= _WIDE]
    room = width - label - 1
    marks = [Mark(event.day, axis.DRIFTED) for event in outlook.events]
    lines: list[Line] = []
    for series in outlook.series:
        lines += _chart(series, label, room, glyphs)
        lines.append(_beside("", label, glyphs.corner + axis.floor(marks, outlook.days, room, glyphs), "context"))
    lines += [_outage(outage, outlook.days, label, room, glyphs) for outage in outlook.outages]
    lines.append(_beside("", label, " " + axis.ticks(outlook.start, outlook.days, outlook.months, room), "context"))
    return lines


def _chart(series: Series, label: int, room: int, glyphs: Glyphs) -> list[Line]:
    bands = [one for one in (series.low, series.middle, series.high) if one is not None]
    top = nice(max(float(band.max()) for band in bands))
    height = _ROWS if len(bands) == 1 else _ROWS_OF_A_BAND
    drawn = []
    for band in bands:
        values = _seen(band, 2 * room)
        at = [(column + 0.5) / len(values) for column in range(len(values))]
        drawn.append(braille.draw(values, at, room, height, top, glyphs.ascii))
    labels = [(foretold.name(series), "head"), (_scale(series, top), "context"), (_ends(series), "context"), ("", "")][:height]
    lines = []
    for (words, style), row in zip(labels, braille.overlay(drawn), strict=True):
        line = Line(pad(fit(glyphs.swap(clean(words)), label - _GAP, glyphs), label), style=style)
        line.append(glyphs.wall, style="context").append(row, style="estimate")
        line.rstrip()
        lines.append(line)
    return lines


def _seen(band: NDArray[np.float64], columns: int) -> list[float]:
    """A value for each column of dots: of its days the one farthest from the first day of all, so that no spike is lost."""
    if len(band) <= columns:
        return [float(value) for value in band]
    edges = np.arange(columns + 1) * len(band) // columns
    parts = [band[begin:end] for begin, end in pairwise(edges.tolist())]
    return [float(part[np.abs(part - band[0]).argmax()]) for part in parts]


def _scale(series: Series, top: float) -> str:
    if series.unit == SHARE:
        return f"0 – {100 * top:.4g}%"
    if series.unit == FACTOR:
        return f"× 0 – {top:.4g}"
    unit = numbers.unit_for(top)
    return f"0 – {top / unit.divisor:.4g} {unit.suffix}".rstrip() + " a day"


def _ends(series: Series) -> str:
    """Where it stands on the first day and on the last."""
    first, last = float(series.middle[0]), float(series.middle[-1])
    if series.unit == SHARE:
        return f"{_percent(first)} → {_percent(last)}"
    if series.unit == FACTOR:
        return f"1 → {last:.2f}" if series.high is None else f"ends at {last:.2f}"
    unit = numbers.unit_for(max(first, last))
    return f"{numbers.figure(first, unit)} → {numbers.figure(last, unit)} {unit.suffix}".rstrip()


def _percent(share: float) -> str:
    return f"{100 * share:.3g}%"


def _outage(outage: Outage, days: int, label: int, room: int, glyphs: Glyphs) -> Line:
    """A row with a bar while something does not work, never shorter than one sign."""
    begin = outage.first * room // days
    end = max(begin + 1, -(-outage.end * room // days))
    words = fit(glyphs.swap(foretold.broken(outage)), label - _GAP, glyphs)
    line = Line(pad(words, label), style="head")
    return line.append(glyphs.wall, style="context").append(" " * begin + glyphs.full * (end - begin), style="bad")


def _stories(outlook: Outlook, console: Screen) -> None:
    console.row()
    if not outlook.events:
        console.say("there is no [[drift]] in this scenario", "context", [("the world  ", "head")])
    wide = max((len(str(event.day + 1)) for event in outlook.events), default=0)
    for number, event in enumerate(outlook.events):
        if number == 0:
            console.say(f"by day, marked {axis.DRIFTED} above", "context", [("what changes it  ", "head")])
        console.say(clean(event.detail), lead=[(f"{event.day + 1:>{wide}}  ", "context"), (axis.DRIFTED + "  ", "warn")])
    if any(series.high is not None for series in outlook.series):
        console.say("three lines: the mean (for bids the middle), and one in ten below and above", "context", [("bands  ", "head")])


def _beside(label: str, width: int, text: str, style: str) -> Line:
    line = Line(pad(label, width)).append(text, style=style)
    line.rstrip()
    return line
