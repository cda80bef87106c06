"""What differs between the candidates' settings, and only that."""

from sim.study.compare.settings import differing
from tests.study.compare.made_up import run

MODEL = {"use": "sklearn.linear_model:LogisticRegression", "arguments": {"C": 1.0}}
RULE = {"name": "rule", "policy": {"use": "keyword"}, "objective": None, "model": None, "retrain": 2_419_200, "takes": 21_600}
LEARNER = {"name": "one", "policy": None, "objective": {"use": "revenue"}, "model": MODEL, "retrain": 2_419_200, "takes": 21_600}


def told(*candidates, playable=None):
    names = playable or [one["name"] for one in candidates]
    return differing(run({name: {} for name in names}, settings={"candidate": list(candidates)}))


def test_what_is_alike_is_not_told():
    assert told(LEARNER, LEARNER | {"name": "two"}) == {}
    found = told(LEARNER, LEARNER | {"name": "two", "retrain": 86_400 * 7, "objective": {"use": "clicks"}})
    assert found == {"objective": ("revenue", "clicks"), "retrain": ("28 days", "7 days")}


def test_arguments_stand_beside_what_they_are_for():
    other = {"name": "two", "model": MODEL | {"arguments": {"C": 0.5, "solver": "saga"}}}
    assert told(LEARNER, LEARNER | other) == {"model.C": ("1.0", "0.5"), "model.solver": ("", "saga")}


def test_durations_are_as_a_file_would_have_them():
    assert told(LEARNER, LEARNER | {"name": "two", "takes": 5_400}) == {"takes": ("6 hours", "1.5 hours")}


def test_who_never_learns_is_not_retrained():
    assert told(RULE, LEARNER) == {"policy": ("keyword", ""), "objective": ("", "revenue"), "model.C": ("", "1.0")}
    assert told(RULE, RULE | {"name": "two", "retrain": 86_400}) == {}
    assert told(RULE, LEARNER, LEARNER | {"name": "two", "retrain": 86_400})["retrain"] == ("", "28 days", "1 days")


def test_a_candidate_that_could_not_be_played_has_no_column():
    assert told(LEARNER, LEARNER | {"name": "two", "takes": 5_400}, playable=["one"]) == {}


def test_where_a_candidate_was_swept_from_is_told_elsewhere():
    assert told(LEARNER | {"sweep": ["one", [["takes", "6 hours"]]]}, LEARNER | {"name": "two"}) == {}
