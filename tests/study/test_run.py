"""A study: what is asked, what is told meanwhile, and what is left when it is stopped."""

import pytest

import sim
from sim.errors import InvalidRun
from sim.study.run import longest_first, run_study
from sim.study.worker import Failure, Task, work
from tests.laws.tiny import learner, policy, tiny

BAD = learner("clicks", {"use": "tests.candidates.spies:Bad", "how": "nan"}, name="bad")
THREE = (policy("keyword"), policy("random"), policy("oracle"))


def stopped_after(tasks):
    """Someone who looks at the progress and presses Ctrl-C."""

    def progress(done, _total, _what):
        if done == tasks:
            raise KeyboardInterrupt

    return progress


def test_progress_is_told_after_each_task():
    told = []
    run_study(tiny(*THREE[:2], replications=2, horizon="2 days"), workers=1, progress=lambda *told_now: told.append(told_now))
    assert told == [
        (1, 4, "keyword, replication 1"),
        (2, 4, "random, replication 1"),
        (3, 4, "keyword, replication 2"),
        (4, 4, "random, replication 2"),
    ]


@pytest.mark.parametrize(("tasks", "replications"), [(3, 1), (5, 1), (6, 2), (8, 2)])
def test_a_study_that_is_stopped_keeps_its_whole_replications(tasks, replications):
    scenario = tiny(*THREE, replications=3, horizon="2 days")
    run = run_study(scenario, workers=1, progress=stopped_after(tasks))
    assert (run.replications, run.planned, run.interrupted, run.complete) == (replications, 3, True, False)
    whole = sim.run(scenario)
    for candidate in run.candidates:
        assert (candidate.days == whole.candidate(candidate.name).days[:replications]).all()


def test_a_study_that_is_stopped_in_its_first_replication_keeps_the_candidates_that_are_through():
    run = run_study(tiny(*THREE, replications=2, horizon="2 days"), workers=1, progress=stopped_after(2))
    assert [candidate.name for candidate in run.candidates] == ["keyword", "random"]
    assert run.replications == 1
    assert "stopped in the first replication, before oracle" in run.notes
    assert not run.complete


def test_a_study_that_is_stopped_before_anything_is_done_is_no_result():
    with pytest.raises(KeyboardInterrupt):
        run_study(tiny(BAD, policy("keyword"), horizon="2 days"), workers=1, progress=stopped_after(1))


def test_a_candidate_that_fails_in_one_replication_is_left_out_of_all():
    run = sim.run(tiny(policy("keyword"), BAD, horizon="2 days", replications=2))
    assert (run.failed, [candidate.name for candidate in run.candidates]) == (("bad",), ["keyword"])
    assert run.complete
    assert run.fingerprint == sim.run(tiny(policy("keyword"), horizon="2 days", replications=2)).fingerprint


def test_when_everyone_fails_each_is_told():
    other = BAD | {"name": "worse", "model": BAD["model"] | {"how": "raises"}}
    with pytest.raises(InvalidRun, match=r"(?s)'bad'.*'worse'"):
        sim.run(tiny(BAD, other, horizon="2 days"))


class Texts:
    """A pricing rule that looks like one, and asks for a text."""

    @staticmethod
    def price(bid, thresholds, looks, slots):
        return "all of it"


class Nothing:
    """A pricing rule that asks for nothing when it stands alone, by a division that has no answer."""

    @staticmethod
    def price(bid, thresholds, looks, slots):
        return bid / (slots - 1)


@pytest.mark.parametrize(
    ("rule", "words"),
    [("Texts", "market.pricing: Texts.price can't be compiled"), ("Nothing", "market.pricing: the rule can't be used: divi")],
)
def test_a_pricing_rule_that_can_not_be_used_is_told_once(rule, words):
    scenario = tiny(*THREE, market={"pricing": f"tests.study.test_run:{rule}"}, horizon="2 days")
    with pytest.raises(InvalidRun) as told:
        run_study(scenario, workers=1)
    assert str(told.value).startswith(words)
    assert len(str(told.value).splitlines()) == 1


def test_a_failure_is_an_answer_to_a_task():
    answer = work(tiny(BAD, horizon="2 days"), Task(0, 0))
    assert isinstance(answer, Failure)
    assert answer.message.startswith("candidate 'bad'")


def test_settings_given_to_a_run_replace_the_scenarios_own():
    scenario = tiny(policy("keyword"), horizon="2 days")
    run = sim.run(scenario, seed=9, replications=2)
    assert (run.seed, run.replications, scenario.seed) == (9, 2, 3)
    assert run.fingerprint == sim.run(scenario.but(seed=9, replications=2)).fingerprint


def test_what_takes_longest_is_begun_first_and_no_replication_waits_for_another():
    learns = learner("clicks", name="learns")
    scenario = tiny(policy("keyword"), learns, policy("random"), replications=2, horizon="2 days")
    tasks = [Task(replication, candidate) for replication in range(2) for candidate in range(3)]
    assert longest_first(scenario, tasks) == [Task(0, 1), Task(0, 0), Task(0, 2), Task(1, 1), Task(1, 0), Task(1, 2)]
