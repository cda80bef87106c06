"""Sweeps: a candidate for each point of a grid, as if written by hand."""

from __future__ import annotations

import json
import pickle

import pytest

import sim
from sim.scenario.kinds import Swept, point_of_sweep
from tests.scenario.conftest import HEAD, RULE

LEARNER = '[[candidate]]\nname = "blend"\nobjective = { use = "blend", revenue = 1.0 }\nmodel = "sklearn.linear_model:LogisticRegression"\n'


def names(scenario):
    return [candidate.name for candidate in scenario.candidates]


def told(mistakes):
    return [str(one).removeprefix("small.toml, ") for one in mistakes]


@pytest.fixture
def load(write):
    return lambda candidates: sim.load(write(HEAD + candidates))


def bare(candidate):
    return candidate.model_copy(update={"name": "", "swept": None})


def test_each_point_is_what_a_hand_would_have_written(load):
    found = load(RULE + LEARNER + "sweep = { 'objective.show' = [0.0, 0.05], retrain = ['14d', '28d'] }\n" + RULE + "name = 'last'\n")
    points = [f"blend show={show}, retrain={days}" for show in ("0.0", "0.05") for days in ("14d", "28d")]
    assert names(found) == ["keyword", *points, "last"]
    by_hand = LEARNER.replace("revenue = 1.0", "revenue = 1.0, show = 0.05") + "retrain = '14d'\n"
    assert bare(found.candidates[3]) == bare(load(by_hand).candidates[0])
    assert [one.swept for one in found.candidates[::5]] == [None, None]
    assert found.candidates[3].swept == Swept("blend", (("objective.show", "0.05"), ("retrain", "14d")))


@pytest.mark.parametrize(
    "sweep",
    [
        "sweep = { 'objective.show' = [0.0, 0.05] }\n",
        "sweep = { objective.show = [0.0, 0.05] }\n",
        "sweep.objective.show = [0.0, 0.05]\n",
        "[candidate.sweep]\n'objective.show' = [0.0, 0.05]\n",
        "[candidate.sweep]\nobjective.show = [\n  0.0,\n  0.05,\n]\n",
        "[candidate.sweep.objective]\nshow = [0.0, 0.05]\n",
    ],
)
def test_a_sweep_may_be_written_in_any_way_that_toml_has(load, sweep):
    assert names(load(LEARNER + sweep)) == ["blend show=0.0", "blend show=0.05"]


def test_a_part_named_alone_can_have_its_arguments_swept(load):
    lines = "[[candidate]]\nobjective = 'clicks'\nmodel = 'glm'\nsweep = { 'objective.cut' = [0.01, 0.1], 'model.alpha' = [0.0, 1.0] }\n"
    found = load(lines)
    assert names(found)[1] == "clicks cut=0.01, alpha=1.0"
    assert found.candidates[1].model.arguments == {"alpha": 1.0}


def test_keys_that_end_alike_are_told_in_full(load):
    lines = "then = { at = 'day 9', objective = 'clicks' }\nsweep = { 'objective.cut' = [0.01, 0.1], 'then.objective.cut' = [0.2, 0.3] }\n"
    assert names(load(LEARNER + lines))[0] == "blend objective.cut=0.01, then.objective.cut=0.2"


def test_a_whole_part_can_be_swept_and_an_argument_of_it_too(load):
    lines = "[[candidate]]\nname = 'x'\nmodel = 'glm'\nsweep = { 'objective.cut' = [0.01, 0.1], objective = ['clicks', 'revenue'] }\n"
    found = load(lines)
    assert names(found)[2] == "x cut=0.1, objective=clicks"
    assert [one.objective.arguments["cut"] for one in found.candidates] == [0.01, 0.01, 0.1, 0.1]


