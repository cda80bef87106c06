"""The first lines of the page: what a team's story comes to where the scenario asks that, else how candidates compare."""

from __future__ import annotations

from typing import NamedTuple

from reports.payoff import STYLES as OF_A_TEAM
from reports.payoff import Payoff, payoff
from reports.teams import leading, teams
from reports.verdict import STYLES, Verdict, verdict
from sim.study.results import Run

_MOST = 3


class Lead(NamedTuple):
    """What the page begins with.

    Attributes
    ----------
    badge, style
        The first word, and how it looks.
    answer
        The first sentence.
    more
        What it rests on, a paragraph each.
    story
        Whether it is about a team and its twin that never switches.
    beside
        The other answer: beside a story who earns most, else what each team did.
    traps
        What a reader of one figure alone would get wrong in who earns most, if anything.
    """

    badge: str
    style: str
    answer: str
    more: tuple[str, ...]
    story: bool
    beside: tuple[str, ...]
    traps: tuple[str, ...]


def lead(run: Run) -> Lead:
    """Judge *run*: a team beside its twin that never switches asks whether the switch pays; all else asks who earns most."""
    judged = verdict(run)
    told = [payoff(run, one) for one in teams(run)] if run.replications else []
    first = leading(run) if told else None
    if first is not None and (found := payoff(run, first)).answers:
        return _story(found, judged)
    work = tuple(f"{one.work}." for one in told[:_MOST])
    return Lead(judged.badge, STYLES[judged.badge], judged.answer, (judged.doubt,), False, work, judged.traps)


def _story(found: Payoff, judged: Verdict) -> Lead:
    answer, more = f"{found.work}.", tuple[str, ...]()
    if found.rests_on:
        answer, more = f"{found.paid[0].upper()}{found.paid[1:]}.", (answer, found.rests_on)
    return Lead(found.badge, OF_A_TEAM[found.badge], answer, more, True, (judged.answer, judged.doubt), judged.traps)
