"""What the parts of a candidate need of each other."""

from __future__ import annotations

import sys

import pytest

from sim.scenario.kinds import Plugin
from sim.scenario.partners import labels_of

MODULE = """
class Plain:
    def fit(self, X, y, sample_weight=None): ...
    def predict_proba(self, X): ...

class Going(Plain):
    def partial_fit(self, X, y, classes=None, sample_weight=None): ...

class Deaf(Plain):
    def partial_fit(self, X, y): ...

class Free(Plain):
    def partial_fit(self, X, y, **more): ...

class Sure(Plain):
    def predict_sd(self, X): ...

def going(): return Going()

def plain(): return Plain()

class Explorer:
    def explore(self, prospect, key): ...

class Idler: ...

def value(columns): ...
"""


@pytest.fixture
def said(check, write):
    """What is said of a learning candidate with some lines."""
    write(MODULE, "parts.py")

    def of(lines="", model='"parts:Plain"', objective='"clicks"'):
        return [
            str(one).split("  ", 1)[1]
            for one in check("", f"[[candidate]]\nname = 'x'\nobjective = {objective}\nmodel = {model}\n{lines}\n")
        ]

    yield of
    sys.modules.pop("parts", None)


@pytest.mark.parametrize("model", ["Going", "Free", "going"])
def test_a_model_that_can_go_on_may(said, model):
    assert said("incremental = true", f'"parts:{model}"') == []
    assert said("incremental = true", '"sklearn.naive_bayes:GaussianNB"') == []


@pytest.mark.parametrize(
    ("model", "words"),
    [
        (
            '"parts:Plain"',
            "candidate 1, incremental: Plain has no method 'partial_fit'; partial_fit(X, y, classes, sample_weight); such as",
        ),
        ('"parts:plain"', "candidate 1, incremental: Plain has no method 'partial_fit'"),
        ('"sklearn.linear_model:LogisticRegression"', "candidate 1, incremental: LogisticRegression has no method 'partial_fit'"),
        ('"glm"', "candidate 1, incremental: Glm has no method 'partial_fit'"),
    ],
)
def test_a_model_that_can_not_go_on_is_told(said, model, words):
    (mistake,) = said("incremental = true", model)
    assert mistake.startswith(words)


def test_a_partial_fit_without_classes_or_weights_will_not_do(said):
    assert [one.split(";")[0] for one in said("incremental = true", '"parts:Deaf"')] == [
        "candidate 1, incremental: the partial_fit of Deaf takes no classes",
        "candidate 1, incremental: the partial_fit of Deaf takes no sample_weight",
    ]


def test_what_is_trained_once_has_nothing_to_go_on_with(said):
    (mistake,) = said('incremental = true\nretrain = "never"', '"parts:Going"')
    assert mistake == "candidate 1, incremental: has no effect: the model is trained once; remove it, or retrain"
    assert said('incremental = false\nretrain = "never"', '"parts:Going"') == []


@pytest.mark.parametrize(
    ("objective", "then"),
    [
        ('"clicks"', '"revenue"'),
        ('"clicks"', '{ use = "clicks", cut = 0.5 }'),
        ('"long_term"', '{ use = "blend", revenue = 1.0, show = 0.5 }'),
        ('"long_term"', '"impressions"'),
        ('{ use = "blend", conversions = 1 }', '"advertiser_value"'),
        ('"clicks"', '"parts:value"'),
        ('{ use = "parts:value", learns = ["show", "click"] }', '{ use = "constrained", subject_to = "show" }'),
    ],
)
def test_an_objective_may_follow_one_that_learns_what_it_needs(said, objective, then):
    assert said(f'then = {{ at = "day 8", objective = {then} }}', objective=objective) == []


@pytest.mark.parametrize(
    ("objective", "then", "words"),
    [
        (
            '"clicks"',
            '"impressions"',
            "needs a model of 'show', and none has been trained by then; an objective of what 'clicks' learns: click",
        ),
        ('"impressions"', '"long_term"', "needs a model of 'click', and none"),
        (
            '"long_term"',
            '"conversions"',
            "needs a model of 'conversion', and none has been trained by then; an objective of what 'long_term'",
        ),
        ('"clicks"', '{ use = "parts:value", learns = "show" }', "needs a model of 'show'"),
        ('{ use = "clicks", cut = 0.5 }', '{ use = "clicks", cut = 0.5 }', "has no effect: it is the objective already; another one"),
    ],
)
def test_an_objective_that_can_not_follow_is_told_why(said, objective, then, words):
    (mistake,) = said(f'then = {{ at = "day 8", objective = {then} }}', objective=objective)
    assert mistake.startswith(f"candidate 1, then.objective: {words}")


