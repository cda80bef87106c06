"""The `queries` sampler written again in plain Python, one query at a time: slow, and easy to check by eye."""

from __future__ import annotations

from bisect import bisect_right

import numpy as np

from sim.seeds import GOLDEN, mix
from sim.serving.slate import SlateTable
from sim.traffic.arrivals import Drawn, poisson_table

ALL, LOW, DAY_S = 2**64 - 1, 2**32 - 1, 86_400


def coin(word, ad):
    """The 32-bit number that decides whether a query clicks on an ad."""
    x = (word * GOLDEN & ALL) >> 32 ^ (ad + 1) * 0x9E3779B1 & LOW
    x = (x ^ x >> 16) * 0x7FEB352D & LOW
    x = (x ^ x >> 15) * 0x846CA68B & LOW
    return x ^ x >> 16


def coins(words, ad):
    """The same of many queries at once."""
    with np.errstate(over="ignore"):
        x = ((words * np.uint64(GOLDEN)) >> np.uint64(32)).astype(np.uint32) ^ np.uint32((ad + 1) * 0x9E3779B1 & LOW)
        x = (x ^ x >> np.uint32(16)) * np.uint32(0x7FEB352D)
        x = (x ^ x >> np.uint32(15)) * np.uint32(0x846CA68B)
    return x ^ x >> np.uint32(16)


def drawn_queries(arrivals: Drawn, first_s, end_s):
    """Word and cell of each query that is drawn."""
    packed, chances = arrivals.cells.tolist(), poisson_table(arrivals.expected / DAY_S)[0].tolist()
    for second in range(first_s, end_s):
        key = mix(arrivals.day_key + (second + 1) * GOLDEN)
        for number in range(bisect_right(chances, (key >> 11) * 2.0**-53)):
            word = mix(key + (number + 1) * GOLDEN)
            at = (word >> 32) * len(packed) >> 32
            yield word, at if word & LOW < packed[at] >> 32 else packed[at] & LOW


def replayed_queries(arrivals, first_s, end_s):
    """Word and cell of each query of a log."""
    devices = len(arrivals.device_bars)
    for kind, queries in enumerate(arrivals.queries):
        key = mix(arrivals.day_key + (kind + 1) * GOLDEN)
        for number in range(queries):
            word = mix(key + (number + 1) * GOLDEN)
            if first_s <= mix(word ^ 0xE7037ED1A0B428DB) * DAY_S >> 32 + 32 < end_s:
                device = next(d for d, bar in enumerate(arrivals.device_bars) if word >> 32 < bar)
                yield word, kind * devices + device


def play(slates: SlateTable, thresholds, arrivals, first_s, end_s):
    """Queries per variant and cell, and clicks per variant, cell and slot."""
    queries = np.zeros(slates.ad.shape[:2], np.int64)
    clicks = np.zeros(slates.ad.shape, np.int64)
    bars = np.rint(np.cumsum(slates.weights) / slates.weights.sum() * 2**32)
    bars[-1] = 2**32
    for word, cell in (drawn_queries if isinstance(arrivals, Drawn) else replayed_queries)(arrivals, first_s, end_s):
        variant = next(v for v, bar in enumerate(bars) if mix(word ^ 0xA0761D6478BD642F) >> 32 < bar)
        queries[variant, cell] += 1
        for slot, (ad, bar) in enumerate(zip(slates.ad[variant, cell], thresholds[variant, cell], strict=True)):
            clicks[variant, cell, slot] += coin(word, int(ad)) < bar
    return queries, clicks
