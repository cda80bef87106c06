"""The screen of `foreshow backtest --policy`: whether the other policy would get more clicks, and if this log can tell."""

from __future__ import annotations

from reports.console import Line, Screen, fit
from reports.glyphs import clean
from reports.parts import numbers, table
from reports.parts.table import Column
from sim.calibrate.policy.results import CHIEF, FEWER, MORE, NO_LOG, UNKNOWN, Part, PolicyBacktest, dissenters

BADGES = {MORE: ("MORE", "badge.good"), FEWER: ("FEWER", "badge.bad"), NO_LOG: ("REFUSED", "badge.bad")}
_UNKNOWN = ("CAN'T TELL", "badge.warn")


def print_policy(backtest: PolicyBacktest, console: Screen) -> None:
    """Print what *backtest* found."""
    badge, style = BADGES.get(backtest.total.answer, _UNKNOWN)
    console.say(answer(backtest.total, backtest.confidence), "head", [(f"[{badge}]", style), ("  ", "")])
    console.say(doubt(backtest.total))
    for one in backtest.campaigns:
        console.say(f"{clean(one.name)}: {answer(one, backtest.confidence)}", lead=[("· ", "context")])
    for one in (backtest.total, *backtest.campaigns):
        _part(one, backtest, console)
    console.title("notes", "")
    for note in backtest.notes:
        console.say(note, lead=[("· ", "context")])


def quiet_line(backtest: PolicyBacktest) -> str:
    """The answer in one line; the badge is its first word, so that a script can ask for it."""
    return f"[{BADGES.get(backtest.total.answer, _UNKNOWN)[0]}]  {answer(backtest.total, backtest.confidence)}"


def answer(part: Part, confidence: float) -> str:
    """Whether the other policy would get more clicks, and whether this log can tell.

    Examples
    --------
    >>> from sim.calibrate.policy.results import Estimate
    >>> few = Estimate("DR", 0.0052, 0.0030, 0.0092, lift=0.0014, lift_low=-0.0003, lift_high=0.0035)
    >>> answer(Part("all", 10_000, 38, (0.0038, 0.0028, 0.0052), (few,), "can't tell", 0.8, 1.0, 1.0), 0.9)
    "Would the other policy get more clicks? This log can't tell: CTR 0.52% (0.30 to 0.92) against 0.38%, 38 clicks."
    """
    chief = part.by(CHIEF)
    if chief.estimate is None or chief.low is None or chief.high is None:
        return f"Would the other policy get more clicks? This log can't tell: {chief.warning}."
    decimals = numbers.share_decimals(chief.estimate)
    ends = f"{100 * chief.low:.{decimals}f} to {100 * chief.high:.{decimals}f}"
    figures = f"CTR {numbers.percent(chief.estimate)} ({ends}) against {numbers.percent(part.logged[0])}"
    clicks = numbers.many(part.clicks, "click")
    if part.answer in (MORE, FEWER):
        return f"The other policy would get {part.answer} clicks: {figures}; {clicks}, at {confidence:.0%} confidence."
    return f"Would the other policy get more clicks? This log can't tell: {figures}, {clicks}."


def doubt(part: Part) -> str:
    """How small a difference the log could have told, and what its weights are worth."""
    chief = part.by(CHIEF)
    worth = f"Its weights make {part.rows:,} impressions worth {chief.ess or 0:,.0f}"
    if part.least is None:
        return f"{worth}."
    told = f"{worth}; a difference of {part.least:.0%} or more would have been told four times in five."
    apart = sorted(dissenters(part.estimates, chief.leans)) if chief.leans else []
    others = ", ".join(apart)
    if chief.leans and part.answer == UNKNOWN:
        by_itself = f"By itself {CHIEF} says {chief.leans}, by {_ratio(chief.lift, part.logged[0]).lstrip('+-')}"
        return f"{told} {by_itself}{f'; {others} would not say so' if apart else ''}."
    if part.answer in (MORE, FEWER) and part.logged[0] and abs(chief.lift or 0) < part.least * part.logged[0]:
        told += " What was found is less: the true difference is probably smaller still."
    return f"{told} {others} would not say so." if apart else told


def _part(part: Part, backtest: PolicyBacktest, console: Screen) -> None:
    own = f"{numbers.percent(part.logged[0])} now ({numbers.percent(part.logged[1])} to {numbers.percent(part.logged[2])})"
    console.title(clean(part.name), f"{part.rows:,} impressions, {part.clicks:,} clicks, CTR {own}, {backtest.confidence:.0%} intervals")
    for line in _table(part, console):
        console.row(line)
    for one in part.estimates:
        if one.warning:
            console.say(one.warning, lead=[(f"! {one.name}: ", "warn")])


def _table(part: Part, console: Screen) -> list[Line]:
    """A line for each estimator; columns are left out from the right where the screen is narrow."""
    glyphs, shown = console.glyphs, part.estimates
    decimals = max((numbers.share_decimals(one.estimate) for one in shown if one.estimate is not None), default=2)
    columns = [
        Column(("",), tuple((one.name, "head" if one.name == CHIEF else "") for one in shown)),
        Column(("CTR",), tuple((_share(one.estimate, decimals), "estimate") for one in shown), "right"),
        Column(("from",), tuple((_share(one.low, decimals), "") for one in shown), "right"),
        Column(("to",), tuple((_share(one.high, decimals), "") for one in shown), "right"),
        Column(("difference",), tuple((_ratio(one.lift, part.logged[0]), "") for one in shown), "right"),
        Column(("worth",), tuple((_plain(one.ess, 0), "context") for one in shown), "right"),
        Column(("largest weight",), tuple((_plain(one.max_weight, 1), "context") for one in shown), "right"),
        Column(("mean",), tuple((_plain(one.mean_weight, 2), "context") for one in shown), "right"),
        Column(("tau, lambda",), tuple((_setting(one.setting), "context") for one in shown), "right"),
    ]
    columns = [_swapped(column, console) for column in columns]
    while len(columns) > 2 and table.total(columns) > console.width:
        columns.pop()
    if table.total(columns) <= console.width:
        return table.lines(columns)
    return [Line(fit(f"{one.name} {_share(one.estimate, decimals)}", console.width, glyphs)) for one in shown]


def _swapped(column: Column, console: Screen) -> Column:
    swap = console.glyphs.swap
    return Column(tuple(map(swap, column.heading)), tuple((swap(text), style) for text, style in column.cells), column.side)


def _share(value: float | None, decimals: int) -> str:
    return numbers.NOTHING if value is None else f"{100 * value:.{decimals}f}%"


def _ratio(lift: float | None, own: float) -> str:
    return numbers.delta(lift / own, 0) if lift is not None and own else numbers.NOTHING


def _plain(value: float | None, decimals: int) -> str:
    return numbers.NOTHING if value is None else f"{value:,.{decimals}f}"


def _setting(value: float | None) -> str:
    return numbers.NOTHING if value is None else f"{value:.3g}"
