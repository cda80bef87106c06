"""Steps are found by what was seen and done, each after those before it."""

import json

import pytest

from sim.lifecycle.chronicle import Line
from tests.benchmarks.story import page
from tests.benchmarks.story.steps import STEPS, in_order, told


def line(day, event, finding="", detail="", **evidence):
    return Line(day, event, detail, finding, json.dumps(evidence) if evidence else "")


def lesson(day):
    """Pairs are collected, labelled and learned from."""
    return [line(day, "collect", detail="likely to belong"), line(day, "label"), line(day, "train")]


WHOLE = [
    *lesson(1),
    line(4, "analyse", "wrong labels"),
    line(5, "relabel"), line(6, "train"),
    line(7, "analyse", "never shows"),
    *lesson(8), line(9, "analyse", recall=0.9),
    line(10, "analyse", "stale", test_age_days=9),
    *lesson(11), line(12, "analyse", normalised_entropy_before=0.7, normalised_entropy_after=0.6, normalised_entropy_change_high=-0.08),
    line(13, "deploy", canary_revenue_change=0.1),
    line(80, "alarm", "wrong objective", revenue_change=-0.1),
    line(81, "analyse", "wrong objective", auc_now=0.9),
    line(81, "switch_objective"), line(82, "train"), line(83, "deploy"),
]  # fmt: skip


def test_a_whole_story_is_told_in_order():
    assert in_order(told(WHOLE))
    assert list(told(WHOLE)) == [step.name for step in STEPS]


def test_a_step_that_is_missing_holds_up_none_after_it():
    found = told([one for one in WHOLE if one.finding != "stale"])
    assert not in_order(found)
    assert set(told(WHOLE)) - set(found) == {"stale"}


def test_a_step_that_came_too_early_is_not_told():
    early = [WHOLE[-3], *WHOLE[:-3], *WHOLE[-2:]]
    assert "switch" not in told(early)


@pytest.mark.parametrize("high", ["0.001", "null"])
def test_data_that_may_not_help_is_no_step(high):
    doubtful = [one._replace(evidence=one.evidence.replace("-0.08}", f"{high}}}")) for one in WHOLE]
    assert "recent data did better" not in told(doubtful)


def test_tables_are_put_between_their_marks_and_all_else_stays():
    once = page.placed("# Title\n\nWords.\n", "old\n")
    again = page.placed(once + "\nMore words.\n", "new\n")
    assert again == once.replace("old", "new") + "\nMore words.\n"
