"""The one door to Dask: the workers of a cluster, asked as the processes of this machine are.

A worker of the cluster needs the same version of Foreshow, and nothing of the user's: their files
travel with each order. A replayed log does not; it has to stand in the same place there.
"""

from __future__ import annotations

import logging
import time
from concurrent.futures import CancelledError, Future
from contextlib import suppress
from typing import Any

from sim.errors import BadInput, InvalidRun, Mistake
from sim.study.replication import Answered, Order, play_replication

_ANSWER_S = 10
_WORKER_S = 10
_FAREWELL_S = 2
_DESERTED_S = 60.0
_QUIET = ("distributed", "distributed.client", "tornado", "tornado.application")


class Cluster:
    """The workers of a scheduler at *address*.

    Attributes
    ----------
    patience
        How often an order may lose its worker here: once, since the scheduler has tried several by then.

    Raises
    ------
    BadInput
        When Dask is not installed, the address is none, or nobody answers there.
    """

    patience = 1

    def __init__(self, address: str) -> None:
        try:
            import distributed
        except ImportError:
            raise _refused(address, "needs Dask, which is not installed", "pip install 'foreshow[dask]'") from None
        if not address.startswith(("tcp://", "tls://")):
            raise _refused(address, "is no address of a scheduler", "such as tcp://127.0.0.1:8786; 'dask scheduler' tells its own")
        self._address = address
        self._levels = {name: logging.getLogger(name).level for name in _QUIET}
        for name in _QUIET:  # what it has to say of lost connections is told by us
            logging.getLogger(name).setLevel(logging.CRITICAL)
        try:
            self._client: Any = distributed.Client(address, timeout=_ANSWER_S, set_as_default=False, name="foreshow")
        except (OSError, ValueError, TimeoutError):
            self._restore_words()
            raise _refused(address, f"nobody answers there within {_ANSWER_S} s", "is 'dask scheduler' running?") from None
        try:
            self._client.wait_for_workers(1, timeout=_WORKER_S)
        except TimeoutError:
            self.close()
            hint = f"start some with 'dask worker {address}'"
            raise _refused(address, f"the scheduler has no worker, nor got one within {_WORKER_S} s", hint) from None
        self._seen_s = time.monotonic()
        self._executor: Any = self._client.get_executor(pure=False)

    @property
    def workers(self) -> int:
        """How many there are just now; processes, whatever threads they have.

        Raises
        ------
        InvalidRun
            When there has been none for a minute.
        """
        now, found = time.monotonic(), len(self._ask(self._client.nthreads))
        self._seen_s = now if found else self._seen_s
        if now - self._seen_s > _DESERTED_S:
            raise InvalidRun(f"the cluster at {self._address} has had no worker for a minute; what was finished before is kept")
        return max(found, 1)

    def submit(self, order: Order) -> Future[Answered]:
        """Let a worker play *order*."""
        found: Future[Answered] = self._ask(lambda: self._executor.submit(play_replication, order))
        return found

    def is_loss(self, problem: BaseException) -> bool:
        """Whether *problem* says that workers died of an order.

        Raises
        ------
        InvalidRun
            When it says that the cluster itself is gone.
        """
        from distributed import KilledWorker
        from distributed.comm.core import CommClosedError

        if isinstance(problem, CancelledError | CommClosedError):
            raise InvalidRun(f"the cluster at {self._address} is gone; what was finished before is kept") from None
        return isinstance(problem, KilledWorker)

    def renew(self) -> None:
        """Go on after a loss: the scheduler has seen to that."""

    def stop(self) -> None:
        """Nothing of ours waits any longer: it was cancelled; what a worker is at, it ends for itself."""

    def close(self) -> None:
        """Leave the cluster as it was."""
        try:
            with suppress(TimeoutError):  # a busy machine: whoever has all results does not lose them over a farewell
                self._client.close(timeout=_FAREWELL_S)
        finally:
            self._restore_words()

    def _restore_words(self) -> None:
        for name, level in self._levels.items():
            logging.getLogger(name).setLevel(level)

    def _ask(self, call: Any) -> Any:
        try:
            return call()
        except (OSError, RuntimeError):
            raise InvalidRun(f"the cluster at {self._address} is gone; what was finished before is kept") from None


def _refused(address: str, found: str, hint: str) -> BadInput:
    return BadInput([Mistake("--cluster", f"{address}: {found}", "", hint)])
