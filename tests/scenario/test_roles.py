"""Whether the parts that a scenario names can play their roles."""

from __future__ import annotations

import sys

import pytest

MODULE = """
class Good:
    def __init__(self, depth=3): ...
    def fit(self, X, y, sample_weight=None): ...
    def predict_proba(self, X): ...

class Needy(Good):
    def __init__(self, depth): ...

class Free(Good):
    def __init__(self, **anything): ...

class Seeded(Good):
    def __init__(self, random_state): ...

class Unfit:
    def predict_proba(self, X): ...

class Silent:
    def fit(self, X, y, sample_weight=None): ...

class Weightless(Good):
    def fit(self, X, y): ...

class Kind(Good):
    def fit(self, X, y, **more): ...

def profit(columns, margin=1.0): ...

def needy(columns, margin): ...

def broken(): return 1 / 0

class Rule:
    @staticmethod
    def price(bid, thresholds, looks, slots): return thresholds[0]

class Method:
    def price(self, bid, thresholds, looks, slots): return bid

class Narrow:
    @staticmethod
    def price(bid, second): return second

nothing = 5
"""


@pytest.fixture
def said(check, write):
    """What is said of a learning candidate with some model and objective: places and words."""
    write(MODULE, "parts.py")

    def of(model='"parts:Good"', objective='"clicks"'):
        return [str(one).split("  ", 1)[1] for one in check("", f"[[candidate]]\nobjective = {objective}\nmodel = {model}\n")]

    yield of
    sys.modules.pop("parts", None)


@pytest.mark.parametrize(
    "model",
    [
        '"parts:Good"', '{ use = "parts:Good", depth = 4 }', '{ use = "parts:Needy", depth = 4 }', '{ use = "parts:Free", anything = [1] }',
        '"parts:Seeded"', '"parts:Kind"', '{ use = "sklearn.ensemble:HistGradientBoostingClassifier", max_iter = 9 }',
        '"sklearn.naive_bayes:GaussianNB"',
    ],
)  # fmt: skip
def test_a_class_with_two_methods_is_a_model(said, model):
    assert said(model) == []


@pytest.mark.parametrize(
    ("model", "words"),
    [
        ('"parts:Unfit"', "candidate 1, model.use: has no method 'fit'; a model has fit(X, y, sample_weight=None) and predict_proba(X)"),
        ('"parts:Silent"', "candidate 1, model.use: has no method 'predict_proba'; a model has fit("),
        ('"parts:Weightless"', "candidate 1, model.use: its fit takes no sample_weight; rows of the log carry counts"),
        ('"parts:profit"', "candidate 1, model: profit needs the argument 'columns'"),
        ('"parts:nothing"', "candidate 1, model.use: has no method 'fit'"),
        ('"parts:broken"', "candidate 1, model.use: calling it raised ZeroDivisionError: division by zero"),
        ('"parts:Goood"', "candidate 1, model.use: 'parts' has no 'Goood'; did you mean 'Good'?"),
        ('"parts:Needy"', "candidate 1, model: Needy needs the argument 'depth'"),
        ('{ use = "parts:Good", dept = 4 }', "candidate 1, model.dept: Good takes no such argument; did you mean 'depth'?"),
        ('{ use = "parts:Good", zzz = 4 }', "candidate 1, model.zzz: Good takes no such argument; it takes depth"),
        ('{ use = "sklearn.linear_model:LogisticRegression", max_itr = 9 }', "candidate 1, model.max_itr: LogisticRegression takes no"),
        ('"sklearn.linear_model:LinearRegression"', "candidate 1, model.use: has no method 'predict_proba'"),
    ],
)
def test_what_is_no_model_is_told_why(said, model, words):
    (mistake,) = said(model)
    assert mistake.startswith(words)


@pytest.mark.parametrize(
    "objective",
    [
        '"parts:profit"',
        '{ use = "parts:profit", margin = 2, learns = "show", cut = 0.1 }',
        '{ use = "parts:needy", margin = 2 }',
        '{ use = "revenue", cut = 0 }',
        '{ use = "parts:profit", learns = ["click", "conversion", "show"] }',
        '{ use = "blend", revenue = 1, conversions = -2 }',
        '{ use = "constrained", maximise = "impressions", subject_to = "show", at_least = "60%" }',
    ],
)
def test_a_function_of_columns_is_an_objective(said, objective):
    assert said(objective=objective) == []


