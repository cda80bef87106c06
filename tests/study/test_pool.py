"""The pool: whole replications in any number of processes, with the same bytes, whatever dies meanwhile."""

import itertools
import multiprocessing
import os
import pickle
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from sim.lifecycle.play import Played
from sim.study.pool import open_pool
from sim.study.replication import Order, play_replication
from sim.study.worker import Failure
from tests.laws.tiny import learner, policy, tiny
from tests.study.pools import TWO, alone, both, own, same
from tests.study.stores import ROOT

LONG_S = 300.0  # guards against hanging only
BAD = {"use": "tests.candidates.spies:Bad", "how": "raises"}


def workers_become(count):
    """Whether so many are there, at the latest in a while: another thread tells who has just ended, a moment later."""
    until = time.monotonic() + LONG_S
    while len([child for child in multiprocessing.active_children() if child.is_alive()]) != count:
        if time.monotonic() > until:
            return False
        time.sleep(0.05)
    return True


ASKED = []


def endless():
    for number in itertools.count(5):
        ASKED.append(number)
        yield number


# --- the same bytes ------------------------------------------------------------------------------


def test_here_and_in_processes_the_same_comes_out_as_of_single_tasks_and_stopping_leaves_nobody():
    wanted = alone(TWO, range(4), both())
    with open_pool(TWO, workers=1) as pool:
        assert pool.workers == 1
        assert same(dict(pool.replications(TWO, range(4), both)), wanted)
    with open_pool(TWO, workers=2) as pool:
        assert pool.workers == 2
        assert same(dict(pool.replications(TWO, range(3), both)), {number: wanted[number] for number in range(3)})
        assert workers_become(2)  # they wait for more
        ((number, answers),) = pool.replications(TWO, [3], lambda: (1,))
        assert same({number: answers}, {3: {1: wanted[3][1]}})
        assert answers.seconds >= answers.seconds_of[1] > 0
        assert pickle.loads(pickle.dumps(answers)).seconds == answers.seconds
        stream = pool.replications(TWO, endless(), lambda: (0,))
        assert {next(stream)[0] for _ in range(3)} <= set(ASKED)
        assert len(ASKED) <= 3 + 2 * 2  # one is played by each worker and one waits
        stream.close()
        assert workers_become(0)
        assert [number for number, _ in pool.replications(TWO, [1], lambda: (0,))] == [1]  # the pool can be used again
    assert workers_become(0)


def test_candidates_are_asked_for_again_each_time():
    scenario = tiny(policy("keyword"), learner("clicks", BAD, name="bad"), horizon="2 days")
    seen, out = {}, set()

    def playing():
        return tuple({0, 1} - out)

    with open_pool(scenario, workers=1) as pool:
        for number, answers in pool.replications(scenario, itertools.count(), playing):
            seen[number] = sorted(answers)
            out |= {0, 1} if number == 2 else {place for place, answer in answers.items() if isinstance(answer, Failure)}
    assert seen == {0: [0, 1], 1: [0], 2: [0]}


# --- failures ------------------------------------------------------------------------------------


def test_a_model_that_raises_or_says_nan_fails_alone_with_its_own_lines(tmp_path):
    scenario = own(tmp_path, {"how": "raise"}, {"how": "nan"}, {})
    with open_pool(scenario, workers=1) as pool:
        ((_, answers),) = pool.replications(scenario, [0], lambda: (0, 1, 2, 3))
    assert [type(answers[place]) for place in range(4)] == [Played, Failure, Failure, Played]
    assert answers[1].message == "candidate 'm0': its model failed to predict: RuntimeError: fell\nover"
    told = answers[1].traceback
    assert "KeyError: 'first'" in told
    assert "RuntimeError: fell\nover" in told
    assert 'File "own_of_the_pool.py", line 26, in predict_proba\n    helper_of_the_pool.fall()' in told
    assert 'File "helper_of_the_pool.py", line 5, in fall' in told
    assert "... 1 of Foreshow's own ..." in told
    assert str(tmp_path) not in told
    assert "no probability from 0 to 1" in answers[2].message
    assert answers[2].traceback == ""


