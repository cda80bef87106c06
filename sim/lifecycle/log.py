"""A candidate's own log, in counts: the only thing it learns from.

A spell is a stretch during which slates and histories stayed the same. Its rows carry counts
(impressions, clicks), so the same code learns from single events and from sums.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim import seeds
from sim.candidates.histories import Histories
from sim.scenario.schema import DAY_S
from sim.serving.slate import SlateTable
from sim.traffic.outcome import Outcome
from sim.world.sight import Sight


@dataclass(frozen=True, slots=True, eq=False)
class Spell:
    """The log of one spell; row arrays have shape (rows,), one row for each ad and slot that was shown.

    Attributes
    ----------
    row
        Which row of the feature table: (type × devices + device) × matched + place among the matched.
    position
        Slot on the page, from 0.
    queries
        Queries of each cell, shape (cells,), with ads or without.
    histories, sight
        What was known when the page was made.
    """

    start_s: int
    end_s: int
    row: NDArray[np.intp]
    position: NDArray[np.int8]
    shown: NDArray[np.int64]
    clicks: NDArray[np.int64]
    queries: NDArray[np.int64]
    histories: Histories
    sight: Sight


class Past(NamedTuple):
    """What was logged before a candidate takes over."""

    histories: Histories
    spells: tuple[Spell, ...]


class Log:
    """Spells so far, and the histories that follow from them.

    Spells that ended more than *keep_s* ago are dropped: no training looks further back.
    """

    def __init__(self, sight: Sight, past: Past, start_s: int, keep_s: int) -> None:
        self.histories = past.histories
        self.spells = list(past.spells)
        self._sight = sight
        self._keep_s = keep_s
        self._opened_s = self._refreshed_s = start_s
        self._fresh: list[Spell] = []
        self._slates: SlateTable | None = None
        self._queries = np.zeros(0, np.int64)
        self._clicks = np.zeros(0, np.int64)
        self._untracked = np.zeros(0, np.int64)  # clicks since tracking broke, of which a part is lost
        self._tracked, self._key = 1.0, 0

    @property
    def past(self) -> Past:
        """Everything so far, for whoever comes next."""
        return Past(self.histories, tuple(self.spells))

    def track(self, share: float, key: int) -> None:
        """From now on this *share* of the clicks reaches the log; which of them is drawn by *key*."""
        if share != self._tracked:
            self._settle()
            self._tracked, self._key = share, key

    def serve(self, slates: SlateTable, now_s: int, sight: Sight | None = None) -> None:
        """From now on the pages are *slates*, made of what could be seen as *sight*."""
        self.close(now_s)
        self._slates = slates
        self._sight = sight or self._sight
        self._queries = np.zeros(slates.matched.shape[:2], np.int64)
        self._clicks = np.zeros(slates.matched.shape, np.int64)
        self._untracked = np.zeros(slates.matched.shape, np.int64)

    def add(self, outcome: Outcome) -> None:
        """Add the counts of a stretch of traffic under the present pages."""
        self._queries += outcome.queries
        if self._tracked == 1.0:
            self._clicks += outcome.clicks
        else:
            self._untracked += outcome.clicks

    def refresh(self, now_s: int) -> None:
        """Bring the histories up to date: they now know everything logged before *now_s*."""
        self.close(now_s)
        if not self._fresh:
            return
        rows = [np.concatenate(column) for column in zip(*((s.row, s.position, s.shown, s.clicks) for s in self._fresh), strict=True)]
        row, position, shown, clicks = rows
        query = row // (len(self._sight.devices) * self._sight.matched)
        ad = self._sight.ad[query, row % self._sight.matched]
        days = (now_s - self._refreshed_s) / DAY_S
        self.histories = self.histories.after(days, ad, query, position, shown, clicks)
        self._refreshed_s = now_s
        self._fresh = []

    def since(self, start_s: int) -> list[Spell]:
        """The closed spells that reach beyond *start_s*: one that began before it counts whole."""
        return [spell for spell in self.spells if spell.end_s > start_s]

    def close(self, now_s: int) -> None:
        """End the present spell and keep its rows."""
        if self._slates is None or now_s <= self._opened_s:
            self._opened_s = now_s
            return
        self._settle()
        spell = self._spell(self._slates, now_s)
        self._fresh.append(spell)
        self.spells = [old for old in self.spells if old.end_s > now_s - self._keep_s] + [spell]
        self._queries[:] = 0
        self._clicks[:] = 0
        self._opened_s = now_s

    def _settle(self) -> None:
        """Let the tracked share of the clicks since tracking broke reach the log: of each row a binomial number."""
        some = np.nonzero(self._untracked)
        if self._tracked < 1.0 and len(some[0]):
            from scipy.stats import binom

            pick = seeds.uniforms(self._key, self._untracked.size).reshape(self._untracked.shape)
            kept = binom.ppf(pick[some], self._untracked[some], self._tracked)
            self._clicks[some] += np.maximum(kept, 0).astype(np.int64)
            self._key = seeds.mix(self._key)
        self._untracked[:] = 0

    def _spell(self, slates: SlateTable, now_s: int) -> Spell:
        shown = self._queries[:, :, None] * (slates.matched >= 0)
        variant, cell, slot = np.nonzero(shown)
        row = cell * self._sight.matched + slates.matched[variant, cell, slot]
        return Spell(
            start_s=self._opened_s,
            end_s=now_s,
            row=row,
            position=slot.astype(np.int8),
            shown=shown[variant, cell, slot],
            clicks=self._clicks[variant, cell, slot],
            queries=self._queries.sum(axis=0),
            histories=self.histories,
            sight=self._sight,
        )
