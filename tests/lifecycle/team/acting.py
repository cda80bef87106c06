"""A team in a small world that does what a test tells it to, instead of following its playbook."""

from __future__ import annotations

import pytest

from sim.lifecycle import play as plot
from sim.lifecycle.play import Played
from tests.laws.tiny import learner, stage_of, tiny

QUICK = {
    "features": "1 day", "analysis": "1 day", "guidelines": "1 day", "shadow": "6 h", "canary_lasts": "2 days", "first_rows": 500,
    "test_rows": 500, "targeted_rows": 500, "monthly_rows": 200, "check_rows": 200,
}  # fmt: skip


def act(does, cut=0.1, raters=None, horizon="20 days", stage=None, candidate=None, book=None, **settings) -> Played:
    """Play the tiny world with a team that *does* something: a process of the team and the clock."""
    team = learner({"use": "impressions", "cut": cut}, takes="6 h", playbook=QUICK | (book or {}), **(candidate or {}))
    scenario = tiny(team, horizon=horizon, raters=raters or {}, **settings)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(plot, "follow", does)
        return plot.play(stage or stage_of(scenario), scenario.candidates[0])


def lines(played: Played, event: str):
    """What its diary says of one kind of event."""
    return [line for line in played.chronicle if line.event == event]
