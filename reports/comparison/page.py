"""The screen of `foreshow compare`: the verdict first, then what it rests on, then how to get it again."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from reports.comparison import curves, frontier, lifts, metrics, months, rules
from reports.comparison.ending import print_ending
from reports.comparison.places import known, proven_side, title
from reports.comparison.reasons import reasons
from reports.comparison.settings import print_settings
from reports.comparison.trust import print_broken, print_trust
from reports.comparison.verdict import STYLES, verdict
from reports.console import Line, Screen
from reports.glyphs import clean
from reports.standing import UNKNOWN
from reports.year import LOOKS, sign
from sim.study.compare.comparison import Comparison

_BESIDE = 60


def print_comparison(
    comparison: Comparison, console: Screen, *, month_page: bool = False, stored: Sequence[str] | None = None
) -> None:  # fmt: skip
    """Print the report of *comparison*.

    Parameters
    ----------
    month_page
        Whether to print the month by month page too.
    stored
        Options with which `foreshow report` finds the run; None where it is not kept.
    """
    judged = verdict(comparison)
    console.say(judged.answer, "head", [(f"[{judged.badge}]", STYLES[judged.badge]), ("  ", "")])
    console.say(judged.doubt)
    print_broken(comparison, console)
    if comparison.run.question:
        console.say(comparison.run.question, "context")
    _comparison(comparison, console)
    _explanation(comparison, console)
    if month_page:
        lines = months.months(comparison, console.width, console.glyphs)
        _section("month by month", months.legend(comparison), lines, console)
    if comparison.settings:
        _title("what differs", "only these settings do", console)
        print_settings(comparison, console)
    _title("can it be trusted?", "", console)
    print_trust(comparison, console)
    print_ending(comparison, console, stored)


def print_quiet(comparison: Comparison, console: Screen) -> None:
    """Print the verdict's first line only, however long it is, for `--quiet`."""
    console.print(Line(console.glyphs.swap(quiet_line(comparison))), soft_wrap=True)


def quiet_line(comparison: Comparison) -> str:
    """The verdict in one line; the badge is its first word, so that a script can ask for it."""
    judged = verdict(comparison)
    return f"[{judged.badge}]  {judged.answer}"


def _comparison(comparison: Comparison, console: Screen) -> None:
    width, glyphs = console.width, console.glyphs
    base = clean(comparison.baseline)
    found = lifts.lifts(comparison, width, glyphs)
    _section(f"{title(comparison.primary)} vs {base}", lifts.legend(comparison, width, glyphs), found, console)
    _section("everything else", metrics.legend(comparison), metrics.metrics(comparison, width, glyphs), console)
    _section("guardrails", rules.legend(comparison, glyphs), rules.rules(comparison, width, glyphs), console)
    for words in rules.still_open(comparison):
        console.say(words, lead=[(f"{glyphs.undecided} ", "warn")])


def _explanation(comparison: Comparison, console: Screen) -> None:
    width, glyphs = console.width, console.glyphs
    _section("trade-off", frontier.heading(comparison), frontier.frontier(comparison, width, glyphs), console)
    told = reasons(comparison)
    if told:
        _title("why", "from the ledgers, revenue = queries × ads a query × clicks an ad × price a click", console)
        answers = {one.candidate: proven_side(known(one.revenue)) for one in comparison.reasons}  # of the sentence, not of the lift
        for name, words in told:
            answer = answers.get(name, UNKNOWN)
            console.say(f"{clean(name)} {words}", lead=[(f"{sign(answer, glyphs)} ", LOOKS[answer])])
    for swept in comparison.curves:
        _section(*curves.heading(comparison, swept), curves.curve(comparison, swept, width, glyphs), console)


def _section(name: str, note: str, lines: Iterable[Line], console: Screen) -> None:
    """Print a title and what is under it, if there is anything."""
    rows = list(lines)
    if rows:
        _title(name, note, console)
    for line in rows:
        console.row(line)


def _title(name: str, note: str, console: Screen) -> None:
    console.row()
    if console.width < _BESIDE:
        console.say(name, "head")
        console.say(note, "context")
    else:
        console.say(note, "context", [(name, "head"), ("  ", "")])
