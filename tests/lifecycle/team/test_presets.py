"""The presets do what they are called, and what is mended is mended as the playbook says."""

from __future__ import annotations

import json

import numpy as np
import pytest

from sim.errors import InvalidRun
from sim.lifecycle.team import looks
from sim.lifecycle.team.findings import Finding
from sim.lifecycle.team.watching import fresh_labels
from sim.scenario.playbook_schema import Playbook
from tests.lifecycle.team.acting import act, lines
from tests.lifecycle.team.played import a_team, events


def test_set_and_forget_trains_and_deploys_once():
    played = a_team(use="set_and_forget")
    assert [line.event for line in played.chronicle] == ["collect", "label", "collect", "label", "train", "deploy"]


def test_retrain_on_schedule_has_fresh_labels_and_a_new_model_each_time_and_looks_at_nothing():
    played = a_team(use="retrain_on_schedule", retrain="6 days", look_every="5 days")
    deployed = [line.day for line in events(played, "deploy")]
    trained = [line.day for line in events(played, "train")]
    fresh = [line.day for line in events(played, "collect") if "owed" not in line.detail][2:]
    assert len(trained) == len(deployed) >= 3
    assert np.diff(fresh).tolist() == [6] * (len(fresh) - 1)  # on its own schedule, whatever the looks'
    assert not events(played, "analyse", "drift", "alarm")


def finds(*days):
    """A look that finds drift on the first look on or after each of some days."""
    left = list(days)

    def look(team, clock):
        yield clock.at(clock.now_s, 16)
        found = bool(left) and clock.now_s // 86_400 >= left[0]
        if found:
            left.pop(0)
        return Finding("drift", found, {"z_mean": -3.0}, "fewer clicks than expected")

    return look


def test_retrain_on_drift_trains_when_drift_is_found_and_only_then(monkeypatch):
    monkeypatch.setitem(looks.WATCHES, "drift", finds(12, 20))
    played = a_team(use="retrain_on_drift", look_every="2 days")
    (first, second) = events(played, "drift")
    assert (first.finding, json.loads(first.evidence)) == ("drift", {"z_mean": -3.0})
    trained = [line.day for line in events(played, "train")][1:]
    assert [first.day <= trained[0] < second.day, second.day <= trained[1], len(trained)] == [True, True, 2]
    monkeypatch.setitem(looks.WATCHES, "drift", finds())
    assert len(events(a_team(use="retrain_on_drift", look_every="2 days"), "train")) == 1


def test_the_remedy_for_drift_is_what_the_playbook_says(monkeypatch):
    monkeypatch.setitem(looks.WATCHES, "drift", finds(12))
    noted = a_team(use="retrain_on_drift", look_every="2 days", remedies={"drift": "note"})
    assert len(events(noted, "drift")) == 1
    assert len(events(noted, "train")) == 1


def test_the_first_that_is_found_is_mended_and_each_but_once(monkeypatch):
    for name in ("miscalibrated", "bad_slice", "feature_drift"):
        monkeypatch.setitem(looks.WATCHES, name, _always(name))
    played = a_team(looks_for=["bad_slice", "miscalibrated"], watches_for=[], remedies={"miscalibrated": "note"})
    assert [line.finding for line in events(played, "analyse")] == ["bad_slice", "miscalibrated"]


def _always(name):
    def look(team, clock):
        yield clock.at(clock.now_s, 16)
        return looks.tell(team, clock.now_s, Finding(name, True, {}, "found"))

    return look


def test_a_team_that_trains_on_schedule_tries_again_where_its_model_was_held_at_the_gate():
    hopeless = {"error": 0.0, "slip": 0.5}  # they toss a coin
    held = a_team(use="retrain_on_schedule", retrain="5 days", raters=hopeless, looks_for=[])
    assert len(events(held, "rollback")) > 1
    assert len(events(a_team(use="set_and_forget", raters=hopeless), "rollback")) == 1


def test_recalibrating_learns_from_few_negatives_and_moves_the_bar_but_not_the_load():
    played = a_team(looks_for=["miscalibrated"], watches_for=[], first_sample="uniform", raters={"slip": 0.02})
    before, after = (json.loads(line.evidence) for line in events(played, "analyse") if "ratio" in line.evidence)
    (trained,) = [line for line in events(played, "train") if "10.0% are kept" in line.detail]
    assert abs(np.log(after["ratio"])) < abs(np.log(before["ratio"]))
    assert before["ratio_low"] > 1.25  # pairs of the whole index seldom belong, those of the traffic more often
    assert after["cut"] != pytest.approx(0.2)
    assert trained.cost == Playbook().training_cost


def test_one_that_breaks_is_told_with_its_name(tmp_path):
    (tmp_path / "broken_look_sb.py").write_text("def look(view):\n    return 1 / 0\n")
    with pytest.raises(InvalidRun, match="candidate 'team': broken_look_sb:look raised ZeroDivisionError"):
        a_team(tmp_path, looks_for=["broken_look_sb:look"])


def test_who_renews_every_six_days_does_not_speak_of_months():
    def does(team, clock):
        yield from fresh_labels(team, clock)
        seen.extend(team.pairs)

    seen: list[str] = []
    played = act(does, book={"use": "retrain_on_schedule", "retrain": "6 days"})
    (bought,) = lines(played, "collect")
    assert bought.detail == "200 pairs, new ones"
    assert seen == ["new on day 0"]
