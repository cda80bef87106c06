"""What a comparison is asked: the command's words before the file's, the file's before what is there."""

import json

import pytest

import sim
from sim.errors import BadInput
from sim.measures import MEASURES
from sim.study.compare.question import Question, pose
from tests.laws.tiny import policy, tiny
from tests.study.compare.made_up import asked

THREE = tiny(policy("random"), policy("always_show"), policy("keyword"), compare={"replications": 40}, guardrails={"rules": ["ctr >= 2%"]})


def test_the_baseline_is_who_was_named_then_the_files_then_who_serves_today_then_the_first():
    named = THREE.but(compare=THREE.compare.model_copy(update={"baseline": "random"}))
    assert pose(named, baseline="always_show").baseline == "always_show"
    assert pose(named).baseline == "random"
    assert pose(THREE).baseline == "keyword"  # it has served before day 1
    assert pose(tiny(policy("random"), policy("always_show"))).baseline == "random"


def test_everything_else_comes_from_the_file_unless_it_was_asked_for():
    assert pose(THREE) == Question("keyword", "revenue", 0.95, 0.005, None, None, 40, ("ctr >= 2%",))
    found = pose(THREE, primary="ctr", replications=7)
    assert (found.primary, found.replications, found.sequential) == ("ctr", 7, False)
    assert pose(THREE, precision=0.01).sequential


def test_all_unknown_names_are_told_at_once():
    with pytest.raises(BadInput) as caught:
        pose(THREE, baseline="keywrd", primary="revenu")
    assert [(one.where, one.hint) for one in caught.value.mistakes] == [
        ("--baseline", "did you mean 'keyword'?"),
        ("--primary", "did you mean 'revenue'?"),
    ]


@pytest.mark.parametrize("metric", MEASURES)
def test_the_option_takes_what_the_file_takes_and_nothing_else(metric, tmp_path):
    """Refunds are a measure, and nothing to ship for."""
    file = tmp_path / "ours.toml"
    file.write_text('name = "ours"\nhorizon = "20 days"\n[[candidate]]\npolicy = "keyword"\n[[candidate]]\npolicy = "random"\n[compare]\n')
    plain = sim.load(file)
    file.write_text(file.read_text() + f'primary = "{metric}"\n')
    if sim.check(file):
        with pytest.raises(BadInput, match="--primary"):
            pose(plain, primary=metric)
    else:
        assert pose(plain, primary=metric) == pose(sim.load(file))


@pytest.mark.parametrize(("metric", "found"), [("refunds", "'refunds' is nothing to maximise"), ("satisfaction", "users.leaving is 0")])
def test_a_metric_that_is_none_here_is_told(metric, found):
    with pytest.raises(BadInput, match=found):
        pose(THREE, primary=metric)


def test_a_question_comes_back_from_its_text_with_whatever_else_stands_there():
    question = asked(rules=("ctr >= 2%", "p5(revenue) >= 3"))
    assert Question.read(question.text()) == question
    assert Question.read(json.dumps(json.loads(question.text()) | {"variance": {"world": 1.0}})) == question
    old = {key: value for key, value in json.loads(question.text()).items() if key != "rules"}
    assert Question.read(json.dumps(old)).rules == ()
