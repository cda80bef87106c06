"""Looks at the models of a team in a whole play: which there are, that they cost nothing, and that they change nothing."""

from __future__ import annotations

import numpy as np
import pytest

from sim.health import UNTESTED
from sim.lifecycle.clock import Rank
from sim.lifecycle.play import play
from sim.lifecycle.team import checkup, deploying, doubting, looks, retraining, switching
from sim.lifecycle.team.checkup import FRESH_DAYS, note
from sim.lifecycle.team.labour import collect, train
from sim.lifecycle.team.remedies import recent_data, relabel
from sim.scenario.schema import DAY_S
from tests.laws.tiny import LOGISTIC, policy, stage_of, tiny
from tests.lifecycle.team.acting import act

BOOK = {
    "use": "reference", "first_rows": 400, "test_rows": 800, "targeted_rows": 800, "monthly_rows": 300, "check_rows": 300,
    "features": "1 day", "analysis": "1 day", "guidelines": "1 day", "shadow": "1 day", "canary_lasts": "2 days", "canary_loss": 1.0,
    "look_every": "7 days", "retrain": "14 days", "fallen": 0, "cohort_z": 0.1, "holds": 0.5, "looks_for": ["never_shows", "stale"],
}  # fmt: skip
TEAM = {"name": "team", "objective": {"use": "impressions", "cut": 0.03}, "model": LOGISTIC, "takes": "1 day", "playbook": BOOK}
SCENARIO = tiny(
    policy("keyword"), TEAM, horizon="50 days", raters={"capacity": 2000, "delay": "1 day"}, engine={"sampler": "counts"},
    users={"blindness": 3.5},
)  # fmt: skip


@pytest.fixture(scope="module")
def played():
    return play(stage_of(SCENARIO), SCENARIO.candidates[1])


def test_every_deployment_has_its_record_on_its_day(played):
    deployed = [line.day for line in played.chronicle if line.event == "deploy"]
    assert len(deployed) >= 3
    assert [one.day for one in played.health if one.moment == "deployed"] == deployed
    assert {one.moment for one in played.health} == {"before deployment", "deployed", "before retraining", "at an alarm"}
    assert [one.deployed for one in played.health] == [one.moment != "before deployment" for one in played.health]
    for label in ("show", "click"):
        numbers = [one.model for one in played.health if one.label == label and one.moment == "deployed"]
        assert numbers == list(range(1, len(numbers) + 1))


def test_money_is_what_the_chronicle_has_cost_by_then(played):
    for one in played.health:
        assert 0 <= one.spent <= sum(line.cost for line in played.chronicle if line.day <= one.day) + 0.01
    assert [one.spent for one in played.health] == sorted(one.spent for one in played.health)


def test_fresh_pairs_are_later_than_the_test_set_and_fresh_or_there_is_no_verdict(played):
    for one in played.health:
        assert -1 < one.old_day < one.day
        if one.fresh_name:
            assert one.old_day < one.fresh_day <= one.day
            assert one.day - one.fresh_day <= FRESH_DAYS
        assert bool(one.withheld) == (one.verdict == UNTESTED)
        assert one.fresh_name or one.withheld
    assert [one.moment for one in played.health if one.verdict != UNTESTED]
    monthly = [one for one in played.health if one.label == "show" and one.moment == "deployed"][1:]
    # One rater alone rated the test set: nothing fresh can be held against that.
    assert {one.verdict for one in monthly} == {UNTESTED}
    assert all(one.fresh_day == one.day - 2 for one in monthly)  # of the pairs that were kept aside for the gate


