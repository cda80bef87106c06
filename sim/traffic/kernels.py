"""The inner loops, compiled: tiles of queries, stage by stage. The only place that knows numba.

Every number is a hash of what it is for. A query's word is hash(day key, second, number within the
second); its click on an ad is hash(word, ad) compared with examination × propensity, so a higher
slot can only add the click, and nothing of the candidate enters. A stage runs over a whole tile
before the next begins, so that the compiler can use vector instructions.
"""

from __future__ import annotations

import numpy as np
from numba import int64, njit, uint32, uint64

TILE = 512
LANES = 4
_CHUNK = 16
DAY_S = 86_400
_GOLDEN = uint64(0x9E3779B97F4A7C15)
_FIRST = uint64(0xBF58476D1CE4E5B9)
_SECOND = uint64(0x94D049BB133111EB)
_VARIANT = uint64(0xA0761D6478BD642F)
_MOMENT = uint64(0xE7037ED1A0B428DB)
_LOW = uint64(0xFFFFFFFF)


@njit(inline="always")
def mix(word):
    """Scramble 64 bits into 64 others: the same function as `sim.seeds.mix`."""
    word = (word ^ (word >> uint64(30))) * _FIRST
    word = (word ^ (word >> uint64(27))) * _SECOND
    return word ^ (word >> uint64(31))


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
def coin_of(word, ad_word):
    """The 32-bit number that decides a query's click on an ad: a hash of both.

    The finaliser is Wellons' "lowbias32": in 32-bit steps the four slots of a page share one vector.
    """
    x = uint32(uint32((word * _GOLDEN) >> uint64(32)) ^ ad_word)
    x = uint32(uint32(x ^ uint32(x >> uint32(16))) * uint32(0x7FEB352D))
    x = uint32(uint32(x ^ uint32(x >> uint32(15))) * uint32(0x846CA68B))
    return uint32(x ^ uint32(x >> uint32(16)))


@njit(inline="always")
def _play_tile(m, words, rows, table, blocks, counts, clicks, marks):
    """Count a tile's queries and clicks, given each query's word and row of the page table."""
    width = uint64(blocks * 2 * LANES)
    for i in range(m):
        at = uint64(rows[i]) * width
        mark = uint32(0)
        for lane in range(LANES):
            coin = coin_of(words[i], table[at + uint64(lane)])
            mark |= uint32(coin < table[at + uint64(LANES + lane)]) << uint32(lane)
        marks[i] = mark
    for block in range(1, blocks):
        for i in range(m):
            at = uint64(rows[i]) * width + uint64(block * 2 * LANES)
            mark = uint32(0)
            for lane in range(LANES):
                coin = coin_of(words[i], table[at + uint64(lane)])
                mark |= uint32(coin < table[at + uint64(LANES + lane)]) << uint32(lane)
            marks[i] |= mark << uint32(block * LANES)
    for i in range(m):
        counts[uint64(rows[i])] += 1
    for i in range(m):
        mark = marks[i]
        if mark:
            at = uint64(rows[i]) * uint64(blocks * LANES)
            while mark:
                clicks[at] += int64(mark & uint32(1))
                mark >>= uint32(1)
                at += uint64(1)


@njit(inline="always")
def _choose_variant(m, words, rows, cells, variant_bars):
    """Turn cells into rows of the slate table: variant × cells + cell."""
    for i in range(m):
        coin = mix(words[i] ^ _VARIANT) >> uint64(32)
        variant = uint64(0)
        while coin >= variant_bars[variant]:
            variant += uint64(1)
        rows[i] += uint32(variant * uint64(cells))


