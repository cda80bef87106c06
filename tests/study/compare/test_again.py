"""Stored runs, judged again, and two runs of the same worlds against each other."""

import json
from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from sim.errors import BadInput
from sim.study.compare.again import against_each_other, judged_again
from sim.study.compare.comparison import HOLD, SHIP
from sim.study.compare.judge import judge
from tests.study.compare.made_up import MOVES, SETTINGS, against, around, asked, run

WORLDS = 100 * (1 + 0.2 * MOVES)
BEFORE = run({"keyword": {"revenue": WORLDS}, "model": {"revenue": WORLDS * around(1.02, 0.001)}}, run="before-1-00", version="0.1")
NOW = run({"model": {"revenue": WORLDS * around(1.05, 0.002)}}, run="now-1-00")


def refused(one, other):
    with pytest.raises(BadInput) as caught:
        against_each_other(one, other)
    return [mistake.found for mistake in caught.value.mistakes]


def test_a_run_that_was_no_comparison_is_not_judged():
    assert judged_again(NOW) is None


def test_a_comparison_is_judged_again_as_it_was_asked():
    question, shares = asked(rules=("revenue_vs_baseline >= -1%",)), {"world": 0.75, "learning": 0.25}
    made = against(np.stack([around(0.03, 0.002), around(0.01, 0.002)[::-1]], axis=1), spread=0.2)
    found = judged_again(replace(made, asked=json.dumps(json.loads(question.text()) | {"variance": shares})))
    first = judge(made, question)
    for part in ("verdict", "ship", "differences", "months", "rules", "reasons", "checks", "frontier", "why", "warm_up"):
        assert getattr(found, part) == getattr(first, part)
    assert found.common.variance == shares
    assert found.verdict == SHIP


def test_who_could_not_be_played_is_told_with_the_note_that_is_about_it():
    notes = (
        "sampler 'm1', since m1: exact",
        "candidate 'm10': ten; it is left out of this report",
        "candidate 'm1': KeyError; it is left out of this report",
        "the model m2 of m3 is none; it is left out of this report",
    )
    made = replace(against(around(0.03, 0.002)), asked=asked().text(), failed=("m1", "m2", "m4"), notes=notes)
    assert [(one.candidate, one.why) for one in judged_again(made).failed] == [
        ("m1", "candidate 'm1': KeyError"), ("m2", "the model m2 of m3 is none"), ("m4", "could not be played"),
    ]  # fmt: skip


def test_the_same_candidate_before_is_the_baseline():
    found = against_each_other(NOW, BEFORE)
    assert found.baseline == "model, before"
    assert [one.name for one in found.run.candidates] == ["model", "keyword, before", "model, before"]
    assert found.difference("model", "revenue").lift.mean == pytest.approx(1.05 / 1.02 - 1, abs=2e-4)
    assert (found.verdict, found.ship) == (SHIP, "model")
    assert "'before' is run before-1-00, of version 0.1" in found.run.notes


def test_of_many_the_baseline_is_whom_the_other_run_was_held_against():
    two = run({"model": {"revenue": WORLDS}, "keyword": {"revenue": WORLDS}}, run="now-1-00")
    assert against_each_other(two, replace(BEFORE, asked=asked("model").text())).baseline == "model, before"
    assert against_each_other(two, replace(BEFORE, incumbent="keyword")).baseline == "keyword, before"
    assert against_each_other(two, BEFORE).baseline == "keyword, before"  # else the first


def test_only_replications_that_both_have_count_each_beside_its_own():
    late = replace(NOW, numbers=(2, 3, 4, 5, 6, 7, 8, 9), candidates=run({"model": {"revenue": np.roll(WORLDS, -2)}}).candidates)
    found = against_each_other(late, BEFORE)
    assert found.run.numbers == (2, 3, 4, 5, 6, 7)
    ours, _, theirs = (one.days.sum(axis=1)[:, 4] / 1e6 for one in found.run.candidates)
    assert ours == pytest.approx(WORLDS[2:])
    assert theirs == pytest.approx((WORLDS * around(1.02, 0.001))[2:], rel=1e-6)
    assert found.run.replications == found.run.planned == 6


def test_what_differs_in_their_settings_is_told():
    changed = replace(NOW, settings=json.dumps(SETTINGS | {"candidate": [{"name": "model", "policy": {"use": "random"}}]}))
    found = against_each_other(changed, run({"model": {"revenue": WORLDS}}, run="before-1-00"))
    assert found.settings == {"policy": ("random", "model")}


def test_it_is_asked_as_the_run_was_but_of_the_worlds_that_are_there():
    question = asked("model", primary="clicks", confidence=0.9, rules=("ctr >= 1%",))
    found = against_each_other(replace(NOW, asked=question.text()), BEFORE)
    assert (found.primary, found.confidence, found.sequential) == ("clicks", 0.9, False)
    assert {one.candidate for one in found.rules} == {"model", "keyword, before"}
    assert found.verdict == HOLD  # as many clicks as ever


@pytest.mark.parametrize("watched", ["mine", "its", "both"])
def test_who_stopped_when_it_was_decided_can_not_say_that_the_number_was_fixed(watched):
    question = asked("model", replications=None).text()
    one, other = (replace(made, asked=question if watched in {whose, "both"} else "") for made, whose in ((NOW, "mine"), (BEFORE, "its")))
    found, fixed = against_each_other(one, other), against_each_other(NOW, BEFORE)
    assert found.sequential
    narrow, wide = (made.difference("model", "revenue").lift for made in (fixed, found))
    assert wide.mean == narrow.mean
    assert wide.low < narrow.low


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"seed": 2}, ["before-1-00 has another seed: 2, not 1"]),
        ({"start": date(2026, 2, 1)}, ["before-1-00 has another first day: 2026-02-01, not 2026-01-01"]),
        ({"numbers": tuple(range(10, 18))}, ["before-1-00 has none of the same replications"]),
        ({"run": "now-1-00"}, ["now-1-00 is the same run"]),
        ({"settings": json.dumps(SETTINGS | {"traffic": {}, "candidate": []})}, ["before-1-00 was played in other worlds: traffic"]),
    ],
)
def test_runs_of_other_worlds_are_refused(changes, told):
    assert refused(NOW, replace(BEFORE, **changes)) == told


def test_all_that_sets_them_apart_is_told_at_once():
    longer = run({"model": {"revenue": WORLDS}}, days=3, seed=2, run="other-2-00")
    assert refused(NOW, longer) == ["other-2-00 has another seed: 2, not 1", "other-2-00 has another number of days: 3, not 2"]
