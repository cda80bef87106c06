"""Settings of teams that can have no effect are mistakes, told in words; and teams go with extends, sweeps and ids."""

import json

import pytest

import sim
from sim.lifecycle.team.expecting import LEARNED_DAYS
from sim.scenario import playbook_checks
from sim.scenario.schema import Scenario
from sim.study.gather import settings_of
from tests.contracts.told import told
from tests.small import SMALL_WORLD

HEAD = f'name = "x"\nhorizon = "20 days"\n{SMALL_WORLD}\n'
ONLY_AFTER = "has no effect beside this playbook: it is for a model that learns from the log, after a switch of the objective"
MODEL = "model = 'sklearn.linear_model:LogisticRegression'\n"


@pytest.fixture
def mistakes(tmp_path):
    """Every mistake of a team with some lines of its playbook, beside it and in its raters."""

    def of(book="'reference'", beside="", raters="", objective="'impressions'"):
        file = tmp_path / "small.toml"
        candidate = f"[[candidate]]\nname = 'team'\nobjective = {objective}\n{MODEL}{beside}\n"
        file.write_text(HEAD + raters + "\n" + candidate + (f"playbook = {book}\n" if book else ""))
        return [f"{one.where}: {one.found}" for one in told(file)]

    return of


@pytest.mark.parametrize("book", ["'reference'", "'set_and_forget'", "'retrain_on_schedule'", "{ use = 'retrain_on_drift' }", "{}"])
def test_every_playbook_is_sound_as_it_stands(mistakes, book):
    assert mistakes(book) == []


@pytest.mark.parametrize(
    ("book", "where", "found"),
    [
        ("'referense'", "playbook.use", "found 'referense'"),
        ("{ looks_fr = [] }", "playbook.looks_fr", "is not a setting here"),
        ("{ retrain = 'often' }", "playbook.retrain", "found 'often'"),
        ("{ first_rows = 10 }", "playbook.first_rows", "found 10"),
        ("{ first_sample = 'all' }", "playbook.first_sample", "found 'all'"),
        ("{ holdback = '100%' }", "playbook.holdback", "found '100%'"),
        ("{ remedies = { stale = 3 } }", "playbook.remedies", "found {stale = 3}"),
        ("{ then = 'clikcs' }", "playbook.then.use", "found 'clikcs'"),
        ("{ then = { use = 'clicks', cutt = 1 } }", "playbook.then.cutt", "clicks takes no such argument"),
        ("{ then = { use = 'impressions', cut = 0.5 } }", "playbook.then", "has no effect: it is the objective already"),
        ("{ looks_for = [], overturned = 0.3 }", "playbook.overturned", "has no effect while nobody looks for 'wrong_labels'"),
        ("{ looks_for = ['stale'], recall = 0.3 }", "playbook.recall", "has no effect while nobody looks for 'never_shows'"),
        ("{ watches_for = [], cohort_z = 3 }", "playbook.cohort_z", "has no effect while nobody looks for 'wrong_objective'"),
        ("{ looks_for = [], analysis = '3 days' }", "playbook.analysis", "has no effect while nothing is looked for"),
        ("{ looks_for = ['stale'], guidelines = '3 days' }", "playbook.guidelines",
         "has no effect while 'relabel' is the remedy of nothing that is looked for"),
        ("{ looks_for = [], targeted_rows = 500 }", "playbook.targeted_rows", "has no effect while no remedy collects pairs"),
        ("{ use = 'set_and_forget', look_every = '3 days' }", "playbook.look_every",
         "has no effect while the model is never trained again, and nothing is watched for"),
    ],
)  # fmt: skip
def test_a_mistake_in_a_playbook_is_told(mistakes, book, where, found):
    objective = "{ use = 'impressions', cut = 0.5 }"
    assert f"candidate 1, {where}: {found}" in mistakes(book, objective=objective)


NEVER = [
    ("overturned = '100%'", "overturned", "found '100%', at which 'wrong_labels' can never be found", "below '100%'", "'wrong_labels'"),
    ("recall = 0", "recall", "found '0%', at which 'never_shows' can never be found", "above '0%'", "'never_shows'"),
    ("shown = '0%'", "shown", "found '0%', at which 'never_shows' can never be found", "above '0%'", "'never_shows'"),
    ("fallen = 1.0", "fallen", "found '100%', at which 'wrong_objective' can never be found", "below '100%'", "'wrong_objective'"),
    ("holds = '100%'", "holds", "found '100%', at which the model's own metric always holds", "below '100%'", "'wrong_objective'"),
    ("watches_for = ['drift'], retrain = '15 days'", "retrain", "found '15 days', at which 'drift' can never be found",
     "at least '16 days', or 'never'", "'drift'"),
]  # fmt: skip


