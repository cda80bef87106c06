"""The `queries` sampler: every query, its second, its clicks. Exact, at a cost per query.

Contract of a sampler: page table + arrivals + a stretch of seconds → outcome. Cutting a stretch in
two at a whole second changes no count.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.serving.slate import SlateTable
from sim.traffic import kernels
from sim.traffic.arrivals import Arrivals, cumulative_bars
from sim.traffic.outcome import Outcome

_AD_MIX = np.uint32(0x9E3779B1)


@dataclass(frozen=True, slots=True, eq=False)
class PageTable:
    """A slate table and the truth behind it, as the kernel wants them."""

    table: NDArray[np.uint32]
    blocks: int
    variant_bars: NDArray[np.uint64]
    shape: tuple[int, int, int]


def page_table(slates: SlateTable, thresholds: NDArray[np.uint32]) -> PageTable:
    """Interleave ads and click thresholds, four slots to a block, so that a page is one cache line."""
    variants, cells, slots = slates.ad.shape
    blocks = -(-slots // kernels.LANES)
    table = np.zeros((variants, cells, blocks, 2, kernels.LANES), np.uint32)
    for slot in range(slots):
        block, lane = divmod(slot, kernels.LANES)
        table[:, :, block, 0, lane] = ad_words(slates.ad[:, :, slot])
        table[:, :, block, 1, lane] = thresholds[:, :, slot]
    return PageTable(table.ravel(), blocks, cumulative_bars(slates.weights), (variants, cells, slots))


def ad_words(ad: NDArray[np.uint32]) -> NDArray[np.uint32]:
    """The word that stands for an ad in a click's key."""
    with np.errstate(over="ignore"):
        return (ad + np.uint32(1)) * _AD_MIX


def play(page: PageTable, arrivals: Arrivals, first_s: int, end_s: int) -> Outcome:
    """Play the seconds [first_s, end_s) of a day."""
    variants, cells, slots = page.shape
    lanes = page.blocks * kernels.LANES
    queries = np.zeros(variants * cells, np.int64)
    clicks = np.zeros(variants * cells * lanes, np.int64)
    arrivals.play(first_s, end_s, page.table, page.blocks, page.variant_bars, queries, clicks)
    by_slot = clicks.reshape(variants, cells, lanes)[:, :, :slots]
    return Outcome(queries.reshape(variants, cells), np.ascontiguousarray(by_slot))
