"""One thread for every library that plays, also for those that nobody had loaded before."""

from __future__ import annotations

import multiprocessing
import os
import struct
import subprocess
import sys
import time

from sim.study.processes import end_processes, one_thread, open_processes

LATE = """
from sim.study.processes import one_thread
with one_thread():
    import sklearn.linear_model
    import threadpoolctl
    print(sorted({pool["num_threads"] for pool in threadpoolctl.threadpool_info()}))
"""
BETWEEN = """
import sys
import threadpoolctl
from sim.study.processes import one_thread

with one_thread():
    pass
assert "numpy" not in sys.modules
import numpy
with one_thread():
    print({pool["num_threads"] for pool in threadpoolctl.threadpool_info()})
"""


def test_a_library_that_is_loaded_while_a_candidate_is_played_has_one_thread():
    """A fresh worker loads scikit-learn with its first model; two threads there cost half as much again, and may change the sums."""
    two = {"OMP_NUM_THREADS": "2", "OPENBLAS_NUM_THREADS": "2"}
    found = subprocess.run([sys.executable, "-c", LATE], env=os.environ | two, capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[1]"


def test_a_library_that_is_loaded_between_two_plays_has_one_thread_in_the_second():
    two = {"OMP_NUM_THREADS": "2", "OPENBLAS_NUM_THREADS": "2"}
    found = subprocess.run([sys.executable, "-c", BETWEEN], env=os.environ | two, capture_output=True, text=True, check=True)
    assert found.stdout == "{1}\n"


def test_the_environment_is_afterwards_what_it_was(monkeypatch):
    monkeypatch.setenv("OMP_NUM_THREADS", "7")
    monkeypatch.delenv("MKL_NUM_THREADS", raising=False)
    with one_thread():
        assert (os.environ["OMP_NUM_THREADS"], os.environ["MKL_NUM_THREADS"]) == ("1", "1")
    assert os.environ["OMP_NUM_THREADS"] == "7"
    assert "MKL_NUM_THREADS" not in os.environ


def answer_by_half(told):
    """What a worker does that is ended in the middle of its answer: it says how long it is, and no more."""
    _, results, *_ = multiprocessing.current_process()._args
    results._writer._send(struct.pack("!i", 1_000) + b"half")
    told.touch()
    time.sleep(300)


def test_a_worker_that_is_ended_in_the_middle_of_its_answer_is_not_waited_for(tmp_path):
    """Else whoever has pressed Ctrl-C at that moment has to press it again."""
    pool, told = open_processes(1), tmp_path / "told"
    future = pool.submit(answer_by_half, told)
    thread, until = pool._executor_manager_thread, time.monotonic() + 300
    while not told.exists() and time.monotonic() < until:
        time.sleep(0.02)
    assert told.exists()
    end_processes(pool)
    thread.join(300)
    assert not thread.is_alive()
    assert future.done()
