"""One engine, ready to play either policy."""

from __future__ import annotations

from dataclasses import dataclass

from tests.benchmarks.decision import Play


@dataclass(frozen=True)
class Contender:
    """An engine on its task.

    Attributes
    ----------
    play
        (policy 0 or 1, queries, seed) → queries played, clicks. The same seed for both policies is as much of
        the same world and the same chance as the engine can give them.
    clicks
        Clicks a query under each policy.
    timed, batch, batches
        Queries that are played to take its speed; and to take the spread of its differences.
    own
        Whether it is ours, so that a loss of speed is ours too.
    """

    play: Play
    clicks: tuple[float, float]
    timed: int
    batch: int
    batches: int
    own: bool = False
