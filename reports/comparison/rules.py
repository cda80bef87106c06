"""The guardrails: each rule as it was written, against every candidate, with the bound that decided."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

from reports import standing
from reports.comparison.places import STYLES, confidence, finite, places
from reports.comparison.verdict import effort
from reports.console import Line, Piece, cells, fit, pad
from reports.glyphs import Glyphs, clean
from reports.parts import numbers, table
from reports.parts.table import Column
from sim.study.compare.comparison import FAIL, HOLD, INVALID, PASS, UNDECIDED, Comparison, Verdicted

_TABLE_FROM, _MOST_COLUMNS = 96, 4
_LONGEST_NAME, _SHORTEST_NAME = 28, 12
_MOST_NOTES = 4


def rules(comparison: Comparison, width: int, glyphs: Glyphs) -> list[Line]:
    """The rules' lines: a table, or a block for each rule where there are too many candidates for one."""
    found = {(one.text, one.candidate): one for one in comparison.rules}
    texts = list(dict.fromkeys(one.text for one in comparison.rules))
    played = {one.candidate for one in comparison.rules}
    ranked = [one.candidate for one in places(comparison) if one.candidate in played]
    ranked += [one for one in dict.fromkeys(one.candidate for one in comparison.rules) if one not in ranked]
    if not texts:
        return []
    if width >= _TABLE_FROM and len(ranked) <= _MOST_COLUMNS:
        for longest in range(_LONGEST_NAME, _SHORTEST_NAME - 1, -1):
            columns = _table(texts, ranked, found, longest, glyphs)
            if table.total(columns) <= width and len({column.heading for column in columns}) == len(columns):
                return table.lines(columns)
    return [line for text in texts for line in _block(text, [found[text, one] for one in ranked if (text, one) in found], width, glyphs)]


def legend(comparison: Comparison, glyphs: Glyphs) -> str:
    """What the signs mean, only those that are met."""
    words = {PASS: "proven", FAIL: "breached", UNDECIDED: "undecided", INVALID: "has no figure"}
    met = {one.status for one in comparison.rules}
    signs = ", ".join(f"{sign(state, glyphs)} {words[state]}" for state in words if state in met)
    if all(finite(one.bound) is None for one in comparison.rules):
        return signs
    return f"{signs} · beside it the bound that decided, {confidence(comparison)} unless the rule says otherwise"


def still_open(comparison: Comparison) -> list[str]:
    """What would decide the rules that are undecided, in sentences; not of candidates that can't ship any more whatever they say."""
    if comparison.verdict == HOLD:
        return []
    out = {one.candidate for one in comparison.rules if one.status in {FAIL, INVALID}}
    out |= {one.candidate for one in places(comparison) if one.answer == standing.BELOW}
    told = [
        f"{clean(one.text)} for {clean(one.candidate)}: {words} would decide it"
        for one in comparison.rules
        if one.status == UNDECIDED
        and one.candidate not in out
        and (words := effort(one.needed_replications, one.needed_seconds, comparison.run.replications))
    ]
    rest = len(told) - _MOST_NOTES
    return told[:_MOST_NOTES] + ([f"and {rest} more of this kind, all in --json"] if rest > 0 else [])


def sign(state: str, glyphs: Glyphs) -> str:
    """The sign of a rule's state; words in ASCII, where + and - would be taken for those of the bound."""
    if glyphs.ascii and state in {PASS, FAIL}:
        return "ok" if state == PASS else "NO"
    return {PASS: glyphs.above, FAIL: glyphs.below, UNDECIDED: glyphs.undecided}.get(state, "!")


def bound(one: Verdicted, decimals: int = 1) -> str:
    """The bound that decided, in the rule's unit; changes carry their sign.

    Examples
    --------
    >>> bound(Verdicted("ctr >= 2%", "a", "PASS", 0.033, 0.0324, "%")), bound(Verdicted("x", "a", "INVALID", None, None))
    ('3.24%', '')
    >>> bound(Verdicted("ctr_vs_baseline >= -0.1pp", "a", "PASS", 0.0001, -0.0003, "pp"))
    '-0.030 pp'
    """
    value = finite(one.bound)
    if value is None:
        return ""
    if one.unit == "pp":
        return f"{100 * value:+.2g} pp" if abs(value) >= 0.001 or not value else f"{100 * value:+.3f} pp"
    if one.unit == "%":
        return numbers.delta(value, decimals) if "_vs_baseline" in one.text else numbers.percent(value)
    return numbers.count(value) if value >= 0 else f"-{numbers.count(-value)}"


def decimals_for(judged: Sequence[Verdicted | None]) -> int:
    """Decimals for the bounds of one rule, the same for all candidates."""
    ends = [abs(value) for one in judged if one is not None and (value := finite(one.bound))]
    return 2 if min(ends, default=1.0) < 0.01 else 1


def _pieces(judged: Sequence[Verdicted | None], glyphs: Glyphs) -> list[Piece]:
    decimals = decimals_for(judged)
    pieces: list[Piece] = []
    for one in judged:
        words = "" if one is None else f"{sign(one.status, glyphs)} {bound(one, decimals)}".rstrip()
        pieces.append((glyphs.swap(words), "" if one is None else STYLES[one.status]))
    return pieces


def _table(
    texts: Sequence[str], ranked: Sequence[str], found: dict[tuple[str, str], Verdicted], longest: int, glyphs: Glyphs
) -> list[Column]:  # fmt: skip
    first = Column(("rule",), tuple((glyphs.swap(clean(text)), "") for text in texts))
    rows = [_pieces([found.get((text, name)) for name in ranked], glyphs) for text in texts]
    columns = [first]
    for name, pieces in zip(ranked, zip(*rows, strict=True), strict=True):
        columns.append(Column((fit(glyphs.swap(clean(name)), longest, glyphs),), pieces, "right"))
    return columns


def _block(text: str, judged: Sequence[Verdicted], width: int, glyphs: Glyphs) -> list[Line]:
    """A rule, and under it the candidates in as many columns as fit."""
    pieces = _pieces(judged, glyphs)
    value = max(cells(words) for words, _ in pieces)
    room = min(_LONGEST_NAME, width - value - 4)
    names = [fit(glyphs.swap(clean(one.candidate)), room, glyphs) for one in judged]
    name = max(map(cells, names))
    across = max(1, width // (4 + value + name))
    lines = [Line(row, style="head") for row in textwrap.wrap(glyphs.swap(clean(text)), width)]
    for begin in range(0, len(judged), across):
        line = Line()
        for (words, style), one in list(zip(pieces, names, strict=True))[begin : begin + across]:
            line.append("  ").append(pad(words, value), style=style).append(f"  {pad(one, name)}")
        line.rstrip()
        lines.append(line)
    return lines
