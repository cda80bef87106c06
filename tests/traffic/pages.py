"""Pages and arrivals made up for tests of the data plane."""

from __future__ import annotations

import numpy as np

from sim import seeds
from sim.serving.slate import SlateTable
from sim.traffic import queries
from sim.traffic.arrivals import DAY_S, Drawn, Replayed, cell_table, cumulative_bars, poisson_table


def pages(ads, weights=(1.0,)):
    """A slate table that shows *ads*, of shape (cells, slots) or (variants, cells, slots); -1 for none."""
    ads = np.asarray(ads)
    ads = np.broadcast_to(ads, (len(weights), *ads.shape[-2:]))
    return SlateTable(0, np.array(weights), ads.astype(np.int8), np.maximum(ads, 0).astype(np.uint32), np.zeros(ads.shape, np.int64))


def bars(chances):
    """Click thresholds of some chances."""
    return np.minimum(np.rint(np.asarray(chances, float) * 2.0**32), 2**32 - 1).astype(np.uint32)


def drawn(per_day, shares, key=1):
    """A day of drawn queries."""
    return Drawn(seeds.mix(key), *poisson_table(per_day / DAY_S), cell_table(np.asarray(shares, float)))


def replayed(counts, devices=(1.0,), key=1):
    """A day of a log: *counts* queries of each type."""
    return Replayed(seeds.mix(key), np.asarray(counts, np.int64), cumulative_bars(np.asarray(devices, float)))


def play(slates, thresholds, arrivals, first_s=0, end_s=DAY_S):
    """What comes of it."""
    return queries.play(queries.page_table(slates, np.broadcast_to(thresholds, slates.ad.shape)), arrivals, first_s, end_s)
