"""A Dask cluster of processes of its own on loopback, for tests; it looks for a free port itself and tells it in a file."""

from __future__ import annotations

import gc
import json
import os
import signal
import subprocess
import sys
import time
from contextlib import contextmanager

from tests.study.stores import ROOT

_BEGINNING_S = 300


class Loopback:
    """A scheduler and its workers; `folder` is where they run, far from any scenario."""

    def __init__(self, folder):
        self.workers = []
        self._folder = folder
        self._told = folder / "scheduler.json"
        words = ("--host", "127.0.0.1", "--port", "0", "--no-dashboard", "--scheduler-file", str(self._told))
        self.scheduler = self._start("scheduler", *words)

    @property
    def address(self):
        """Where the scheduler is, once it has said so."""
        until = time.monotonic() + _BEGINNING_S
        while True:
            try:
                return json.loads(self._told.read_text(encoding="utf-8"))["address"]
            except (FileNotFoundError, json.JSONDecodeError):  # not yet, or not yet whole
                assert self.scheduler.poll() is None, "the scheduler has ended"
                assert time.monotonic() < until, "the scheduler does not answer"
                time.sleep(0.05)

    def add_worker(self):
        self.workers.append(self._start("worker", "--scheduler-file", str(self._told), "--no-nanny", "--nthreads", "2", "--no-dashboard"))

    def wait_for(self, workers):
        from distributed import Client

        with Client(self.address, timeout=_BEGINNING_S, set_as_default=False) as client:
            client.wait_for_workers(workers, timeout=_BEGINNING_S)

    def kill_worker(self):
        os.kill(self.workers.pop(0).pid, signal.SIGKILL)

    def end(self):
        for process in [*self.workers, self.scheduler]:
            process.kill()

    def _start(self, what, *words):
        script = "import sys; from dask.__main__ import main; sys.argv[0] = 'dask'; main()"
        environment = os.environ | {"PYTHONPATH": str(ROOT)}
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        return subprocess.Popen([sys.executable, "-P", "-c", script, what, *words], cwd=self._folder, env=environment, **quiet)


@contextmanager
def cluster(folder, workers=2):
    """A cluster, once its scheduler answers and all of its workers are there, however long that takes on a busy machine."""
    found = Loopback(folder)
    try:
        for _ in range(workers):
            found.add_worker()
        if workers:
            found.wait_for(workers)
        yield found
    finally:
        found.end()
        for process in [*found.workers, found.scheduler]:
            process.wait()
        gc.collect()  # here, where what Dask says of sockets that it has left open is nobody's fault, and not in some other test
