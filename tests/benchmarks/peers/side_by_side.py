"""Take an engine's speed and the time of its decision."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tests.benchmarks.beside import beside_the_loop, in_turns
from tests.benchmarks.decision import deviation_of, queries_needed
from tests.benchmarks.figure import Figure, speed
from tests.benchmarks.peers.contender import Contender
from tests.benchmarks.peers.engines import ENGINES


@dataclass(frozen=True)
class Standing:
    """What one engine does.

    Attributes
    ----------
    figure
        Its speed, against the reference loop.
    clicks
        Clicks a query under policy A.
    anew, paired
        Standard deviation of the difference in clicks seen in a query, each policy with a seed of its own, and both with the same.
    needed
        Queries of each policy until a decision, paired or not, whichever is fewer.
    decision_s, decision_anew_s
        Seconds until a decision, with that pairing and without.
    """

    figure: Figure
    clicks: float
    anew: float
    paired: float
    needed: float
    decision_s: float
    decision_anew_s: float


def stand(name: str) -> Standing:
    """Put one engine to the task."""
    engine = ENGINES[name]()
    seeds = iter(range(10_000, 20_000))
    timed = beside_the_loop(lambda: engine.play(0, engine.timed, next(seeds)), repeats=5)
    played = engine.play(0, engine.timed, 10_000)[0]
    figure = speed(played, timed, gated=engine.own)
    difference = engine.clicks[0] - engine.clicks[1]
    anew, mean_anew = deviation_of(engine.play, engine.batch, engine.batches, paired=False)
    paired, mean_paired = deviation_of(engine.play, engine.batch, engine.batches, paired=True)
    for seen, spread in ((mean_anew, anew), (mean_paired, paired)):
        check_task(name, seen, difference, spread / np.sqrt(engine.batch * engine.batches))
    needed_anew, needed_paired = queries_needed(anew, difference), queries_needed(paired, difference)
    needed = min(needed_anew, needed_paired)
    return Standing(
        figure, engine.clicks[0], anew, paired, needed, decision_seconds(engine, needed), decision_seconds(engine, needed_anew),
    )  # fmt: skip


def check_task(name: str, seen: float, difference: float, error: float) -> None:
    """An engine whose policies differ by another amount plays another task: no figure of it would mean a thing."""
    if abs(seen - difference) > 5 * error + 0.005 * difference:
        raise AssertionError(f"{name}: the policies differ by {seen:.6f} clicks a query, not by {difference:.6f} ± {error:.6f}")


def decision_seconds(engine: Contender, needed: float) -> float:
    """Seconds to play so many queries under both policies: played where that is soon done, else scaled up from fewer."""
    queries = max(1, round(min(needed, engine.timed)))

    def both():
        engine.play(0, queries, 1)
        engine.play(1, queries, 1)

    return float(np.median(in_turns(both, repeats=3, warm=False))) * max(1.0, needed / queries)