@pytest.mark.parametrize(
    ("objective", "words"),
    [
        ('"parts:nothing"', "candidate 1, objective.use: can't be called; a class or a function"),
        ('"parts:needy"', "candidate 1, objective: needy needs the argument 'margin'"),
        ('{ use = "parts:profit", columns = 1 }', "candidate 1, objective.columns: profit takes no such argument; it takes margin"),
        (
            '{ use = "parts:profit", learns = "shw" }',
            "candidate 1, objective.learns: found 'shw'; one of click, show, conversion, or a list of them; did you mean 'show'?",
        ),
        ('{ use = "parts:profit", learns = 5 }', "candidate 1, objective.learns: found 5; one of click, show, conversion, or a list"),
        ('{ use = "parts:profit", learns = [] }', "candidate 1, objective.learns: found []; one of click, show, conversion, or a list"),
        ('{ use = "parts:profit", learns = ["click", 5] }', "candidate 1, objective.learns: found ['click', 5]; one of click, show,"),
        ('{ use = "parts:profit", learns = ["click", "clik"] }', "candidate 1, objective.learns: found 'clik'; one of click, show,"),
        ('{ use = "parts:profit", learns = ["show", "show"] }', "candidate 1, objective.learns: found ['show', 'show']; each label once"),
        ('{ use = "blend", revenue = 0 }', "candidate 1, objective: a blend needs at least one weight that is not 0: revenue, clicks"),
        ('{ use = "constrained", maximise = "money" }', "candidate 1, objective: 'maximise' is one of revenue, clicks, conversions"),
        ('{ use = "constrained", subject_to = "cost" }', "candidate 1, objective: 'subject_to' is one of ctr, conversion_rate, show, not"),
        ('{ use = "constrained", at_least = "150%" }', "candidate 1, objective: 'at_least' is a share above 0% and up to 100%, not"),
        ('{ use = "constrained", at_least = "much" }', "candidate 1, objective.at_least: found 'much'; a share such as '5%' or 0.05"),
        ('{ use = "constrained", at_least = true }', "candidate 1, objective.at_least: found true; a share such as '5%' or 0.05"),
        ('{ use = "parts:profit", cut = "1%" }', "candidate 1, objective.cut: found '1%'; a number"),
        ('{ use = "clicks", learns = "show" }', "candidate 1, objective.learns: clicks takes no such argument; it takes cut"),
        ('{ use = "clicks", self = 1 }', "candidate 1, objective.self: clicks takes no such argument; it takes cut"),
        ('{ use = "clicks", cut = nan }', "candidate 1, objective.cut: found nan; a number"),
        ('{ use = "clicks", cut = true }', "candidate 1, objective.cut: found true; a number"),
        (
            '"clics"',
            "candidate 1, objective.use: found 'clics'; one of impressions, clicks, revenue, conversions, advertiser_value, long_term",
        ),
    ],
)
def test_what_is_no_objective_is_told_why(said, objective, words):
    (mistake,) = said(objective=objective)
    assert mistake.startswith(words)


@pytest.mark.parametrize("policy", ['"oracle"', '{ use = "oracle", objective = "clicks", cut = 0 }', '{ use = "keyword", text = 2 }'])
def test_a_fixed_rule_takes_its_arguments(check, policy):
    assert check("", f"[[candidate]]\npolicy = {policy}\n") == []


