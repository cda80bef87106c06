"""Exact random counts from keyed words: Poisson and binomial at a cost that does not depend on their size.

Small means are inverted with one uniform number, others drawn by transformed rejection (Hörmann 1993:
PTRS for Poisson, BTRS for binomial counts), whose tries are numbered: the same key gives the same
count, and near means under one key give near counts. Logarithms of ratios near one are taken by
`log1p`, so that the tests of acceptance hold for counts of 10^12 too.
"""

from __future__ import annotations

from math import exp, floor, log, log1p, sqrt

from numba import int64, njit, uint64

from sim.kernels.words import GOLDEN, mix

_FEW = 10.0


@njit(inline="always")
def uniform_of(key, number):
    """The *number*-th uniform number of a key, in (0, 1)."""
    return ((mix(key + uint64(number + 1) * GOLDEN) >> uint64(12)) + 0.5) * 2.0**-52


@njit
def _tail(k):
    """What Stirling's formula lacks of log(k!)."""
    if k < 10:
        exact = 0.0
        for i in range(2, int64(k) + 1):
            exact += log(float(i))
        return exact - ((k + 0.5) * log(k + 1.0) - (k + 1.0) + 0.9189385332046727)
    square = (k + 1.0) * (k + 1.0)
    return (1.0 / 12 - (1.0 / 360 - 1.0 / 1260 / square) / square) / (k + 1.0)


@njit
def poisson(mean, key):
    """A Poisson count."""
    if not mean > 0.0:
        return int64(0)
    if mean < _FEW:
        left, chance, k = uniform_of(key, 0), exp(-mean), int64(0)
        while left > chance and k < 200:
            left -= chance
            k += 1
            chance *= mean / k
        return k
    b = 0.931 + 2.53 * sqrt(mean)
    a = -0.059 + 0.02483 * b
    width = 1.1239 + 1.1328 / (b - 3.4)
    ready = 0.9277 - 3.6224 / (b - 2.0)
    tries = 0
    while True:
        u, v = uniform_of(key, tries) - 0.5, uniform_of(key, tries + 1)
        tries += 2
        us = 0.5 - abs(u)
        k = floor((2.0 * a / us + b) * u + mean + 0.43)
        if us >= 0.07 and v <= ready:
            return int64(k)
        if k < 0 or (us < 0.013 and v > us):
            continue
        # log of the chance of k, from k (log(mean / k) + 1) - mean and Stirling's formula.
        if k == 0:
            told = -mean
        else:
            off = (mean - k) / k
            told = k * (log1p(off) - off) - 0.5 * log(6.283185307179586 * k) - _tail(k) - _shift(k)
        if log(v) + log(width) - log(a / (us * us) + b) <= told:
            return int64(k)


@njit
def _shift(k):
    """From `_tail`, which is about k + 1, to Stirling's formula about k."""
    return (k + 0.5) * log1p(1.0 / k) - 1.0


@njit
def binomial(n, p, key):
    """How many of *n* happen, each with probability *p*."""
    if n <= 0 or not p > 0.0:
        return int64(0)
    if p >= 1.0:
        return int64(n)
    if p > 0.5:
        return int64(n) - _binomial(int64(n), 1.0 - p, key)
    return _binomial(int64(n), p, key)


@njit
def _binomial(n, p, key):
    if n * p < _FEW:
        odds, chance, left, k = p / (1.0 - p), exp(n * log1p(-p)), uniform_of(key, 0), int64(0)
        while left > chance and k < n and k < 200:
            left -= chance
            k += 1
            chance *= odds * (n - k + 1) / k
        return k
    odds, spread = p / (1.0 - p), sqrt(n * p * (1.0 - p))
    b = 1.15 + 2.53 * spread
    a = -0.0873 + 0.0248 * b + 0.01 * p
    centre, ready, alpha = n * p + 0.5, 0.92 - 4.2 / b, (2.83 + 5.1 / b) * spread
    mode = floor((n + 1) * p)
    tries = 0
    while True:
        u, v = uniform_of(key, tries) - 0.5, uniform_of(key, tries + 1)
        tries += 2
        us = 0.5 - abs(u)
        k = floor((2.0 * a / us + b) * u + centre)
        if us >= 0.07 and v <= ready:
            return int64(k)
        if k < 0 or k > n:
            continue
        # log of the chance of k over that of the mode.
        above, below = n - k + 1.0, n - mode + 1.0
        told = (
            (mode + 0.5) * log1p((mode + 1.0 - odds * below) / (odds * below))
            + (n + 1.0) * log1p((k - mode) / above)
            + (k + 0.5) * log1p((odds * above - k - 1.0) / (k + 1.0))
            + _tail(mode) + _tail(n - mode) - _tail(k) - _tail(n - k)
        )  # fmt: skip
        if log(v) + log(alpha) - log(a / (us * us) + b) <= told:
            return int64(k)
