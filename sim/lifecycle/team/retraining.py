"""A newer model by schedule or as a remedy: fresh pairs are rated, and those that are too old are forgotten."""

from __future__ import annotations

from sim.lifecycle.clock import Clock
from sim.lifecycle.team.checkup import note
from sim.lifecycle.team.labour import collect, train
from sim.lifecycle.team.team import Step, Team
from sim.scenario.schema import DAY_S


def fresh_labels(team: Team, clock: Clock) -> Step:
    """Fresh pairs beside those that are not too old, and a model that knows them; it is not served by that.

    The first sample stays, since what never belonged seldom ages.
    """
    today = clock.now_s // DAY_S
    latest = yield from collect(team, clock, team.design, [team.now(clock.now_s)], team.plan.monthly_rows, "new ones")
    if team.models:
        note(team, clock.now_s, "before retraining", fresh=latest)
    oldest = today - team.plan.learns_from // DAY_S
    young = {name: one for name, one in team.pairs.items() if name == "first" or int(one.day.max()) >= oldest}
    team.pairs = {**young, f"new on day {today}": latest}
    yield from train(team, clock)