@pytest.mark.parametrize(("lines", "key", "found", "allowed", "without"), NEVER, ids=[one[0] for one in NEVER])
def test_a_threshold_at_which_nothing_can_be_found_or_all_is_refused(tmp_path, lines, key, found, allowed, without):
    file = tmp_path / "small.toml"
    file.write_text(f"{HEAD}\n[[candidate]]\nname = 'team'\nobjective = 'impressions'\n{MODEL}playbook = {{ {lines} }}\n")
    (mistake,) = told(file)
    assert mistake.where == f"candidate 1, playbook.{key}"
    assert mistake.found.startswith(found)
    assert (mistake.allowed, mistake.hint) == (allowed, f"or leave out {without}")


@pytest.mark.parametrize(
    "lines",
    [
        "overturned = '99%'", "overturned = '0%'", "recall = '1%'", "recall = '100%'", "shown = '1%'", "shown = '100%'", "fallen = '99%'",
        "fallen = 0", "holds = '99%'", "holds = 0", "watches_for = ['drift'], retrain = '16 days'",
        "watches_for = ['drift'], retrain = 'never'", "watches_for = ['wrong_objective'], retrain = '1 day'",
    ],
)  # fmt: skip
def test_a_threshold_at_which_something_may_be_found_is_none(mistakes, lines):
    assert mistakes(f"{{ {lines} }}") == []


def test_a_threshold_of_a_diagnosis_that_nobody_looks_for_has_no_effect_and_that_is_all_that_is_told(mistakes):
    (told,) = mistakes("{ looks_for = ['stale'], recall = 0 }")
    assert told == "candidate 1, playbook.recall: has no effect while nobody looks for 'never_shows'"


def test_what_drift_learns_first_takes_as_long_as_is_said():
    assert playbook_checks._LEARNS_DAYS == LEARNED_DAYS


@pytest.mark.parametrize(
    ("beside", "found"),
    [
        ("retrain = '7 days'", "candidate 1, retrain: has no effect beside a playbook: a team trains when its playbook says"),
        ("then = { at = 'day 3', objective = { use = 'impressions', cut = 0.2 } }",
         "candidate 1, then: has no effect beside a playbook: a playbook says when"),
        ("incremental = true", f"candidate 1, incremental: {ONLY_AFTER}"),
        ("calibrate = 'sigmoid'", f"candidate 1, calibrate: {ONLY_AFTER}"),
    ],
)  # fmt: skip
def test_what_a_team_does_not_heed_is_a_mistake(mistakes, beside, found):
    assert found in mistakes("{ watches_for = [] }", beside)


@pytest.mark.parametrize(
    "beside", ["window = '14 days'", "calibrate = 'sigmoid'", "takes = '1 day'", "refresh = '3 days'", "explore = 'epsilon'"]
)
def test_what_it_heeds_once_the_objective_was_switched_is_none(mistakes, beside):
    assert mistakes("'reference'", beside) == []


@pytest.mark.parametrize(
    ("raters", "book", "found"),
    [
        ("cost = 1.0", "", "raters: has no effect: nobody asks them"),
        ("people = 5", "'reference'", "raters.people: has no effect while they are all alike and their votes are counted"),
        ("kost = 1.0", "'reference'", "raters.kost: is not a setting here"),
        ("aggregate = 'mean'", "'reference'", "raters.aggregate: found 'mean'"),
        ("capacity = 0", "'reference'", "raters.capacity: found 0"),
    ],
)
def test_a_mistake_about_raters_is_told(mistakes, raters, book, found):
    assert found in mistakes(book, raters=f"[raters]\n{raters}\n")


HEARS = "{ use = 'retrain_on_drift', watches_for = ['event_drift'] }"


def test_single_impressions_need_the_package_and_the_sampler_that_plays_them(mistakes, monkeypatch):
    sampler = "[engine]\nsampler = '{}'\n".format
    monkeypatch.setattr(playbook_checks, "find_spec", lambda name: name)
    assert mistakes(HEARS, raters=sampler("queries")) == mistakes(HEARS) == []
    (told,) = mistakes(HEARS, raters=sampler("counts"))
    assert "'event_drift' looks at single impressions, and the sampler 'counts' plays none" in told
    monkeypatch.setattr(playbook_checks, "find_spec", lambda _: None)
    (told,) = mistakes(HEARS)
    assert "needs the package river" in told


def test_its_tolerance_is_that_of_drift_and_the_rest_of_drift_is_not(mistakes, monkeypatch):
    monkeypatch.setattr(playbook_checks, "find_spec", lambda name: name)
    assert mistakes(HEARS.replace("] }", "], drift_tolerance = '5%' }")) == []
    (told,) = mistakes(HEARS.replace("] }", "], drift_delta = 1.0 }"))
    assert "nobody looks for 'drift'" in told


@pytest.mark.parametrize("more", ["spread = 0.5", "aggregate = 'dawid_skene'"])
def test_how_many_raters_there_are_matters_where_they_are_unlike_or_told_apart(mistakes, more):
    assert mistakes(raters=f"[raters]\npeople = 5\n{more}\n") == []


