"""The logit click rates of queries, four weeks by four weeks, with how exact each is."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.calibrate.log import Log
from sim.calibrate.summing import summed
from sim.calibrate.wandering import BLOCK_DAYS

Array = NDArray[np.float64]

_PROMISED = 10.0  # clicks that a query's overall rate promises in a block, for the block to count
_PRIOR_CLICKS = 10.0  # of the overall rate, in what a block's own rate is taken to be for its variance
_MOST_NUMBERS = 2_000_000  # queries × blocks²


class Logits(NamedTuple):
    """Log-odds of a click by query and block.

    Attributes
    ----------
    value
        Shape (queries, blocks), less what all queries have in common; 0 where the block does not count.
    precision
        One over the binomial variance; 0 where the block does not count.
    common, common_variance
        What all queries have in common in each block, less its mean, and the variance of its estimate; shape (blocks,).
    """

    value: Array
    precision: Array
    common: Array
    common_variance: Array


def logits_of(log: Log) -> Logits:
    """Log-odds of the most clicked queries of *log* in each four weeks.

    Whether a block counts is decided by its impressions, not by its clicks: else the lucky ones would be taken. The
    variance takes a rate that is drawn towards the query's own, since a low count by chance would look exact.
    """
    shown, clicks = _blocks(log)
    overall = clicks.sum(axis=1) / np.maximum(shown.sum(axis=1), 1.0)
    counts = (shown * overall[:, None] >= _PROMISED) & (overall < 0.5)[:, None]
    order = np.argsort(-clicks.sum(axis=1), kind="stable")
    order = order[counts[order].sum(axis=1) >= 2][: _MOST_NUMBERS // max(1, shown.shape[1]) ** 2]
    shown, clicks, counts, overall = shown[order], clicks[order], counts[order], overall[order]
    value = np.log((clicks + 0.5) / (np.maximum(shown - clicks, 0) + 0.5))
    rate = (clicks + _PRIOR_CLICKS) / (shown + _PRIOR_CLICKS / np.maximum(overall, 1e-12)[:, None])
    precision = np.where(counts, shown * rate * (1 - rate), 0.0)
    common, variance = _common(value, precision)
    wider = np.sqrt(len(value) / max(1, len(value) - 1))  # what is shared took a part of each query's own movement
    return Logits(np.where(counts, (value - common) * wider, 0.0), precision, common, variance)


def _blocks(log: Log) -> tuple[Array, Array]:
    """Impressions and clicks by query and block, of the queries with enough clicks to matter."""
    blocks = log.days // BLOCK_DAYS
    rows = log.counted
    query = rows["query"].to_numpy()
    many = np.flatnonzero(summed(query, rows["clicks"], len(log.queries)) >= 2 * _PROMISED)
    place = np.full(len(log.queries), -1)
    place[many] = np.arange(len(many))
    block = rows["day"].to_numpy() // BLOCK_DAYS
    used = (place[query] >= 0) & (block < blocks)
    cell = place[query[used]] * blocks + block[used]

    def by_block(column: str) -> Array:
        numbers = rows[column].to_numpy(np.float64)[used]
        return summed(cell, numbers, len(many) * blocks).reshape(len(many), blocks)

    return by_block("impressions"), by_block("clicks")


def _common(value: Array, precision: Array) -> tuple[Array, Array]:
    """What moves all queries together: a two-way layout, weighted, with a quarter of a unit of each query's own movement."""
    weight = np.where(precision > 0, 1 / (1 / np.maximum(precision, 1e-12) + 0.25), 0.0)
    columns = np.maximum(weight.sum(axis=0), 1e-12)
    common = np.zeros(value.shape[1])
    for _ in range(20):
        own = (weight * (value - common)).sum(axis=1) / np.maximum(weight.sum(axis=1), 1e-12)
        common = (weight * (value - own[:, None])).sum(axis=0) / columns
        common -= common.mean()
    left = np.where(weight > 0, value - common - own[:, None], 0.0)
    return common, np.asarray((weight**2 * left**2).sum(axis=0) / columns**2)
