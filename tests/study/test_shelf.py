"""The shelf: what an interrupted comparison has finished is taken up again, to the bit, and only as long as it applies."""

import json
import os
import signal
import subprocess
import sys
import time

import duckdb
import numpy as np
import pytest

from sim.columns import COLUMNS
from sim.errors import BadInput
from sim.lifecycle.chronicle import Line
from sim.lifecycle.play import Played
from sim.scenario.read import load
from sim.study.pool import open_pool
from sim.study.store.door import PATIENCE_S
from sim.study.store.shelf import open_shelf
from sim.study.store.shelving import differences
from sim.study.worker import Failure
from tests.laws.tiny import learner, policy, tiny
from tests.reports.made_up_health import NEW, SICK
from tests.small import SMALL_WORLD
from tests.study.stores import ROOT, held

SCENARIO = tiny(policy("keyword"), learner("clicks"), horizon="2 days")


def played(seed=0, days=3):
    counts = np.random.default_rng(seed).integers(-(2**63), 2**63 - 1, (days, len(COLUMNS)), dtype=np.int64)
    return Played(counts, (Line(0, "train", "é \udce9 ' \" \n"), Line(2, "deploy", "")), "disk full", (SICK, NEW))


def equal(one, other):
    if isinstance(one, Failure) or isinstance(other, Failure):
        return one == other
    return one.ledger.dtype == other.ledger.dtype and np.array_equal(one.ledger, other.ledger) and one[1:] == other[1:]


def all_equal(one, other):
    return one.keys() == other.keys() and all(equal(one[key], other[key]) for key in one)


# --- what was planned ------------------------------------------------------------------------------


@pytest.mark.parametrize(("before", "now", "looked"), [(8, 8, False), (None, None, False), (None, 3, True), (8, 6, True), (8, 20, True)])
def test_it_is_known_whether_what_is_there_was_played_for_another_number(place, before, now, looked):
    assert not open_shelf(place, SCENARIO, "", planned=now).looked
    open_shelf(place, SCENARIO, "", planned=before).put(0, {0: played(1)})
    again = open_shelf(place, SCENARIO, "", planned=now)
    assert (sorted(again.found), again.looked) == ([0], looked)
    again.put(1, {0: played(2)})
    assert open_shelf(place, SCENARIO, "", planned=now).looked == looked  # it stays so
    assert not open_shelf(place, SCENARIO, "", planned=now, fresh=True).looked


def test_a_store_of_a_version_that_kept_no_plan_may_have_been_looked_at(place):
    open_shelf(place, SCENARIO, "", planned=8).put(0, {0: played(1)})
    with duckdb.connect(place.file) as store:
        store.execute("ALTER TABLE shelved DROP COLUMN planned")
    again = open_shelf(place, SCENARIO, "", planned=8)
    assert again.looked
    again.put(1, {0: played(2)})
    assert sorted(open_shelf(place, SCENARIO, "", planned=8).found) == [0, 1]


# --- in and out ----------------------------------------------------------------------------------


def test_what_was_put_is_found_to_the_bit(place):
    answers = {4: {0: played(1), 1: Failure("no: é \udce9", 'line 1\n  "x"')}, 0: {1: played(2)}}
    shelf = open_shelf(place, SCENARIO, "")
    assert (shelf.found, shelf.told) == ({}, "")
    for number, answer in answers.items():
        shelf.put(number, answer)
    again = open_shelf(place, SCENARIO, "")
    assert again.told == "2 finished replications are taken up again"
    assert sorted(again.found) == [0, 4]
    assert all(all_equal(again.found[number], answers[number]) for number in answers)


def test_a_replication_that_was_played_comes_back_as_it_was(place):
    with open_pool(SCENARIO, workers=1) as pool:
        ((number, answers),) = pool.replications(SCENARIO, [3], lambda: (0, 1))
    open_shelf(place, SCENARIO, "").put(number, answers)
    assert all_equal(open_shelf(place, SCENARIO, "").found[3], answers)


