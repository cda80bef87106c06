"""Who is a twin of whom: told by their settings alone."""

from __future__ import annotations

import pytest

from reports.teams import RETRAINING, leading, teams, twins
from tests.reports.made_up import RUNS
from tests.reports.story.made_up import NO_SWITCH, PLAYBOOK, UNTIL_DEPLOYED, WHOLE, run_of, team


def lacking(plan):
    """What a second team with this playbook lacks of the reference."""
    run = run_of(team("team", [WHOLE], [1]), team("other", [WHOLE], [1]), playbooks={"team": PLAYBOOK, "other": plan})
    return [twin.without for twin in twins(run, run.candidate("team"))]


@pytest.mark.parametrize(
    ("change", "without"),
    [
        ({"watches_for": []}, ("wrong_objective",)),
        ({"looks_for": ["wrong_labels", "stale"]}, ("never_shows",)),
        ({"looks_for": []}, ("wrong_labels", "never_shows", "stale")),
        ({"retrain": "never"}, (RETRAINING,)),
        ({"watches_for": [], "retrain": "never", "use": "set_and_forget"}, ("wrong_objective", RETRAINING)),
        # Read for nothing but what it does not look for:
        ({"looks_for": ["never_shows", "stale"], "overturned": 0.9, "guidelines": 5}, ("wrong_labels",)),
    ],
)
def test_a_twin_lacks_looks_and_differs_in_nothing_else(change, without):
    assert lacking({**PLAYBOOK, **change}) == [without]


@pytest.mark.parametrize(
    "change",
    [
        {},
        {"watches_for": [], "first_rows": 5_000},
        {"watches_for": ["wrong_objective", "drift"]},
        {"retrain": 604_800},
        {"looks_for": ["never_shows", "stale"], "recall": 0.9},
    ],
)
def test_who_differs_in_more_or_in_nothing_is_none(change):
    assert lacking({**PLAYBOOK, **change}) == []


def test_another_training_makes_no_twin():
    run = run_of(team("team", [WHOLE], [1]), team("other", [WHOLE], [1]), playbooks={"team": PLAYBOOK, "other": NO_SWITCH})
    settings = run.settings.replace('"name": "other", "takes": 2', '"name": "other", "takes": 3')
    changed = run_of(*run.candidates, settings=settings)
    assert twins(run, run.candidate("team"))
    assert twins(changed, changed.candidate("team")) == ()


def test_the_twin_that_lacks_least_comes_first_and_the_page_is_about_who_looks_for_most():
    plans = {"bare": {**PLAYBOOK, "looks_for": [], "watches_for": []}, "no switch": NO_SWITCH, "team": PLAYBOOK}
    run = run_of(*(team(name, [UNTIL_DEPLOYED], [1]) for name in plans), playbooks=plans)
    assert leading(run).name == "team"
    assert [twin.candidate.name for twin in twins(run, leading(run))] == ["no switch", "bare"]


def test_without_settings_a_team_is_known_by_its_diary():
    run = run_of(team("team", [WHOLE], [1]), settings="")
    assert [one.name for one in teams(run)] == ["team"]
    assert twins(run, run.candidates[0]) == ()


@pytest.mark.parametrize("name", RUNS)
def test_who_follows_no_playbook_is_no_team(name):
    assert teams(RUNS[name]) == ()
