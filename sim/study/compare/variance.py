"""What the variance of a lift is made of: worlds, queries, clicks, and luck in learning.

The same worlds are played again with other traffic and other luck in learning; what differs then is
not the world's. With the ledger of expectations (`mean`) queries and clicks have no noise, so what is
left is learning's; with that of expectations given the queries (`asked`) clicks have none.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.scenario.sampling import sampling
from sim.scenario.schema import Engine, Scenario

Values = NDArray[np.float64]
Replay = Callable[[Scenario, int], Values]

WORLDS = 6  # played again: enough to tell a share of a tenth from one of a half


def shares(scenario: Scenario, differences: Values, replay: Replay) -> Mapping[str, float]:
    """Shares of the variance of *differences*, one for each replication, which add up to 1.

    Parameters
    ----------
    replay
        (scenario, again) -> the differences in the first worlds, played once more; *again* above 0 is
        other traffic and other luck.

    Examples
    --------
    >>> import sim
    >>> found = shares(sim.load("quiet"), np.array([1.0, 3.0, 5.0]), lambda scenario, again: np.array([1.0, 3.0]))
    >>> {source: round(share, 3) for source, share in found.items()}
    {'world': 1.0, 'queries': 0.0, 'clicks': 0.0, 'learning': 0.0}
    """
    total = float(differences.var(ddof=1))
    if not total > 0:
        return {}
    within = _apart(replay(scenario, 1), differences)
    if sampling(scenario).sampler == "mean":
        parts = {"queries": 0.0, "clicks": 0.0, "learning": within}
    else:
        means = replay(_with(scenario, "mean"), 0)
        learning = _apart(replay(_with(scenario, "mean"), 1), means)
        queries = float(((replay(_with(scenario, "asked"), 0) - means) ** 2).mean())
        parts = {"queries": queries, "clicks": max(within - queries - learning, 0.0), "learning": learning}
    if not np.isfinite(sum(parts.values())):
        return {}  # what failed when it was played again tells nothing
    world = max(total - sum(parts.values()), 0.0)
    whole = world + sum(parts.values())
    return {source: part / whole for source, part in ({"world": world} | parts).items()}


def _apart(again: Values, before: Values) -> float:
    """The variance within a world, from pairs."""
    return float(((again - before[: len(again)]) ** 2).mean() / 2)


def _with(scenario: Scenario, sampler: Any) -> Scenario:
    return scenario.but(engine=Engine.model_construct(sampler=sampler))