@pytest.mark.parametrize(
    ("values", "labels"),
    [
        ("['sklearn.linear_model:LogisticRegression', 'glm']", ["LogisticRegression", "glm"]),
        ("[{ use = 'glm', alpha = 1.0 }, 'sklearn.naive_bayes:GaussianNB']", ["glm", "GaussianNB"]),
        ("[{ use = 'glm', alpha = 1.0 }, { use = 'glm', alpha = 2.0 }]", ["{use = 'glm', alpha = 1.0}", "{use = 'glm', alpha = 2.0}"]),
    ],
)
def test_a_point_is_called_as_shortly_as_tells_it_apart(load, values, labels):
    lines = f"[[candidate]]\nname = 'x'\nobjective = 'clicks'\nsweep = {{ model = {values} }}\n"
    assert names(load(lines)) == [f"x model={label}" for label in labels]


def test_true_and_false_are_called_so(load):
    lines = (
        "[[candidate]]\nobjective = 'clicks'\nmodel = { use = 'sklearn.linear_model:SGDClassifier', loss = 'log_loss' }\n"
        "sweep = { incremental = [true, false] }\n"
    )
    assert names(load(lines)) == ["clicks incremental=true", "clicks incremental=false"]


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        ("sweep = 5", "line 7  candidate 1, sweep: found 5; a table of lists such as"),
        ("sweep = {}", "line 7  candidate 1, sweep: found {}; a table of lists"),
        ("sweep = ['a', [['b', 'c']]]", "line 7  candidate 1, sweep: found ['a'"),
        ("sweep = { retrain = '14d' }", "line 7  candidate 1, sweep.retrain: found '14d'; a list of two or more values"),
        ("sweep = { retrain = ['14d'] }", "line 7  candidate 1, sweep.retrain: found ['14d']; a list of two or more values"),
        ("sweep = { retrain = [] }", "found []; a list of two or more"),
        ("sweep = { retrain = ['14d', '14d'] }", "line 7  candidate 1, sweep.retrain: '14d' is given twice; each value once"),
        ("sweep = { retrain = ['14d', '2 weeks'] }", "'blend retrain=2 weeks' is the same as 'blend retrain=14d'; values that differ"),
        ("sweep = { name = ['a', 'b'] }", "line 7  candidate 1, sweep.name: can't be swept"),
        ("sweep = { 'objective..show' = [1, 2] }", 'candidate 1, sweep."objective..show": can\'t be swept'),
        ("retrain = '14d'\nsweep = { retrain = ['14d', '28d'] }", "line 8  candidate 1, sweep.retrain: has a fixed value too; either"),
        ("sweep = { 'objective.use' = ['blend', 'clicks'] }", '"objective.use": has a fixed value too'),
        ("sweep = { 'model.use' = ['glm', 'x'] }", '"model.use": has a fixed value too'),
        (
            "sweep = { 'objective.revenue' = [1.0, 2.0] }",
            'sweep."objective.revenue": has a fixed value too; either a value or a sweep',
        ),
        ("sweep = { 'explore.share' = [0.1, 0.2] }", "there is no 'explore' to set it in; set it outside of the sweep, or sweep it too"),
        ("sweep = { 'objective.show' = [1.0, 2.0], objective.show = [1.0, 2.0] }", 'sweep."objective.show": is swept twice'),
        ("sweep = { retran = ['14d', '28d'] }", "line 7  candidate 1, sweep.retran: is not a setting here; did you mean 'retrain'?"),
        ("sweep = { retrain = ['14d', '28 dogs'] }", "line 7  candidate 1, sweep.retrain: found '28 dogs'; whole days such as"),
        ("sweep = { 'objective.shw' = [1.0, 2.0] }", 'line 7  candidate 1, sweep."objective.shw": blend takes no such argument; did you'),
        ("sweep = { 'objective.show' = ['a', 2.0] }", "line 7  candidate 1, sweep.\"objective.show\": found 'a'; a number"),
        ("sweep = { explore = ['epsilon', 'epsilom'] }", "line 7  candidate 1, sweep.explore: found 'epsilom'; one of epsilon"),
        ("sweep = { retrain = [1, 2] }", "line 7  candidate 1, sweep.retrain: found 1; whole days"),
        ("\n\n[candidate.sweep]\n\n'explore' = ['x', 'thompson']", "line 11  candidate 1, sweep.explore: found 'x'; one of"),
        ("sweep = { takes = ['1 h', '2" + " " * 60 + "h'] }", "line 7  candidate 1, sweep: found 'blend takes=2"),
    ],
)
def test_what_is_wrong_with_a_sweep_is_told_there(write, lines, words):
    found = told(sim.check(write(HEAD + LEARNER + lines + "\n")))
    assert any(words in one for one in found), found