def test_a_part_that_can_not_be_made_is_a_failure_and_no_crash(tmp_path):
    own(tmp_path)
    made = learner("clicks", name="made", explore={"use": "own_of_the_pool:Explorer"})
    answers = play_replication(Order(tiny(policy("keyword"), made, horizon="2 days").but(folder=tmp_path), 0, (0, 1)))
    assert isinstance(answers[0], Played)
    assert answers[1].message == "candidate 'made': ValueError: an explorer that can't be made"
    assert answers[1].traceback.count("Traceback") == 1
    assert 'File "own_of_the_pool.py", line 33, in __init__' in answers[1].traceback


def test_a_worker_that_dies_once_changes_nothing(tmp_path):
    scenario = own(tmp_path, {"once": tmp_path / "dead"}, {})
    with open_pool(scenario, workers=2) as pool:
        got = dict(pool.replications(scenario, range(2), lambda: (0, 1, 2)))
    assert (tmp_path / "dead").exists()
    assert same(got, alone(scenario, range(2), (0, 1, 2)))


def test_a_candidate_that_kills_every_worker_is_found_and_the_others_go_on(tmp_path):
    scenario = own(tmp_path, {"how": "kill"}, {})
    got, failed = {}, {}

    def playing():
        return tuple(place for place in range(3) if place not in failed)

    with open_pool(scenario, workers=2) as pool:
        for number, answers in itertools.chain(pool.replications(scenario, [0], playing), pool.replications(scenario, [1], playing)):
            failed |= {place: answer for place, answer in answers.items() if isinstance(answer, Failure)}
            got[number] = {place: answer for place, answer in answers.items() if place not in failed}
    assert failed == {1: Failure("candidate 'm0': killed its worker process 3 times (out of memory?)")}
    assert same(got, alone(scenario, range(2), (0, 2)))
    assert workers_become(0)


STUDY = """
import itertools, multiprocessing, sys
from sim.study.pool import open_pool
from tests.study.pools import TWO

if __name__ == "__main__":
    scenario = TWO.but(days=300)
    with open_pool(scenario, workers=2) as pool:
        stream = pool.replications(scenario, itertools.count(), lambda: (0,))
        next(stream)
        try:
            print(*[child.pid for child in multiprocessing.active_children()], flush=True)
            for _ in stream:
                pass
        except KeyboardInterrupt:
            print("stopped", flush=True)
"""


def gone(pid):
    until = time.monotonic() + LONG_S
    while time.monotonic() < until:
        try:
            if Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0] == "Z":
                return True
        except OSError:
            return True
        time.sleep(0.05)
    return False


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="looks processes up in /proc")
@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL])
def test_however_a_study_is_stopped_no_process_is_left_and_nothing_is_said(how, tmp_path):
    """Ctrl-C goes to every process of the terminal; kill -9 to the one that asks only."""
    (tmp_path / "study.py").write_text(STUDY, encoding="utf-8")
    command, paths = [sys.executable, str(tmp_path / "study.py")], {"PYTHONPATH": str(ROOT)}
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    with subprocess.Popen(command, cwd=ROOT, env=os.environ | paths, start_new_session=True, **pipes) as study:
        try:
            workers = [int(pid) for pid in study.stdout.readline().split()]
            if how == signal.SIGINT:
                os.killpg(study.pid, how)
            else:
                os.kill(study.pid, how)
            assert len(workers) == 2
            assert all(map(gone, workers))
            said, errors = study.communicate(timeout=LONG_S)
        finally:
            study.kill()  # else a study that heeds nobody would be waited for
    assert study.returncode == (0 if how == signal.SIGINT else -signal.SIGKILL)
    assert said == ("stopped\n" if how == signal.SIGINT else "")
    assert "Traceback" not in errors
