"""From "should it be shown" to another objective, learned from the team's own log: the same stages, and it all starts over."""

from __future__ import annotations

from math import inf, isfinite
from typing import Any, NamedTuple

from sim.candidates.learned import build_objective
from sim.candidates.objectives.objective import Objective, labels_of
from sim.lifecycle.clock import Clock, Rank
from sim.lifecycle.log import Spell
from sim.lifecycle.team.checkup import clicked, note_clicks
from sim.lifecycle.team.clicking import Clicking, look
from sim.lifecycle.team.gate import MARGIN, Gap, entropy_of, gap_of
from sim.lifecycle.team.miscalibration import clicked_as_said
from sim.lifecycle.team.scores import Judged
from sim.lifecycle.team.serving import Rival
from sim.lifecycle.team.stages import canary, harms, in_words, shadow
from sim.lifecycle.team.team import Step, Team
from sim.lifecycle.training import Trainer
from sim.scenario.schema import DAY_S

GATE_S = DAY_S  # so much of the log at least judges a model that has not learned from it


class Trained(NamedTuple):
    """Models that were just trained.

    Attributes
    ----------
    begun_s
        When their training began: they have learned from nothing that came later.
    """

    models: dict[str, Any]
    begun_s: int


class _Switch:
    """A switch under way: what the objective is to be, and who trains for it."""

    def __init__(self, team: Team) -> None:
        self.name = team.plan.then.use
        self.objective: Objective = build_objective(team.plan.then, team.stage.scenario.folder)
        self.labels = labels_of(self.objective)
        self._trainer = Trainer(team.settings, self.labels, team.stage, team.log)
        self._trained = 0

    def train(self, team: Team, clock: Clock) -> Step:
        """Models of the log as it is; in the end there is enough log that they have not learned from."""
        begun_s = clock.now_s
        trained = self._trainer.train(begun_s, self._trained, team.platform.moment.margin)
        self._trained += 1
        yield clock.at(begun_s + team.settings.takes, Rank.DEPLOYMENT)
        team.write(clock.now_s, "train", trained.story, cost=team.plan.training_cost, evidence=trained.evidence)
        yield clock.at(max(clock.now_s, begun_s + GATE_S), Rank.DEPLOYMENT)
        team.log.close(clock.now_s)
        return Trained(trained.models, begun_s)


def switch_objective(team: Team, clock: Clock) -> Step:
    """Train for what the playbook says instead, and take that through every stage; returns whether it was not sent back."""
    switch = _Switch(team)
    looks = f"; once it serves, every {team.plan.look_every // DAY_S} days it is looked whether it is miscalibrated or stale"
    told = f"the objective is now {switch.name}; it starts over, on the log{looks if 'click' in switch.labels else ''}"
    team.write(clock.now_s, "switch_objective", told)
    first = yield from switch.train(team, clock)
    if not (yield from _deploy(team, clock, switch, first)):
        return False
    yield from _go_on(team, clock, switch, Clicking(first.models.get("click"), 1, first.begun_s, clock.now_s))
    return True


def _deploy(team: Team, clock: Clock, switch: _Switch, first: Trained) -> Step:
    """Gate, shadow, and a canary that is judged by what the new objective wants; returns whether it serves."""
    plan, stays = team.plan, f"the objective stays {team.settings.objective.use if team.settings.objective else ''}"
    passed, gate, seen = _gate(team, first)
    if not passed:
        team.write(clock.now_s, "rollback", f"held at the gate: {gate}; {stays} for now", evidence=seen)
        return False
    would = yield from shadow(team, clock, first.models, switch.objective)
    if would.would_show == 0:
        team.write(clock.now_s, "rollback", f"held in the {would.told}; {stays} for now", evidence=seen | would.evidence)
        return False
    team.rival = Rival(team.models, team.objective)
    team.models, team.objective = first.models, switch.objective
    found = yield from canary(team, clock)
    before, team.rival, team.served = team.rival, None, 1.0
    wanted = found.revenue if would.by_bid else found.ctr
    seen |= would.evidence | found.evidence | found.evidence_of_ctr
    both = in_words("CTR", found.ctr, "nothing clicked"), in_words("revenue a query", found.revenue, "nothing earned")
    told = f"{', '.join(reversed(both) if would.by_bid else both)} against the others on the same days"
    if harms(team, wanted):
        team.models, team.objective = before.models, before.objective
        team.stays = True
        team.serve(clock.now_s)
        team.write(clock.now_s, "rollback", f"canary of {plan.canary:.0%}: {told}; {stays}, and is not switched again", evidence=seen)
        return False
    team.serve(clock.now_s)
    lost = "; by revenue it would have been sent back" if not would.by_bid and harms(team, found.revenue) else ""
    story = f"{gate}, {would.told}, canary of {plan.canary:.0%} ({told}{lost}); model 1 for {switch.name} takes over from all others"
    team.write(clock.now_s, "deploy", story, evidence={"model": 1, **seen})
    if "click" in first.models:
        note_clicks(team, first.models["click"], 1, first.begun_s, clock.now_s)
    return True


