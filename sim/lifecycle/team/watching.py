"""While a model serves: fresh labels and a new model each month, looks at what it earns, and at whether users still click."""

from __future__ import annotations

from sim.candidates.learned import build_objective
from sim.candidates.objectives.objective import labels_of
from sim.lifecycle.clock import Clock, Rank
from sim.lifecycle.team.deploying import renew, revenue_a_query
from sim.lifecycle.team.labour import collect, train
from sim.lifecycle.team.looks import wrong_objective
from sim.lifecycle.team.sample import Sample
from sim.lifecycle.team.team import Step, Team
from sim.lifecycle.training import Trainer
from sim.scenario.schema import DAY_S

_AT_FIRST = 28  # days after deployment that revenue a query is held against
_LATELY = 14  # days that are held against them


def watch(team: Team, clock: Clock) -> Step:
    """Look every so often, until the objective is found wrong or the year is over."""
    plan, auc, trained_s = team.plan, _auc(team, team.test), clock.now_s
    deployed = clock.now_s // DAY_S
    while True:
        yield clock.at(clock.now_s + plan.look_every, Rank.ANALYSIS)
        if plan.retrain != "never" and clock.now_s - trained_s >= plan.retrain:
            trained_s = clock.now_s
            yield from _retrain(team, clock)
        if "wrong_objective" not in plan.watches_for:
            continue
        found = yield from wrong_objective(team, clock)
        change = _change_of_revenue(team, deployed, clock.now_s // DAY_S)
        if not found.found or change > -plan.fallen:
            continue
        story = f"revenue a query changed by {change:+.0%} since the first {_AT_FIRST} days after deployment; {found.story}"
        team.write(clock.now_s, "alarm", story, finding=found.name, evidence={"revenue_change": change, **found.evidence})
        if (yield from _metric_holds(team, clock, auc)):
            yield from switch_objective(team, clock)
            return
        yield from _retrain(team, clock)


def switch_objective(team: Team, clock: Clock) -> Step:
    """From "should it be shown" to what the playbook says instead, learned from the team's own log from now on."""
    objective = build_objective(team.plan.then, team.stage.scenario.folder)
    team.write(clock.now_s, "switch_objective", f"the objective is now {team.plan.then.use}; it starts over, on the log")
    trainer, number = Trainer(team.settings, labels_of(objective), team.stage, team.log), 0
    while True:
        begun_s = clock.now_s
        trained = trainer.train(begun_s, number, team.platform.moment.margin)
        yield clock.at(begun_s + team.settings.takes, Rank.DEPLOYMENT)
        team.write(clock.now_s, "train", trained.story, cost=team.plan.training_cost)
        team.objective, team.models = objective, trained.models
        team.serve(clock.now_s)
        team.write(clock.now_s, "deploy", f"model {number + 1} for {team.plan.then.use} takes over")
        if team.plan.retrain == "never":
            return
        number += 1
        yield clock.at(max(begun_s + team.plan.retrain, clock.now_s), Rank.TRAINING)


def _change_of_revenue(team: Team, deployed: int, today: int) -> float:
    """Of revenue a query lately against the first weeks after deployment; 0 while these are not over."""
    if today < deployed + _AT_FIRST + _LATELY:
        return 0.0
    at_first = revenue_a_query(team, deployed, deployed + _AT_FIRST)
    return revenue_a_query(team, today - _LATELY, today) / at_first - 1 if at_first else 0.0


def _metric_holds(team: Team, clock: Clock, before: float) -> Step:
    """Whether the model does its own job as well as on the day it was deployed, by freshly rated pairs."""
    fresh = yield from collect(team, clock, "retrieved", [team.now(clock.now_s)], team.plan.check_rows, "to see if the model is worse")
    now = _auc(team, fresh)
    holds = now >= before - team.plan.holds
    story = f"the model's own metric {'holds' if holds else 'is worse as well'}: AUC {before:.3f} at deployment, {now:.3f} now"
    found = "wrong objective" if holds else "stale"
    team.write(clock.now_s, "analyse", story, finding=found, evidence={"auc_before": before, "auc_now": now})
    return holds


def _retrain(team: Team, clock: Clock) -> Step:
    yield from learn_anew(team, clock)
    renew(team, clock.now_s)


def learn_anew(team: Team, clock: Clock) -> Step:
    """Fresh pairs beside those that are not too old; the first sample stays, since what never belonged seldom ages."""
    today = clock.now_s // DAY_S
    month = yield from collect(team, clock, "targeted", [team.now(clock.now_s)], team.plan.monthly_rows, "this month's")
    young = {
        name: one for name, one in team.pairs.items() if name == "first" or int(one.day.max()) >= today - team.plan.learns_from // DAY_S
    }
    team.pairs = {**young, f"month of day {today}": month}
    yield from train(team, clock)


def _auc(team: Team, sample: Sample) -> float:
    from sklearn.metrics import roc_auc_score

    label = sample.label
    return float(roc_auc_score(label, team.ask(sample))) if label.min() != label.max() else 0.5