def test_what_is_wrong_in_all_points_is_told_once(write):
    lines = LEARNER.replace("revenue = 1.0", "revnue = 1.0") + "sweep = { retrain = ['14d', '28d', '29d'] }\n" + "windw = 1\n"
    (first, second) = told(sim.check(write(HEAD + RULE + lines)))
    assert first.startswith("line 7  candidate 2, objective.revnue: blend takes no such argument")
    assert second.startswith("line 10  candidate 2, windw: is not a setting here")


def test_candidates_behind_a_sweep_keep_their_number_in_the_file(write):
    (mistake,) = sim.check(write(HEAD + LEARNER + "sweep = { retrain = ['14d', '28d'] }\n[[candidate]]\npolicy = 'keywrd'\n"))
    assert told([mistake])[0].startswith("line 9  candidate 2, policy.use: found 'keywrd'")


def test_a_candidate_whose_objective_is_swept_needs_a_name(write):
    lines = "[[candidate]]\nmodel = 'glm'\nsweep = { objective = ['clicks', 'revenue'] }\n"
    (mistake,) = sim.check(write(HEAD + lines))
    assert told([mistake]) == ["line 3  candidate 1: has no name to call its points by; a name, where the policy or the objective is swept"]


def test_what_only_follows_from_a_mistake_in_a_sweep_is_not_told(write):
    lines = "[[candidate]]\nname = 'x'\nmodel = 'glm'\nsweep = { objective = ['clicks'] }\n"
    (mistake,) = sim.check(write(HEAD + lines))
    assert told([mistake])[0].startswith("line 6  candidate 1, sweep.objective: found ['clicks']; a list of two or more values")


def test_forty_candidates_are_the_most(write, load):
    days = ", ".join(f"'{day}d'" for day in range(1, 40))
    many = LEARNER + f"sweep = {{ retrain = [{days}] }}\n"
    assert len(load(RULE + many).candidates) == 40
    (mistake,) = sim.check(write(HEAD + RULE + RULE + "name = 'other'\n" + many))
    assert told([mistake]) == ["line 12  candidate 3, sweep: makes 39 candidates, 41 with all others; at most 40 in all"]
    grid = LEARNER + f"sweep = {{ retrain = [{days}], window = [{days}], refresh = [{days}], takes = [{days}] }}\n"
    (mistake,) = sim.check(write(HEAD + grid))
    assert told([mistake]) == ["line 7  candidate 1, sweep: makes 2,313,441 candidates; at most 40 in all"]


def test_a_baseline_that_is_swept_is_no_one_candidate(write):
    lines = "compare.baseline = 'blend'\n" + LEARNER + "sweep = { retrain = ['14d', '28d'] }\n"
    (mistake,) = sim.check(write(HEAD + lines))
    assert told([mistake]) == [
        "line 3  compare.baseline: 'blend' is swept, so that there are several; one of 'blend retrain=14d', 'blend retrain=28d'"
    ]
    assert sim.check(write(HEAD + lines.replace("'blend'", "'blend retrain=14d'", 1))) == []


def test_a_sweep_is_inherited_with_its_candidates(write, load):
    write(HEAD + LEARNER + "sweep = { retrain = ['14d', '28d'] }\n", "base.toml")
    found = sim.load(write("extends = 'base.toml'\nseed = 5\n", "top.toml"))
    assert (names(found), found.seed) == (["blend retrain=14d", "blend retrain=28d"], 5)


def test_a_swept_candidate_goes_through_json_and_to_a_worker(load):
    (first, _) = load(LEARNER + "sweep = { retrain = ['14d', '28d'] }\n").candidates
    assert pickle.loads(pickle.dumps(first)) == first
    assert point_of_sweep(json.loads(first.model_dump_json(by_alias=True))["sweep"]) == first.swept
