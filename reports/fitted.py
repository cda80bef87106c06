"""The figures of a calibration, what stays at its default, and what to do next."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

from reports.console import Piece, Screen
from reports.glyphs import clean
from sim.calibrate.calibration import Calibration
from sim.calibrate.log import Figure
from sim.calibrate.outcome import Outcome
from sim.calibrate.spelling import give_or_take, spelled
from sim.calibrate.world import LEAST_TYPES

_PLAYED = "6 months"


def print_fitted(found: Calibration, console: Screen) -> None:
    """Print what was fitted, and what was not."""
    settings = [one for one in found.figures if one.key]
    told = [one for one in found.figures if not one.key]
    if settings:
        console.title("what was fitted", "its setting, its value \u00b1 standard error, and where it comes from")
        _figures(settings, console)
    if told:
        console.title("found in the log and in no setting", "")
        _figures(told, console)
    if found.unknown:
        console.title("what stays at its default", "and why")
    reasons: dict[str, list[str]] = {}
    for one in found.unknown:
        reasons.setdefault(one.why, []).append(one.key)
    for why, keys in reasons.items():
        console.say(why, "context", [(f"{', '.join(filter(None, keys))}  ", "head")])


def print_next(outcome: Outcome, console: Screen) -> None:
    """Print what to write and to type now."""
    console.title("next", "")
    if not outcome.into:
        console.say(f"foreshow calibrate {clean(outcome.reading.log.source).replace(', ', ' ')} --into our_world", lead=[("  ", "")])
        return
    console.say(f"the world is in {clean(outcome.into)}; write a scenario beside it, such as our_shop.toml:", "context")
    log = outcome.reading.log
    start = [f"start     = {(log.first + timedelta(days=log.days)).isoformat()}"] if "time" in log.has else []
    rules = ("as_logged", "keyword") if len(outcome.calibration.tables.get("queries", ())) >= LEAST_TYPES else ("keyword", "always_show")
    lines = [
        'name      = "our shop"', f'world     = "{clean(Path(outcome.into).name)}"', f'horizon   = "{_PLAYED}"', *start,
        *(line for rule in rules for line in ("[[candidate]]", f'policy    = "{rule}"')),
    ]  # fmt: skip
    for line in lines:
        console.say(line, lead=[("  ", "")])
    console.say("and compare the two: foreshow compare our_shop.toml", "context")


def fitted_document(found: Calibration) -> dict[str, Any]:
    """What was fitted and what was not, as it stands in JSON."""
    return {"figures": [one._asdict() for one in found.figures], "unknown": [one._asdict() for one in found.unknown]}


def _figures(figures: list[Figure], console: Screen) -> None:
    before = ""
    for one in figures:
        words = "as above" if one.told == before else one.told
        before = one.told
        lead: list[Piece] = [(f"{one.key or clean(one.name)}  ", "head")]
        value = spelled(one.key, one.value).replace('"', "") if one.finite else "not to be told"
        console.say(f"{value} {give_or_take(one.key, one.error)}", lead=lead)
        console.say(words, "context", [("  ", "")])
