"""Sampling designs: which pairs of query and ad are sent to raters.

Each row says by which design it was chosen and with what weight: how many pairs of the design's population it
stands for, beside the others. Days may be those of an archive, of the last week, or all within some time.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim import seeds
from sim.candidates.features import Features, log_bids
from sim.candidates.histories import Histories
from sim.lifecycle.team.sample import Sample, fresh, joined
from sim.world.sight import Sight

_UNRELATED = np.float32(-30.0)  # margin of a pair that retrieval would never bring up


class Snapshot(NamedTuple):
    """What was retrieved for the traffic of a day: all that is needed to rate its pages later.

    Attributes
    ----------
    queries
        Queries of each cell on that day, shape (cells,).
    margin
        The page's truth, which raters see darkly, shape (types, matched).
    shown
        Rows of the feature table that were shown, and how often.
    """

    day: int
    queries: NDArray[np.float64]
    margin: NDArray[np.float32]
    histories: Histories
    sight: Sight
    shown: tuple[NDArray[np.intp], NDArray[np.int64]] = (np.zeros(0, np.intp), np.zeros(0, np.int64))


def within(days: Sequence[Snapshot], last: int, window: int) -> list[Snapshot]:
    """The days that are no older than a window, in days, on the day *last*, each once; the newest in any case."""
    seen = {day.day: day for day in days if last - window < day.day <= last}
    return list(seen.values()) or list(days[-1:])


def uniform(features: Features, now: Snapshot, rows: int, key: int) -> Sample:
    """Pairs drawn evenly from the whole index: any query type with any ad, as if nothing was known."""
    sight, draw = now.sight, seeds.uniforms(key, 4 * rows).reshape(4, rows)
    kinds = np.flatnonzero(~sight.is_tail)
    query = kinds[(draw[0] * len(kinds)).astype(np.intp)]
    ad = (draw[1] * sight.ads).astype(np.int32)
    device = (draw[2] * len(sight.devices)).astype(np.intp)
    hit = sight.ad[query] == ad[:, None]
    matched = hit.any(axis=1)
    place = np.where(matched, hit.argmax(axis=1), 0)
    row = (query * len(sight.devices) + device) * sight.matched + place
    table = features.rows(now.histories, row, np.zeros(rows, np.int8), sight)
    table[~matched] = _unretrieved(features, now, table[~matched], query[~matched], ad[~matched], draw[3][~matched])
    margin = np.where(matched, now.margin[query, place], _UNRELATED)
    return fresh(table, margin.astype(np.float32), np.full(rows, now.day, np.int32), "uniform", np.ones(rows))


def _unretrieved(
    features: Features, now: Snapshot, table: NDArray[np.float32], query: NDArray[np.intp], ad: NDArray[np.int32], luck: NDArray[np.float64]
) -> NDArray[np.float32]:
    """Features of pairs that retrieval does not bring up: their text fits worse than that of any ad it does."""
    from scipy.special import ndtr, ndtri

    worst = now.sight.text[query].min(axis=1).astype(np.float64)
    text = ndtri(np.maximum(luck, 1e-6) * ndtr(worst))  # standard normal below the worst that is retrieved
    bids = dict(zip(now.sight.ad.ravel().tolist(), log_bids(now.sight).ravel().tolist(), strict=True))
    middle = float(np.median(log_bids(now.sight)))
    names = features.names
    table[:, names.index("text_match")] += (text - now.sight.text[query, 0]).astype(np.float32)
    table[:, names.index("log_bid")] = [bids.get(one, middle) for one in ad.tolist()]
    table[:, names.index("ad_lift")] = now.histories.ad_lift[ad]
    return table


def retrieved(features: Features, days: Sequence[Snapshot], rows: int, key: int) -> Sample:
    """Pairs of the traffic's queries and the ads retrieved for them, as often as they are asked."""
    return _from_days(features, days, rows, key, "retrieved")


def targeted(features: Features, days: Sequence[Snapshot], rows: int, key: int) -> Sample:
    """The same, but likely positives first: commercial queries whose text fits well; each row carries its inclusion weight."""
    return _from_days(features, days, rows, key, "targeted")


def served(features: Features, days: Sequence[Snapshot], rows: int, key: int) -> Sample:
    """Pairs that were shown, as often as they were; none of a day on which nothing was."""
    return _from_days(features, days, rows, key, "served")


def _likeliness(sight: Sight) -> NDArray[np.float64]:
    """A guess from what everyone sees, shape (types, matched)."""
    return np.asarray(np.exp(1.5 * (sight.text - 2.2)) * np.where(sight.commercial, 1.0, 0.1)[:, None], dtype=np.float64)


def _from_days(features: Features, days: Sequence[Snapshot], rows: int, key: int, design: str) -> Sample:
    """Some of each day, as many as there was traffic."""
    size = np.array([day.shown[1].sum() if design == "served" else day.queries.sum() for day in days], dtype=np.float64)
    counts = _rounded(size / max(size.sum(), 1e-9) * rows, rows if size.sum() > 0 else 0)
    keys = [seeds.mix(key + place) for place in range(len(days))]
    return joined([_of_day(features, day, int(counts[place]), keys[place], design) for place, day in enumerate(days)])


def _of_day(features: Features, day: Snapshot, rows: int, key: int, design: str) -> Sample:
    sight = day.sight
    row, pull = _shown(day, rows, key) if design == "served" else _asked(day, rows, key, likely=design == "targeted")
    query, place = row // (len(sight.devices) * sight.matched), row % sight.matched
    table = features.rows(day.histories, row, np.zeros(rows, np.int8), sight)
    weight = 1 / pull
    weight = weight / weight.mean() if rows else weight
    return fresh(table, day.margin[query, place], np.full(rows, day.day, np.int32), design, weight)


def _shown(day: Snapshot, rows: int, key: int) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
    row, count = day.shown
    return (row[_drawn(count.astype(np.float64), rows, key)] if rows else row[:0]), np.ones(rows)


def _asked(day: Snapshot, rows: int, key: int, *, likely: bool) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
    """Rows of the feature table, and by how much each was preferred to others that were asked as often."""
    sight = day.sight
    alive = (sight.bid_micros > 0).astype(np.float64)
    pull = alive * _likeliness(sight) if likely else alive
    mass = (day.queries.reshape(sight.types, -1)[:, :, None] * pull[:, None, :]).ravel()
    row = _drawn(mass, rows, key)
    return row, pull[row // (len(sight.devices) * sight.matched), row % sight.matched]


def _drawn(mass: NDArray[np.float64], rows: int, key: int) -> NDArray[np.intp]:
    """Places drawn in proportion to their mass, with replacement."""
    edges = np.cumsum(mass) / mass.sum()
    return np.minimum(np.searchsorted(edges, seeds.uniforms(key, rows), side="right"), len(edges) - 1)


def _rounded(wanted: NDArray[np.float64], total: int) -> NDArray[np.int64]:
    """Whole numbers near *wanted* that add up to *total*."""
    edges = np.rint(np.cumsum(wanted)).astype(np.int64)
    edges[-1] = total
    return np.diff(np.concatenate([[0], edges]))