@pytest.mark.parametrize(
    ("policy", "words"),
    [
        ('"keywrd"', "policy.use: found 'keywrd'; one of always_show, never_show, random, keyword"),
        ('"parts:Good"', "policy.use: found 'parts:Good'; one of always_show"),
        ('{ use = "random", text = 2 }', "policy.text: random takes no such argument; it takes no arguments"),
        ('{ use = "keyword", txt = 2 }', "policy.txt: keyword takes no such argument; did you mean 'text'?"),
        ('{ use = "keyword", text = "high" }', "policy.text: found 'high'; a number"),
        ('{ use = "oracle", objective = "impressions" }', "policy: the oracle's objective is 'revenue' or 'clicks', not 'impressions'"),
        ('{ use = "oracle", objective = 5 }', "policy.objective: found 5; a text in quotes"),
        ('{ use = "oracle", cut = inf }', "policy.cut: found inf; a number"),
    ],
)
def test_what_is_no_fixed_rule_is_told_why(check, policy, words):
    (candidate,) = check("", f"[[candidate]]\nname = 'x'\npolicy = {policy}\n")
    (history,) = check(f"[history]\npolicy = {policy}\n")
    assert str(candidate).startswith(f"small.toml, line 5  candidate 1, {words}")
    assert str(history).startswith(f"small.toml, line 4  history.{words}")


@pytest.mark.parametrize(
    ("last", "words"),
    [
        ("raise RuntimeError('a\\nb')", "importing it raised RuntimeError: a b"),
        ("import nowhere_at_all", "importing it raised ModuleNotFoundError: No module named 'nowhere_at_all'"),
        ("import sys; sys.exit(3)", "importing it raised SystemExit: 3"),
        ("1 / 0", "importing it raised ZeroDivisionError"),
        ("def (", "bad_parts.py is not Python: invalid syntax in its line"),
    ],
)
def test_a_module_that_can_not_be_imported_is_a_mistake(check, write, last, words):
    write(MODULE + last, "bad_parts.py")
    (mistake,) = check("", '[[candidate]]\nobjective = "clicks"\nmodel = "bad_parts:Good"\n')
    assert str(mistake).startswith(f"small.toml, line 5  candidate 1, model.use: {words}")


def test_nothing_of_anyones_is_run_while_there_are_other_mistakes(check, write):
    file = write("import pathlib\npathlib.Path(__file__).with_name('ran').touch()\n" + MODULE, "trap.py")
    learner = '[[candidate]]\nobjective = "clicks"\nmodel = { use = "trap:Good", dept = 1 }\n'
    assert [one.where for one in check("sed = 1\n", learner)] == ["sed", "candidate 1, model.dept"]
    assert not file.with_name("ran").exists()
    assert [one.where for one in check("", learner)] == ["candidate 1, model.dept"]
    assert file.with_name("ran").exists()


@pytest.fixture
def priced(check, write):
    """What is said of a pricing rule."""
    write(MODULE, "parts.py")
    yield lambda pricing: [str(one).removeprefix("small.toml, line 4  ") for one in check(f"[market]\npricing = {pricing}\n")]
    sys.modules.pop("parts", None)


@pytest.mark.parametrize("pricing", ['"second_price"', '"vickrey"', '{ use = "first_price" }', '"parts:Rule"'])
def test_a_class_with_a_static_price_is_a_pricing_rule(priced, pricing):
    assert priced(pricing) == []


@pytest.mark.parametrize(
    ("pricing", "words"),
    [
        (
            '"vickry"',
            "market.pricing.use: found 'vickry'; one of second_price, vickrey, first_price, or 'module:name' of your own; did you",
        ),
        ('"parts:Rul"', "market.pricing.use: 'parts' has no 'Rul'; did you mean 'Rule'?"),
        ('"parts:profit"', "market.pricing.use: is no class; a class with a static method price(bid, thresholds, looks, slots)"),
        ('"parts:nothing"', "market.pricing.use: is no class"),
        ('"parts:Good"', "market.pricing.use: has no static method 'price'; a class with a static method price(bid, thresholds"),
        ('"parts:Method"', "market.pricing.use: has no static method 'price'"),
        ('"parts:Narrow"', "market.pricing.use: its price takes (bid, second); a class with a static method price(bid, thresholds"),
        ('{ use = "parts:Rule", part = 0.5 }', "market.pricing.part: Rule takes no such argument; it takes no arguments"),
        ('{ use = "vickrey", part = 0.5 }', "market.pricing.part: vickrey takes no such argument; it takes no arguments"),
        ("5", "market.pricing: found 5; a table of settings"),
    ],
)
def test_what_is_no_pricing_rule_is_told_why(priced, pricing, words):
    (mistake,) = priced(pricing)
    assert mistake.startswith(words)
