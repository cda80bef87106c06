"""Pages and arrivals made up for tests of the data plane: any ads anywhere, clicked with any chance."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim import seeds
from sim.kernels.play import FRAILTIES, Users
from sim.kernels.tables import LANES, Bidding, Truth
from sim.serving.pricing.second_price import SecondPrice
from sim.serving.slate import SlateTable
from sim.traffic.arrivals import DAY_S, Drawn, Replayed, cell_table, cumulative_bars
from sim.traffic.queries import QueryBoard

USERS = Users(0, np.full((1, FRAILTIES), 2**32, np.uint64), np.full((1, LANES), 2**32, np.uint64), 0, 0, 0)


class Counts(NamedTuple):
    """Queries of each variant and cell, and clicks of each variant, cell and slot."""

    queries: np.ndarray
    clicks: np.ndarray


def pages(ads, weights=(1.0,)):
    """A slate table that shows *ads*, of shape (cells, slots) or (variants, cells, slots); -1 for none.

    Each slot of each variant has a matched ad of its own, and each cell is a query type of its own.
    """
    ads = np.asarray(ads)
    ads = np.broadcast_to(ads, (len(weights), *ads.shape[-2:]))
    variants, cells, slots = ads.shape
    place = np.arange(variants * slots).reshape(variants, 1, slots)
    matched = np.where(ads >= 0, place, -1).astype(np.int8)
    ad = np.ascontiguousarray(np.moveaxis(np.maximum(ads, 0), 0, 1).reshape(cells, -1).astype(np.int32))
    rows, nothing = variants * cells, np.zeros((1, 1), np.float32)
    bidding = Bidding(
        nothing, nothing, nothing, ad, np.ones(ad.shape, np.int64), np.zeros(max(1, int(ads.max()) + 1), np.int32),
        np.zeros((1, 1), np.int8), np.zeros(rows, np.int64), np.ones((1, slots)), slots, 0.0, 0.0, 0,
    )  # fmt: skip
    prices = np.zeros(ads.shape, np.int64)
    says = np.zeros(rows, np.uint64)
    return SlateTable(0, np.array(weights), matched, np.maximum(ads, 0).astype(np.uint32), prices, bidding, says)


def bars(chances):
    """Click thresholds of some chances: the whole numbers that a coin has to stay below."""
    return np.minimum(np.asarray(chances, np.float32).astype(float) * 2.0**32 + 0.5, 2**32 - 1).astype(np.uint32)


def drawn(per_day, shares, key=1):
    """A day of drawn queries."""
    return Drawn(seeds.mix(key), cell_table(np.asarray(shares, float)), per_day)


def replayed(counts, devices=(1.0,), key=1):
    """A day of a log: *counts* queries of each type."""
    return Replayed(seeds.mix(key), np.asarray(counts, np.int64), cumulative_bars(np.asarray(devices, float)))


def board_with(slates, chances, satisfied=None, pricing=SecondPrice):
    """A board that serves them to people who look at every slot and click with these chances.

    *satisfied* is the share of queries that are asked at all; None for all.
    """
    _, cells, slots = slates.matched.shape
    each = np.moveaxis(np.broadcast_to(np.asarray(chances, np.float32), slates.matched.shape), 0, 1).reshape(cells, -1)
    lanes = -(-slots // LANES) * LANES
    never = np.zeros(each.shape, np.uint32)
    board = QueryBoard(None, 1, pricing, keep=True)
    board.meet(USERS, None if satisfied is None else np.array([satisfied]))
    board.serve(slates, Truth(np.ascontiguousarray(each), never, np.ones((1, lanes)), 0))
    return board


def counts_of(board, slates):
    """What the books of a board say."""
    shown = board.close()
    clicks = np.zeros(slates.matched.shape, np.int64)
    clicks[(*np.divmod(shown.row, slates.matched.shape[1]), shown.slot)] = shown.clicks
    return Counts(shown.queries.reshape(slates.matched.shape[:2]), clicks)


def play(slates, chances, arrivals, first_s=0, end_s=DAY_S, satisfied=None):
    """What comes of it."""
    board = board_with(slates, chances, satisfied)
    board.play(arrivals, first_s, end_s)
    return counts_of(board, slates)
