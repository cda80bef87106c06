"""The match report of a calibration: figures that were not fitted, of the log and of simulated logs, worst first."""

from __future__ import annotations

from typing import Any

from reports.console import Piece, Screen
from reports.parts import table
from reports.parts.table import Column
from sim.calibrate.match.result import MATCH, OFF, Match, Statistic
from sim.calibrate.spelling import digits

_STYLES = {MATCH: "good", OFF: "bad"}
_MARKS = "abcdefghijkl"
_NARROW = 60  # below, a figure takes two lines


def print_match(found: Match, console: Screen) -> None:
    """Print the match, on one screen."""
    console.row()
    console.say(_note(found), "context", [("match  ", "head")])
    reasons = _reasons(found.statistics)
    if found.statistics and console.width >= _NARROW:
        columns, left = _columns(found, reasons, console)
        for line in table.lines(columns):
            console.row(line)
        if left:
            console.say(f"not shown on so narrow a screen: {left}", "context")
    for one in found.statistics if console.width < _NARROW else ():
        verdict, style = _verdict(one, reasons)
        console.say(one.name, "head", [(f"{verdict}  ", style)])
        console.say(f"{_figure(one, one.real)}, simulated {_band(one)}", lead=[("  ", "")])
    for number, words in enumerate(reasons):
        console.say(words, "context", [(f"{_MARKS[number]}  ", "context")])
    for lack in found.lacks:
        console.say(lack, lead=[("! ", "warn")])


def match_words(found: Match) -> str:
    """How many figures match, in a sentence; empty where none were compared.

    Examples
    --------
    >>> match_words(Match((), (), 0, 0.9))
    ''
    """
    whole, off, matching = len(found.statistics), found.having(OFF), found.having(MATCH)
    if not whole:
        return ""
    if whole == 1:
        return f"The one figure that was not fitted {'matches' if matching else 'is off' if off else 'tells nothing'}."
    missed = f", {off} {'is' if off == 1 else 'are'} off" if off else ", none is off"
    return f"Of {whole} figures that were not fitted {matching} {'matches' if matching == 1 else 'match'}{missed}."


def match_document(found: Match) -> dict[str, Any]:
    """The match, as it stands in JSON."""
    return {
        "simulated": found.played,
        "replications": found.replications,
        "confidence": found.confidence,
        "statistics": [one._asdict() for one in found.statistics],
        "lacks": found.lacks,
    }


def _note(found: Match) -> str:
    if not found.statistics:
        return "nothing could be compared"
    return f"what was not fitted, in the log and in {found.replications} simulated ones ({'; '.join(found.played)}); the worst first"


def _columns(found: Match, reasons: list[str], console: Screen) -> tuple[list[Column], str]:
    """The table, and the column for which there is no room."""
    rows, swap = found.statistics, console.glyphs.swap
    figures = [
        Column(("log",), tuple((_figure(one, one.real), "") for one in rows), "right"),
        Column(("simulated",), tuple((_figure(one, one.simulated), "estimate") for one in rows), "right"),
        Column((f"{100 * found.confidence:.3g}% interval",), tuple((swap(_band(one)), "context") for one in rows), "right"),
        Column(("",), tuple(_verdict(one, reasons) for one in rows)),
    ]
    left = ""
    names = Column(("",), tuple((one.name, "head") for one in rows))
    if console.width < table.total([names, *figures]):
        left = " ".join(figures.pop(1).heading)
    room = console.width - table.total(figures) - table.GAP
    return [table.shorten(names, max(room, 8), console.glyphs), *figures], left


def _verdict(one: Statistic, reasons: list[str]) -> Piece:
    marks = "".join(_MARKS[reasons.index(words)] for words in one.why)
    return (f"{one.verdict} {marks}".rstrip(), _STYLES.get(one.verdict, "warn"))


def _reasons(rows: tuple[Statistic, ...]) -> list[str]:
    return list(dict.fromkeys(words for one in rows for words in one.why))


def _figure(one: Statistic, value: float) -> str:
    return f"{100 * value:.1f}%" if one.share else digits(value, 3)


def _band(one: Statistic) -> str:
    return f"{_figure(one, one.low)} – {_figure(one, one.high)}"
