"""What is measured of a study, and that its results know nothing of it."""

from dataclasses import fields

import numpy as np
import pytest

from reports.export import json_text
from sim.errors import InvalidRun
from sim.study.run import run_study
from sim.study.timings import Profile, Spent, Timings
from tests.laws.tiny import learner, policy, tiny
from tests.study.pools import RATE

LEARNER = learner("clicks", RATE, name="learner")
SCENARIO = tiny(policy("keyword"), LEARNER, replications=2, horizon="9 days")


@pytest.fixture(scope="module")
def plain():
    return run_study(SCENARIO, workers=1)


@pytest.mark.parametrize("workers", [1, 2])
def test_the_bytes_of_a_run_are_the_same_with_and_without_timings(plain, workers):
    timings = Timings()
    run = run_study(SCENARIO, workers=workers, timings=timings)
    assert run.fingerprint == plain.fingerprint
    assert json_text(run) == json_text(plain)
    for one, other in zip(run.candidates, plain.candidates, strict=True):
        assert all(np.array_equal(getattr(one, field.name), getattr(other, field.name)) for field in fields(one))
    profile = timings.profile(SCENARIO)
    assert profile.processes == workers
    keyword, learned = profile.candidates
    assert (keyword.name, keyword.model) == ("keyword", "")
    assert (learned.name, learned.model) == ("learner", RATE["use"])
    assert {"fit", "predict", "features"} <= set(learned.spent_ns)
    assert not {"fit", "predict", "features"} & set(keyword.spent_ns)
    for one in profile.candidates:
        assert {"sampling", "slates", "control"} <= set(one.spent_ns)
    assert {"world", "sampling"} <= set(profile.shared.spent_ns)


def test_what_is_measured_is_no_longer_than_what_went_by():
    timings = Timings()
    run_study(SCENARIO, workers=1, timings=timings)
    profile = timings.profile(SCENARIO)
    measured = sum(profile.parts_ns.values())
    assert 0 < measured <= profile.whole_ns == profile.wall_ns
    assert profile.rest_ns == profile.whole_ns - measured


def test_processes_side_by_side_have_more_time_than_the_clock_on_the_wall():
    timings = Timings()
    with timings.playing(3):
        pass
    profile = timings.profile(SCENARIO)
    assert profile.whole_ns == profile.wall_ns + 2 * timings._study_ns


def test_a_candidate_that_fails_is_measured_too():
    bad = learner("clicks", {"use": "tests.candidates.spies:Bad", "how": "nan"}, name="bad")
    timings = Timings()
    scenario = tiny(bad, horizon="2 days")
    with pytest.raises(InvalidRun):
        run_study(scenario, workers=1, timings=timings)
    assert timings.profile(scenario).candidates[0].spent_ns["predict"] > 0


def test_the_rest_is_never_below_nothing():
    assert Profile(Spent("", "", {"world": 10}), (), 0, whole_ns=5, wall_ns=5, processes=1).rest_ns == 0