def test_a_team_has_its_pairs_rated(mistakes):
    assert mistakes(objective="'clicks'")[0] == (
        "candidate 1, objective: is learned from click, but a team with a playbook has its pairs rated"
    )


def test_a_rule_has_no_team(tmp_path):
    file = tmp_path / "x.toml"
    file.write_text(HEAD + "[[candidate]]\npolicy = 'keyword'\nplaybook = 'reference'\n")
    assert [(one.where, one.found) for one in told(file)] == [("candidate 1, playbook", "has no effect: a policy does not learn")]


# --- extends, sweeps, ids -------------------------------------------------------------------------------------------


def test_a_playbook_is_extended_key_by_key_and_swept(tmp_path):
    (tmp_path / "base.toml").write_text(
        HEAD + f"[raters]\nerror = 0.2\n[[candidate]]\nobjective = 'impressions'\n{MODEL}playbook = 'reference'\n"
    )
    (tmp_path / "twin.toml").write_text("extends = 'base.toml'\nraters.error = 0.0\nraters.slip = 0.0\n")
    twin = sim.load(tmp_path / "twin.toml")
    assert (twin.raters.error, twin.raters.slip) == (0, 0)
    assert twin.candidates[0].playbook == sim.load(tmp_path / "base.toml").candidates[0].playbook
    sweep = "[candidate.sweep]\n'playbook.retrain' = ['7 days', 'never']\n'playbook.then' = ['clicks', 'revenue']\n"
    (tmp_path / "swept.toml").write_text(
        f"extends = 'base.toml'\n[[candidate]]\nname = 'team'\nobjective = 'impressions'\n{MODEL}playbook = 'reference'\n{sweep}"
    )
    points = sim.load(tmp_path / "swept.toml").candidates
    assert [one.name for one in points][:2] == ["team retrain=7 days, then=clicks", "team retrain=7 days, then=revenue"]
    assert {(one.playbook.retrain, one.playbook.then.use) for one in points} == {
        (7 * 86_400, "clicks"), (7 * 86_400, "revenue"), ("never", "clicks"), ("never", "revenue"),
    }  # fmt: skip
    (tmp_path / "whole.toml").write_text(
        f"extends = 'base.toml'\n[[candidate]]\nname = 'team'\nobjective = 'impressions'\n{MODEL}"
        "[candidate.sweep]\nplaybook = ['reference', 'set_and_forget']\n"
    )
    assert [one.playbook.use for one in sim.load(tmp_path / "whole.toml").candidates] == ["reference", "set_and_forget"]


def test_a_preset_fills_what_a_file_leaves_open_and_nothing_else():
    candidate = {"objective": "impressions", "model": "a:B", "playbook": {"use": "reference", "looks_for": ["stale"]}}
    book = Scenario.model_validate({"name": "x", "horizon": "5 days", "candidate": [candidate]}).candidates[0].playbook
    assert (book.looks_for, book.watches_for) == (("stale",), ("wrong_objective",))


def test_settings_of_a_scenario_without_a_team_know_nothing_of_teams():
    for name in ("quiet", "which_objective", "three_objectives"):
        settings = json.loads(settings_of(sim.load(name)))
        assert "raters" not in settings
        assert all("playbook" not in candidate for candidate in settings["candidate"])


def test_settings_of_a_team_hold_all_of_it(tmp_path):
    file = tmp_path / "x.toml"
    book = "{ use = 'reference', remedies = { stale = 'retrain' } }"
    file.write_text(HEAD + f"[[candidate]]\nobjective = 'impressions'\n{MODEL}playbook = {book}\n[[candidate]]\npolicy = 'keyword'\n")
    scenario = sim.load(file)
    settings = json.loads(settings_of(scenario))
    assert settings["raters"]["capacity"] == 10_000
    first, second = settings["candidate"]
    assert first["playbook"]["remedies"] == [["stale", "retrain"]]
    assert first["playbook"]["looks_for"] == ["wrong_labels", "never_shows", "stale"]
    assert "playbook" not in second
    other = json.loads(settings_of(scenario.but(raters=scenario.raters.model_copy(update={"cost": 0.2}))))
    assert other["raters"]["cost"] == 0.2


def test_a_team_with_young_histories_is_noted(tmp_path):
    file = tmp_path / "x.toml"
    rule = "[[candidate]]\npolicy = 'keyword'\n"
    file.write_text(HEAD.replace("20 days", "2 days") + rule + f"[[candidate]]\nobjective = 'impressions'\n{MODEL}playbook = 'reference'\n")
    assert any("click histories had 14 days to mature" in note for note in sim.run(file).notes)
    file.write_text(HEAD.replace("20 days", "2 days") + rule)
    assert not any("click histories" in note for note in sim.run(file).notes)
