"""If we optimise this, what happens to the three figures: a line for each objective, against today's rule."""

from __future__ import annotations

from reports import standing
from reports.console import Line, fit
from reports.glyphs import Glyphs, clean
from reports.parts import numbers, table
from reports.parts.table import Column
from reports.standing import Standing
from reports.year import look, sign
from sim.study import estimates
from sim.study.results import CandidateRun, Run

_MOST = 6
_METRICS = ("impressions", "ctr", "revenue")
_NARROWEST = 20


def answers(run: Run, width: int, glyphs: Glyphs) -> list[Line]:
    """The table's lines; none where nobody learns, or where the verdict has said it all."""
    base = standing.incumbent(run)
    rivals = standing.challengers(run)
    learners = [one for one in rivals if one.candidate.objective][:_MOST]
    if base is None or not learners or len(rivals) == 1:
        return []
    heading = glyphs.swap(f"against {clean(base.name)}:")
    names = Column((heading,), tuple((glyphs.swap(_name(run, one.candidate)), "head") for one in learners))
    for errors in (True, False):
        figures = [_figures(metric, learners, base, run, glyphs, errors=errors) for metric in _METRICS]
        room = width - table.total(figures) - table.GAP
        if room >= min(names.width, _NARROWEST):
            return table.lines([table.shorten(names, room, glyphs), *figures])
    lines = [Line(fit(heading, width, glyphs), style="context")]
    for number, (name, _) in enumerate(names.cells):
        lines.append(Line(fit(name, width, glyphs), style="head"))
        shown, ctr, (money, style) = (column.cells[number] for column in figures)
        lines.append(Line(fit(f"  impressions {shown[0]}, CTR {ctr[0]}", width, glyphs)))
        lines.append(Line(fit(f"  revenue {money}", width, glyphs), style=style))
    return lines


def _name(run: Run, one: CandidateRun) -> str:
    """What is optimised, and by whom if that has another name."""
    name, objective = clean(one.name), clean(standing.aims(run, one))
    return f"optimise {objective}" + (f" ({name})" if name.lower() != objective.lower() else "")


def _figures(metric: str, learners: list[Standing], base: CandidateRun, run: Run, glyphs: Glyphs, *, errors: bool) -> Column:
    lifts = [estimates.lift(one.candidate, base, metric) for one in learners]
    decimals = numbers.error_decimals(map(numbers.half_width, lifts), most=1)
    told = errors or metric == "revenue"
    texts = [numbers.lift(one, decimals) if told else numbers.delta(one.mean, decimals) for one in lifts]
    looks = [""] * len(learners)
    if metric == "revenue":
        texts = [f"{text} {sign(one.answer, glyphs)}".rstrip() for text, one in zip(texts, learners, strict=True)]
        looks = [look(run, one) for one in learners]
    title = "CTR" if metric == "ctr" else metric
    return Column((title,), tuple(zip(map(glyphs.swap, texts), looks, strict=True)), "right")
