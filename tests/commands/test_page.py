"""`--page`: which screen of a run is shown."""

from __future__ import annotations

import json

import pytest

from tests.commands.conftest import SCENARIO

EVENTS = {"collect", "label", "relabel", "train", "analyse", "deploy", "rollback", "alarm", "drift", "switch_objective"}

pytestmark = pytest.mark.usefixtures("folder")

TEAM = (
    SCENARIO.replace('"9 days"', '"40 days"')
    + """
[engine]
sampler = "counts"

[raters]
capacity = 5_000

[[candidate]]
name      = "team"
objective = { use = "impressions", cut = 0.03 }
model     = "sklearn.linear_model:LogisticRegression"
takes     = "1 day"

[candidate.playbook]
looks_for      = ["stale"]
first_sample   = "balanced"
watches_for    = []
retrain        = "14 days"
look_every     = "7 days"
first_rows     = 400
test_rows      = 500
targeted_rows  = 800
monthly_rows   = 300
features       = "1 day"
canary_loss    = 1.0
"""
)


def test_the_months_are_what_is_shown_when_nobody_asks(foreshow):
    usual = foreshow("run", "small.toml").out
    assert foreshow("run", "small.toml", "--page", "months").out == usual
    everything = foreshow("run", "small.toml", "--page", "all")
    assert everything.code == 0
    assert everything.out.startswith(usual)
    assert everything.out[len(usual) :].strip()
    assert "[UNTESTED]  No model's health is known" in everything.out


def test_without_a_team_no_health_is_known(foreshow):
    shown = foreshow("run", "small.toml", "--page", "health", "--ascii", "--width", "80")
    assert (shown.code, shown.err) == (0, "")
    assert shown.out.startswith("[UNTESTED]")
    assert foreshow("run", "small.toml", "--page", "health", "--quiet").out.count("\n") == 1
    assert foreshow("run", "small.toml", "--page", "chronicle").code == 0


def test_a_page_that_is_none_is_refused(foreshow):
    refused = foreshow("run", "small.toml", "--page", "wealth")
    assert (refused.code, refused.out) == (2, "")
    assert "'months', 'chronicle', 'health', 'all'" in refused.err


def test_a_team_s_models_come_back_from_the_store_as_they_were(foreshow, folder):
    (folder / "team.toml").write_text(TEAM, encoding="utf-8")
    played = foreshow("run", "team.toml", "--page", "health", "--json", "one.json")
    again = foreshow("report", "--page", "health", "--json", "two.json")
    assert (played.code, again.code) == (0, 0)
    assert "team's model" in played.out.partition("\n")[0]
    assert again.out == played.out
    assert (folder / "one.json").read_bytes() == (folder / "two.json").read_bytes()
    (team,) = [one for one in json.loads((folder / "one.json").read_text())["candidates"] if one["name"] == "team"]
    deployed = [entry["day"] for entry in team["chronicle"] if entry["event"] == "deploy"]
    assert deployed
    assert [one["day"] for one in team["health"] if one["moment"] == "deployed"] == deployed
    assert all(isinstance(entry["evidence"], dict) for entry in team["chronicle"])
    assert {"collect", "label", "train", "deploy"} <= {entry["event"] for entry in team["chronicle"]} <= EVENTS
    assert team["prices"] == []
