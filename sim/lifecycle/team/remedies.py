"""Remedies: what a team does about a finding; the model is trained again at the end of each."""

from __future__ import annotations

from collections.abc import Callable

from sim.lifecycle.clock import Clock, Rank
from sim.lifecycle.team import findings
from sim.lifecycle.team.labour import adjudicated, collect, train, wait_for
from sim.lifecycle.team.looks import tell
from sim.lifecycle.team.team import Step, Team

_SAME_WEEK = 7
_ENOUGH_RECALL = 0.5


def relabel(team: Team, clock: Clock) -> Step:
    """Better guidelines, and two more raters for everything that a single one called "show"."""
    yield clock.at(clock.now_s + team.plan.guidelines, Rank.LABELS)
    before, labels = int(team.test.label.sum()), 0
    for name in list(team.pairs):
        team.pairs[name], more = adjudicated(team, team.pairs[name])
        labels += more
    team.test, more = adjudicated(team, team.test)
    labels += more
    yield from wait_for(team, clock, labels)
    left = sum(int(one.label.sum()) for one in team.pairs.values())
    story = (
        f"{labels:,} more labels: {left:,} pairs to be shown are left to learn from, "
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
    team.pairs["recent"] = yield from collect(team, clock, "targeted", team.recent(clock.now_s), team.plan.targeted_rows, "recent ones")
    yield from train(team, clock)
    later = yield from collect(team, clock, "retrieved", [team.now(clock.now_s)], team.plan.test_rows, "later ones, to be judged by")
    old, new = (findings.normalised_entropy(later.label, team.ask(later, model)) for model in (before, team.model))
    team.test = later
    story = f"by the same later set normalised entropy goes from {old:.3f} to {new:.3f}"
    team.write(clock.now_s, "analyse", story, evidence={"normalised_entropy_before": old, "normalised_entropy_after": new})


REMEDIES: dict[str, Callable[[Team, Clock], Step]] = {
    "relabel": relabel,
    "positives": positives,
    "recent_data": recent_data,
    "retrain": train,
}
USUAL = {"wrong_labels": "relabel", "never_shows": "positives", "stale": "recent_data"}