@pytest.mark.parametrize(
    ("then", "words"),
    [
        ('{ at = "day 21", objective = "revenue" }', "then.at: falls on day 21; a moment within the 20 days that are played"),
        ('{ at = 5, objective = "revenue" }', "then.at: found 5; a moment such as"),
        ('{ objective = "revenue" }', "then.at: is missing"),
        ('{ at = "day 8" }', "then.objective: is missing"),
        ('{ at = "day 8", objective = "revenu" }', "then.objective.use: found 'revenu'; one of impressions"),
        (
            '{ at = "day 8", objective = { use = "revenue", ct = 1 } }',
            "then.objective.ct: revenue takes no such argument; did you mean 'cut'?",
        ),
        ('{ at = "day 8", objective = "revenue", retrain = true }', "then.retrain: is not a setting here; known here: at, objective"),
        ("5", "then: found 5; a table of settings"),
    ],
)
def test_what_is_wrong_with_the_later_objective_is_told_in_its_place(said, then, words):
    (mistake,) = said(f"then = {then}")
    assert mistake.startswith(f"candidate 1, {words}")


@pytest.mark.parametrize("explore", ['"epsilon"', '"thompson"', '{ use = "epsilon", share = "5%", variants = 3 }', '"parts:Explorer"'])
def test_an_explorer_is_a_name_or_a_class(said, explore):
    assert said(f"explore = {explore}") == []


@pytest.mark.parametrize(
    ("explore", "words"),
    [
        ('"epsillon"', "explore.use: found 'epsillon'; one of epsilon, thompson, or 'module:name' of your own; did you mean 'epsilon'?"),
        ('"parts:Idler"', "explore.use: has no method 'explore'; an explorer has explore(prospect, key)"),
        ('"parts:Nobody"', "explore.use: 'parts' has no 'Nobody'"),
        ('{ use = "epsilon", share = "much" }', "explore.share: found 'much'; a share such as '5%' or 0.05"),
        ('{ use = "epsilon", share = 0 }', "explore: 'share' is a share above 0%"),
        ('{ use = "epsilon", variants = 2.5 }', "explore.variants: found 2.5; a whole number"),
        ('{ use = "epsilon", variants = true }', "explore.variants: found true; a whole number"),
        ('{ use = "epsilon", variants = 99 }', "explore: 'variants' is a whole number from 1 to 15, not 99"),
        ('{ use = "thompson", share = 1 }', "explore.share: thompson takes no such argument; did you mean 'scale'?"),
        ("5", "explore: found 5; a table of settings"),
    ],
)
def test_what_is_no_explorer_is_told_why(said, explore, words):
    (mistake,) = said(f"explore = {explore}")
    assert mistake.startswith(f"candidate 1, {words}")


def test_what_raters_say_can_be_drawn_only_from_a_models_own_errors(said):
    (mistake,) = said('explore = "thompson"', objective='"impressions"')
    assert mistake.startswith("candidate 1, explore: has no effect: raters label ads that are not shown as well, and the model tells no")
    assert said('explore = "thompson"', '"glm"', '"impressions"') == []
    assert said('explore = "thompson"', '"parts:Sure"', '"impressions"') == []
    assert said('explore = "thompson"', objective='"long_term"') == []
    assert said('explore = "epsilon"', objective='"impressions"') == []


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("incremental = 1", "incremental: found 1; true or false"),
        ("incremental = 'yes'", "incremental: found 'yes'; true or false"),
        ("calibrate = 'platt'", "calibrate: found 'platt'; one of 'sigmoid' or 'isotonic'"),
        ("calibrate = true", "calibrate: found true; one of 'sigmoid' or 'isotonic'"),
    ],
)
def test_other_values_are_told_what_is_allowed(said, line, words):
    (mistake,) = said(line)
    assert mistake.startswith(f"candidate 1, {words}")


@pytest.mark.parametrize(
    "line", ["incremental = true", "calibrate = 'sigmoid'", "explore = 'epsilon'", "then = { at = 'day 8', objective = 'clicks' }"]
)
def test_a_policy_has_no_use_for_any_of_it(check, line):
    (mistake,) = check("", f"[[candidate]]\npolicy = 'keyword'\n{line}\n")
    assert f"candidate 1, {line.split(' ')[0]}: has no effect: a policy does not learn" in str(mistake)


def test_labels_of_what_is_mistaken_can_not_be_told():
    assert labels_of(Plugin(use="blend")) is None
    assert labels_of(Plugin(use="clicks", cutt=1)) is None
    assert labels_of(Plugin(use="parts:value", learns=5)) is None
