"""Remedies: what a team does about a finding; the model is trained again at the end of each."""

from __future__ import annotations

from collections.abc import Callable

from sim.lifecycle.clock import Clock, Rank
from sim.lifecycle.team import comparing, findings
from sim.lifecycle.team.downsampling import bar_for
from sim.lifecycle.team.labour import adjudicated, collect, rebar, train, wait_for
from sim.lifecycle.team.looks import tell
from sim.lifecycle.team.miscalibration import miscalibrated
from sim.lifecycle.team.retraining import fresh_labels
from sim.lifecycle.team.team import Step, Team
from sim.lifecycle.team.viewing import own_remedy

_SAME_WEEK = 7
_ENOUGH_RECALL = 0.5


def relabel(team: Team, clock: Clock) -> Step:
    """Better guidelines, and two more raters for everything that a single one called "show"."""
    yield clock.at(clock.now_s + team.plan.guidelines, Rank.LABELS)
    before, labels = int(team.test.label.sum()), 0
    for name in list(team.pairs):
        team.pairs[name], more = adjudicated(team, team.pairs[name])
        labels += more
    cleaner, more = adjudicated(team, team.test)
    team.judged = [cleaner if one.margin is team.test.margin else one for one in team.judged]
    team.test = cleaner
    labels += more
    yield from wait_for(team, clock, labels)
    left = sum(int(one.label.sum()) for one in team.pairs.values())
    story = (
        f"{labels:,} more labels: {left:,} {'pair to be shown is' if left == 1 else 'pairs to be shown are'} left to learn from, "
        f"{int(team.test.label.sum()):,} of {before:,} in the test set"
    )
    team.write(clock.now_s, "relabel", story, cost=labels * team.raters.cost, evidence={"labels": labels, "show": left})
    yield from train(team, clock)


def positives(team: Team, clock: Clock) -> Step:
    """More pairs that belong: from the archive of the weeks that the test set is from, or from fresh traffic."""
    frozen = int(team.test.day.max())
    archived = [day for day in team.archive if day.day <= frozen + _SAME_WEEK]
    days = archived if team.plan.positives_from == "archive" else [team.now(clock.now_s)]
    why = "likely to belong, from the archive" if team.plan.positives_from == "archive" else "likely to belong, from fresh traffic"
    team.pairs["positives"] = yield from collect(team, clock, "targeted", days, team.plan.targeted_rows, why)
    yield from train(team, clock)
    found = findings.never_shows(team.test, team.ask(team.test), team.objective.cut, _ENOUGH_RECALL, 1.0)
    tell(team, clock.now_s, found._replace(found=False, story=f"now {found.story}"))


def recent_data(team: Team, clock: Clock) -> Step:
    """Recent pairs in place of old ones; whether that helps is judged by the same later set."""
    before = team.model
    team.pairs.pop("positives", None)
    team.pairs["recent"] = yield from collect(team, clock, team.design, team.recent(clock.now_s), team.plan.targeted_rows, "recent ones")
    yield from train(team, clock)
    now, why = [team.now(clock.now_s)], "later ones, to be judged by"
    later = yield from collect(team, clock, "retrieved", now, team.plan.test_rows, why, judges=True)
    team.test = later
    helped = comparing.by_entropy(later.label, team.ask(later, before), team.ask(later))
    team.write(clock.now_s, "analyse", helped.story, evidence=helped.evidence)


def recalibrate(team: Team, clock: Clock) -> Step:
    """Pairs as the traffic asks them, few of those rated "no", and the formula that puts predictions right; the bar moves along.

    The new bar lets through as many of the test set's pairs as the old one did, or as raters would where that was none:
    it is a decision rule, and no half.
    """
    shown = float((team.ask(team.test) >= team.objective.cut).mean()) or float(team.test.label.mean())
    before = team.objective.cut
    team.design, team.negatives = "retrieved", team.plan.negatives
    rows, why = team.plan.targeted_rows, "as the traffic asks them, to be calibrated on"
    team.pairs = {"traffic": (yield from collect(team, clock, "retrieved", [team.now(clock.now_s)], rows, why))}
    yield from train(team, clock)
    said = team.ask(team.test)
    rebar(team, bar_for(said, shown))
    found = miscalibrated(team.test.label, said, team.plan.calibration)
    bar = f"the bar goes from {before:.3g} to {team.objective.cut:.3g}, which lets through {shown:.2%} of the pairs"
    evidence = {**found.evidence, "cut": team.objective.cut}
    tell(team, clock.now_s, found._replace(found=False, story=f"now {found.story}; {bar}", evidence=evidence))


def note(_team: Team, clock: Clock) -> Step:
    """It is written down, and nothing is done."""
    yield clock.at(clock.now_s, Rank.ANALYSIS)


def remedy_of(name: str) -> Callable[[Team, Clock], Step]:
    """One of our remedies by its name, or a user's by its import path."""
    return REMEDIES[name] if name in REMEDIES else own_remedy(name)


REMEDIES: dict[str, Callable[[Team, Clock], Step]] = {
    "relabel": relabel,
    "positives": positives,
    "recent_data": recent_data,
    "recalibrate": recalibrate,
    "retrain": fresh_labels,
    "note": note,
}
USUAL = {
    "wrong_labels": "relabel",
    "never_shows": "positives",
    "stale": "recent_data",
    "miscalibrated": "recalibrate",
    "bad_slice": "note",
    "feature_drift": "recent_data",
    "drift": "retrain",
    "event_drift": "retrain",
    "wrong_objective": "switch_objective",
}


def remedy_for(team: Team, diagnosis: str) -> str:
    """What the playbook says to do about a diagnosis: the usual, or what the scenario says; of a user's own, a note."""
    return (USUAL | dict(team.plan.remedies)).get(diagnosis, "note")
