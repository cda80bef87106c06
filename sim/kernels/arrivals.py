"""The queries of a stretch of a day, in the order of their seconds: drawn, or replayed from a log."""

from __future__ import annotations

import numpy as np
from numba import njit, uint32, uint64

from sim.kernels.words import GOLDEN, KEEP, LOW, MOMENT, VARIANT, mix

_BLOCK = 512
CHUNK = 16
FEW = 4
DAY_S = 86_400


@njit(cache=True)
def alias_table(shares):
    """Vose's alias table of *shares*: high 32 bits the threshold, low 32 bits the alias."""
    n = len(shares)
    scaled = shares * (n / shares.sum())
    alias = np.arange(n)
    small = np.empty(n, np.int64)
    large = np.empty(n, np.int64)
    smalls = larges = 0
    for i in range(n):
        if scaled[i] < 1:
            small[smalls] = i
            smalls += 1
        else:
            large[larges] = i
            larges += 1
    keep = np.ones(n)
    while smalls and larges:
        smalls -= 1
        low, high = small[smalls], large[larges - 1]
        keep[low] = scaled[low]
        alias[low] = high
        scaled[high] -= 1 - scaled[low]
        if scaled[high] < 1:
            larges -= 1
            small[smalls] = high
            smalls += 1
    packed = np.empty(n, np.uint64)
    for i in range(n):
        bar = min(np.rint(keep[i] * 4294967296.0), 4294967295.0)
        packed[i] = (uint64(bar) << uint64(32)) | uint64(alias[i])
    return packed


@njit(inline="always")
def _fill(key, second, number, chunk, m, words, seconds):
    """Write a second's queries, always whole chunks of which the first *number* count: no branch to mispredict."""
    for done in range(0, number, chunk):
        for j in range(chunk):
            words[m + done + j] = mix(key + uint64(done + j + 1) * GOLDEN)
            seconds[m + done + j] = second


@njit(cache=True, boundscheck=False)
def draw(day_key, first_s, end_s, chances, guide, packed, words, cells, seconds):
    """Draw queries from second *first_s* on, until *end_s* or until the arrays are full.

    Parameters
    ----------
    chances, guide
        Cumulative Poisson probabilities of a second's queries, and where to start looking.
    packed
        Alias table over cells.
    words, cells, seconds
        Filled: each query's word, cell and second of the day. A second's queries and `CHUNK` more
        must have room in them.

    Returns
    -------
    How many queries there are, and the first second that was not drawn.
    """
    keys = np.empty(_BLOCK, np.uint64)
    arrived = np.empty(_BLOCK, np.int64)
    types = uint64(len(packed))
    guides = len(guide)
    room = len(words) - CHUNK
    few = guide[guides // 2] < FEW
    m = 0
    stopped_s = end_s
    for block in range(first_s, end_s, _BLOCK):
        length = min(_BLOCK, end_s - block)
        for i in range(length):
            keys[i] = mix(day_key + uint64(block + i + 1) * GOLDEN)
        for i in range(length):
            coin = (keys[i] >> uint64(11)) * 2.0**-53
            n = guide[int(coin * guides)]
            n += coin >= chances[n]
            n += coin >= chances[n]
            while coin >= chances[n]:
                n += 1
            arrived[i] = n
        for i in range(length):
            if m + arrived[i] > room:
                stopped_s = block + i
                break
            if few:
                _fill(keys[i], block + i, arrived[i], FEW, m, words, seconds)
            else:
                _fill(keys[i], block + i, arrived[i], CHUNK, m, words, seconds)
            m += arrived[i]
        if stopped_s < end_s:
            break
    for i in range(m):
        word = words[i]
        at = ((word >> uint64(32)) * types) >> uint64(32)
        entry = packed[at]
        cells[i] = uint32(at) if (word & LOW) < (entry >> uint64(32)) else uint32(entry & LOW)
    return m, stopped_s


@njit(cache=True, boundscheck=False)
def replay(day_key, first_s, end_s, queries, device_bars, kind, number, words, cells, seconds):
    """A log's own queries of one day, *queries* of each type: those of seconds [first_s, end_s).

    Goes on from the *number*-th query of type *kind* until the arrays are full. A query's second and
    device are keyed by day, type and number, so cutting the day changes nothing.

    Returns
    -------
    How many queries there are (they stand by type, not by second), and the type and number to go on from.
    """
    devices = len(device_bars)
    m = 0
    while kind < len(queries):
        key = mix(day_key + uint64(kind + 1) * GOLDEN)
        while number < queries[kind]:
            if m == len(words):
                return m, kind, number
            word = mix(key + uint64(number + 1) * GOLDEN)
            number += 1
            second = ((mix(word ^ MOMENT) >> uint64(32)) * uint64(DAY_S)) >> uint64(32)
            if second < uint64(first_s) or second >= uint64(end_s):
                continue
            device = uint64(0)
            while (word >> uint64(32)) >= device_bars[device]:
                device += uint64(1)
            words[m] = word
            cells[m] = uint32(uint64(kind) * uint64(devices) + device)
            seconds[m] = second
            m += 1
        kind += 1
        number = 0
    return m, kind, number


@njit(cache=True, boundscheck=False)
def keep_satisfied(m, words, cells, seconds, bars):
    """Leave out the queries of users who stayed away: kept is whose keyed number is below its device's bar.

    A lower bar keeps a subset of what a higher one keeps. Returns how many are left.
    """
    devices = uint32(len(bars))
    kept = 0
    for i in range(m):
        word, cell, second = words[i], cells[i], seconds[i]
        words[kept] = word
        cells[kept] = cell
        seconds[kept] = second
        kept += (mix(word ^ KEEP) >> uint64(32)) < bars[cell % devices]
    return kept


@njit(cache=True, boundscheck=False)
def choose_variant(m, words, cells, types, variant_bars):
    """Turn cells into rows of the slate table, variant × cells + cell, each query's variant by its word."""
    for i in range(m):
        coin = mix(words[i] ^ VARIANT) >> uint64(32)
        variant = uint64(0)
        while coin >= variant_bars[variant]:
            variant += uint64(1)
        cells[i] += uint32(variant * uint64(types))
