"""What people ask: query types, their topics, and how often each is asked.

A *head type* is a query with a history of its own. The *tail* is a pool per topic of queries that
were never seen before: each has its own id, none has a history. Their quality of match to the ads
falls into one of 16 bins of equal share, so a tail type is (topic, bin).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim import seeds
from sim.scenario.schema import Traffic

TAIL_BINS = 16


@dataclass(frozen=True, slots=True, eq=False)
class Catalogue:
    """Query types: the head's first, then the tail's (topic by topic, bin by bin).

    Attributes
    ----------
    topic
        Topic of each type, shape (types,).
    commercial
        Whether the type is about buying something, shape (types,).
    share
        Share of all queries before any drift, shape (types,), sums to 1.
    heads, topics
        How many head types and topics there are.
    """

    topic: NDArray[np.int32]
    commercial: NDArray[np.bool_]
    share: NDArray[np.float64]
    heads: int
    topics: int

    @property
    def types(self) -> int:
        """How many query types there are, head and tail."""
        return len(self.topic)

    @property
    def is_tail(self) -> NDArray[np.bool_]:
        """Which types are pools of never-seen queries."""
        return np.arange(self.types) >= self.heads

    @property
    def topic_shares(self) -> NDArray[np.float64]:
        """Share of each topic in the head's queries."""
        head = slice(0, self.heads)
        sums = np.bincount(self.topic[head], weights=self.share[head], minlength=self.topics)
        return np.asarray(sums / sums.sum(), dtype=np.float64)

    def shares(self, topic_shares: NDArray[np.float64], asked: NDArray[np.bool_] | None = None) -> NDArray[np.float64]:
        """Share of each type when the topics stand as *topic_shares*; the tail's share never moves.

        What a head type that is not asked would have had goes to the others of its topic.

        Parameters
        ----------
        topic_shares
            Shape (topics,), sums to 1.
        asked
            Which head types are asked, shape (heads,); all of them by default.
        """
        before = self.topic_shares
        factor = np.divide(topic_shares, before, out=np.zeros_like(before), where=before > 0)
        moved = self.share * factor[self.topic]
        if asked is not None:
            moved[: self.heads] = _within(moved[: self.heads], asked, self.topic[: self.heads], self.topics)
        for part in (slice(0, self.heads), slice(self.heads, None)):
            total = moved[part].sum()
            if total > 0:
                moved[part] *= self.share[part].sum() / total
        return np.asarray(moved, dtype=np.float64)


def build_catalogue(traffic: Traffic, seed: int, replication: int, known: NDArray[np.float64] | None = None) -> Catalogue:
    """Draw the query types of one replication.

    Parameters
    ----------
    known
        Share of each head type where a table tells it, shape (heads,), sums to 1: all of these are commercial.
    """
    key = seeds.key(seed, "catalogue", replication)
    heads, topics = traffic.query_types if known is None else len(known), traffic.topics
    # Topics in turn, then shuffled: each has its part of the popular and of the rare types.
    order = np.argsort(seeds.uniforms(key, heads), kind="stable")
    topic = np.empty(heads, np.int32)
    topic[order] = np.arange(heads) % topics
    share = popularity(heads, traffic.popularity, traffic.popularity_shift) if known is None else known
    tail = TAIL_BINS * topics if traffic.never_seen > 0 else 0
    commercial = seeds.uniforms(seeds.key(seed, "catalogue", replication, 1), heads + tail) < traffic.commercial
    commercial[:heads] |= known is not None
    head_mix = np.bincount(topic, weights=share, minlength=topics)
    tail_topic = np.repeat(np.arange(topics, dtype=np.int32), TAIL_BINS)[:tail]
    tail_share = head_mix[tail_topic] / TAIL_BINS
    share = np.concatenate([share * (1 - traffic.never_seen), tail_share * traffic.never_seen])
    return Catalogue(np.concatenate([topic, tail_topic]), commercial, share, heads, topics)


def _within(
    share: NDArray[np.float64], asked: NDArray[np.bool_], topic: NDArray[np.int32], topics: int
) -> NDArray[np.float64]:  # fmt: skip
    """*share* of those that are *asked*, blown up to what their topic has in all; nothing for the others."""
    left = share * asked
    whole = np.bincount(topic, weights=share, minlength=topics)
    rest = np.bincount(topic, weights=left, minlength=topics)
    return np.asarray(left * np.divide(whole, rest, out=np.zeros(topics), where=rest > 0)[topic], dtype=np.float64)


def popularity(count: int, exponent: float, shift: float) -> NDArray[np.float64]:
    """Zipf-Mandelbrot shares of *count* ranks: proportional to 1 / (rank + shift) ** exponent.

    Examples
    --------
    >>> popularity(2, 1.0, 0.0).round(3).tolist()
    [0.667, 0.333]
    """
    weight = (np.arange(1, count + 1) + shift) ** -exponent
    return np.asarray(weight / weight.sum(), dtype=np.float64)
