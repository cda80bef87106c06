"""Keyed random words inside the compiled loops: the same functions as in `sim.seeds`."""

from __future__ import annotations

from numba import njit, uint32, uint64

GOLDEN = uint64(0x9E3779B97F4A7C15)
_FIRST = uint64(0xBF58476D1CE4E5B9)
_SECOND = uint64(0x94D049BB133111EB)
LOW = uint64(0xFFFFFFFF)

# What else is decided by a query's word: each has its own constant, so that none follows from another.
VARIANT = uint64(0xA0761D6478BD642F)
MOMENT = uint64(0xE7037ED1A0B428DB)
KEEP = uint64(0x8EBC6AF09C88C6E3)
REACH = uint64(0x589965CC75374CC3)
FRAILTY = uint64(0x1D8E4E27C47D124F)
AFTER_CLICK = uint64(0xEB44ACCAB455D165)
INVALID = uint64(0xD6E8FEB86659FD93)
CONVERSION = uint64(0xC2B2AE3D27D4EB4F)


@njit(inline="always")
def mix(word):
    """Scramble 64 bits into 64 others: the same function as `sim.seeds.mix`."""
    word = (word ^ (word >> uint64(30))) * _FIRST
    word = (word ^ (word >> uint64(27))) * _SECOND
    return word ^ (word >> uint64(31))


@njit(inline="always")
def coin_of(word, ad_word):
    """The 32-bit number that decides a query's click on an ad: a hash of both.

    The finaliser is Wellons' "lowbias32": in 32-bit steps the four slots of a page share one vector.
    """
    x = uint32(uint32((word * GOLDEN) >> uint64(32)) ^ ad_word)
    x = uint32(uint32(x ^ uint32(x >> uint32(16))) * uint32(0x7FEB352D))
    x = uint32(uint32(x ^ uint32(x >> uint32(15))) * uint32(0x846CA68B))
    return uint32(x ^ uint32(x >> uint32(16)))


@njit(inline="always")
def coin_for(word, ad_word, purpose):
    """Another 32-bit number of a query and an ad, for another purpose."""
    return mix(mix(word ^ purpose) ^ uint64(ad_word)) >> uint64(32)
