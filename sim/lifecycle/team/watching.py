"""While a model serves: fresh labels and a new model on schedule, looks at what may go wrong, and at what it earns."""

from __future__ import annotations

from math import inf

from sim.lifecycle.clock import Clock, Rank
from sim.lifecycle.team.deploying import renew
from sim.lifecycle.team.doubting import Doubt
from sim.lifecycle.team.expecting import begun
from sim.lifecycle.team.looks import look_of
from sim.lifecycle.team.remedies import remedy_for, remedy_of
from sim.lifecycle.team.retraining import fresh_labels
from sim.lifecycle.team.switching import switch_objective
from sim.lifecycle.team.team import Step, Team
from sim.scenario.schema import DAY_S

_DRIFTS = ("drift", "event_drift")
_SURE_OF = {True: "switch_objective", False: "retrain", None: "note"}  # what is done where the model's own metric holds, where not


def watch(team: Team, clock: Clock) -> Step:
    """Look every so often and train on schedule, until the objective is found wrong or the year is over."""
    plan, doubt = team.plan, Doubt(clock.now_s // DAY_S)
    _expect_anew(team, clock.now_s)
    train_s: float = clock.now_s + plan.retrain if plan.retrain != "never" else inf
    look_s: float = clock.now_s + plan.look_every if plan.watches_for else inf
    while min(train_s, look_s) < inf:
        yield clock.at(max(int(min(train_s, look_s)), clock.now_s), Rank.ANALYSIS)
        if plan.retrain != "never" and clock.now_s >= train_s:
            train_s = clock.now_s + plan.retrain
            yield from _retrain(team, clock)
        if clock.now_s >= look_s:
            if (yield from _look_round(team, clock, doubt)):
                return
            look_s = clock.now_s + plan.look_every


def _look_round(team: Team, clock: Clock, doubt: Doubt) -> Step:
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
            fell = doubt.fall(team, clock.now_s // DAY_S)
            if not fell.found:
                continue
            team.write(clock.now_s, "alarm", f"{fell.story}; {found.story}", finding=found.name, evidence=fell.evidence | found.evidence)
            if remedy == "switch_objective":
                remedy = _SURE_OF[(yield from doubt.metric_holds(team, clock))]
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
