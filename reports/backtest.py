"""The screen of `foreshow backtest`: whether it would have predicted the clicks, and better than carrying forward."""

from __future__ import annotations

from collections.abc import Sequence

from reports import backtest_tables as tables
from reports.console import Screen
from reports.glyphs import clean
from reports.parts import numbers, table
from sim.calibrate.backtest import PREDICTED, Backtest, Rate, Scores

_BIGGEST = 10
_PLAINEST = "carry forward"  # or "carry forward by rank"


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
    """The badge, its style, and the answer in a sentence or two."""
    total, plain = found.predicted.total, next((name for name in found.baselines if name.startswith(_PLAINEST)), None)
    said = f"CTR {numbers.percent(total.ctr)}{_band(total, found.confidence)}"
    if found.actual is None or found.scores is None:
        other = f"; carrying forward says {numbers.percent(found.baselines[plain].total.ctr)}" if plain else ""
        return "PREDICTED", "badge.estimate", f"{said}{other}. The later log has no clicks to score it with."
    held = total.covers(found.actual.total.ctr)
    came = f"{said}, and {numbers.percent(found.actual.total.ctr)} came"
    if plain is None:
        return ("HELD", "badge.good", f"Yes: {came}.") if held else ("MISSED", "badge.bad", f"No: {came}.")
    what, mine, plain_error = _compared(found.scores[PREDICTED], found.scores[plain])
    against = f"{what}off by {points(mine)} on average, carrying forward by {points(plain_error)}"
    if what == "":
        against = f"off by {points(mine)}, carrying forward by {points(plain_error)}"
    if held and mine < plain_error:
        return "HELD", "badge.good", f"Yes, it would have predicted your clicks, and better than carrying forward: {came}; {against}."
    if held:
        return "NO BETTER", "badge.warn", f"It would have predicted your clicks, but no better than carrying forward: {came}; {against}."
    if mine < plain_error:
        return "MISSED", "badge.warn", f"Not within its interval, but nearer than carrying forward: {came}; {against}."
    return "MISSED", "badge.bad", f"No, it would not have predicted your clicks, and carrying forward is no worse: {came}; {against}."


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


def _compared(mine: Scores, plain: Scores) -> tuple[str, float, float]:
    """The finest error that both have, and what it is of."""
    if mine.by_month is not None and plain.by_month is not None:
        return "months are ", mine.by_month, plain.by_month
    if mine.by_position is not None and plain.by_position is not None:
        return "positions are ", mine.by_position, plain.by_position
    return "", mine.total, plain.total


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
