"""Sampling designs: which pairs of query and ad are sent to raters."""

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
    """

    day: int
    queries: NDArray[np.float64]
    margin: NDArray[np.float32]
    histories: Histories
    sight: Sight


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
    return _from_traffic(features, days, rows, key, likely=False)


def targeted(features: Features, days: Sequence[Snapshot], rows: int, key: int) -> Sample:
    """The same, but likely positives first: commercial queries whose text fits well; each row carries its inclusion weight."""
    return _from_traffic(features, days, rows, key, likely=True)


def _likeliness(sight: Sight) -> NDArray[np.float64]:
    """A guess from what everyone sees, shape (types, matched)."""
    return np.asarray(np.exp(1.5 * (sight.text - 2.2)) * np.where(sight.commercial, 1.0, 0.1)[:, None], dtype=np.float64)


def _from_traffic(features: Features, days: Sequence[Snapshot], rows: int, key: int, *, likely: bool) -> Sample:
    asked = np.array([day.queries.sum() for day in days], dtype=np.float64)
    counts = _rounded(asked / asked.sum() * rows, rows)
    parts = [_of_day(features, day, int(counts[place]), seeds.mix(key + place), likely=likely) for place, day in enumerate(days)]
    return joined([part for part in parts if len(part)])


def _of_day(features: Features, day: Snapshot, rows: int, key: int, *, likely: bool) -> Sample:
    sight = day.sight
    alive = (sight.bid_micros > 0).astype(np.float64)
    pull = alive * _likeliness(sight) if likely else alive
    asked = day.queries.reshape(sight.types, -1)
    mass = (asked[:, :, None] * pull[:, None, :]).ravel()
    edges = np.cumsum(mass) / mass.sum()
    row = np.minimum(np.searchsorted(edges, seeds.uniforms(key, rows), side="right"), len(edges) - 1)
    query, place = row // (len(sight.devices) * sight.matched), row % sight.matched
    table = features.rows(day.histories, row, np.zeros(rows, np.int8), sight)
    weight = 1 / pull[query, place]
    weight = weight / weight.mean() if rows else weight
    design = "targeted" if likely else "retrieved"
    return fresh(table, day.margin[query, place], np.full(rows, day.day, np.int32), design, weight)


def _rounded(wanted: NDArray[np.float64], total: int) -> NDArray[np.int64]:
    """Whole numbers near *wanted* that add up to *total*."""
    edges = np.rint(np.cumsum(wanted)).astype(np.int64)
    edges[-1] = total
    return np.diff(np.concatenate([[0], edges]))
