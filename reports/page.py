"""The screen of `foreshow run`: the verdict first, then what it rests on, then how to get it again."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from reports import standing
from reports.answers import answers
from reports.chronicle import chronicle
from reports.console import Line, Screen
from reports.glyphs import clean
from reports.lead import Lead, lead
from reports.market import market
from reports.milestones import noteworthy
from reports.months import months
from reports.parts import axis, charts, numbers, series, shell
from reports.parts.axis import Mark
from reports.parts.charts import Strip
from reports.payoff import OPEN, of_the_switch
from reports.teams import leading
from reports.verdict import ALONE, LEVEL, rivals_and_base, subject
from reports.year import legend, look, year
from sim.study import estimates
from sim.study.estimates import Estimate
from sim.study.results import Run

_ENOUGH = 4
_TOO_MANY = 200


def print_page(run: Run, console: Screen, command: str = "foreshow run") -> None:
    """Print the report of *run*.

    Parameters
    ----------
    command
        What the commands offered at the foot begin with; source, seed and replications are added.
    """
    told = lead(run)
    _lead(told, console)
    if run.replications:
        _block(answers(run, console.width, console.glyphs), console)
    console.row()
    _context(run, console)
    if run.replications:
        _charts(run, console)
        console.title("whole horizon", legend(run, console.glyphs))
        _print(year(run, console.width, console.glyphs), console)
        _market(run, console)
        lines, notes = months(run, console.width, console.glyphs)
        console.title("month by month", " · ".join(notes))
        _print(lines, console)
        print_story(run, console)
    if run.notes:
        console.title("notes", "")
        for note in run.notes:
            console.say(note, lead=[("· ", "context")])
    _footer(run, told, command, console)


def print_story(run: Run, console: Screen) -> None:
    """Print what happened, condensed."""
    first = f", in replication 1 of {run.replications}" if run.replications > 1 else ""
    console.title("what happened", f"by day{first}")
    for begin, words in chronicle(run, console.width, console.glyphs):
        console.say(words, lead=begin)


def print_quiet(run: Run, console: Screen) -> None:
    """Print the verdict's first line only, however long it is, for `--quiet`."""
    console.print(Line(console.glyphs.swap(quiet_line(run))), soft_wrap=True)


def quiet_line(run: Run) -> str:
    """The verdict in one line; the badge is its first word, so that a script can ask for it."""
    told = lead(run)
    return f"[{told.badge}]  {told.answer}"


def _lead(told: Lead, console: Screen) -> None:
    console.say(told.answer, "head", [(f"[{told.badge}]", told.style), ("  ", "")])
    for paragraph in told.more:
        console.say(paragraph)
    if not told.story:
        _traps(told, console)
    if told.beside:
        console.row()
    for paragraph in told.beside:
        console.say(paragraph)
    if told.story:
        _traps(told, console)


def _traps(told: Lead, console: Screen) -> None:
    for trap in told.traps:
        console.say(trap, lead=[("! ", "warn")])


def _context(run: Run, console: Screen) -> None:
    facts = [
        clean(run.scenario),
        f"{numbers.many(run.days, 'day')} from {run.start.isoformat()}",
        numbers.many(run.replications, "replication"),
    ]
    if run.replications:
        base = standing.incumbent(run) or run.candidates[0]
        facts.append(f"{numbers.count(estimates.totals(base)['queries'].mean)} queries")
    console.say(" · ".join(facts), "context")
    if run.question:
        console.say(run.question, "context")


def _charts(run: Run, console: Screen) -> None:
    world = [Mark(event.day, axis.DRIFTED) for event in run.world_events]
    strips = []
    for place in standing.ranked(run):
        one = place.candidate
        own = [Mark(entry.day, axis.sign_for(entry.event)) for entry in noteworthy(one)]
        label = (one.name, *standing.roles(run, one))
        strips.append(Strip(one, label, look(run, place), tuple(world + own)))
    met = {mark.sign for strip in strips for mark in strip.marks if 0 <= mark.day < run.days}
    signs = [f"{sign} {axis.MEANING[sign]}" for sign in axis.MEANING if sign in met]
    words = series.WORDS[series.step_for(run.days)]
    console.title("over time", " · ".join([words, *signs]))
    _print(charts.draw(run, strips, console.width, console.glyphs), console)


def _market(run: Run, console: Screen) -> None:
    lines = market(run, console.width, console.glyphs)
    if lines:
        console.title("advertisers and users", "eyes for ads: how readily users look, 100% at the start")
        _print(lines, console)


def _block(lines: Sequence[Line], console: Screen) -> None:
    """Print lines after an empty one, if there are any."""
    if lines:
        console.row()
    _print(lines, console)


def _print(lines: Iterable[Line], console: Screen) -> None:
    for line in lines:
        console.row(line)


def _footer(run: Run, told: Lead, command: str, console: Screen) -> None:
    build = f"foreshow {run.version} · fingerprint {run.fingerprint} · sampler {run.sampler}"
    why, options = _next(run, told)
    console.row()
    console.say(why, lead=[("next       ", "head")])
    _command(run, command, options, "estimate", " " * 11, console)
    console.row([(console.glyphs.floor * console.width, "context")])
    _command(run, command, [f"--replications {run.planned}"], "context", "reproduce  ", console)
    console.say(build, "context", [("build      ", "context")])


def _command(
    run: Run, command: str, options: Sequence[str], style: str, lead: str, console: Screen
) -> None:  # fmt: skip
    source = console.glyphs.swap(clean(run.source))
    for line in shell.fold(command, source, [f"--seed {run.seed}", *options], lead, console.width):
        console.row([(line, style)])


def _next(run: Run, told: Lead) -> tuple[str, Sequence[str]]:
    """What to do now, in words and as the options of a command."""
    if not run.complete:
        return "finish what was interrupted:", [f"--replications {run.planned}"]
    if run.replications == 1:
        return "how much of this is luck? Play it in more worlds:", [f"--replications {_ENOUGH}"]
    undecided = _undecided(run, told)
    if undecided is not None and undecided.mean is not None:
        needed = standing.needed(undecided, run.replications, _TOO_MANY)
        if needed is None:
            return f"not even {_TOO_MANY} replications would decide it; the months in a table:", _csv(run)
        return f"about {numbers.many(needed, 'replication')} would decide it:", [f"--replications {needed}"]
    if told.story:
        return "what the team saw, did and paid for it, day by day:", [f"--replications {run.planned}", "--page chronicle"]
    alone = told.badge == ALONE
    why = "add a second [[candidate]] to compare; the months in a table:" if alone else "the months in a table:"
    return why, _csv(run)


def _undecided(run: Run, told: Lead) -> Estimate | None:
    """What more replications would decide, if that is what is missing."""
    team = leading(run) if told.story else None
    if team is not None:
        twin = of_the_switch(run, team) if told.badge == OPEN else None
        return None if twin is None else twin.net
    return subject(rivals_and_base(run)[0]).lift if told.badge == LEVEL else None


def _csv(run: Run) -> Sequence[str]:
    return [f"--replications {run.planned}", "--csv months.csv"]
