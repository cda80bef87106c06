"""While a model serves: fresh labels and a new model on schedule, looks at what may go wrong, and at what it earns."""

from __future__ import annotations

from math import inf

from sim.lifecycle.clock import Clock, Rank
from sim.lifecycle.team.checkup import note
from sim.lifecycle.team.deploying import renew, revenue_a_query
from sim.lifecycle.team.expecting import begun
from sim.lifecycle.team.labour import collect
from sim.lifecycle.team.looks import look_of
from sim.lifecycle.team.remedies import remedy_for, remedy_of
from sim.lifecycle.team.retraining import fresh_labels
from sim.lifecycle.team.sample import Sample
from sim.lifecycle.team.switching import switch_objective
from sim.lifecycle.team.team import Step, Team
from sim.scenario.schema import DAY_S

_AT_FIRST = 28  # days after deployment that revenue a query is held against
_LATELY = 14  # days that are held against them
_DRIFTS = ("drift", "event_drift")


def watch(team: Team, clock: Clock) -> Step:
    """Look every so often and train on schedule, until the objective is found wrong or the year is over."""
    plan, auc, deployed = team.plan, _auc(team, team.test), clock.now_s // DAY_S
    _expect_anew(team, clock.now_s)
    train_s: float = clock.now_s + plan.retrain if plan.retrain != "never" else inf
    look_s: float = clock.now_s + plan.look_every if plan.watches_for else inf
    while min(train_s, look_s) < inf:
        yield clock.at(max(int(min(train_s, look_s)), clock.now_s), Rank.ANALYSIS)
        if plan.retrain != "never" and clock.now_s >= train_s:
            train_s = clock.now_s + plan.retrain
            yield from _retrain(team, clock)
        if clock.now_s >= look_s:
            if (yield from _look_round(team, clock, auc, deployed)):
                return
            look_s = clock.now_s + plan.look_every


def _look_round(team: Team, clock: Clock, auc: float, deployed: int) -> Step:
    """The first diagnosis that is found is mended; returns whether the objective was switched, and all this is over."""
    for name in team.plan.watches_for:
        if team.stays and remedy_for(team, name) == "switch_objective":
            continue  # it was tried, and sent back
        found = yield from look_of(name)(team, clock)
        if not found.found:
            continue
        remedy = remedy_for(team, name)
        if name in _DRIFTS:
            team.write(clock.now_s, "drift", found.story, finding=found.name, evidence=found.evidence)
            _expect_anew(team, clock.now_s)
        if name == "wrong_objective":
            change = _change_of_revenue(team, deployed, clock.now_s // DAY_S)
            if change > -team.plan.fallen:
                continue
            story = f"revenue a query changed by {change:+.0%} since the first {_AT_FIRST} days after deployment; {found.story}"
            team.write(clock.now_s, "alarm", story, finding=found.name, evidence={"revenue_change": change, **found.evidence})
            if remedy == "switch_objective" and not (yield from _metric_holds(team, clock, auc)):
                remedy = "retrain"
        return (yield from _mend(team, clock, remedy))
    return False


def _mend(team: Team, clock: Clock, remedy: str) -> Step:
    """Apply a remedy while the model serves; returns whether the objective was switched."""
    if remedy == "switch_objective":
        return (yield from switch_objective(team, clock))
    if remedy == "retrain":
        yield from _retrain(team, clock)
    elif remedy != "note":
        yield from remedy_of(remedy)(team, clock)
        yield from _renew(team, clock)
    return False


def _change_of_revenue(team: Team, deployed: int, today: int) -> float:
    """Of revenue a query lately against the first weeks after deployment; 0 while these are not over."""
    if today < deployed + _AT_FIRST + _LATELY:
        return 0.0
    at_first = revenue_a_query(team, deployed, deployed + _AT_FIRST)
    return revenue_a_query(team, today - _LATELY, today) / at_first - 1 if at_first else 0.0


def _metric_holds(team: Team, clock: Clock, before: float) -> Step:
    """Whether the model does its own job as well as on the day it was deployed, by freshly rated pairs."""
    lately, why = [team.now(clock.now_s)], "to see if the model is worse"
    fresh = yield from collect(team, clock, "retrieved", lately, team.plan.check_rows, why, judges=True)
    note(team, clock.now_s, "at an alarm", fresh=fresh)
    now = _auc(team, fresh)
    holds = now >= before - team.plan.holds
    story = f"the model's own metric {'holds' if holds else 'is worse as well'}: AUC {before:.3f} at deployment, {now:.3f} now"
    found = "wrong objective" if holds else "stale"
    team.write(clock.now_s, "analyse", story, finding=found, evidence={"auc_before": before, "auc_now": now})
    return holds


def _retrain(team: Team, clock: Clock) -> Step:
    yield from fresh_labels(team, clock)
    yield from _renew(team, clock)


def _renew(team: Team, clock: Clock) -> Step:
    """Where the newer model passes the gate it serves, and what it leads one to expect is learned anew."""
    if (yield from renew(team, clock)):
        _expect_anew(team, clock.now_s)


def _expect_anew(team: Team, now_s: int) -> None:
    """From tomorrow on what the model leads one to expect is learned anew."""
    team.course = begun(now_s // DAY_S + 1)
    if team.hearing is not None:
        team.hearing.begin(now_s // DAY_S + 1)


def _auc(team: Team, sample: Sample) -> float:
    from sklearn.metrics import roc_auc_score

    label = sample.label
    return float(roc_auc_score(label, team.ask(sample))) if label.min() != label.max() else 0.5
