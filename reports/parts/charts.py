"""Small multiples: one strip per candidate, three panels side by side on shared axes.

Side by side and not on top of each other, because braille has one colour per cell: lines that cross
can't be told apart. Each column has one axis from 0, so that heights can be compared down the page.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from reports.console import Line, Piece, cells, fit, pad
from reports.glyphs import Glyphs, clean
from reports.parts import axis, braille, numbers, series
from reports.parts.axis import Mark
from sim.study.results import CandidateRun, Run

_LABEL_FROM = 80
_GAP = 2
_SHORTEST_NAME = 12
_TITLES = {"impressions": "impressions", "ctr": "CTR", "revenue": "revenue"}
_NICE = (1.0, 1.2, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0)


@dataclass(frozen=True, slots=True, eq=False)
class Strip:
    """One candidate's row of panels: its label, the style of its lines, its marks."""

    candidate: CandidateRun
    label: tuple[str, ...]
    style: str
    marks: tuple[Mark, ...]


@dataclass(frozen=True, slots=True)
class _Size:
    label: int
    panel: int
    height: int


def draw(run: Run, strips: Sequence[Strip], width: int, glyphs: Glyphs) -> list[Line]:
    """The charts' lines, at most *width* columns wide."""
    size = _size(strips, width)
    cuts = series.edges(run.days)
    lines = {
        metric: [series.points(strip.candidate, metric, cuts) for strip in strips]
        for metric in series.METRICS
    }  # fmt: skip
    tops = {metric: nice(numbers.largest(value for line in lines[metric] for value in line)) for metric in lines}
    drawn = _heading(run, tops, size, glyphs)
    at = series.centres(cuts)
    for number, strip in enumerate(strips):
        panels = [
            braille.draw(lines[metric][number], at, size.panel - 1, size.height, tops[metric], glyphs.ascii) for metric in series.METRICS
        ]
        drawn += _strip(run, strip, panels, size, glyphs)
    ticks = axis.ticks(run.start, run.days, run.months, size.panel - 1)
    drawn.append(_beside("", size, [" " + ticks] * 3, "context"))
    return drawn


def nice(top: float) -> float:
    """The end of an axis: the next round number from *top* up.

    Examples
    --------
    >>> nice(48_300), nice(0.031), nice(0)
    (50000.0, 0.04, 0.0)
    """
    if top <= 0:
        return 0.0
    power = 10.0 ** int(f"{top:e}".partition("e")[2])
    return next(float(f"{step * power:.6g}") for step in _NICE if step * power >= top * (1 - 1e-12))


def _size(strips: Sequence[Strip], width: int) -> _Size:
    label = 0
    if width >= _LABEL_FROM:
        longest = max(cells(word) for strip in strips for word in strip.label)
        label = min(longest, width * 9 // 40) + _GAP
    panel = (width - label - 2 * _GAP) // 3
    return _Size(label, panel, 4 if width >= 100 and len(strips) <= 4 else 3)


def _heading(run: Run, tops: dict[str, float], size: _Size, glyphs: Glyphs) -> list[Line]:
    titles = [_TITLES[metric] for metric in series.METRICS]
    scales = [fit(glyphs.swap(_scale(metric, tops[metric], run.currency, size.panel)), size.panel, glyphs) for metric in series.METRICS]
    above = _beside("", size, titles, "head")
    return [above, _beside("", size, scales, "context")]


def _scale(metric: str, top: float, currency: str, room: int) -> str:
    if top <= 0:
        return "all 0"
    if metric == "ctr":
        return f"0 – {100 * top:.4g}%"
    unit = numbers.unit_for(top)
    amount = f"{top / unit.divisor:.4g} {unit.suffix}".rstrip()
    noun = f" {currency}" if metric == "revenue" else ""
    words = f"0 – {amount}{noun} a day"
    return words if len(words) <= room else f"{amount.replace(' ', '')}{noun}/day"


def _strip(
    run: Run, strip: Strip, panels: Sequence[Sequence[str]], size: _Size, glyphs: Glyphs
) -> Iterator[Line]:  # fmt: skip
    labels = _labels(strip, size, glyphs)
    if not size.label:
        gaps = [("  ", "")] * len(labels)
        yield Line.assemble(*[piece for pair in zip(labels, gaps, strict=True) for piece in pair][:-1])
        labels = []
    labels += [("", "")] * (size.height + 1 - len(labels))
    for level in range(size.height):
        line = Line(pad(labels[level][0], size.label), style="")
        line.stylize(labels[level][1])
        for number, panel in enumerate(panels):
            line.append(" " * _GAP if number else "")
            line.append(glyphs.wall, style="context").append(panel[level], style=strip.style)
        yield line
    floor = glyphs.corner + axis.floor(strip.marks, run.days, size.panel - 1, glyphs)
    yield _beside(labels[size.height][0], size, [floor] * 3, "context")


def _labels(strip: Strip, size: _Size, glyphs: Glyphs) -> list[Piece]:
    """The rows of text at a strip's side, or the words of the line above it where there is no side."""
    name, *rest = (glyphs.swap(clean(word)) for word in strip.label)
    if not size.label:
        width = 3 * size.panel + 2 * _GAP
        rest = rest[:1]
        room = width - sum(cells(word) + _GAP for word in rest)
        if room < min(cells(name), _SHORTEST_NAME):
            return [(fit(name, width, glyphs), "head")]
        return [(fit(name, room, glyphs), "head"), *((word, "context") for word in rest)]
    room = size.label - _GAP
    rest = [word for number, word in enumerate(rest) if number == 0 or cells(word) <= room]
    rows = textwrap.wrap(name, room)
    broken = [row for word in rest[:1] for row in textwrap.wrap(word, room)] + rest[1:]
    rest = broken if len(rows) + len(broken) <= size.height + 1 else rest
    most = size.height + 1 - len(rest)
    if len(rows) > most:
        rows = [*rows[: most - 1], " ".join(rows[most - 1 :])]
    named: list[Piece] = [(fit(row, room, glyphs), "head") for row in rows]
    return [*named, *((fit(word, room, glyphs), "context") for word in rest)]


def _beside(label: str, size: _Size, panels: Sequence[str], style: str) -> Line:
    """A row of three texts under each other's panels."""
    line = Line(pad(label, size.label), style="")
    for number, text in enumerate(panels):
        line.append(" " * _GAP if number else "").append(pad(text, size.panel), style=style)
    line.rstrip()
    return line
