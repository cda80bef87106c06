"""The plot: what a team does, in order. Nothing here knows a date; what happens follows from what is found."""

from __future__ import annotations

from sim.lifecycle.clock import Clock, Process, Rank
from sim.lifecycle.team.deploying import deploy
from sim.lifecycle.team.labour import collect, train
from sim.lifecycle.team.looks import look_of
from sim.lifecycle.team.remedies import remedy_for, remedy_of
from sim.lifecycle.team.retraining import fresh_labels
from sim.lifecycle.team.team import Step, Team
from sim.lifecycle.team.watching import watch

_FIRST = {
    "uniform": ("uniform", "any query with any ad, to learn from"),
    "balanced": ("targeted", "balanced, to learn from"),
    "retrieved": ("retrieved", "as the traffic asks them, to learn from"),
    "served": ("served", "of those that were shown, to learn from"),
}


def follow(team: Team, clock: Clock) -> Process:
    """Engineer features, collect, label, train; look for what is wrong and mend it; deploy, again and again until it holds; watch."""
    plan = team.plan
    yield clock.at(clock.now_s + plan.features, Rank.FEATURES)
    now = [team.now(clock.now_s)]
    design, why = _FIRST[plan.first_sample]
    team.pairs["first"] = yield from collect(team, clock, design, now, plan.first_rows, why, adjudicate=False)
    team.test = yield from collect(team, clock, "retrieved", now, plan.test_rows, "to be judged by", adjudicate=False, judges=True)
    yield from train(team, clock)
    yield from improve(team, clock)
    while not (yield from deploy(team, clock)):
        if plan.retrain == "never":
            return
        yield clock.at(clock.now_s + plan.look_every, Rank.ANALYSIS)
        yield from fresh_labels(team, clock)
    yield from watch(team, clock)


def improve(team: Team, clock: Clock) -> Step:
    """Rounds of error analysis: the first diagnosis that is found is mended, once; with none left the model is ready."""
    left = list(team.plan.looks_for)
    while left:
        yield clock.at(clock.now_s + team.plan.analysis, Rank.ANALYSIS)
        for name in left:
            found = yield from look_of(name)(team, clock)
            if found.found:
                left.remove(name)
                yield from remedy_of(remedy_for(team, name))(team, clock)
                break
        else:
            return
