"""The plot: what a team does, in order, as its playbook says. Nothing here knows a date."""

from __future__ import annotations

from sim.lifecycle.clock import Clock, Process, Rank
from sim.lifecycle.team import collecting, findings
from sim.lifecycle.team.team import Step, Team, _of_one
from sim.scenario.schema import DAY_S

_MOST_ROUNDS = 8


def reference(team: Team, clock: Clock) -> Process:
    """Collect, label, train; look for what is wrong, and mend the first thing that is; deploy; watch."""
    plan = team.plan
    yield clock.at(clock.now_s + plan.features, Rank.FEATURES)
    now = team.now(clock.now_s)
    first = {"balanced": _of_one(collecting.targeted), "uniform": collecting.uniform}[plan.first_sample]
    team.training["first"] = yield from team.collect(clock, first, now, plan.first_rows, adjudicate=False, why=f"a {plan.first_sample} sample to learn from")
    team.test = yield from team.collect(clock, _of_one(collecting.retrieved), now, plan.test_rows, adjudicate=False, why="retrieved pairs to be judged by")
    yield from team.train(clock)
    yield from _improve(team, clock)
    if (yield from team.deploy(clock)):
        yield from _watch(team, clock)


def _improve(team: Team, clock: Clock) -> Step:
    """Rounds of error analysis: the first diagnosis that is found is mended, and the model trained again."""
    looks = {"wrong_labels": team.look_wrong_labels, "never_shows": team.look_never_shows, "stale": team.look_stale}
    remedies = {"wrong_labels": _relabel, "never_shows": _positives, "stale": _recent}
    done: set[str] = set()
    for _ in range(_MOST_ROUNDS):
        yield clock.at(clock.now_s + team.plan.analysis, Rank.ANALYSIS)
        for name in team.plan.looks_for:
            if name not in looks or name in done:
                continue
            found = yield from looks[name](clock)
            if found.found:
                done.add(name)
                yield from remedies[name](team, clock)
                break
        else:
            return


def _relabel(team: Team, clock: Clock) -> Step:
    yield from team.relabel(clock)
    yield from team.train(clock)


def _positives(team: Team, clock: Clock) -> Step:
    """More pairs that should be shown: from the archive of the weeks that the test set is from, or from fresh traffic."""
    frozen = int(team.test.day.max())
    old = [day for day in team.archive if day.day <= frozen + 7]
    days = old if team.plan.positives_from == "archive" else [team.now(clock.now_s)]
    team.training["positives"] = yield from team.collect(
        clock, collecting.targeted, days, team.plan.targeted_rows, adjudicate=True, why=f"likely positives from the {team.plan.positives_from}"
    )
    yield from team.train(clock)
    found = findings.never_shows(team.test, team.ask(team.model, team.test), team.objective.cut, 0.5, 1.0)
    team.write(clock.now_s, "analyse", f"now {found.story}", evidence=found.evidence)


def _recent(team: Team, clock: Clock) -> Step:
    """Recent pairs in place of old ones; whether that helps is seen on the same later set."""
    before = team.model
    team.training.pop("positives", None)
    team.training["recent"] = yield from team.collect(
        clock, _of_one(collecting.targeted), team.now(clock.now_s), team.plan.targeted_rows, adjudicate=True, why="recent pairs"
    )
    yield from team.train(clock)
    later = yield from team.collect(clock, _of_one(collecting.retrieved), team.now(clock.now_s), team.plan.test_rows, adjudicate=True, why="a later test set")
    old, new = (findings.normalised_entropy(later.label, team.ask(model, later)) for model in (before, team.model))
    team.test = later
    team.write(clock.now_s, "analyse", f"on the same later set normalised entropy goes from {old:.3f} to {new:.3f}", evidence={"before": old, "after": new})


def _watch(team: Team, clock: Clock) -> Step:
    """Retrain each month on fresh labels, look at the cohorts every other week; switch the objective when users stop clicking."""
    plan = team.plan
    deployed_s = clock.now_s
    reference = _auc(team)
    retrained_s = deployed_s
    while True:
        yield clock.at(clock.now_s + plan.look_every, Rank.ANALYSIS)
        if team.settings.retrain != "never" and clock.now_s - retrained_s >= team.settings.retrain:
            retrained_s = clock.now_s
            yield from _retrain(team, clock)
        if "wrong_objective" not in plan.looks_for:
            continue
        found = yield from team.look_wrong_objective(clock)
        if not found.found:
            continue
        team.write(clock.now_s, "alarm", found.story, finding=found.name, evidence=found.evidence)
        check = yield from team.collect(clock, _of_one(collecting.retrieved), team.now(clock.now_s), plan.check_rows, adjudicate=True, why="is the model worse?")
        now = _auc_of(team, check)
        holds = now >= reference - plan.holds
        story = f"the model's own metric {'holds' if holds else 'is worse, too'}: AUC {reference:.3f} at deployment, {now:.3f} now"
        team.write(clock.now_s, "analyse", story, finding=found.name if holds else "stale", evidence={"auc_before": reference, "auc_now": now})
        if holds:
            yield from team.switch(clock)
            return
        yield from _retrain(team, clock)


def _retrain(team: Team, clock: Clock) -> Step:
    """Fresh labels of the month, and the model anew."""
    team.training["month"] = yield from team.collect(
        clock, _of_one(collecting.targeted), team.now(clock.now_s), team.plan.monthly_rows, adjudicate=True, why="fresh labels"
    )
    yield from team.train(clock)
    team.renew(clock.now_s)


def _auc(team: Team) -> float:
    return _auc_of(team, team.test)


def _auc_of(team: Team, sample: object) -> float:
    from sklearn.metrics import roc_auc_score

    label = sample.label  # type: ignore[attr-defined]
    return float(roc_auc_score(label, team.ask(team.model, sample))) if label.min() != label.max() else 0.5  # type: ignore[arg-type]
