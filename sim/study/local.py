"""Processes of this machine, as the pool asks for them."""

from __future__ import annotations

from concurrent.futures import BrokenExecutor, Future, ProcessPoolExecutor

from sim.study import processes
from sim.study.replication import Answered, Order, play_replication


class Local:
    """Up to *workers* processes, begun when the first order comes.

    Attributes
    ----------
    patience
        How often an order may lose its worker. All orders on their way are lost with one process, so the first is no proof.
    """

    patience = 3

    def __init__(self, workers: int) -> None:
        self.workers = workers
        self._executor: ProcessPoolExecutor | None = None

    def submit(self, order: Order) -> Future[Answered]:
        """Let a process play *order*."""
        if self._executor is None:
            self._executor = processes.open_processes(self.workers)
        with processes.sheltered():
            return self._executor.submit(play_replication, order)

    def is_loss(self, problem: BaseException) -> bool:
        """Whether *problem* says that a process died."""
        return isinstance(problem, BrokenExecutor)

    def renew(self) -> None:
        """End what is left of the processes; the next order begins others."""
        self.stop()

    def stop(self) -> None:
        """End the processes at once."""
        executor, self._executor = self._executor, None
        if executor is not None:
            processes.end_processes(executor)

    def close(self) -> None:
        """End the processes at once: whoever leaves the pool wants nothing more of them."""
        self.stop()
