"""Looks: what a team can look for, each a step that takes time, may buy labels, and ends in a finding."""

from __future__ import annotations

from collections.abc import Callable

from sim.lifecycle.clock import Clock, Rank
from sim.lifecycle.team import collecting, expecting, findings, miscalibration, slices, stability
from sim.lifecycle.team.checkup import note
from sim.lifecycle.team.findings import Finding
from sim.lifecycle.team.following import followed
from sim.lifecycle.team.labour import collect, wait_for
from sim.lifecycle.team.raters import votes_for
from sim.lifecycle.team.sample import DESIGNS, joined
from sim.lifecycle.team.team import Step, Team
from sim.lifecycle.team.viewing import own_look
from sim.scenario.schema import DAY_S

_PANEL = 3
_WEEK_S = 7 * DAY_S


def wrong_labels(team: Team, clock: Clock) -> Step:
    """A panel of further raters looks at the model's errors."""
    said, cut = team.ask(team.test), team.objective.cut
    wrong = (said >= cut) != (team.test.label == 1)
    labels = int(wrong.sum()) * _PANEL
    luck = None if team.test.luck is None else team.test.luck[wrong]
    panel = votes_for(team.test.margin[wrong], team.raters, _PANEL, team.key("labels"), luck)
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
    now, why = [team.now(clock.now_s)], "yesterday's, to be judged by"
    later = yield from collect(team, clock, "retrieved", now, team.plan.test_rows, why, judges=True)
    serves = bool(team.models)  # then the newest model is the one that does
    note(team, clock.now_s, "at a look" if serves else "before deployment", deployed=serves, fresh=later)
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


def miscalibrated(team: Team, clock: Clock) -> Step:
    """What the model says of the test set is held against what raters said of it."""
    yield clock.at(clock.now_s, Rank.ANALYSIS)
    return tell(team, clock.now_s, miscalibration.miscalibrated(team.test.label, team.ask(team.test), team.plan.calibration))


def bad_slice(team: Team, clock: Clock) -> Step:
    """The same in each part of the traffic."""
    yield clock.at(clock.now_s, Rank.ANALYSIS)
    test, plan = team.test, team.plan
    names = team.stage.features.names
    found = slices.bad_slice(names, test.table, test.label, team.ask(test), plan.slice_gap, plan.slice_error)
    return tell(team, clock.now_s, found)


def feature_drift(team: Team, clock: Clock) -> Step:
    """Yesterday's pairs, which nobody has to rate, against those of the traffic that the model has learned from."""
    yield clock.at(clock.now_s, Rank.ANALYSIS)
    known = [one for one in team.pairs.values() if len(one) and one.why[0] != DESIGNS.index("uniform")]
    before = joined(known or [team.test])  # pairs of the whole index look like no traffic
    after = collecting.retrieved(team.stage.features, [team.now(clock.now_s)], team.plan.test_rows, team.key("labels"))
    found = stability.feature_drift(team.stage.features.names, before.table, after.table, before.weight, team.plan.psi)
    return tell(team, clock.now_s, found)


def drift(team: Team, clock: Clock) -> Step:
    """Daily clicks since the deployment against what the model leads one to expect. Nothing is written where nothing is found."""
    yield clock.at(clock.now_s, Rank.ANALYSIS)
    team.course = followed(team, clock.now_s)
    return expecting.drift(team.course, team.plan.drift_tolerance, team.plan.drift_delta, team.plan.drift_threshold)


def event_drift(team: Team, clock: Clock) -> Step:
    """Each impression's click against what the model leads one to expect. Nothing is written where nothing is found."""
    yield clock.at(clock.now_s, Rank.ANALYSIS)
    if team.hearing is None:
        raise ValueError(f"candidate {team.settings.name!r} does not listen")
    return team.hearing.found(team.plan.drift_tolerance)


def look_of(name: str) -> Callable[[Team, Clock], Step]:
    """One of our looks by its name, or a user's by its import path."""
    return WATCHES[name] if name in WATCHES else own_look_told(name)


def own_look_told(path: str) -> Callable[[Team, Clock], Step]:
    """A user's look, whose finding goes into the diary as ours do."""

    def look(team: Team, clock: Clock) -> Step:
        found = yield from own_look(path)(team, clock)
        return tell(team, clock.now_s, found)

    return look


LOOKS: dict[str, Callable[[Team, Clock], Step]] = {
    "wrong_labels": wrong_labels,
    "never_shows": never_shows,
    "stale": stale,
    "miscalibrated": miscalibrated,
    "bad_slice": bad_slice,
    "feature_drift": feature_drift,
}
WATCHES = LOOKS | {"wrong_objective": wrong_objective, "drift": drift, "event_drift": event_drift}


def tell(team: Team, at_s: int, found: Finding, cost: float = 0.0) -> Finding:
    """Write a finding into the diary."""
    team.write(at_s, "analyse", found.story, cost=cost, finding=found.name if found.found else "", evidence=found.evidence)
    return found