def test_a_replication_that_is_put_twice_is_there_once(place):
    shelf = open_shelf(place, SCENARIO, "")
    shelf.put(0, {0: played(1), 1: played(2)})
    shelf.put(0, {0: played(3)})
    assert all_equal(open_shelf(place, SCENARIO, "").found[0], {0: played(3)})


def test_a_cleared_shelf_is_empty_and_the_store_stays(place):
    shelf = open_shelf(place, SCENARIO, "")
    shelf.put(0, {0: played()})
    shelf.clear()
    again = open_shelf(place, SCENARIO, "")
    assert (again.found, again.told) == ({}, "")
    shelf.put(1, {0: played()})
    assert sorted(open_shelf(place, SCENARIO, "").found) == [1]


def test_nothing_is_made_before_something_is_put(place):
    shelf = open_shelf(place, SCENARIO, "")
    shelf.put(0, {})
    shelf.clear()
    assert not place.file.exists()


# --- what applies --------------------------------------------------------------------------------


def leave(place, scenario=SCENARIO, question="", replications=2):
    shelf = open_shelf(place, scenario, question)
    for number in range(replications):
        shelf.put(number, {0: played(number)})


def test_more_replications_and_another_wording_change_nothing(place):
    leave(place)
    again = open_shelf(place, SCENARIO.but(replications=99, question="which?"), "")
    assert sorted(again.found) == [0, 1]


def test_another_setting_drops_what_was_there_and_is_named(place):
    leave(place)
    changed = SCENARIO.candidates[1].model_copy(update={"takes": 60})
    again = open_shelf(place, SCENARIO.but(candidates=(SCENARIO.candidates[0], changed)), "")
    assert again.found == {}
    assert again.told == "2 finished replications no longer apply and were dropped: candidate[1].takes changed"
    assert open_shelf(place, SCENARIO, "").found == {}


def test_another_version_drops_what_was_there(place, monkeypatch):
    leave(place, replications=1)
    with duckdb.connect(str(place.file)) as store:
        store.execute("UPDATE shelves SET version = '0.0', key = 'old'")
        store.execute("UPDATE shelved SET key = 'old'")
    again = open_shelf(place, SCENARIO, "")
    assert again.told == "1 finished replication of version 0.0 no longer applies and was dropped"


@pytest.mark.parametrize("other", [{"name": "another"}, {"seed": 4}])
def test_another_scenario_or_seed_has_a_shelf_of_its_own(place, other):
    leave(place)
    again = open_shelf(place, SCENARIO.but(**other), "")
    assert (again.found, again.told) == ({}, "")
    assert sorted(open_shelf(place, SCENARIO, "").found) == [0, 1]


def test_another_question_has_a_shelf_of_its_own(place):
    leave(place)
    assert open_shelf(place, SCENARIO, "what else?").found == {}
    assert sorted(open_shelf(place, SCENARIO, "").found) == [0, 1]


def test_fresh_drops_everything_and_says_so(place):
    leave(place)
    again = open_shelf(place, SCENARIO, "", fresh=True)
    assert (again.found, again.told) == ({}, "2 finished replications were dropped, as asked")
    assert open_shelf(place, SCENARIO, "").told == ""


OWN = "def mine(columns):\n    return columns['probability'] * {factor}\n"
FILE = f'name = "own"\nhorizon = "2 days"\n{SMALL_WORLD}\n[[candidate]]\nobjective = "mine_on_the_shelf:mine"\n'
FILE += 'model = "sklearn.linear_model:LogisticRegression"\n'


def test_a_changed_file_of_the_users_own_drops_what_was_there(place, tmp_path):
    (tmp_path / "own.toml").write_text(FILE, encoding="utf-8")
    (tmp_path / "mine_on_the_shelf.py").write_text(OWN.format(factor=1), encoding="utf-8")
    scenario = load(tmp_path / "own.toml")
    leave(place, scenario)
    (tmp_path / "beside.py").write_text("of no matter = ", encoding="utf-8")
    assert sorted(open_shelf(place, scenario, "").found) == [0, 1]
    (tmp_path / "mine_on_the_shelf.py").write_text(OWN.format(factor=2), encoding="utf-8")
    again = open_shelf(place, scenario, "")
    assert again.found == {}
    assert again.told == "2 finished replications no longer apply and were dropped: mine_on_the_shelf.py changed"


