"""A Dask cluster of processes of its own on loopback, for tests."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import contextmanager

from tests.study.stores import ROOT

_BEGINNING_S = 60


class Loopback:
    """A scheduler and its workers; `folder` is where they run, far from any scenario."""

    def __init__(self, folder):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        self.address = f"tcp://127.0.0.1:{port}"
        self.workers = []
        self._folder = folder
        self.scheduler = self._start("scheduler", "--host", "127.0.0.1", "--port", str(port), "--no-dashboard")

    def add_worker(self):
        self.workers.append(self._start("worker", self.address, "--no-nanny", "--nthreads", "2", "--no-dashboard"))

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
        until = time.monotonic() + _BEGINNING_S
        while True:
            try:
                socket.create_connection(("127.0.0.1", int(found.address.rpartition(":")[2])), timeout=1).close()
                break
            except OSError:
                assert time.monotonic() < until, "the scheduler does not answer"
                time.sleep(0.1)
        if workers:
            found.wait_for(workers)
        yield found
    finally:
        found.end()
        for process in [*found.workers, found.scheduler]:
            process.wait()