@njit(cache=True, boundscheck=False)
def play_drawn(day_key, first_s, end_s, chances, guide, packed, table, blocks, variant_bars, counts, clicks):
    """Draw and play the queries of seconds [first_s, end_s) of a day.

    Parameters
    ----------
    chances, guide
        Cumulative Poisson probabilities of a second's queries, and where to start looking.
    packed
        Alias table over cells.
    table, blocks
        Page table, flat over (variants, cells, blocks, 2, 4), uint32: ad words, then thresholds.
    variant_bars
        Cumulative weights of the variants, of 2^32.
    counts, clicks
        Added to: flat over (variants, cells) and (variants, cells, 4 × blocks), int64.

    Returns
    -------
    How many queries came.
    """
    words = np.empty(TILE + _CHUNK, np.uint64)
    rows = np.empty(TILE, np.uint32)
    marks = np.empty(TILE, np.uint32)
    keys = np.empty(TILE, np.uint64)
    arrived = np.empty(TILE, np.int64)
    cells = uint64(len(packed))
    variants = len(variant_bars)
    guides = len(guide)
    total = 0
    m = 0
    for block in range(first_s, end_s, TILE):
        seconds = min(TILE, end_s - block)
        for i in range(seconds):
            keys[i] = mix(day_key + uint64(block + i + 1) * _GOLDEN)
        for i in range(seconds):
            coin = (keys[i] >> uint64(11)) * 2.0**-53
            n = guide[int(coin * guides)]
            n += coin >= chances[n]
            n += coin >= chances[n]
            while coin >= chances[n]:
                n += 1
            arrived[i] = n
            total += n
        for i in range(seconds):
            # Always a whole chunk of words, of which the first ones count: no branch to mispredict.
            for done in range(0, arrived[i], _CHUNK):
                for j in range(_CHUNK):
                    words[m + j] = mix(keys[i] + uint64(done + j + 1) * _GOLDEN)
                m += min(arrived[i] - done, _CHUNK)
                if m >= TILE:
                    _draw_cells(TILE, words, rows, packed, cells)
                    if variants > 1:
                        _choose_variant(TILE, words, rows, cells, variant_bars)
                    _play_tile(TILE, words, rows, table, blocks, counts, clicks, marks)
                    m -= TILE
                    for j in range(m):
                        words[j] = words[TILE + j]
    _draw_cells(m, words, rows, packed, cells)
    if variants > 1:
        _choose_variant(m, words, rows, cells, variant_bars)
    _play_tile(m, words, rows, table, blocks, counts, clicks, marks)
    return total


@njit(inline="always")
def _draw_cells(m, words, rows, packed, cells):
    """Draw each query's cell from the alias table, by its word."""
    for i in range(m):
        word = words[i]
        at = ((word >> uint64(32)) * cells) >> uint64(32)
        entry = packed[at]
        rows[i] = uint32(at) if (word & _LOW) < (entry >> uint64(32)) else uint32(entry & _LOW)


@njit(cache=True, boundscheck=False)
def play_replayed(day_key, first_s, end_s, queries, device_bars, table, blocks, variant_bars, counts, clicks):
    """Play a log's own queries of one day: *queries* of each type, those of seconds [first_s, end_s).

    A query's second and device are keyed by day, type and number, so cutting the day changes
    nothing. Other parameters as in `play_drawn`.
    """
    words = np.empty(TILE, np.uint64)
    rows = np.empty(TILE, np.uint32)
    marks = np.empty(TILE, np.uint32)
    devices = len(device_bars)
    cells = uint64(len(queries) * devices)
    variants = len(variant_bars)
    total = 0
    m = 0
    for kind in range(len(queries)):
        key = mix(day_key + uint64(kind + 1) * _GOLDEN)
        for number in range(queries[kind]):
            word = mix(key + uint64(number + 1) * _GOLDEN)
            second = ((mix(word ^ _MOMENT) >> uint64(32)) * uint64(DAY_S)) >> uint64(32)
            if second < uint64(first_s) or second >= uint64(end_s):
                continue
            device = uint64(0)
            while (word >> uint64(32)) >= device_bars[device]:
                device += uint64(1)
            words[m] = word
            rows[m] = uint32(uint64(kind) * uint64(devices) + device)
            m += 1
            total += 1
            if m == TILE:
                if variants > 1:
                    _choose_variant(m, words, rows, cells, variant_bars)
                _play_tile(m, words, rows, table, blocks, counts, clicks, marks)
                m = 0
    if variants > 1:
        _choose_variant(m, words, rows, cells, variant_bars)
    _play_tile(m, words, rows, table, blocks, counts, clicks, marks)
    return total
