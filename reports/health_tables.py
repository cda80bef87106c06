"""The tables of a model's health: measures, calibration by decile, worst slices, and every look at a glance."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from reports import health_words
from reports.console import Line, fit
from reports.glyphs import Glyphs, clean
from reports.health_words import WORDS, figure, worse
from reports.parts import numbers, table
from reports.parts.scale import on_scale
from reports.parts.table import Column
from sim.health import Decile, Health, Measure, Slice

_BAR = (18, 44)
_ROOMY = 28
_SPAN = 3.0  # tolerances to either side


def measures(one: Health, width: int, glyphs: Glyphs) -> list[Line]:
    """Old test set, fresh pairs and truth, and the gap on an axis on which worse is to the right."""
    rows = one.measures
    columns = [
        Column(("measure",), tuple((WORDS.get(row.name, row.name), "head") for row in rows)),
        _figures("old", rows, lambda row: figure(row, row.old), glyphs),
        _figures("fresh", rows, lambda row: figure(row, row.fresh), glyphs),
        _figures("truth*", rows, lambda row: figure(row, row.truth), glyphs),
        _figures("gap", rows, lambda row: figure(row, row.gap, signed=True), glyphs),
    ]
    room = width - table.total(columns) - table.GAP
    if room < 0:
        return table.lines(columns[:4])
    if room < _BAR[0]:
        return table.lines(columns)
    wide = min(room, _BAR[1])
    heading = _heading(wide)
    bars = tuple((_bar(row, wide, glyphs), _look(row)) for row in rows)
    return table.lines([*columns, Column((heading,), bars)])


def _heading(wide: int) -> str:
    """Which end is better, and where the tolerance stands, if there is room for the word."""
    begin = round((1 + _SPAN) / (2 * _SPAN) * (wide - 1)) - len("tolerance") // 2
    line = "better".ljust(begin) + "tolerance" if wide >= _ROOMY else "better"
    return line.ljust(wide - len("worse")) + "worse"


def _bar(row: Measure, wide: int, glyphs: Glyphs) -> str:
    if row.gap is None or row.low is None or row.high is None or not row.tolerance:
        return ""
    sign = -1 if row.higher_is_better else 1
    low, high = sorted((sign * row.low / row.tolerance, sign * row.high / row.tolerance))
    return on_scale((low, worse(row), high), (-_SPAN, _SPAN), wide, glyphs, {0.0: glyphs.zero, 1.0: glyphs.limit})


def _look(row: Measure) -> str:
    ends = [(-end if row.higher_is_better else end) for end in (row.low, row.high) if end is not None]
    if not ends:
        return "context"
    if min(ends) > 0 and worse(row) > 1:
        return "bad"
    return "good" if max(ends) < row.tolerance else "warn"


def deciles(rows: Sequence[Decile], width: int, glyphs: Glyphs) -> list[Line]:
    """Observed over predicted by tenth of what the model says."""
    shares = [numbers.NOTHING if row.share is None else f"{row.share:.0%}" for row in rows]
    columns = [
        Column(("predicted",), tuple((numbers.percent(row.predicted), "") for row in rows), "right"),
        Column(("obs/pred",), tuple((_ratio(row.ratio), _decile_look(row)) for row in rows), "right"),
        Column(("truth*",), tuple((_ratio(row.truth), "context") for row in rows), "right"),
        Column(("shown",), tuple((glyphs.swap(share), "") for share in shares), "right"),
    ]
    room = width - table.total(columns) - table.GAP
    if room >= _BAR[0]:
        wide = min(room, _BAR[1])
        axis = 0.0, 2.0
        marks = {1.0: glyphs.zero}
        bars = tuple((on_scale((row.low, row.ratio, row.high), axis, wide, glyphs, marks), _decile_look(row)) for row in rows)
        heading = "0" + "1".center(wide - 2) + "2"
        columns.insert(3, Column((heading,), bars))
    return table.lines(columns)


def _decile_look(row: Decile) -> str:
    return "good" if row.low <= 1 <= row.high else "bad"


def _ratio(value: float) -> str:
    return f"{value:.2f}" if value < 99.995 else ">99"


def slices(rows: Sequence[Slice], currency: str, width: int, glyphs: Glyphs) -> list[Line]:
    """The worst slices, without what there is no room for."""
    money = numbers.unit_for(numbers.largest(row.money for row in rows))
    names = Column(("slice",), tuple((fit(glyphs.swap(clean(row.name)), 24, glyphs), "head") for row in rows))
    size = Column(("rows",), tuple((f"{row.rows:,}", "") for row in rows), "right")
    ratio = Column(("obs/pred",), tuple((_ratio(row.ratio), "bad") for row in rows), "right")
    truth = Column(("truth*",), tuple((_ratio(row.truth), "context") for row in rows), "right")
    auc = Column(("AUC",), tuple((numbers.NOTHING if row.roc_auc is None else f"{row.roc_auc:.2f}", "") for row in rows), "right")
    p = Column(("Holm p",), tuple(("<.0001" if row.p < 1e-4 else f"{row.p:.4f}"[1:], "") for row in rows), "right")
    heading = ("misjudged", glyphs.swap(f"{money.suffix} {clean(currency)}/y".strip()))
    cost = Column(heading, tuple((numbers.figure(row.money, money), "") for row in rows), "right")
    choices = ([names, size, ratio, truth, auc, p, cost], [names, size, ratio, truth, cost], [names, ratio, cost], [names, ratio])
    return table.lines(next((columns for columns in choices if table.total(columns) <= width), [names]))


def looks(rows: Sequence[Health], currency: str, width: int, glyphs: Glyphs) -> list[Line]:
    """Every time that a model was looked at, one line each."""
    day = Column(("day",), tuple((str(row.day + 1), "context") for row in rows), "right")
    model = Column(("model",), tuple((f"{row.label} {row.model}", "head") for row in rows))
    moment = Column(("when",), tuple((fit(clean(row.moment), 18, glyphs), "") for row in rows))
    verdict = Column(("verdict",), tuple((row.verdict, _VERDICTS.get(row.verdict, "")) for row in rows))
    dates = tuple((glyphs.swap(f"{_date(row.old_day)} → {_date(row.fresh_day)}"), "") for row in rows)
    sets = Column(("sets of day", glyphs.swap("old → fresh")), dates)
    auc, entropy = (_pair(name, rows, glyphs) for name in ("roc_auc", "normalised_entropy"))
    money = numbers.unit_for(numbers.largest(row.spent for row in rows))
    heading = ("spent", glyphs.swap(f"{money.suffix} {clean(currency)}".strip()))
    spent = Column(heading, tuple((numbers.figure(row.spent, money), "") for row in rows), "right")
    choices = (
        [day, model, moment, verdict, sets, auc, entropy, spent], [day, model, moment, verdict, sets, auc, spent],
        [day, model, moment, verdict, sets, auc], [day, model, verdict, sets, auc], [day, model, verdict, sets], [day, model, verdict],
    )  # fmt: skip
    return table.lines(next((columns for columns in choices if table.total(columns) <= width), [day, verdict]))


def _date(day: int) -> str:
    return numbers.NOTHING if day < 0 else str(day + 1)


_VERDICTS = {name: style.replace("badge.", "") for name, style in health_words.STYLES.items()}


def _pair(name: str, rows: Sequence[Health], glyphs: Glyphs) -> Column:
    found = [next((one for one in row.measures if one.name == name), None) for row in rows]
    told = [numbers.NOTHING if one is None else f"{figure(one, one.old)} → {figure(one, one.fresh)}" for one in found]
    return Column((glyphs.swap(f"{WORDS[name]}, old → fresh"),), tuple((glyphs.swap(text), "") for text in told))


def _figures(title: str, rows: Sequence[Measure], text: Callable[[Measure], str], glyphs: Glyphs) -> Column:
    return Column((title,), tuple((glyphs.swap(text(row)), "context" if title == "truth*" else "") for row in rows), "right")
