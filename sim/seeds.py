"""The only source of randomness: numbers that are keyed, not consumed.

A draw is a function of what it is for (seed, purpose, replication, day, entity), never of what was
drawn before it. So every candidate meets the same queries and the same click thresholds, and one
more draw in one place moves nothing in another.

The mixing function is the output step of SplitMix64 (Steele, Lea and Flood, 2014) of a counter.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

GOLDEN = 0x9E3779B97F4A7C15
_FIRST, _SECOND = 0xBF58476D1CE4E5B9, 0x94D049BB133111EB
_ALL = 2**64 - 1
_HALF_STEP = 2.0**-53  # keeps 0 and 1 out

# What draws are for. The numbers are part of every result: never reuse one.
PURPOSES = {
    "catalogue": 1,
    "market": 2,
    "relevance": 3,
    "users": 4,
    "noise": 5,
    "drift": 6,
    "arrivals": 7,
    "sight": 8,
    "model": 9,
    "labels": 10,
    "policy": 11,
    "replay": 12,
    "budgets": 13,
    "conversions": 14,
    "explore": 25,
    "calibrate": 26,
    "turnover": 20,
    "tracking": 21,
    "decision": 30,
}


def mix(word: int) -> int:
    """Scramble 64 bits into 64 others; the same as the kernels' own.

    Examples
    --------
    >>> hex(mix(GOLDEN))
    '0xe220a8397b1dcdaf'
    """
    word &= _ALL
    word = (word ^ (word >> 30)) * _FIRST & _ALL
    word = (word ^ (word >> 27)) * _SECOND & _ALL
    return word ^ (word >> 31)


def key(seed: int, purpose: str, *parts: int) -> int:
    """A 64-bit key for *purpose* under *seed*, told apart by *parts* (replication, day, ...).

    Examples
    --------
    >>> key(1, "noise", 0) != key(1, "noise", 1) != key(1, "drift", 1)
    True
    """
    word = mix(seed + GOLDEN)
    for part in (PURPOSES[purpose], *parts):
        word = mix(word ^ mix((part + 1) * GOLDEN))
    return word


def words(word: int, count: int, first: int = 0) -> NDArray[np.uint64]:
    """*count* random 64-bit words under a key, numbered from *first*."""
    with np.errstate(over="ignore"):
        number = np.arange(first + 1, first + count + 1, dtype=np.uint64)
        z = np.uint64(word) + number * np.uint64(GOLDEN)
        z = (z ^ (z >> np.uint64(30))) * np.uint64(_FIRST)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(_SECOND)
        return z ^ (z >> np.uint64(31))


def uniforms(word: int, count: int, first: int = 0) -> NDArray[np.float64]:
    """*count* uniform numbers inside (0, 1).

    Examples
    --------
    >>> bool((uniforms(7, 5)[2:] == uniforms(7, 3, first=2)).all())
    True
    """
    return (words(word, count, first) >> np.uint64(12)).astype(np.float64) * 2.0**-52 + _HALF_STEP


def normals(word: int, count: int, first: int = 0) -> NDArray[np.float64]:
    """*count* standard normal numbers, each the quantile of its keyed uniform."""
    from scipy.special import ndtri

    return np.asarray(ndtri(uniforms(word, count, first)), dtype=np.float64)


def state(word: int) -> int:
    """A `random_state` below 2^32 for a library that wants one."""
    return word >> 32
