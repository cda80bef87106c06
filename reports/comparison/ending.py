"""The foot of the page: what to do now, and how to get the same page again."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from typing import NamedTuple

from reports.comparison.places import subject
from reports.comparison.verdict import effort
from reports.console import Screen
from reports.glyphs import clean
from reports.parts import shell
from sim.study.compare.comparison import FAIL, HOLD, INVALID, UNDECIDED, Comparison

COMPARE, REPORT = "foreshow compare", "foreshow report"
_ENOUGH = 20
_SEEDS = 2**63


class Next(NamedTuple):
    """A sentence, and the command that does it: what it begins with, and its options."""

    why: str
    command: str
    options: Sequence[str]


def print_ending(comparison: Comparison, console: Screen, stored: Sequence[str] | None = None) -> None:
    """Print the next step and the footer; *stored* is as in `following`."""
    run, step = comparison.run, following(comparison, stored)
    console.row()
    console.say(step.why, lead=[("next       ", "head")])
    _command(comparison, step.command, step.options, "estimate", " " * 11, console)
    console.row([(console.glyphs.floor * console.width, "context")])
    _command(comparison, COMPARE, again(comparison), "context", "reproduce  ", console)
    build = [f"foreshow {run.version}", f"run {clean(run.run)}"]
    if run.candidates:
        build.append(f"fingerprint {run.fingerprint}")
    console.say(" · ".join([*build, f"exit {comparison.exit}"]), "context", [("build      ", "context")])


def again(comparison: Comparison, replications: int | None = None, *, elsewhere: bool = False) -> list[str]:
    """The options that give this page again: any number of workers gives the same; *elsewhere* in other worlds."""
    run = comparison.run
    asked = {
        "seed": str((run.seed + elsewhere) % _SEEDS), "baseline": comparison.baseline, "primary": comparison.primary,
        "replications": str(replications or ("" if comparison.sequential else run.planned)),
        "precision": "" if replications or comparison.precision is None else f"{100 * comparison.precision:g}%",
    }  # fmt: skip
    return [f"--{name} {shlex.quote(clean(value))}" for name, value in asked.items() if value]


def following(comparison: Comparison, stored: Sequence[str] | None = None) -> Next:
    """What to do now.

    Parameters
    ----------
    stored
        Options with which `foreshow report` finds the run; None where it is not kept, so that it has to be played again.
    """
    run, place = comparison.run, subject(comparison)
    same = again(comparison)
    if run.interrupted or run.broken:
        return Next("go on where it stopped; what is finished is kept:", COMPARE, same)
    if comparison.verdict == INVALID:
        return Next("mend what is marked ! above, then look for mistakes in the scenario:", "foreshow check", ())
    if place is None:
        return Next("add a [[candidate]] to compare; the baseline alone, day by day:", "foreshow run", [f"--seed {run.seed}"])
    if run.replications < 2:
        return Next("how much of this is luck? Play it in more worlds:", COMPARE, again(comparison, _ENOUGH))
    if comparison.verdict == UNDECIDED:
        needed = effort(comparison.needed_replications, comparison.needed_seconds, run.replications)
        if needed:
            # Student's interval holds for one look: a second one at the same worlds errs about twice as often.
            why = f"{needed} would decide it; play so many in new worlds:"
            return Next(why, COMPARE, again(comparison, comparison.needed_replications, elsewhere=True))
        return Next(
            "no number of replications within reason would decide it; what it rests on, as JSON:",
            *_shown_again(comparison, "--json", stored),
        )
    if comparison.verdict == HOLD:
        breached = any(one.candidate == place.candidate and one.status == FAIL for one in comparison.rules)
        what = f"when and where {clean(place.candidate)} breaks a rule" if breached else f"why {clean(place.candidate)} is no better"
        return Next(f"see {what}, day by day:", "foreshow run", [f"--seed {run.seed}", f"--replications {min(run.replications, _ENOUGH)}"])
    return Next("paste the verdict in a pull request:", *_shown_again(comparison, "--markdown", stored))


def _shown_again(comparison: Comparison, how: str, stored: Sequence[str] | None) -> tuple[str, Sequence[str]]:
    """The same comparison in another form: from the store at once, or else played again."""
    return (COMPARE, [*again(comparison), how]) if stored is None else (REPORT, [*stored, how])


def _command(
    comparison: Comparison, command: str, options: Sequence[str], style: str, lead: str, console: Screen
) -> None:  # fmt: skip
    source = console.glyphs.swap(clean(comparison.run.run if command == REPORT else comparison.run.source))
    for line in shell.fold(command, source, [console.glyphs.swap(one) for one in options], lead, console.width):
        console.row([(line, style)])