def test_pairs_that_are_no_longer_fresh_do_not_judge_and_the_record_says_so():
    def does(team, clock):
        team.pairs["first"] = yield from collect(team, clock, "targeted", [team.now(clock.now_s)], 900, "to learn from")
        team.test = yield from collect(team, clock, "retrieved", [team.now(clock.now_s)], 900, "to be judged by", judges=True)
        yield from train(team, clock)
        note(team, clock.now_s, "deployed")
        yield clock.at(clock.now_s + DAY_S, Rank.LABELS)
        last = clock.now_s // DAY_S
        yield from collect(team, clock, "retrieved", [team.now(clock.now_s)], 900, "later ones, to be judged by", judges=True)
        for age in (FRESH_DAYS, FRESH_DAYS + 1):
            yield clock.at((last + age) * DAY_S, Rank.LABELS)
            note(team, clock.now_s, "deployed")

    alone, young, old = act(does, raters={"capacity": "1M", "error": 0.1}, horizon="50 days").health
    assert (alone.verdict, alone.fresh_day, alone.withheld) == (UNTESTED, -1, "there is nothing yet to hold its test set against")
    assert (young.day - young.fresh_day, young.withheld) == (FRESH_DAYS, "")
    assert young.verdict != UNTESTED
    assert (old.verdict, old.fresh_name, old.old_day) == (UNTESTED, "", young.old_day)
    assert f"are {FRESH_DAYS + 1} days old" in old.withheld
    assert next(one for one in old.checks if one.name == "feature drift").passed is None


def test_a_test_set_that_is_the_newest_is_held_against_the_one_before_as_it_was_relabelled():
    kept = {}

    def does(team, clock):
        team.pairs["first"] = yield from collect(team, clock, "targeted", [team.now(clock.now_s)], 900, "to learn from")
        now, why = [team.now(clock.now_s)], "to be judged by"
        team.test = yield from collect(team, clock, "retrieved", now, 900, why, adjudicate=False, judges=True)
        yield from train(team, clock)
        yield from relabel(team, clock)
        kept["relabelled"] = team.test
        yield from recent_data(team, clock)
        kept["sets"] = checkup._sets(team, None, clock.now_s // DAY_S)
        kept["test"] = team.test

    act(does, raters={"capacity": "1M"}, horizon="40 days")
    assert kept["sets"].old is kept["relabelled"]
    assert kept["sets"].fresh is kept["test"]


def test_a_model_of_clicks_is_judged_by_its_log(played):
    clicks = [one for one in played.health if one.label == "click"]
    assert clicks
    for one in clicks:
        assert (one.old_name, one.fresh_name) == ("training log", "log since")
        assert 0.6 < one.bias < 1.6
        assert one.measures[0].truth == pytest.approx(one.measures[0].fresh, abs=0.1)
        assert sum(part.share for part in one.deciles) == pytest.approx(1, abs=1e-3)


def test_looking_changes_no_figure(played, monkeypatch):
    for module in (deploying, doubting, looks, retraining):
        monkeypatch.setattr(module, "note", lambda *_, **__: None)
    monkeypatch.setattr(switching, "note_clicks", lambda *_: None)
    blind = play(stage_of(SCENARIO), SCENARIO.candidates[1])
    assert blind.health == ()
    assert np.array_equal(blind.ledger, played.ledger)
    assert blind.chronicle == played.chronicle
    assert checkup.note is not deploying.note


def test_a_look_while_a_model_serves_is_at_that_model():
    book = BOOK | {"remedies": {"stale": "note"}, "looks_for": [], "watches_for": ["stale"], "retrain": "never", "first_sample": "balanced"}
    scenario = tiny(
        {**TEAM, "playbook": book}, horizon="30 days", raters={"capacity": 2000, "delay": "1 day"}, engine={"sampler": "counts"}
    )
    records = play(stage_of(scenario), scenario.candidates[0]).health
    looks_at = [(one.model, one.deployed) for one in records if one.moment == "at a look"]
    assert looks_at
    assert looks_at == [(1, True)] * len(looks_at)
    assert "before deployment" not in {one.moment for one in records}


def test_a_learner_without_a_playbook_has_no_record():
    plain = tiny({"objective": "clicks", "model": LOGISTIC}, horizon="3 days")
    assert play(stage_of(plain), plain.candidates[0]).health == ()
