"""The screen of `foreshow calibrate`: whether a log is good enough for a world, what was read, and what is wrong with it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import timedelta
from math import isfinite
from typing import Any

from reports.console import Piece, Screen
from reports.fitted import fitted_document, print_fitted, print_next
from reports.glyphs import clean
from reports.match import match_document, match_words, print_match
from reports.parts import numbers, table
from reports.parts.table import Column
from sim.calibrate.blind_days import without_blind_days
from sim.calibrate.outcome import Outcome
from sim.calibrate.receipt import COUNTED, EVENTS, PAGES, Reading, some
from sim.calibrate.sufficiency import GOOD, PART, POOR, judge

SCHEMA = "foreshow/calibrate/1"
_BADGES = {GOOD: ("GOOD", "badge.good"), PART: ("IN PART", "badge.warn"), POOR: ("POOR", "badge.bad")}
_ANSWERS = {GOOD: "Good enough for a world", PART: "Good enough for part of a world", POOR: "Not good enough for a world"}
_KINDS = {EVENTS: "a row is an impression", COUNTED: "a row has its impressions", PAGES: "a row is a result page"}


def print_calibration(outcome: Outcome, console: Screen) -> None:
    """Print the answer and the match, what was read, what was fitted, and what to do with it."""
    reading = outcome.reading
    judged = judge(reading)
    badge, style = _BADGES[judged.level]
    console.say(f"{answer(reading)} {match_words(outcome.match)}", "head", [(f"[{badge}]", style), ("  ", "")])
    for lack in judged.lacks:
        console.say(clean(lack), lead=[("! ", "warn")])
    print_match(outcome.match, console)
    console.title("what was read", _KINDS[reading.kind])
    for name, words in _facts(reading):
        console.say(words, lead=[(f"{name:<12}", "context")])
    _columns(reading, console)
    _flaws(reading, console)
    print_fitted(outcome.calibration, console)
    print_next(outcome, console)


def print_quiet(reading: Reading, console: Screen) -> None:
    """Print the first line only."""
    console.say(answer(reading), lead=[(f"[{_BADGES[judge(reading).level][0]}]", ""), ("  ", "")])


def answer(reading: Reading) -> str:
    """Whether the log is good enough for a world, in one sentence."""
    log = reading.log
    shown, clicks = int(log.counted["impressions"].sum()), _clicks(reading)
    seen = without_blind_days(log).counted["impressions"].sum()
    over = f" over {numbers.many(log.days, 'day')}" if "time" in log.has else ""
    rate = f", CTR {numbers.percent(clicks / seen)}" if clicks is not None and seen else ""
    return f"{_ANSWERS[judge(reading).level]}: {numbers.count(shown)} impressions of {_queries(len(log.queries))}{over}{rate}."


def json_text(outcome: Outcome) -> str:
    """All of it, as JSON."""
    reading = outcome.reading
    log, judged = reading.log, judge(reading)
    told: dict[str, Any] = {
        "schema": SCHEMA,
        "log": log.source,
        "verdict": judged.level,
        "lacks": judged.lacks,
        "kind": reading.kind,
        "rows": reading.rows,
        "used": reading.used,
        "first": log.first.isoformat() if "time" in log.has else None,
        "days": log.days,
        "queries": len(log.queries),
        "ads": len(log.ads),
        "segments": len(log.segments),
        "impressions": int(log.counted["impressions"].sum()),
        "clicks": _clicks(reading),
        "has": sorted(log.has),
        "columns": {one.role: {"columns": one.columns, "named": one.named, "told": one.told} for one in reading.taken},
        "unused_columns": reading.left,
        "flaws": [one._asdict() for one in log.flaws],
        **fitted_document(outcome.calibration),
        "match": match_document(outcome.match),
        "world": outcome.into or None,
    }
    return json.dumps(_finite(told), indent=2, ensure_ascii=False) + "\n"


def _finite(told: Any) -> Any:
    """The same with null for what is no number: JSON has no other word for it."""
    if isinstance(told, float):
        return told if isfinite(told) else None
    if isinstance(told, dict):
        return {name: _finite(one) for name, one in told.items()}
    return [_finite(one) for one in told] if isinstance(told, list | tuple) else told


def _facts(reading: Reading) -> list[tuple[str, str]]:
    """What a person wants to check first, by name."""
    log = reading.log
    bad = reading.rows - reading.used
    facts = [
        ("log", log.source),
        ("rows", f"{reading.rows:,}, {f'{bad:,} of them left out' if bad else 'all used'}; {len(log.counted):,} when added up"),
    ]
    if "time" in log.has:
        last = log.first + timedelta(days=log.days - 1)
        facts.append(("days", f"{log.days:,}, {log.first.isoformat()} to {last.isoformat()}"))
    facts.append(("queries", f"{len(log.queries):,}"))
    facts += [("ads", f"{len(log.ads):,}")] if log.ads else []
    facts += [("segments", f"{len(log.segments):,}: {some(log.segments)}")] if log.segments else []
    facts += [("pages", f"{len(log.pages):,}")] if log.pages is not None else []
    clicks = _clicks(reading)
    return facts if clicks is None else [*facts, ("clicks", f"{clicks:,}")]


def _columns(reading: Reading, console: Screen) -> None:
    console.title("columns", "what each was taken for; --columns ROLE=COLUMN says it otherwise")
    swap = console.glyphs.swap
    taken = reading.taken
    columns = [
        Column((), tuple((one.role, "head") for one in taken)),
        Column((), tuple((swap(clean(" + ".join(one.columns))), "") for one in taken)),
        Column((), tuple((_how(one.named, one.told), "context") for one in taken)),
    ]
    room = console.width - table.total(columns[:2]) - table.GAP
    if room >= 16:
        _print(console, [*columns[:2], table.shorten(columns[2], room, console.glyphs)])
    else:
        for one in taken:
            console.say(f"{' + '.join(one.columns)}, {_how(one.named, one.told)}", lead=[(f"{one.role}  ", "head")])
    if reading.left:
        console.say(f"not used: {some(reading.left)}", "context")


def _flaws(reading: Reading, console: Screen) -> None:
    flaws = reading.log.flaws
    console.title("what is wrong with it", "" if flaws else "nothing was found")
    widest = max((len(f"{one.rows:,}") for one in flaws), default=0)
    for one in flaws:
        lead: list[Piece] = [(f"{one.rows:>{widest},}  ", "warn")]
        words = f"{clean(one.what)}{': ' + one.done if one.done else ''}"
        console.say(words + (f"; such as {clean(one.example)}" if one.example else ""), lead=lead)


def _how(named: bool, told: str) -> str:
    return "; ".join(filter(None, ["as you said" if named else "by its usual name", told]))


def _queries(number: int) -> str:
    return f"{number:,} {'query' if number == 1 else 'queries'}"


def _clicks(reading: Reading) -> int | None:
    counted = reading.log.counted
    return int(counted["clicks"].sum()) if "clicks" in counted else None


def _print(console: Screen, columns: Sequence[Column]) -> None:
    for line in table.lines(columns):
        console.row(line)
