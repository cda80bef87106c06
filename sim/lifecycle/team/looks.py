"""Looks: what a team can look for, each a step that takes time, may buy labels, and ends in a finding."""

from __future__ import annotations

from collections.abc import Callable

from sim.lifecycle.clock import Clock, Rank
from sim.lifecycle.team import findings
from sim.lifecycle.team.checkup import note
from sim.lifecycle.team.findings import Finding
from sim.lifecycle.team.labour import collect, wait_for
from sim.lifecycle.team.raters import votes_for
from sim.lifecycle.team.team import Step, Team
from sim.scenario.schema import DAY_S

_PANEL = 3
_WEEK_S = 7 * DAY_S


def wrong_labels(team: Team, clock: Clock) -> Step:
    """A panel of further raters looks at the model's errors."""
    said, cut = team.ask(team.test), team.objective.cut
    wrong = (said >= cut) != (team.test.label == 1)
    labels = int(wrong.sum()) * _PANEL
    panel = votes_for(team.test.margin[wrong], team.raters, _PANEL, team.key("labels"))
    yield from wait_for(team, clock, labels)
    found = findings.wrong_labels(team.test, said, cut, panel, _PANEL, team.plan.overturned)
    return tell(team, clock.now_s, found, labels * team.raters.cost)


def never_shows(team: Team, clock: Clock) -> Step:
    """Of what raters would show, the model may find next to nothing."""
    yield clock.at(clock.now_s, Rank.ANALYSIS)
    found = findings.never_shows(team.test, team.ask(team.test), team.objective.cut, team.plan.recall, team.plan.shown)
    return tell(team, clock.now_s, found)


def stale(team: Team, clock: Clock) -> Step:
    """Yesterday's pairs are rated, and the model is judged by them, too."""
    age = clock.now_s // DAY_S - int(team.test.day.max())
    later = yield from collect(team, clock, "retrieved", [team.now(clock.now_s)], team.plan.test_rows, "yesterday's, to be judged by")
    note(team, clock.now_s, "before deployment", deployed=False, fresh=later)
    found = findings.stale(team.test, later, team.ask(team.test), team.ask(later), team.plan.stale_error, team.key("decision"))
    story = f"the test set is {age} days old; {found.story}"
    return tell(team, clock.now_s, found._replace(evidence={**found.evidence, "test_age_days": age}, story=story))


def wrong_objective(team: Team, clock: Clock) -> Step:
    """The holdback is served everyone's pages for a week, and clicks are compared. Nothing is written where nothing is found."""
    yield clock.at(clock.now_s, Rank.ANALYSIS)
    team.log.close(clock.now_s)
    spells = team.log.since(clock.now_s - _WEEK_S + 1)
    matched = team.stage.features.sight.matched
    return team.holdback.test(spells, team.platform.crowd.sightedness, matched, team.plan.cohort_z, team.key("policy"))


LOOKS: dict[str, Callable[[Team, Clock], Step]] = {
    "wrong_labels": wrong_labels,
    "never_shows": never_shows,
    "stale": stale,
}


def tell(team: Team, at_s: int, found: Finding, cost: float = 0.0) -> Finding:
    """Write a finding into the diary."""
    team.write(at_s, "analyse", found.story, cost=cost, finding=found.name if found.found else "", evidence=found.evidence)
    return found
