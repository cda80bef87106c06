"""A learner at work: it trains and deploys on schedule, and the incumbent serves until then."""

import pytest

from sim.lifecycle.play import play
from tests.laws.tiny import learner, policy, stage_of, tiny


def played(candidate, **settings):
    scenario = tiny(candidate, **settings)
    return play(stage_of(scenario), scenario.candidates[0])


def days(candidate, event, **settings):
    return [line.day for line in played(candidate, **settings).chronicle if line.event == event]


@pytest.mark.parametrize(
    ("retrain", "takes", "trains", "deploys"),
    [
        ("7 days", "6 h", [0, 7, 14], [0, 7, 14]),
        ("7 days", "2 days", [0, 7, 14], [2, 9, 16]),
        ("3 days", "1 s", [0, 3, 6, 9, 12, 15, 18], [0, 3, 6, 9, 12, 15, 18]),
        ("never", "6 h", [0], [0]),
        ("2 days", "5 days", [0, 5, 10, 15], [5, 10, 15]),
        ("28 days", "30 days", [0], []),
    ],
)
def test_models_are_trained_and_deployed_on_schedule(retrain, takes, trains, deploys):
    candidate = learner("clicks", retrain=retrain, takes=takes)
    assert days(candidate, "train") == trains
    assert days(candidate, "deploy") == deploys


def test_the_diary_says_what_was_learned_from_and_what_was_replaced():
    first, deployed, *_, last = played(learner("clicks")).chronicle
    assert first.detail.endswith("clicks, of 14 days")
    assert deployed.detail == "model 1 replaces the incumbent"
    assert last.detail == "model 3 replaces model 2"


@pytest.mark.parametrize("settings", [{"window": "1 day"}, {"window": "3 days", "retrain": "9 days", "refresh": "9 days"}])
def test_a_window_shorter_than_a_spell_still_leaves_something_to_learn_from(settings):
    for line in played(learner("clicks", **settings)).chronicle:
        assert not line.detail.startswith("on 0 impressions")


def test_a_model_that_met_one_class_says_so():
    lines = played(learner("impressions"), labels={"rows": 100, "error": 0.0}, market={"worthy": 1e-9}).chronicle
    assert lines[0].detail.endswith("only one class was in them, so it says 0 to everything")


@pytest.mark.parametrize("incumbent", ["keyword", "always_show", "random"])
def test_the_incumbent_serves_until_the_first_model_is_deployed(incumbent):
    history = {"days": "14 days", "policy": incumbent}
    ours = played(learner("clicks", takes="5 days"), history=history).ledger
    theirs = played(policy(incumbent), history=history).ledger
    assert (ours[:5] == theirs[:5]).all()
    assert (ours[5:, 1:] != theirs[5:, 1:]).any()


def test_a_model_goes_live_in_the_middle_of_a_day():
    ours, theirs = played(learner("clicks", takes="12 h")).ledger, played(policy("keyword")).ledger
    at_once = played(learner("clicks", takes="1 s")).ledger
    assert ours[0, 0] == theirs[0, 0] == at_once[0, 0]
    assert min(theirs[0, 2], at_once[0, 2]) < ours[0, 2] < max(theirs[0, 2], at_once[0, 2])


def test_fresh_histories_change_pages_although_the_model_stays():
    weekly = played(learner("clicks", retrain="never", refresh="7 days")).ledger
    stale = played(learner("clicks", retrain="never", refresh="100 days")).ledger
    assert (weekly[:7] == stale[:7]).all()
    assert (weekly[7:, 2] != stale[7:, 2]).any()


def test_a_retrained_model_changes_pages():
    weekly = played(learner("clicks", refresh="100 days", takes="1 s")).ledger
    once = played(learner("clicks", refresh="100 days", takes="1 s", retrain="never")).ledger
    assert (weekly[:7] == once[:7]).all()
    assert (weekly[7:, 2] != once[7:, 2]).any()


def test_a_policy_keeps_no_diary():
    assert played(policy("keyword")).chronicle == ()


def test_only_the_oracle_notices_that_the_world_has_changed():
    drift = [{"kind": "step", "what": "clicks", "at": "day 6", "by": 4.0, "share": 0.5}]
    for use in ("keyword", "oracle"):
        calm, upset = played(policy(use)).ledger, played(policy(use), drift=drift).ledger
        assert (calm[:5] == upset[:5]).all()
        assert (calm[:, 0] == upset[:, 0]).all()
        assert ((calm[5:, 2] == upset[5:, 2]).all()) == (use == "keyword")
        assert (calm[5:, 3] <= upset[5:, 3]).all()


def test_the_first_model_learns_from_what_the_incumbent_left():
    shown_nothing = played(learner("clicks"), history={"days": "14 days", "policy": "never_show"})
    assert shown_nothing.chronicle[0].detail.startswith("on 0 impressions with 0 clicks")
    assert (shown_nothing.ledger[:, 2] == 0).all()  # and so it never finds out
