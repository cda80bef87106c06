"""The screen of `foreshow check module:Class`: whether the part can be used, then every check in a line."""

from __future__ import annotations

import shlex

from reports.console import Screen, pad
from reports.glyphs import clean
from reports.parts import shell
from reports.parts.numbers import many
from sim.study.contract.findings import BROKEN, GOOD, NOTE, Finding, Findings

SOUND_BADGE, BROKEN_BADGE = "SOUND", "BROKEN"
_AS = {"model": "a model", "objective": "an objective", "drift": "a drift", "explore": "an explorer", "pricing": "a pricing rule"}
_LOOK = {GOOD: "good", NOTE: "warn", BROKEN: "bad"}
_LEAD = "next       "


def print_findings(findings: Findings, console: Screen) -> None:
    """Print what was found of a part."""
    badge, style = (SOUND_BADGE, "badge.good") if findings.sound else (BROKEN_BADGE, "badge.bad")
    console.say(verdict(findings), "head", [(f"[{badge}]", style), ("  ", "")])
    if findings.basis:
        console.say(f"{findings.basis[:1].upper()}{findings.basis[1:]}.", "context")
    console.row()
    widest = max((len(one.check) for one in findings.findings), default=0)
    for one in findings.findings:
        _line(one, widest, console)
    console.row()
    _next(findings, console)
    console.row([(console.glyphs.floor * console.width, "context")])
    options = [shlex.quote(f"{name}={_bare(value)}") for name, value in findings.arguments]
    options += [f"--folder {shlex.quote(findings.folder)}"] if findings.folder not in ("", ".") else []
    for line in shell.fold("foreshow check", console.glyphs.swap(clean(findings.part)), options, "reproduce  ", console.width):
        console.row([(line, "context")])


def verdict(findings: Findings) -> str:
    """Whether it can be used, in one sentence.

    Examples
    --------
    >>> verdict(Findings("my_model:Mine", "model", (Finding(GOOD, "fit", "returns the object itself"),)))
    'my_model:Mine can be a model: 1 check, no notes.'
    """
    role, made = _AS[findings.role], many(len(findings.findings), "check")
    if findings.sound:
        return f"{findings.part} can be {role}: {made}, {many(len(findings.notes), 'note') if findings.notes else 'no notes'}."
    unmade = f"; {findings.unmade} more could not be made" if findings.unmade else ""
    return f"{findings.part} breaks the contract of {role} in {len(findings.broken)} of {made}{unmade}."


def _line(one: Finding, widest: int, console: Screen) -> None:
    glyphs = console.glyphs
    sign = {GOOD: glyphs.above, NOTE: "!", BROKEN: glyphs.below}[one.level]
    words = f"{one.found}{'; ' + one.hint if one.hint else ''}"
    console.say(words, lead=[(f"{sign}  ", _LOOK[one.level]), (f"{pad(one.check, widest)}  ", "head" if one.level == BROKEN else "")])


def _next(findings: Findings, console: Screen) -> None:
    """What to do now: the lines for a scenario, or what to mend."""
    if not findings.sound:
        console.say(f"mend what is marked {console.glyphs.below}, then check again", lead=[(_LEAD, "head")])
        return
    console.say("name it in a scenario:", lead=[(_LEAD, "head")])
    for line in scenario_lines(findings):
        console.say(line, "estimate", [(" " * len(_LEAD), "")])


def scenario_lines(findings: Findings) -> list[str]:
    """How a scenario names the part.

    Examples
    --------
    >>> scenario_lines(Findings("my_model:Mine", "model", (), (("depth", "3"),)))
    ['model = { use = "my_model:Mine", depth = 3 }']
    """
    given = [f"{name} = {value}" for name, value in findings.arguments]
    if findings.role == "drift":
        return ["[[drift]]", f'kind = "{findings.part}"', *given]
    inner = ", ".join([f'use = "{findings.part}"', *given])
    return [f"{findings.role} = {{ {inner} }}"]


def _bare(value: str) -> str:
    """A value as the command takes it: a text needs no quotes of its own, unless it would be read as something else."""
    inner = value[1:-1]
    plain = value.startswith('"') and inner.replace("_", "").isalpha() and inner not in ("true", "false", "inf", "nan")
    return inner if plain else value
