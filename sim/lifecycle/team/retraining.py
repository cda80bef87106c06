"""A newer model by schedule or as a remedy: fresh pairs are rated, and those that are too old are forgotten."""

from __future__ import annotations

import numpy as np

from sim.lifecycle.clock import Clock
from sim.lifecycle.team.checkup import note
from sim.lifecycle.team.labour import collect, train
from sim.lifecycle.team.sample import Sample, joined
from sim.lifecycle.team.team import Step, Team
from sim.scenario.schema import DAY_S

_ASIDE = 5  # one of so many fresh pairs judges old and new at the gate, and is learned from a round later


def fresh_labels(team: Team, clock: Clock) -> Step:
    """Fresh pairs beside those that are not too old, and a model that knows them; it is not served by that.

    The first sample stays, since what never belonged seldom ages. While a model serves, some of the fresh pairs are
    kept aside to judge by, so that neither model has learned from them.
    """
    today = clock.now_s // DAY_S
    latest = yield from collect(team, clock, team.design, [team.now(clock.now_s)], team.plan.monthly_rows, "new ones")
    _learn_what_was_aside(team)
    name = f"new on day {today}"
    if team.models:
        note(team, clock.now_s, "before retraining", fresh=latest)
        latest = _kept_aside(team, name, latest)
    oldest = today - team.plan.learns_from // DAY_S
    young = {name: one for name, one in team.pairs.items() if name == "first" or int(one.day.max()) >= oldest}
    team.pairs = {**young, name: latest}
    yield from train(team, clock)


def _kept_aside(team: Team, name: str, latest: Sample) -> Sample:
    """All but those that judge from now on."""
    judges = np.arange(len(latest)) % _ASIDE == _ASIDE - 1
    aside = latest.only(judges)
    team.judged.append(aside)
    team.aside = name, aside
    return latest.only(~judges)


def _learn_what_was_aside(team: Team) -> None:
    """Those of the round before go to the others of that round, and judge nothing any more."""
    if team.aside is None:
        return
    name, aside = team.aside
    team.aside, team.judged = None, [one for one in team.judged if one is not aside]
    if name in team.pairs:
        team.pairs[name] = joined([team.pairs[name], aside])
