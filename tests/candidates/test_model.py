"""A model behind its door: built, fitted, asked, and never trusted."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import sim
from sim.candidates.model import Constant, ask_model, ask_spread, build_model, fit_model, go_on
from sim.errors import InvalidRun
from sim.scenario.kinds import Plugin
from tests.candidates.spies import Bad, Stubborn
from tests.laws.tiny import learner, policy, tiny

HERE, KEY = Path(), 123 << 32
TABLE = pd.DataFrame({"text_match": np.arange(6.0), "log_bid": np.ones(6)})
LABEL, WEIGHT = np.array([0, 1, 0, 1, 1, 0], np.int8), np.arange(1.0, 7.0)


def spied(name, **arguments):
    return Plugin(use=f"tests.candidates.spies:{name}", **arguments)


def fit(plugin, label=LABEL, table=TABLE):
    return fit_model(plugin, HERE, KEY, table, label, WEIGHT[: len(label)], "mine")


def test_a_random_state_is_ours_unless_one_is_given():
    assert build_model(spied("Stubborn"), HERE, KEY).random_state == 123
    assert build_model(spied("Stubborn", random_state=7), HERE, KEY).random_state == 7
    assert build_model(Plugin(use="sklearn.linear_model:LogisticRegression"), HERE, KEY).random_state == 123


def test_a_model_without_a_random_state_is_given_none():
    assert build_model(spied("Plain", depth=3), HERE, KEY).depth == 3


def test_building_does_not_write_into_the_scenario():
    plugin = spied("Stubborn")
    build_model(plugin, HERE, KEY)
    assert plugin.arguments == {}


@pytest.mark.parametrize(("label", "says"), [([1, 1, 1], 1.0), ([0, 0], 0.0), ([], 0.0)])
def test_data_of_one_class_leave_a_constant(label, says):
    model = fit(spied("Bad", how="", when="fit"), np.array(label, np.int8), TABLE[: len(label)])
    assert isinstance(model, Constant)
    assert (ask_model(model, TABLE, "mine") == says).all()


def test_a_model_that_returns_nothing_from_fit_is_kept_itself():
    model = fit(spied("Stubborn"))
    assert isinstance(model, Stubborn)
    assert model.fitted_


def test_weights_reach_the_model():
    spy = fit(spied("Spy"))
    assert spy.share_ == pytest.approx((WEIGHT * LABEL).sum() / WEIGHT.sum())


def test_what_a_model_raises_while_it_learns_is_told_with_the_candidates_name():
    with pytest.raises(InvalidRun, match=r"candidate 'mine': tests\.candidates\.spies:Bad failed to fit: RuntimeError: no disk"):
        fit(spied("Bad", how="no disk", when="fit"))


def test_arguments_that_a_model_does_not_take_are_told_too():
    with pytest.raises(InvalidRun, match="failed to fit: TypeError"):
        fit(spied("Plain", width=3))


@pytest.mark.parametrize(
    ("how", "told"),
    [
        ("nan", r"1 of its model's 6 predictions are no probability"),
        ("inf", "1 of its model's 6 predictions"),
        ("above", "1 of its model's 6 predictions"),
        ("below", "1 of its model's 6 predictions"),
        ("short", r"returned shape \(5, 2\); expected \(6, 2\)"),
        ("wide", r"returned shape \(6, 3\); expected \(6, 2\)"),
        ("words", "failed to predict: ValueError"),
        ("raises", "failed to predict: KeyError: 'no such column'"),
    ],
)
def test_what_is_no_probability_for_each_row_is_refused(how, told):
    with pytest.raises(InvalidRun, match=f"candidate 'mine'.*{told}"):
        ask_model(Bad(how), TABLE, "mine")


@pytest.mark.parametrize("said", [lambda p: p, lambda p: np.column_stack([1 - p, p]), lambda p: p.tolist()])
def test_a_column_for_the_label_alone_will_do(said):
    class Model:
        def predict_proba(self, table):
            return said(np.linspace(0, 1, len(table)))

    assert ask_model(Model(), TABLE, "mine") == pytest.approx(np.linspace(0, 1, 6))


@pytest.mark.parametrize("how", ["nan", "above", "short", "raises"])
def test_a_candidate_that_fails_is_left_out_and_the_others_are_played(how):
    bad = learner("clicks", {"use": "tests.candidates.spies:Bad", "how": how})
    run = sim.run(tiny(policy("keyword"), bad, horizon="3 days"))
    assert [candidate.name for candidate in run.candidates] == ["keyword"]
    assert run.failed == ("clicks",)
    assert "candidate 'clicks'" in run.notes[0]


def test_a_run_in_which_every_candidate_fails_is_invalid():
    with pytest.raises(InvalidRun, match="candidate 'clicks'"):
        sim.run(tiny(learner("clicks", {"use": "tests.candidates.spies:Bad", "how": "nan"}), horizon="3 days"))


# --- going on --------------------------------------------------------------------------------------


def taught(model, plugin, label=LABEL, table=TABLE):
    return go_on(model, plugin, HERE, KEY, table, np.asarray(label, np.int8), WEIGHT[: len(label)], "mine")


COUNTING = spied("Counting")


def test_a_model_goes_on_with_what_it_knows_and_the_one_that_serves_stays_as_it_is():
    first = taught(None, COUNTING)
    second = taught(first, COUNTING)
    assert (first.seen_, second.seen_) == (6, 12)
    assert (first.weight_, second.weight_) == (WEIGHT.sum(), 2 * WEIGHT.sum())
    assert second.classes_ == [0, 1]


@pytest.mark.parametrize(("label", "says"), [([1, 1], 1.0), ([0], 0.0), ([], 0.0)])
def test_until_both_classes_were_met_a_constant_stands_in(label, says):
    constant = taught(None, COUNTING, label, TABLE[: len(label)])
    assert isinstance(constant, Constant)
    assert constant.probability == says
    assert taught(constant, COUNTING).seen_ == 6


def test_a_constant_stays_when_nothing_comes():
    assert taught(Constant(1.0), COUNTING, [], TABLE[:0]).probability == 1.0


def test_one_class_later_on_is_learned_too_and_no_row_changes_nothing():
    first = taught(None, COUNTING)
    assert taught(first, COUNTING, [1, 1], TABLE[:2]).seen_ == 8
    assert taught(first, COUNTING, [], TABLE[:0]) is first


def test_what_a_model_raises_while_it_goes_on_is_told():
    with pytest.raises(InvalidRun, match=r"candidate 'mine': tests\.candidates\.spies:Spy failed to go on learning: AttributeError"):
        taught(None, spied("Spy"))


# --- standard errors -------------------------------------------------------------------------------


def sure(said):
    class Model:
        def predict_sd(self, table):
            return said(len(table))

    return Model()


def test_a_model_may_tell_its_standard_errors_or_not():
    assert ask_spread(sure(lambda rows: [0.5] * rows), TABLE, "mine").tolist() == [0.5] * 6
    assert ask_spread(sure(lambda rows: None), TABLE, "mine") is None
    assert ask_spread(Constant(0.0), TABLE, "mine") is None


@pytest.mark.parametrize(
    ("said", "told"),
    [
        (lambda rows: [0.5] * (rows - 1), "returned no number from 0 for each of 6 rows"),
        (lambda rows: [-0.5] * rows, "returned no number from 0"),
        (lambda rows: [np.nan] * rows, "returned no number from 0"),
        (lambda rows: 1 / 0, "predict_sd failed: ZeroDivisionError"),
    ],
)
def test_standard_errors_that_are_none_are_refused(said, told):
    with pytest.raises(InvalidRun, match=f"candidate 'mine': its model's .*{told}"):
        ask_spread(sure(said), TABLE, "mine")


def test_a_built_in_model_is_found_by_its_name():
    assert build_model(Plugin(use="glm", alpha=2.0), HERE, KEY).alpha == 2.0
