"""How often each step came, and when."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from reports.steps import in_order, steps
from sim.study.results import Entry
from tests.reports.story.made_up import UNTIL_DEPLOYED, WHOLE, run_of, team


def test_the_steps_stand_in_the_order_of_the_story_with_their_days():
    late = {name: day + 10 for name, day in WHOLE.items()}
    run = run_of(team("team", [WHOLE, late, UNTIL_DEPLOYED], [1] * 3))
    found = {one.name: one for one in steps(run, run.candidates[0])}
    assert list(found) == [
        "labelled", "a first model", "found: wrong labels", "relabelled", "found: never shows", "recall above 50%", "found: stale",
        "deployed", "alarm", "found: wrong objective", "switched",
    ]  # fmt: skip
    assert found["deployed"].days == (40, 50, 40)
    assert found["switched"].days == (55, 65, None)
    assert (found["labelled"].middle, found["switched"].middle) == (9, 60)
    assert found["relabelled"].spent == 125  # labels, a training, more labels
    assert in_order(list(found.values())) == 2


def test_a_step_that_comes_too_early_is_seen():
    early = {"collect": 7, "label": 9, "found: never shows": 12, "train": 13, "found: wrong labels": 14}
    run = run_of(team("team", [early], [1]))
    assert in_order(steps(run, run.candidates[0])) == 0


def test_what_is_found_while_a_model_serves_is_not_the_step_before_it():
    run = run_of(team("team", [{"collect": 7, "deploy": 20, "found: stale": 60}], [1]))
    assert [one.name for one in steps(run, run.candidates[0])] == ["deployed"]


def test_other_findings_and_roll_backs_are_told_as_well():
    run = run_of(team("team", [{"collect": 7, "found: bad slice": 20, "rollback": 30}, {"collect": 7}], [1] * 2))
    assert [(one.name, one.days) for one in steps(run, run.candidates[0])] == [
        ("found: bad slice", (20, None)),
        ("rolled back", (30, None)),
    ]


def test_what_has_no_place_in_the_story_leaves_its_order_alone():
    """One roll-back in ten worlds, and an own finding long before the deployment: all ten stories came in order."""
    early = {"collect": 7, "found: own:too_few": 8, **{name: day for name, day in WHOLE.items() if name != "collect"}}
    held_back = {**early, "rollback": 37}
    held_back = dict(sorted(held_back.items(), key=lambda line: line[1]))
    run = run_of(team("team", [held_back, *[early] * 9], [1] * 10))
    found = steps(run, run.candidates[0])
    assert [one.name for one in found if not one.ordered] == ["found: own:too_few", "rolled back"]
    assert found[-3].name == "switched"
    assert in_order(found) == 10


def test_without_any_step_of_the_story_nothing_is_in_order():
    run = run_of(team("team", [{"collect": 7, "rollback": 30}], [1]))
    assert in_order(steps(run, run.candidates[0])) == 0


@pytest.mark.parametrize(("high", "names"), [(-0.0001, ["recent data did better"]), (0.0001, []), (None, [])])
def test_recent_data_did_better_where_chance_is_ruled_out(high, names):
    """That entropy was lower is not enough: the bound of the difference decides."""
    seen = json.dumps({"normalised_entropy_before": 0.7, "normalised_entropy_after": 0.69, "normalised_entropy_change_high": high})
    one = team("team", [{"collect": 7}], [1])
    one = replace(one, chronicle=(*one.chronicle, Entry(0, 9, "analyse", "", "", seen)))
    assert [step.name for step in steps(run_of(one), one)] == names
