"""The screen of a model's health: whether it does what its test set says, and where it does not.

Of each candidate the last look at each kind of model that came to a verdict is shown whole, the latest first; then every look in a line.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from reports import health_tables
from reports.console import Line, Piece, Screen, cells, pad
from reports.glyphs import clean
from reports.health_words import NEXT, STYLES, answer, context, doubt, newer, untested
from reports.parts import numbers, shell
from sim.health import UNTESTED, Check, Health
from sim.study.results import CandidateRun, Run

_NOBODY = "No model's health is known: no candidate has a team with a playbook, or none has deployed anything."
_TRUTH = "* truth: the simulator's own show-worthiness or chance of a click; a live system can't see this column"


def print_health(run: Run, console: Screen, command: str = "foreshow run") -> None:
    """Print how the models of *run* were doing.

    Parameters
    ----------
    command
        What the commands offered at the foot begin with; source, seed and replications are added.
    """
    found = [(one, shown_whole(one)) for one in run.candidates if one.health]
    found = [(one, records) for one, records in found if records]
    if not found:
        console.say(_NOBODY, "head", [(f"[{UNTESTED}]", STYLES[UNTESTED]), ("  ", "")])
    for place, (one, records) in enumerate(found):
        for number, record in enumerate(records):
            if place or number:
                console.row([(console.glyphs.floor * console.width, "context")])
            _print_record(one, record, run.currency, console)
        _print_looks(run, one, console)
    _footer(run, found[0][1][0].verdict if found else UNTESTED, command, console)


def shown_whole(one: CandidateRun) -> list[Health]:
    """The last record of each kind of model in the first replication, if there is one with a verdict, the latest first."""
    first = min((record.replication for record in one.health), default=0)
    last: dict[str, Health] = {}
    for record in one.health:
        if record.replication == first and (record.verdict != UNTESTED or last.get(record.label, record).verdict == UNTESTED):
            last[record.label] = record
    return sorted(last.values(), key=lambda record: -record.day)


def _print_record(candidate: CandidateRun, one: Health, currency: str, console: Screen) -> None:
    words = answer(candidate.name, one)
    console.say(words[:1].upper() + words[1:] if words.startswith("it ") else words, "head", [_badge(one), ("  ", "")])
    for told in (newer(candidate.name, one, candidate.health), doubt(one)):
        if told:
            console.say(told)
    console.say(context(one, currency), "context")
    width, glyphs = console.width, console.glyphs
    _title(f"{one.old_name} against {one.fresh_name}" if one.fresh_name else clean(one.old_name), "", console)
    _print(health_tables.measures(one, width, glyphs), console)
    console.say(_TRUTH, "context")
    if one.deciles:
        _title("calibration", "observed over predicted by tenth of what it says; shown: share of last week's impressions", console)
        _print(health_tables.deciles(one.deciles, width, glyphs), console)
    _title("data health", "", console)
    _print_checks(one.checks, console)
    if one.slices:
        what = "misjudged: last week's clicks at their bids, for a year, times the share that is off"
        note = f"of {one.looked_at} looked at, against all pairs; {what}"
        _title("worst slices", note, console)
        _print(health_tables.slices(one.slices, currency, width, glyphs), console)
    elif one.looked_at:
        _title("worst slices", f"none of {one.looked_at} is proven to be off (Holm, 5%)", console)


def _badge(one: Health) -> Piece:
    return f"[{one.verdict}]", STYLES.get(one.verdict, "badge.estimate")


def _print_checks(checks: Sequence[Check], console: Screen) -> None:
    glyphs = console.glyphs
    signs = {True: (glyphs.above, "good"), False: (glyphs.below, "bad"), None: (glyphs.undecided, "warn")}
    rows = [(check.name, _value(check, check.value), _limit(check), _value(check, check.truth)) for check in checks]
    swapped = [[glyphs.swap(clean(word)) for word in row] for row in (("check", "value", "limit", "truth*"), *rows)]
    wide = [max(cells(row[place]) for row in swapped) for place in range(4)]
    if sum(wide) + 2 * len(wide) + 1 > console.width:
        for check, (name, value, limit, truth) in zip(checks, rows, strict=True):
            sign, look = signs[check.passed]
            console.say(f"{name}: {value} (limit {limit}, truth* {truth}); {check.meaning}", lead=[(f"{sign}  ", look)])
        return
    texts = ["  ".join(pad(word, wide[place], "left" if place == 0 else "right") for place, word in enumerate(row)) for row in swapped]
    console.row([("   " + texts[0], "context")])
    for check, text in zip(checks, texts[1:], strict=True):
        sign, look = signs[check.passed]
        console.say(check.meaning, "context", [(f"{sign}  ", look), (text + "  ", "")])


def _limit(check: Check) -> str:
    return ("≥ " if check.at_least else "≤ ") + _value(check, check.limit)


def _value(check: Check, value: float | None) -> str:
    if value is None:
        return numbers.NOTHING
    if check.unit == "odds":
        return f"1 : {value:,.1f}" if value < 10 else f"1 : {value:,.0f}"
    return f"{value:.1%}" if check.unit == "share" else f"PSI {value:.2f}"


def _print_looks(run: Run, one: CandidateRun, console: Screen) -> None:
    first = min(record.replication for record in one.health)
    rows = [record for record in one.health if record.replication == first]
    more = f" in replication {first + 1} of {run.replications}" if run.replications > 1 else ""
    _title("every look", f"at {clean(one.name)}'s models{more}; raters' labels: show, clicks: click", console)
    _print(health_tables.looks(rows, run.currency, console.width, console.glyphs), console)
    if told := untested(rows):
        console.say(told, "context")


def _title(title: str, note: str, console: Screen) -> None:
    console.row()
    if note:
        console.say(note, "context", [(title, "head"), ("  ", "")])
    else:
        console.say(title, "head")


def _print(lines: Iterable[Line], console: Screen) -> None:
    for line in lines:
        console.row(line)


def _footer(run: Run, verdict: str, command: str, console: Screen) -> None:
    console.row()
    console.say(NEXT[verdict], lead=[("next       ", "head")])
    _command(run, command, "--page chronicle", "estimate", " " * 11, console)
    console.row([(console.glyphs.floor * console.width, "context")])
    _command(run, command, "--page health", "context", "reproduce  ", console)
    console.say(f"foreshow {run.version} · fingerprint {run.fingerprint} · sampler {run.sampler}", "context", [("build      ", "context")])


def _command(run: Run, command: str, page: str, style: str, lead: str, console: Screen) -> None:
    options = [f"--seed {run.seed}", f"--replications {run.planned}", page]
    for line in shell.fold(command, console.glyphs.swap(clean(run.source)), options, lead, console.width):
        console.row([(line, style)])
