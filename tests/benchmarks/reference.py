"""Reference loops that every target is a ratio to, timed in the same run on the same machine.

`score_every_query` is what an engine does that decides anew for each query; `bare` only draws and
adds. On the machine for which the absolute targets were set (60 M queries a second for the kernel,
20 M end to end), `score_every_query` ran at 9.2 M queries a second.
"""

from functools import cache, partial

import numpy as np
from numba import njit, uint32, uint64

TARGET_MACHINE = 9.2e6
LOOP_QUERIES = 500_000
_GOLDEN = uint64(0x9E3779B97F4A7C15)
_TILE = 512


@njit(inline="always")
def _mix(word):
    word = (word ^ (word >> uint64(30))) * uint64(0xBF58476D1CE4E5B9)
    word = (word ^ (word >> uint64(27))) * uint64(0x94D049BB133111EB)
    return word ^ (word >> uint64(31))


@njit
def score_every_query(count, packed, ads, bids, rates, truth):
    """For each query: draw its type, score eight ads, order five of them, price and draw four clicks."""
    key = np.empty(8)
    place = np.empty(8, np.int64)
    clicks, money = 0, 0.0
    kinds = uint64(len(packed))
    for number in range(count):
        word = _mix(uint64(number + 1) * _GOLDEN)
        at = ((word >> uint64(32)) * kinds) >> uint64(32)
        entry = packed[at]
        kind = at if (word & uint64(0xFFFFFFFF)) < (entry >> uint64(32)) else entry & uint64(0xFFFFFFFF)
        for k in range(8):
            key[k] = bids[ads[kind, k]] * rates[kind, k]
            place[k] = k
        for slot in range(5):
            best = slot
            for k in range(slot + 1, 8):
                best = k if key[k] > key[best] else best
            key[slot], key[best] = key[best], key[slot]
            place[slot], place[best] = place[best], place[slot]
        for slot in range(4):
            coin = (_mix(word + uint64(slot + 1) * _GOLDEN) >> uint64(11)) * 2.0**-53
            if coin < truth[kind, place[slot]] / (slot + 1):
                clicks += 1
                money += key[slot + 1] / rates[kind, place[slot]]
    return clicks, money


@njit(inline="always")
def _coin(word, ad):
    x = uint32(uint32((word * _GOLDEN) >> uint64(32)) ^ ad)
    x = uint32(uint32(x ^ uint32(x >> uint32(16))) * uint32(0x7FEB352D))
    x = uint32(uint32(x ^ uint32(x >> uint32(15))) * uint32(0x846CA68B))
    return uint32(x ^ uint32(x >> uint32(16)))


@njit
def bare(count, packed, table, counts, clicks):
    """Draw a cell and four clicks for each of *count* queries and add them up; nothing else."""
    words = np.empty(_TILE, np.uint64)
    rows = np.empty(_TILE, np.uint32)
    marks = np.empty(_TILE, np.uint32)
    cells = uint64(len(packed))
    for first in range(0, count, _TILE):
        for i in range(_TILE):
            words[i] = _mix(uint64(first + i + 1) * _GOLDEN)
        for i in range(_TILE):
            word = words[i]
            at = ((word >> uint64(32)) * cells) >> uint64(32)
            entry = packed[at]
            rows[i] = uint32(at) if (word & uint64(0xFFFFFFFF)) < (entry >> uint64(32)) else uint32(entry & uint64(0xFFFFFFFF))
        for i in range(_TILE):
            at = uint64(rows[i]) * uint64(8)
            mark = uint32(0)
            for slot in range(4):
                mark |= uint32(_coin(words[i], table[at + uint64(slot)]) < table[at + uint64(4 + slot)]) << uint32(slot)
            marks[i] = mark
        for i in range(_TILE):
            counts[uint64(rows[i])] += 1
        for i in range(_TILE):
            if marks[i]:
                for slot in range(4):
                    if marks[i] & (uint32(1) << uint32(slot)):
                        clicks[uint64(rows[i]) * uint64(4) + uint64(slot)] += 1


@cache
def reference_loop(cells=20_000):
    """`score_every_query` over `LOOP_QUERIES` queries of a market of its own, ready to be called."""
    from sim.traffic.arrivals import cell_table

    rng = np.random.Generator(np.random.PCG64(1))
    packed = cell_table(1 / np.arange(1, cells + 1) ** 0.9)
    ads = rng.integers(0, 5_000, (cells, 8))
    rates = rng.beta(2, 38, (cells, 8)) + 1e-4
    arguments = (packed, ads, rng.lognormal(0, 0.6, 5_000), rates, np.clip(rates * rng.lognormal(0, 0.25, rates.shape), 0, 0.9))
    return partial(score_every_query, LOOP_QUERIES, *arguments)
