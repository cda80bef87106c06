"""The screen of `foreshow backtest`: whether it would have predicted the clicks, and better than every baseline."""

from __future__ import annotations

from collections.abc import Sequence

from reports import backtest_tables as tables
from reports.console import Screen
from reports.glyphs import clean
from reports.parts import numbers, table
from sim.calibrate.backtest import PREDICTED, Backtest, Rate

_BIGGEST = 10


def print_backtest(found: Backtest, console: Screen) -> None:
    """Print the answer, the prediction next to the baselines and to what came, and what a reader has to know."""
    _say_answer(found, console)
    console.row()
    console.say(f"learned from {clean(found.log)}", "context")
    console.say(f"predicted    {clean(found.traffic)}", "context")
    left = tables.print_total(found, console)
    order = "worst first" if found.actual else "in order"
    tables.print_part(f"months  {order}", found, "by_month", console, left)
    tables.print_part(f"positions  {order}", found, "by_position", console, left)
    few = min(_BIGGEST, len(found.predicted.by_query))
    biggest = f"the {few} biggest queries" if few > 1 else "the biggest query"
    tables.print_part(f"{biggest}  {order if found.actual else 'the biggest first'}", found, "by_query", console, left, few)
    _pages(found, console)
    _models(found, console)
    console.row()
    for note in found.notes:
        console.say(note, lead=[("! ", "warn")])


def print_quiet(found: Backtest, console: Screen) -> None:
    """Print the answer only."""
    _say_answer(found, console)


def answer(found: Backtest) -> tuple[str, str, str]:
    """The badge, its style, and the answer in a sentence or two; the baseline that came nearest is the judge."""
    total = found.predicted.total
    said = f"CTR {numbers.percent(total.ctr)}{_band(total, found.confidence)}"
    if found.actual is None or found.scores is None:
        return "PREDICTED", "badge.estimate", f"{said}{_others(found)}. The later log has no clicks to score it with."
    held = total.covers(found.actual.total.ctr)
    came = f"{said}, and {numbers.percent(found.actual.total.ctr)} came"
    if not found.baselines:
        return ("HELD", "badge.good", f"Yes: {came}.") if held else ("MISSED", "badge.bad", f"No: {came}.")
    what, mine, nearest, best = _compared(found)
    average = " on average" if what else ""
    against = f"{what}off by {points(mine)}{average}, the nearest baseline, {nearest}, by {points(best)}"
    if held and mine < best:
        return "HELD", "badge.good", f"Yes, it would have predicted your clicks, and better than every baseline: {came}; {against}."
    if held:
        return "NO BETTER", "badge.warn", f"It would have predicted your clicks, but no better than a baseline: {came}; {against}."
    if mine < best:
        return "MISSED", "badge.warn", f"Not within its interval, but nearer than every baseline: {came}; {against}."
    return "MISSED", "badge.bad", f"No, it would not have predicted your clicks, and a baseline is no worse: {came}; {against}."


def points(error: float) -> str:
    """An error in percentage points.

    Examples
    --------
    >>> points(0.0009)
    '0.09 pp'
    """
    return f"{100 * error:.2f} pp"


def _say_answer(found: Backtest, console: Screen) -> None:
    badge, style, words = answer(found)
    console.say(words, "head", [(f"[{badge}]", style), ("  ", "")])


def _others(found: Backtest) -> str:
    """What the baselines say, as far as they go."""
    if not found.baselines:
        return ""
    ends = [numbers.percent(end(one.total.ctr for one in found.baselines.values())) for end in (min, max)]
    return f"; baselines say {ends[0] if ends[0] == ends[1] else ' to '.join(ends)}"


def _compared(found: Backtest) -> tuple[str, float, str, float]:
    """The finest error that all have: what it is of, the prediction's, and the baseline that has the least with its."""
    assert found.scores is not None  # noqa: S101  `answer` has seen to it
    parts = (("months are ", "by_month"), ("positions are ", "by_position"), ("", "total"))
    errors = {part: {name: getattr(one, part) for name, one in found.scores.items()} for _, part in parts}
    what, part = next((what, part) for what, part in parts if None not in errors[part].values())
    nearest = min(found.baselines, key=errors[part].__getitem__)
    return what, errors[part][PREDICTED], nearest, errors[part][nearest]


def _band(rate: Rate, confidence: float) -> str:
    if rate.low is None or rate.high is None:
        return ""
    return f" ({100 * confidence:.3g}% interval {numbers.percent(rate.low)} to {numbers.percent(rate.high)})"


def _pages(found: Backtest, console: Screen) -> None:
    rows = [("share of pages without a click", "no_click"), ("share with two or more", "two_or_more")]
    known = [(words, name) for words, name in rows if getattr(found.predicted, name) is not None]
    if known:
        console.row()
        console.say("", lead=[("pages", "head")])
    for words, name in known:
        came = getattr(found.actual, name) if found.actual else None
        told = [f"predicted {numbers.percent(getattr(found.predicted, name))}"]
        told += [f"came {numbers.percent(came)}"] if came is not None else []
        told += [f"{other} {numbers.percent(share)}" for other, one in found.baselines.items() if (share := getattr(one, name)) is not None]
        console.say(", ".join(told), lead=[(f"{words}: ", "")])


def _models(found: Backtest, console: Screen) -> None:
    if not found.models:
        return
    console.row()
    console.say("on pages held back, the best first", "context", [("click models  ", "head")])
    columns: Sequence[table.Column] = [
        table.Column(("model",), tuple((clean(one.name), "head") for one in found.models)),
        table.Column(("perplexity",), tuple((f"{one.perplexity:.4f}", "") for one in found.models), "right"),
        table.Column(("log-", "likelihood"), tuple((f"{one.log_likelihood:.4f}", "") for one in found.models), "right"),
    ]
    ranks = table.Column(("perplexity by rank",), tuple((" ".join(f"{x:.3f}" for x in one.by_rank), "context") for one in found.models))
    wide = table.total([*columns, ranks]) <= console.width
    for line in table.lines([*columns, ranks] if wide else columns):
        console.row(line)
