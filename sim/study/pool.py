"""Many replications at once, in any number of processes or on a cluster, with the same bytes.

A replication is one task. Only a few wait for each worker, so the numbers may go on for ever, and
whoever asks may stop at any of them. A worker that dies costs nothing but time: its replications are
tried again, and a candidate that kills every worker it meets is found and told.
"""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator
from contextlib import contextmanager

from sim.scenario.schema import Scenario
from sim.study import processes
from sim.study.dispatch import Candidates, Dispatch, Engine, Finished
from sim.study.local import Local
from sim.study.parcel import Parcel, has_own_parts, pack
from sim.study.replication import Order, play_replication


class Pool:
    """What `open_pool` opens."""

    def __init__(self, engine: Engine | None, parcel: Parcel | None) -> None:
        self._engine = engine
        self._parcel = parcel

    @property
    def workers(self) -> int:
        """How many replications are played at once."""
        return self._engine.workers if self._engine else 1

    def replications(self, scenario: Scenario, numbers: Iterable[int], candidates: Candidates) -> Generator[Finished]:
        """Play the replications *numbers* of *scenario*, each given back when it is done.

        Closing the generator cancels what waits and ends local workers.

        Parameters
        ----------
        scenario
            The one that the pool was opened for, or one with other settings but the same parts.
        numbers
            Asked for a few at a time; may be without an end.
        candidates
            Asked before each replication is given away: the numbers of those that are to play. None ends it.

        Raises
        ------
        InvalidRun
            When a cluster is gone or has another version of Foreshow.
        """
        if self._engine is None:
            return _here(scenario, numbers, candidates)
        return Dispatch(self._engine, scenario, self._parcel, iter(numbers), candidates).play()


@contextmanager
def open_pool(
    scenario: Scenario, workers: int | None = None, cluster: str | None = None, *, apart: bool = False
) -> Iterator[Pool]:  # fmt: skip
    """Get workers ready for *scenario*; they are ended when the block is left.

    Parameters
    ----------
    workers
        How many processes of this machine; by default one for each core. One is this very process, unless *apart*.
    cluster
        The address of a Dask scheduler, such as "tcp://127.0.0.1:8786", whose workers play instead.
    apart
        Whether a part of the user's own is never played in this very process, so that one that ends its process ends no more.

    Raises
    ------
    BadInput
        When the cluster can't be used.

    Examples
    --------
    >>> from sim.scenario.read import load
    >>> quiet = load("quiet").but(days=2)
    >>> with open_pool(quiet, workers=1) as pool:
    ...     [(number, sorted(answers)) for number, answers in pool.replications(quiet, range(2), lambda: (0, 1))]
    [(0, [0, 1]), (1, [0, 1])]
    """
    count = workers or processes.cores()
    if cluster is None and count == 1 and not (apart and has_own_parts(scenario)):
        yield Pool(None, None)
        return
    engine: Engine
    if cluster is None:
        engine = Local(count)
    else:
        from sim.study.cluster import Cluster

        engine = Cluster(cluster)
    try:
        yield Pool(engine, pack(scenario))
    finally:
        engine.close()


def _here(scenario: Scenario, numbers: Iterable[int], candidates: Candidates) -> Generator[Finished]:
    for number in numbers:
        if not (chosen := candidates()):
            return
        yield number, play_replication(Order(scenario, number, chosen))
