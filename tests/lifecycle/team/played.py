"""A team in a world small enough to play in a second, hurried so that all happens within weeks."""

from __future__ import annotations

from sim.lifecycle.play import play
from tests.laws.tiny import learner, stage_of, tiny

HURRIED = {
    "features": "1 day", "analysis": "1 day", "guidelines": "1 day", "shadow": "6 h", "canary_lasts": "1 day", "canary_loss": 1.0,
    "first_rows": 2_000, "test_rows": 2_000, "targeted_rows": 2_000, "monthly_rows": 1_000, "check_rows": 500, "first_sample": "balanced",
}  # fmt: skip
RATERS = {"delay": "1 day", "error": 0.1, "slip": 0.0}


def a_team(folder=None, horizon="30 days", traffic=None, raters=None, **playbook):
    """Its diary, and its ledger."""
    candidate = learner("impressions", takes="6 h", name="team", playbook=HURRIED | playbook)
    scenario = tiny(candidate, horizon=horizon, raters=RATERS | (raters or {}), traffic=traffic, market={"worthy": 0.01})
    if folder is not None:
        scenario = scenario.but(folder=folder)
    return play(stage_of(scenario), scenario.candidates[0])


def events(played, *kinds):
    return [line for line in played.chronicle if line.event in kinds]