def test_differences_are_named_where_they_are():
    old = {"a": {"b": 1, "c": [1, 2]}, "d": 1}
    assert differences(old, json.loads(json.dumps(old))) == []
    assert differences(old, {"a": {"b": 2, "c": [1, 3]}, "e": 1}) == ["a.b", "a.c[1]", "d", "e"]
    assert differences({"c": [1, 2]}, {"c": [1]}) == ["c"]


# --- a store that is not to be had ---------------------------------------------------------------


def test_what_can_not_be_written_waits_and_is_written_later(place, monkeypatch):
    monkeypatch.setattr("sim.study.store.door.PATIENCE_S", 0.1)
    shelf = open_shelf(place, SCENARIO, "")
    shelf.put(0, {0: played(0)})
    with held(place.file):
        shelf.put(1, {0: played(1)})
        shelf.put(2, {0: played(2)})
        assert sorted(shelf.pending) == [1, 2]
        blind = open_shelf(place, SCENARIO, "")
        assert blind.found == {}
        assert blind.told.startswith("finished replications can't be taken up: ")
    shelf.put(3, {0: played(3)})
    assert shelf.pending == {}
    found = open_shelf(place, SCENARIO, "").found
    assert all(equal(found[number][0], played(number)) for number in range(4))


def test_a_store_that_vanishes_is_begun_anew(place):
    shelf = open_shelf(place, SCENARIO, "")
    shelf.put(0, {0: played(0)})
    for file in place.file.parent.glob("runs.duckdb*"):
        file.unlink()
    shelf.put(1, {0: played(1)})
    shelf.put(2, {0: played(2)})
    assert {1, 2} <= set(open_shelf(place, SCENARIO, "").found)


def test_a_file_of_someone_elses_is_refused_at_once(place):
    place.file.write_text("a letter", encoding="utf-8")
    with pytest.raises(BadInput, match="is not a DuckDB file"):
        open_shelf(place, SCENARIO, "")


def test_others_read_the_store_while_a_shelf_is_open(place):
    shelf = open_shelf(place, SCENARIO, "")
    shelf.put(0, {0: played()})
    script = "import duckdb, sys; print(duckdb.connect(sys.argv[1], read_only=True).sql('SELECT count(*) FROM shelved').fetchall())"
    done = subprocess.run([sys.executable, "-c", script, str(place.file)], capture_output=True, text=True, check=True)
    assert done.stdout == "[(1,)]\n"
    assert PATIENCE_S > 0


# --- killed --------------------------------------------------------------------------------------

PUTTING = """
import itertools, sys
from sim.study.store.place import place_of
from sim.study.store.shelf import open_shelf
from tests.study.test_shelf import SCENARIO, played

shelf = open_shelf(place_of(sys.argv[1]), SCENARIO, "")
for number in itertools.count():
    shelf.put(number, {candidate: played(100 * number + candidate, 60) for candidate in range(5)})
    print(number, flush=True)
"""


@pytest.mark.parametrize("delay_s", [0.0, 0.011, 0.023])
def test_kill_9_leaves_each_replication_whole_or_not_there(place, delay_s):
    """Killed at three moments of a put; what was put before is there, and nothing is there in part."""
    command = [sys.executable, "-c", PUTTING, str(place.file)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        for _ in range(5):
            last = int(process.stdout.readline())
        time.sleep(delay_s)
        os.kill(process.pid, signal.SIGKILL)
        last = max([last, *map(int, process.stdout.read().split())])
    found = open_shelf(place, SCENARIO, "").found
    assert set(range(last + 1)) <= set(found) <= set(range(last + 2))
    for number, answers in found.items():
        assert all_equal(answers, {candidate: played(100 * number + candidate, 60) for candidate in range(5)})
