"""Someone who stops a command that reads a log is told so, whatever DuckDB makes of it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time

import pytest

from sim.calibrate.door import in_words, workbench

ENDLESS = "SELECT count(*) FROM range(10000000000) AS a(x), range(1000) AS b(y) WHERE x % 7 = y"

_LONG_S = 300  # on a busy machine; the query itself would take hours


def test_a_query_that_is_interrupted_is_no_fault_and_leaves_nothing_behind(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))

    heard = threading.Event()

    def interrupting(bench):
        while not heard.wait(0.1):  # again and again: one that comes before the query has begun is not heard
            bench.interrupt()

    def stopped():
        with workbench() as bench, in_words(tmp_path):
            thread = threading.Thread(target=interrupting, args=(bench,))
            thread.start()
            try:
                bench.execute(ENDLESS).fetchall()
            finally:
                heard.set()
                thread.join()

    with pytest.raises(KeyboardInterrupt):
        stopped()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("error", [RuntimeError("out of luck"), ValueError("interrupted")])
def test_other_errors_stay_what_they_are(error):
    with pytest.raises(type(error), match=str(error)), workbench():
        raise error


@pytest.mark.parametrize("delay_s", [0, 0.02, 0.1, 0.5])
def test_ctrl_c_ends_with_130(tmp_path, delay_s):
    """Whenever it comes: DuckDB alone is deaf to it while its main thread waits for another, in one query of three."""
    script = f"""
import sys
import sim.calibrate.reading as reading
from sim import cli
from sim.calibrate.door import workbench

def endless(*_):
    with workbench() as bench:
        print("reading", flush=True)
        bench.execute({ENDLESS!r}).fetchall()

reading.read = endless
sys.argv = ["foreshow", "calibrate", "log.csv"]
cli.entry()
"""
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    with subprocess.Popen([sys.executable, "-c", script], cwd=tmp_path, env={**os.environ}, **pipes) as done:
        try:
            assert done.stdout.readline() == "reading\n"
            time.sleep(delay_s)
            done.send_signal(signal.SIGINT)
            told = done.communicate(timeout=_LONG_S)[1]
        finally:
            done.kill()
    assert done.returncode == 130
    assert "interrupted" in told
    assert "Traceback" not in told