def _gate(team: Team, first: Trained) -> tuple[bool, str, dict[str, float]]:
    """Whether a first model of clicks is better than the base rate and calibrated, on what was logged since its training began."""
    if "click" not in first.models:
        return True, "no gate (it says nothing of clicks)", {}
    spells = _since(team, first.begun_s)
    if not spells:
        return False, "nothing was shown since, so there is nothing to judge it by", {}
    (judged,), _ = clicked(team, spells, first.models["click"])
    entropy, said = entropy_of(judged), clicked_as_said(judged, team.plan.calibration)
    seen = {"normalised_entropy": entropy, **said.evidence}
    if not isfinite(entropy):
        return False, "no evidence, since nothing that was shown since was clicked, or all of it", seen
    if entropy >= 1:
        return False, f"normalised entropy {entropy:.2f} is no better than the base rate", seen
    if said.found:
        return False, f"it is miscalibrated, {said.story}", seen
    return True, f"gate passed on the log since its training began (normalised entropy {entropy:.2f}; {said.story})", seen


def _go_on(team: Team, clock: Clock, switch: _Switch, serves: Clicking) -> Step:
    """Train on schedule and look every so often; what is found is mended by a newer model, through the gate."""
    plan = team.plan
    every_s = inf if plan.retrain == "never" else float(plan.retrain)
    train_s = serves.begun_s + every_s
    look_s: float = clock.now_s + plan.look_every if serves.model is not None else inf
    while min(train_s, look_s) < inf:
        yield clock.at(max(int(min(train_s, look_s)), clock.now_s), Rank.ANALYSIS)
        train = clock.now_s >= train_s
        if clock.now_s >= look_s:
            look_s = clock.now_s + plan.look_every
            train |= _mends(team, clock, serves)
        if train:
            train_s = clock.now_s + every_s
            yield from _renew(team, clock, switch, serves)


def _mends(team: Team, clock: Clock, serves: Clicking) -> bool:
    """Whether something is found that a newer model should mend; the first that is found is told at once, and nothing else."""
    seen = []
    for found in look(team, serves, clock.now_s):
        seen.append(found)
        if found.found:
            serves.looked = ""
            team.write(clock.now_s, "analyse", found.story, finding=found.name, evidence=found.evidence)
            note_clicks(team, serves.model, serves.number, serves.begun_s, clock.now_s, "at a look")
            return dict(team.plan.remedies).get(found.name) != "note"
    serves.remember(seen)
    return False


def _renew(team: Team, clock: Clock, switch: _Switch, serves: Clicking) -> Step:
    """A newer model takes over, unless it is worse than the one that serves on what was logged since its training began."""
    newer = yield from switch.train(team, clock)
    judged, seen = _beside_the_served(team, clock, serves, newer)
    gate, evidence, looked = "", {}, serves.looked
    serves.looked = ""
    if seen is not None:
        told = f"normalised entropy {seen.before:.3f} → {seen.after:.3f} ± {seen.error:.3f} on the log since its training began"
        evidence = {"normalised_entropy_served": seen.before, "normalised_entropy": seen.after, "gap_error": seen.error}
        if seen.worse_by(MARGIN):
            story = f"the newer model is held at the gate: {told}; model {serves.number} serves on{looked}"
            team.write(clock.now_s, "rollback", story, evidence=evidence)
            return
        gate = f" (gate passed: {told})"
    serves.replaced(newer.models.get("click"), newer.begun_s, clock.now_s, judged)
    team.models = newer.models
    team.serve(clock.now_s)
    story = f"model {serves.number} for {switch.name} takes over{gate}{looked}"
    team.write(clock.now_s, "deploy", story, evidence={"model": serves.number, **evidence})
    if serves.model is not None:
        note_clicks(team, serves.model, serves.number, newer.begun_s, clock.now_s)


def _beside_the_served(team: Team, clock: Clock, serves: Clicking, newer: Trained) -> tuple[Judged | None, Gap | None]:
    """What a newer model of clicks says of the log that neither it nor the one that serves has learned from, and how these differ."""
    if serves.model is None:
        return None, None
    serves.listen(team, clock.now_s)
    spells = _since(team, newer.begun_s)
    if not spells:
        return None, None
    (before, after), _ = clicked(team, spells, serves.model, newer.models["click"])
    return after, gap_of(before, after)


def _since(team: Team, begun_s: int) -> list[Spell]:
    """What was shown since."""
    return [spell for spell in team.log.since(begun_s) if spell.start_s >= begun_s and spell.shown.sum()]
