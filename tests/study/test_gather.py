"""From answers to a result: what counts when not all of them are in."""

import json

import numpy as np
import pytest

from sim.columns import COLUMNS
from sim.errors import InvalidRun
from sim.lifecycle.play import Played
from sim.scenario.compare_schema import Compare, Guardrails
from sim.scenario.kinds import Swept
from sim.study.gather import gather
from sim.study.worker import Failure, Task
from tests.laws.tiny import policy, tiny

SCENARIO = tiny(policy("keyword"), policy("always_show"), replications=3, users={"blindness": 0})


def played(queries):
    ledger = np.zeros((SCENARIO.days, len(COLUMNS)), np.int64)
    ledger[:, 0] = queries
    return Played(ledger, ())


def test_only_whole_replications_count():
    answers = {Task(r, c): played(r) for r in range(3) for c in range(2)}
    del answers[Task(1, 1)]
    run = gather(SCENARIO, answers)
    assert run.replications == 2
    assert run.candidates[0].days[:, 0, 0].tolist() == [0, 2]
    assert run.numbers == (0, 2)
    assert (run.interrupted, run.complete, run.failed) == (True, False, ())


def test_what_only_a_comparison_reads_is_in_the_settings_where_it_is_said_and_moves_the_run_only_there():
    answers = {Task(r, c): played(r) for r in range(3) for c in range(2)}
    plain = gather(SCENARIO, answers)
    assert not {"compare", "guardrails"} & set(json.loads(plain.settings))
    assert all("sweep" not in candidate for candidate in json.loads(plain.settings)["candidate"])
    assert gather(SCENARIO.but(compare=Compare(confidence=0.95)), answers).run == plain.run
    first, second = SCENARIO.candidates
    swept = first.model_copy(update={"swept": Swept("kw", (("policy.text", "2.0"),))})
    for changes, key, said in (
        ({"compare": Compare(confidence=0.9)}, "compare", {"baseline": "", "primary": "revenue", "confidence": 0.9}),
        ({"guardrails": Guardrails(rules=("ctr >= 2%",))}, "guardrails", {"rules": ["ctr >= 2%"]}),
        ({"candidates": (swept, second)}, "candidate", None),
    ):
        other = gather(SCENARIO.but(**changes), answers)
        assert other.run != plain.run
        told = json.loads(other.settings)[key]
        if said:
            assert said.items() <= told.items()
        else:
            assert [one.get("sweep") for one in told] == [["kw", [["policy.text", "2.0"]]], None]


def test_before_one_replication_is_whole_the_fullest_is_shown():
    run = gather(SCENARIO, {Task(1, 0): played(5)})
    assert [one.name for one in run.candidates] == ["keyword"]
    assert run.candidates[0].days[0, 0, 0] == 5
    assert run.notes == ("stopped in the first replication, before always_show",)
    assert not run.complete


def test_a_candidate_that_failed_once_is_left_out_everywhere():
    answers = {Task(r, c): played(r) for r in range(3) for c in range(2)} | {Task(2, 1): Failure("candidate 'always_show': no")}
    run = gather(SCENARIO, answers)
    assert [one.name for one in run.candidates] == ["keyword"]
    assert (run.replications, run.failed, run.complete) == (3, ("always_show",), True)
    assert run.notes == ("candidate 'always_show': no; it is left out of this report",)


def test_a_dead_worker_is_told_and_leaves_a_run_incomplete():
    answers = {Task(r, c): played(r) for r in range(2) for c in range(2)}
    run = gather(SCENARIO, answers, broken=True)
    assert (run.broken, run.interrupted, run.complete, run.replications) == (True, False, False, 2)
    assert "a worker process died" in run.notes[0]


@pytest.mark.parametrize(
    "answers", [{Task(0, 0): Failure("a"), Task(0, 1): Failure("b")}, {Task(0, 0): played(1), Task(1, 0): Failure("a")}]
)
def test_without_anyone_to_report_there_is_no_run(answers):
    with pytest.raises(InvalidRun):
        gather(SCENARIO, answers)


@pytest.mark.parametrize(
    ("horizon", "users", "told"),
    [
        ("89 days", {}, "89 days show 64% of what they learn, so a gain from more ads may still turn; 90 days show 65%"),
        ("30 days", {"memory": "60 days", "leaving": 0.1}, "30 days show 29% of what they learn"),
        ("90 days", {}, ""),
        ("20 days", {"memory": "10 days"}, ""),
        ("20 days", {"blindness": 0}, ""),
    ],
)
def test_a_horizon_too_short_for_what_users_learn_is_told(horizon, users, told):
    scenario = tiny(policy("keyword"), horizon=horizon, users=users)
    run = gather(scenario, {Task(0, 0): Played(np.zeros((scenario.days, len(COLUMNS)), np.int64), ())})
    assert len(run.notes) == bool(told)
    assert all(told in note for note in run.notes)
