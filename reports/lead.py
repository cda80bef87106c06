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
        What it rests on, and the rest of the answer, a paragraph each.
    traps
        What a reader of one figure alone would get wrong, if anything.
    story
        Whether it is about a team and its twin that never switches.
    """

    badge: str
    style: str
    answer: str
    more: tuple[str, ...]
    traps: tuple[str, ...]
    story: bool


def lead(run: Run) -> Lead:
    """Judge *run*: a team beside its twin that never switches asks whether the switch pays; all else asks who earns most."""
    judged = verdict(run)
    told = [payoff(run, one) for one in teams(run)] if run.replications else []
    first = leading(run) if told else None
    if first is not None and (found := payoff(run, first)).answers:
        return _story(found, judged)
    work = tuple(f"{one.work}." for one in told[:_MOST])
    return Lead(judged.badge, STYLES[judged.badge], judged.answer, (judged.doubt, *work), judged.traps, story=False)


def _story(found: Payoff, judged: Verdict) -> Lead:
    beside = (judged.answer, judged.doubt)
    style = OF_A_TEAM[found.badge]
    if not found.rests_on:
        return Lead(found.badge, style, f"{found.work}.", beside, judged.traps, story=True)
    answer = f"{found.paid[0].upper()}{found.paid[1:]}."
    return Lead(found.badge, style, answer, (f"{found.work}.", found.rests_on, *beside), judged.traps, story=True)
