"""A learner at work: it trains and deploys on schedule, and the incumbent serves until then."""

import numpy as np
import pytest

from sim.lifecycle.log import Spell
from sim.lifecycle.play import play
from tests.candidates import spies
from tests.laws.tiny import learner, policy, stage_of, tiny

STEADY = {"learning_rate": "constant", "eta0": 1e-3}  # counts as weights make its default steps too long
SGD = {"use": "sklearn.linear_model:SGDClassifier", "loss": "log_loss", "alpha": 1e-5, **STEADY}
COUNTING = {"use": "tests.candidates.spies:Counting"}


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


# --- several models --------------------------------------------------------------------------------


def told(candidate, event="train", **settings):
    return [line.detail for line in played(candidate, **settings).chronicle if line.event == event]


@pytest.fixture
def a_fifth_converts(monkeypatch):
    monkeypatch.setattr(Spell, "conversions", lambda self, now_s: -(-self.clicks // 5))


def test_a_model_is_trained_for_each_label_and_each_is_told(a_fifth_converts):
    (first, *_) = told(learner("conversions"))
    assert first.startswith("click on ")
    assert " clicks, conversion on " in first
    assert first.endswith("conversions known, of 14 days")
    assert "show on 10,000 labelled pairs" in told(learner("long_term"))[0]


def test_the_first_label_learns_what_it_would_alone_and_the_others_have_a_random_state_of_their_own(a_fifth_converts):
    def fits(objective):
        spies.GIVEN.clear()
        played(learner(objective, {"use": "tests.candidates.spies:Drawn"}, retrain="never"))
        return [arguments for what, arguments in spies.GIVEN if what == "fit"]

    ((alone, _, y),) = fits("clicks")
    (click, _, label), (conversion, _, _), (show, _, _) = fits({"use": "blend", "clicks": 1.0, "conversions": 1.0, "show": 1.0})
    assert click == alone
    assert (label == y).all()
    assert len({click, conversion, show}) == 3


def test_labels_of_one_class_are_told_for_each_label(monkeypatch):
    monkeypatch.setattr(Spell, "conversions", lambda self, now_s: np.zeros_like(self.clicks))
    line = told(learner("conversions"))[0]
    assert line.endswith("; conversion: only one class was in them, so it says 0 to everything")


def test_objectives_of_several_models_change_pages(a_fifth_converts):
    ledgers = [
        played(learner(objective)).ledger.tobytes()
        for objective in ("revenue", "conversions", "advertiser_value", "long_term", {"use": "constrained", "at_least": 0.08})
    ]
    assert len(set(ledgers)) == 5


def test_the_price_of_a_constraint_is_told_when_it_is_deployed():
    lines = told(learner({"use": "constrained", "at_least": "6%"}), "deploy")
    assert all("λ = " in line and "predicted ctr " in line and "asked for 6.00%" in line for line in lines)
    assert lines[0].startswith("model 1 replaces the incumbent; λ = ")
    (out_of_reach, *_) = told(learner({"use": "constrained", "at_least": "99%"}), "deploy")
    assert out_of_reach.endswith("that can't be met, and this is the nearest to it")


def test_a_constraint_on_predictions_moves_what_happens():
    free, bound = (played(learner(one)).ledger[7:].sum(axis=0) for one in ("revenue", {"use": "constrained", "at_least": "10%"}))
    assert bound[3] / bound[2] > 1.3 * free[3] / free[2]


# --- another objective -----------------------------------------------------------------------------


def test_another_objective_takes_over_at_once_and_nothing_is_trained_for_it():
    spies.GIVEN.clear()
    settings = {"retrain": "never", "refresh": "100 days", "takes": "1 s"}
    stays = played(learner("clicks", **settings)).ledger
    spies.GIVEN.clear()
    found = played(learner("clicks", then={"at": "day 6", "objective": "revenue"}, **settings))
    assert (found.ledger[:5] == stays[:5]).all()
    assert (found.ledger[5:, 2] != stays[5:, 2]).any()
    line = found.chronicle[-1]
    assert (line.day, line.event, line.detail) == (5, "switch_objective", "the objective is now revenue; no model was trained for it")
    watched = learner({"use": "tests.candidates.spies:spying_objective"}, {"use": "tests.candidates.spies:Spy"}, name="spied")
    asked = [what for what, _ in _given(watched | settings | {"then": {"at": "day 6", "objective": "clicks"}})]
    assert asked.count("predict") == 1
    assert asked.count("fit") == 1


def _given(candidate):
    spies.GIVEN.clear()
    played(candidate)
    return list(spies.GIVEN)


def test_weights_changed_on_the_first_day_are_as_good_as_set_from_the_start():
    one, other = {"use": "blend", "clicks": 1.0, "show": 0.5, "cut": 0.3}, {"use": "blend", "revenue": 1.0, "show": 0.1, "cut": 0.1}
    assert (played(learner(one, then={"at": "day 1", "objective": other})).ledger == played(learner(other)).ledger).all()


def test_later_models_serve_the_later_objective():
    found = played(learner("clicks", then={"at": "day 6", "objective": {"use": "clicks", "cut": 1.0}}))
    assert found.ledger[:5, 2].min() > 0
    assert (found.ledger[5:, 2] == 0).all()


def test_a_later_objective_says_what_its_constraint_costs():
    then = {"at": "day 6", "objective": {"use": "constrained", "at_least": "8%"}}
    (line,) = told(learner("clicks", then=then), "switch_objective")
    assert "no model was trained for it; λ = " in line


# --- going on, calibrated, exploring ---------------------------------------------------------------


def test_going_on_takes_the_window_first_and_then_only_what_came_since():
    spies.GIVEN.clear()
    lines = told(learner("clicks", COUNTING, incremental=True, window="14 days"))
    assert [line.rpartition("of ")[2] for line in lines] == ["14 days", "7 days", "7 days"]
    taught = [arguments for what, arguments in spies.GIVEN if what == "partial_fit"]
    shown = [int(line.split()[1].replace(",", "")) for line in lines]
    assert [weight.sum() for _, _, weight in taught] == shown


def test_going_on_looks_back_no_further_than_the_window():
    lines = told(learner("clicks", COUNTING, incremental=True, window="2 days", refresh="1 day"))
    assert [line.rpartition("of ")[2] for line in lines][1:] == ["2 days", "2 days"]


def test_a_model_that_goes_on_serves_and_is_another_than_a_fresh_one():
    going, fresh = (played(learner("clicks", SGD, incremental=one)).ledger for one in (True, False))
    assert going[:, 2].min() > 0
    assert (going != fresh).any()


@pytest.mark.parametrize("kind", ["sigmoid", "isotonic"])
@pytest.mark.parametrize("incremental", [False, True])
def test_a_calibrated_model_says_what_it_gained(kind, incremental):
    lines = told(learner("clicks", SGD, calibrate=kind, incremental=incremental))
    for line in lines:
        before, after = (float(word.rstrip("%")) for word in line.split("; calibration error ")[1].split() if word.endswith("%"))
        assert after <= before + 0.05


def test_a_held_out_part_of_one_class_leaves_the_model_as_it_is():
    one = {"use": "tests.candidates.spies:Counting"}  # it says that nothing is worth showing, so soon nothing is logged
    lines = told(learner({"use": "clicks", "cut": 0.5}, one, calibrate="sigmoid", incremental=True))
    assert lines[-1] == "on 0 impressions with 0 clicks, of 7 days; not calibrated: only one class was held out"


@pytest.mark.parametrize("explore", [{"use": "epsilon", "share": "20%"}, {"use": "thompson"}])
def test_an_exploring_candidate_shows_ads_that_its_objective_alone_would_not(explore):
    def ads(candidate):
        with pytest.MonkeyPatch.context() as patch:
            kept = []
            patch.setattr(Spell, "conversions", lambda self, now_s: kept.append(self) or np.zeros_like(self.clicks))
            played(candidate)
        return len(np.unique(np.concatenate([spell.row for spell in kept if spell.start_s > 0])))

    alone, exploring = (
        ads(learner({"use": "conversions", "cut": -1.0}, {"use": "tests.candidates.spies:Spy"}, **more))
        for more in ({}, {"explore": explore})
    )
    assert exploring > 1.3 * alone


def test_drawn_pages_are_drawn_anew_at_each_refresh():
    keys = [arguments[1] for what, arguments in _given(learner("clicks", explore="tests.candidates.spies:Explorer")) if what == "explore"]
    assert len(keys) == len(set(keys)) == 5  # refreshed on two days, deployed three times


def test_an_explorer_that_changes_nothing_changes_nothing():
    ours, theirs = (played(learner("clicks", **more)).ledger for more in ({}, {"explore": "tests.candidates.spies:Explorer"}))
    assert (ours == theirs).all()
