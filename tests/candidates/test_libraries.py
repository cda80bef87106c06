"""Models that people will name: each plays, says what is known, and says the same again."""

from __future__ import annotations

import importlib.util

import numpy as np
import pytest

from sim.lifecycle.play import play
from sim.study.worker import Task, work
from tests.laws.tiny import learner, stage_of, tiny

LIGHTGBM = {
    "use": "lightgbm:LGBMClassifier",
    "n_jobs": 1,
    "deterministic": True,
    "force_row_wise": True,
    "verbose": -1,
}  # as the reference says
SGD = {"use": "sklearn.linear_model:SGDClassifier", "loss": "log_loss", "alpha": 1e-5, "learning_rate": "constant", "eta0": 1e-3}
MODELS = {
    "logistic": {"use": "sklearn.linear_model:LogisticRegression"},
    "histogram": {"use": "sklearn.ensemble:HistGradientBoostingClassifier", "max_iter": 30},
    "bayes": {"use": "sklearn.naive_bayes:GaussianNB"},
    "sgd": SGD,
    "glm": {"use": "glm"},
    "ridge": {"use": "glm", "alpha": 1.0},
    "lightgbm": LIGHTGBM | {"n_estimators": 30},
}
EXPLORING = {"explore": {"use": "thompson", "variants": 3}}
GOING_ON = {"bayes", "sgd"}


def present(name):
    if name == "lightgbm" and importlib.util.find_spec("lightgbm") is None:
        pytest.skip("lightgbm is not installed: pip install 'foreshow[lightgbm]'")


def played(model, **settings):
    scenario = tiny(learner("clicks", model, **settings), traffic={"queries": 20_000}, horizon="16 days")
    return work(scenario, Task(0, 0))  # on one thread, as in a run


@pytest.mark.parametrize("name", MODELS)
def test_it_plays_and_plays_the_same_again_and_prints_nothing(name, capfd):
    present(name)
    one, again = played(MODELS[name]), played(MODELS[name])
    assert (one.ledger == again.ledger).all()
    assert one.ledger[8:, 3].sum() > 300
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("name", MODELS)
def test_its_choice_is_better_than_chance(name):
    present(name)
    ours = played(MODELS[name]).ledger[8:].sum(axis=0)
    scenario = tiny({"policy": "random"}, traffic={"queries": 20_000}, horizon="16 days")
    chance = play(stage_of(scenario), scenario.candidates[0]).ledger[8:].sum(axis=0)
    assert ours[3] / ours[2] > 1.5 * chance[3] / chance[2]


@pytest.mark.parametrize("name", sorted(GOING_ON))
def test_it_goes_on_and_goes_on_the_same_again(name):
    one, again, fresh = (played(MODELS[name], incremental=going).ledger for going in (True, True, False))
    assert (one == again).all()
    assert (one != fresh).any()
    assert one[8:, 3].sum() > 300


@pytest.mark.parametrize("name", MODELS)
def test_it_can_be_calibrated_and_explore(name):
    present(name)
    both = played(MODELS[name], calibrate="sigmoid", **EXPLORING)
    assert "calibration error" in both.chronicle[0].detail
    assert both.ledger[8:, 3].sum() > 300


def test_a_model_with_errors_of_its_own_explores_by_them():
    by_model, by_evidence = (played(MODELS[name], **EXPLORING).ledger for name in ("ridge", "logistic"))
    wide = played(MODELS["ridge"], explore={"use": "thompson", "variants": 3, "scale": 3.0}).ledger
    assert np.array_equal(by_model[:, 0], by_evidence[:, 0])
    assert (wide != by_model).any()
