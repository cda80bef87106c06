"""Which ads belong to which query: the true match, the text that shows it, and show-worthiness.

Query types and ads have a place in a small space; their true match is how well the places agree.
Text shows the match imperfectly, and retrieval brings up the ads whose text fits best. Whether an
ad *should* be shown for a query follows from match, intent, topic, ad and chance, with the bar set
so that the stated share of all pairs of the index is worthy (1 in 10 000 by default).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim import seeds
from sim.world.catalogue import TAIL_BINS, Catalogue
from sim.world.market import Ads

_DIMENSIONS = 8
_TEXT_CORRELATION = 0.95  # between true match and the text that shows it
_MATCH, _COMMERCIAL, _TOPIC, _AD, _CHANCE = 2.0, 2.0, 1.2, 0.4, 0.5


@dataclass(frozen=True, slots=True, eq=False)
class Relevance:
    """The ads matched to each query type; all arrays have shape (types, matched).

    Attributes
    ----------
    ad
        Index of the ad, in rising order within a row, so that a stable sort breaks ties by ad id.
    text
        How well the texts fit, about standard normal over all pairs of a topic: everyone sees it.
    margin
        How far the pair is above (worthy) or below the bar: hidden truth.
    """

    ad: NDArray[np.int32]
    text: NDArray[np.float32]
    margin: NDArray[np.float32]

    @property
    def worthy(self) -> NDArray[np.bool_]:
        """Whether the ad should be shown for the query."""
        return np.asarray(self.margin > 0)


def build_relevance(catalogue: Catalogue, ads: Ads, matched: int, worthy: float, seed: int, replication: int) -> Relevance:
    """Match ads to query types, topic by topic.

    Parameters
    ----------
    matched
        How many ads are retrieved for a query type.
    worthy
        Share of all (head type, ad) pairs of the index that is show-worthy.
    """
    draw = _Draws(seed, replication)
    ad = np.empty((catalogue.types, matched), np.int32)
    text = np.empty((catalogue.types, matched), np.float32)
    score = np.empty((catalogue.types, matched), np.float32)
    best: list[NDArray[np.float32]] = []
    wanted = max(1, round(worthy * catalogue.heads * ads.count))
    for topic in range(catalogue.topics):
        rows = np.flatnonzero(catalogue.topic == topic)
        columns = np.flatnonzero(ads.topic == topic)
        seen, value = _pairs(draw, topic, rows, columns, catalogue)
        # Ties of text go to the lower ad id: the sort is stable and the columns are in order.
        order = np.sort(np.argsort(-seen, axis=1, kind="stable")[:, :matched], axis=1)
        ad[rows] = columns[order]
        text[rows] = np.take_along_axis(seen, order, axis=1)
        score[rows] = np.take_along_axis(value, order, axis=1)
        head = value[rows < catalogue.heads].ravel()
        best.append(np.partition(head, -wanted)[-wanted:] if len(head) > wanted else head)
    pool = np.concatenate(best)
    bar = np.partition(pool, -wanted)[-wanted] if len(pool) > wanted else pool.min()
    return Relevance(ad, text, score - np.nextafter(bar, np.float32(-np.inf), dtype=np.float32))


class _Draws:
    """Keyed normals of one replication's relevance, each by what it belongs to."""

    def __init__(self, seed: int, replication: int) -> None:
        self._of = (seed, replication)

    def normals(self, part: int, entity: int, count: int) -> NDArray[np.float32]:
        seed, replication = self._of
        return seeds.normals(seeds.key(seed, "relevance", replication, part, entity), count).astype(np.float32)


def _pairs(
    draw: _Draws, topic: int, rows: NDArray[np.intp], columns: NDArray[np.intp], catalogue: Catalogue
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Visible text and worthiness score of every pair of a topic."""
    shape = (len(rows), len(columns))
    places = draw.normals(0, topic, shape[0] * _DIMENSIONS).reshape(shape[0], _DIMENSIONS)
    ads = draw.normals(1, topic, shape[1] * _DIMENSIONS).reshape(shape[1], _DIMENSIONS)
    match = places @ ads.T / np.float32(np.sqrt(_DIMENSIONS))
    tail = rows >= catalogue.heads
    quality = _bin_quality((rows[tail] - catalogue.heads) % TAIL_BINS)
    match[tail] = np.float32(np.sqrt(0.5)) * (match[tail] + quality[:, None])
    noise = draw.normals(2, topic, shape[0] * shape[1]).reshape(shape)
    text = np.float32(_TEXT_CORRELATION) * match + np.float32(np.sqrt(1 - _TEXT_CORRELATION**2)) * noise
    score = np.float32(_MATCH) * match
    score += np.float32(_COMMERCIAL) * catalogue.commercial[rows, None]
    score += np.float32(_TOPIC) * draw.normals(3, topic, 1)
    score += np.float32(_AD) * draw.normals(4, topic, shape[1])
    score += np.float32(_CHANCE) * draw.normals(5, topic, shape[0] * shape[1]).reshape(shape)
    return text, score


def _bin_quality(bins: NDArray[np.intp]) -> NDArray[np.float32]:
    from scipy.special import ndtri

    return np.asarray(ndtri((bins + 0.5) / TAIL_BINS), dtype=np.float32)
