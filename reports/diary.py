"""The screen of a team's story: what it saw, did, spent and changed, day by day; how often it went so; and what each step was worth."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from reports.alarms import NOTE as NO_FINDINGS
from reports.alarms import TITLE as ALARMS
from reports.alarms import rang
from reports.console import Line, Screen, fit, pad
from reports.effects import SPAN_DAYS
from reports.entries import cost_in_words, shared, written
from reports.glyphs import clean
from reports.parts import numbers, table
from reports.parts.table import Column
from reports.payoff import STYLES, payoff
from reports.price import spendings
from reports.standing import aims
from reports.steps import Step, in_order, steps
from reports.teams import by_replication, leading, not_played, teams
from reports.worth import print_prices
from sim.study.alarms.rung import QuietRates, quiet_rates
from sim.study.results import CandidateRun, Run

_DAY, _VERB = 5, 10
_NARROW = 60
_ARROW = "→"
_GAP = 2
_MOST = 6  # learners without a diary whose alarms are shown


def print_diary(run: Run, console: Screen) -> None:
    """Print the answer, the diary of the team that looks for most, the price of its steps, and the diaries of the others."""
    team = leading(run)
    if team is None or not run.replications:
        console.say(f"{_why_none(run)}: there is no diary to show.")
        _left_out(run, console)
        print_alarms(run, run.candidates, quiet_rates(run), console)
        return
    judged = payoff(run, team)
    console.say(f"{judged.work}; {judged.paid}.", "head", [(f"[{judged.badge}]", STYLES[judged.badge]), ("  ", "")])
    if judged.rests_on:
        console.say(judged.rests_on)
    _left_out(run, console)
    quiet = quiet_rates(run)
    _team(run, team, None, quiet, console)
    print_prices(run, team, console)
    for one in teams(run):
        if one is not team:
            _team(run, one, team, quiet, console)
    print_alarms(run, [one for one in run.candidates if one not in teams(run)], quiet, console)


def _why_none(run: Run) -> str:
    """Why there is no diary."""
    lost = not_played(run)
    if lost:
        return f"{', '.join(map(clean, lost))} could not be played"
    return "No candidate follows a playbook" if run.replications else "No replication was finished"


def _left_out(run: Run, console: Screen) -> None:
    """Who could not be played, and why, as the page of months says it among its notes."""
    for note in run.left_out:
        console.say(clean(note), lead=[("· ", "context")])


def _team(run: Run, team: CandidateRun, known: CandidateRun | None, quiet: QuietRates, console: Screen) -> None:
    """One team: the first replication in full, as far as it is not that of *known*; for all of them when each step came."""
    lines, spent = by_replication(run, team)[0], float(spendings(run, team)[0])
    first = f"replication 1 of {run.replications} · " if run.replications > 1 else ""
    goal = clean(aims(run, team))
    _title(f"the diary of {clean(team.name)}", f"{first}by day · optimises {goal} · {numbers.money(spent, run.currency)} spent", console)
    console.say(f"{_ARROW} what it changed; revenue and CTR by up to {SPAN_DAYS} days before and after", "context")
    if not lines:
        console.say("nothing was written", "context")
    alike = 0 if known is None else shared(lines, by_replication(run, known)[0])
    if known is not None and alike:
        _lead("", "", "", f"days {lines[0].day + 1} to {lines[alike - 1].day + 1} as {clean(known.name)}", console)
    day = 0
    for line in written(lines, team.days[0], run.currency, alike):
        _lead("" if line.day == day else str(line.day), line.verb, line.style, line.words + cost_in_words(line.cost, run.currency), console)
        if line.changed:
            _lead("", _ARROW, "context", line.changed, console)
        day = line.day
    print_alarms(run, [team], quiet, console)
    if run.replications > 1:
        _steps(run, team, console)


def print_alarms(run: Run, candidates: Sequence[CandidateRun], quiet: QuietRates, console: Screen) -> None:
    """What rang on the raw series of each, a line for each detector; a title only where something did."""
    told = [(one, list(rang(run, one, quiet))) for one in candidates]
    told = [(one, lines) for one, lines in told if lines]
    for one, lines in told[:_MOST]:
        _title(f"{ALARMS} of {clean(one.name)}", NO_FINDINGS, console)
        for line in sorted(lines, key=lambda line: (line.day is None, line.day)):
            _lead("" if line.day is None else str(line.day), "rings", "warn", line.words, console)
    if len(told) > _MOST:
        console.say(f"… and those of {len(told) - _MOST} more, all of them in --json", "context")


def _lead(when: str, verb: str, style: str, words: str, console: Screen) -> None:
    """A line with its day and its verb before it; on a narrow screen the verb is the first of its words."""
    arrow, tone = verb == _ARROW, "context" if verb == _ARROW else ""
    day = pad(when, _DAY, "right")
    if console.width < _NARROW:
        console.say(f"{verb}{' ' if arrow else ': '}{words}" if verb else words, tone, [(f"{day} ", "context")])
        return
    verb = pad(console.glyphs.swap(verb), _VERB, "right" if arrow else "left")
    console.say(words, tone, [(day + " " * _GAP, "context"), (verb + " " * _GAP, style or "head")])


def _steps(run: Run, team: CandidateRun, console: Screen) -> None:
    found = steps(run, team)
    if not found:
        return
    _title("when each step came", _order(found, run), console)
    money = numbers.unit_for(max(one.spent for one in found))
    swap, unit = console.glyphs.swap, f"{money.suffix} {run.currency}".strip()
    columns = [
        Column(("", "step"), tuple((swap(clean(one.name)), "head") for one in found)),
        Column(("", "came in"), tuple((f"{len(one.came)} of {run.replications}", "") for one in found), "right"),
        Column(("median", "day"), tuple((f"{one.middle + 1:.0f}", "") for one in found), "right"),
        Column(("from", swap("… to")), tuple((swap(_range(one)), "context") for one in found), "right"),
        Column(("spent by then", unit), tuple((numbers.figure(one.spent, money), "") for one in found), "right"),
    ]
    while len(columns) > 3 and table.total(columns) > console.width:
        columns.pop()
    lines = table.lines(columns)
    told = len(lines) - sum(not one.ordered for one in found)
    _print(lines[:told], console)
    if len(lines) - len(found) < told < len(lines):
        console.row()
    _print(lines[told:], console)


def _order(found: Sequence[Step], run: Run) -> str:
    """In how many replications the story went in its order, and that nothing is said of what else came."""
    told = sum(one.ordered for one in found)
    if not told:
        return "none of the story; these in any order"
    order = f"all of these, in this order, in {in_order(found)} of {run.replications}"
    return order if told == len(found) else f"{order}; apart, below, what else came, in any order"


def _range(step: Step) -> str:
    return f"{min(step.came) + 1} … {max(step.came) + 1}"


def _title(title: str, note: str, console: Screen) -> None:
    console.row()
    shown = fit(console.glyphs.swap(title), console.width - _GAP, console.glyphs)
    console.say(note, "context", [(shown, "head"), (" " * _GAP, "")])


def _print(lines: Iterable[Line], console: Screen) -> None:
    for line in lines:
        console.row(line)
