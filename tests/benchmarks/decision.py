"""How long an engine takes until two policies are told apart.

An engine plays *n* queries under each of two policies whose clicks a query differ by d. If the
difference that it sees in one query has standard deviation s, the mean over n queries has s / √n, and a
two-sided test at 95 % finds d with probability 80 % at

    n = ((z(0.975) + z(0.8)) · s / d)²        z(0.975) = 1.960, z(0.8) = 0.842

so that the decision takes 2 n / (queries a second) seconds: n for each policy. An engine that plays both
policies with the same users and clicks has a smaller s than one that draws anew; that is the gain
of pairing, measured here and not assumed.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from scipy.special import ndtri

CONFIDENCE, POWER = 0.95, 0.8
Play = Callable[[int, int, int], tuple[int, int]]  # policy, queries, seed → queries played, clicks


def queries_needed(deviation: float, difference: float, confidence: float = CONFIDENCE, power: float = POWER) -> float:
    """Queries of each policy until a difference in clicks a query is found; at least one.

    Examples
    --------
    >>> round(queries_needed(deviation=1.0, difference=0.1))
    785
    """
    reach = ndtri(0.5 + confidence / 2) + ndtri(power)
    return max(1.0, float(reach * deviation / difference) ** 2)


def deviation_of(play: Play, queries: int, batches: int, *, paired: bool) -> tuple[float, float]:
    """Standard deviation of the difference in clicks seen in a query, and the mean difference.

    Taken from the spread between batches, so that queries of one user may hang together. Paired: both
    policies of a batch are played with the same seed; else each has a seed of its own.
    """
    seen, played = [], []
    for batch in range(batches):
        first, second = (play(policy, queries, 2 * batch + (0 if paired else policy)) for policy in (0, 1))
        seen.append(first[1] / first[0] - second[1] / second[0])
        played.append((first[0] + second[0]) / 2)
    return float(np.std(seen, ddof=1) * np.sqrt(np.mean(played))), float(np.mean(seen))
