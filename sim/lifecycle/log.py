"""A candidate's own log, in counts: the only thing it learns from.

A spell is a stretch during which slates and histories stayed the same. Its rows carry counts
(impressions, clicks), so the same code learns from single events and from sums.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim import seeds
from sim.candidates.histories import Histories
from sim.lifecycle.arms import Takings, takings
from sim.scenario.schema import DAY_S
from sim.serving.placing import placing
from sim.serving.slate import SlateTable
from sim.traffic.outcome import Sales, Shown
from sim.world.sight import Sight


@dataclass(frozen=True, slots=True, eq=False)
class Spell:
    """The log of one spell; row arrays have shape (rows,), one row for each variant, cell, slot and ad that was shown.

    Attributes
    ----------
    row
        Which row of the feature table: (type × devices + device) × matched + place among the matched.
    position
        Slot on the page, from 0.
    queries
        Queries of each cell, shape (cells,), with ads or without.
    propensity
        Probability, given the cell, that this ad stood in this position: the weights of the variants
        that put it there.
    sale_row, known_s, sale_number
        Conversions of the spell's clicks, whenever they come: index of the row, when they are known, and how many.
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
    propensity: NDArray[np.float32]
    sale_row: NDArray[np.intp]
    known_s: NDArray[np.int64]
    sale_number: NDArray[np.int64]
    histories: Histories
    sight: Sight

    def conversions(self, now_s: int) -> NDArray[np.int64]:
        """Conversions of each row's clicks that are known by *now_s*, shape (rows,)."""
        known = self.known_s <= now_s
        return np.bincount(self.sale_row[known], self.sale_number[known], len(self.row)).astype(np.int64)


class Past(NamedTuple):
    """What was logged before a candidate takes over."""

    histories: Histories
    spells: tuple[Spell, ...]


class _Sale(NamedTuple):
    """Conversions of one stretch of traffic: where on which page, when they are known, and how many."""

    key: NDArray[np.int64]
    known_s: NDArray[np.int64]
    number: NDArray[np.int64]


_Sales = tuple[NDArray[np.intp], NDArray[np.int64], NDArray[np.int64]]


class Log:
    """Spells so far, and the histories that follow from them.

    Spells that ended more than *keep_s* ago are dropped: no training looks further back.

    Parameters
    ----------
    books
        Closes the platform's books: what was shown since they were last closed.
    key
        For drawing which clicks are lost while tracking is broken.

    Attributes
    ----------
    arms
        What each variant of the pages took, stretch by stretch, while someone wants to know; None while nobody does.
    """

    def __init__(self, sight: Sight, past: Past, start_s: int, keep_s: int, books: Callable[[], Shown], key: int = 0) -> None:
        self.histories = past.histories
        self.spells = list(past.spells)
        self.tracking = 1.0
        self.arms: list[Takings] | None = None
        self._sight = sight
        self._keep_s = keep_s
        self._opened_s = self._refreshed_s = start_s
        self._books = books
        self._key = key
        self._fresh: list[Spell] = []
        self._slates: SlateTable | None = None
        self._placing: NDArray[np.float32]
        self._sales: list[_Sale] = []

    @property
    def past(self) -> Past:
        """Everything so far, for whoever comes next."""
        return Past(self.histories, tuple(self.spells))

    def serve(self, slates: SlateTable, sight: Sight) -> None:
        """From now on the pages are *slates*, made of what could be seen as *sight*; the spell before has been closed."""
        self._slates = slates
        self._sight = sight
        self._placing = placing(slates, self._sight.matched)

    def add(self, sales: Sales, midnight_s: int, delays_s: NDArray[np.int64]) -> None:
        """Remember the conversions of a stretch of traffic, each with its delay; nobody is told before it comes."""
        if len(delays_s):
            self._sales.append(_Sale(_key_of(sales.row, sales.slot, sales.place), midnight_s + sales.second + delays_s, sales.number))

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
        if self._slates is not None and now_s > self._opened_s:
            shown = self._books()
            if self.arms is not None:
                self.arms.append(takings(self._slates, shown))
            spell = self._spell(self._slates, shown, now_s)
            self._fresh.append(spell)
            self.spells = [old for old in self.spells if old.end_s > now_s - self._keep_s] + [spell]
        self._opened_s = now_s

    def _spell(self, slates: SlateTable, shown: Shown, now_s: int) -> Spell:
        variants, cells, _ = slates.matched.shape
        sales = self._sold(shown)
        variant, cell = shown.row // cells, shown.row % cells
        propensity = self._placing[cell, shown.place, shown.slot]
        # A page that a spent budget changed is not in the table: its variant alone has put the ad there.
        propensity = np.where(propensity > 0, propensity, slates.weights[variant])
        clicks, (sale_row, known_s, sale_number) = self._tracked(shown.clicks, sales, now_s)
        return Spell(
            start_s=self._opened_s,
            end_s=now_s,
            row=cell * self._sight.matched + shown.place,
            position=shown.slot.astype(np.int8),
            shown=shown.shown,
            clicks=clicks,
            queries=shown.queries.reshape(variants, cells).sum(axis=0),
            propensity=propensity.astype(np.float32),
            sale_row=sale_row,
            known_s=known_s,
            sale_number=sale_number,
            histories=self.histories,
            sight=self._sight,
        )

    def _sold(self, shown: Shown) -> _Sales:
        """The spell's conversions, by the row that they belong to."""
        if not self._sales:
            return np.zeros(0, np.intp), np.zeros(0, np.int64), np.zeros(0, np.int64)
        key, known_s, number = (np.concatenate(part) for part in zip(*self._sales, strict=True))
        self._sales = []
        return np.searchsorted(_key_of(shown.row, shown.slot, shown.place), key), known_s, number

    def _tracked(self, clicks: NDArray[np.int64], sales: _Sales, now_s: int) -> tuple[NDArray[np.int64], _Sales]:
        """The part of clicks and conversions that reached the log while tracking was broken."""
        if self.tracking >= 1:
            return clicks, sales
        sale_row, known_s, number = sales
        key = seeds.mix(self._key + now_s)
        told = _thinned(seeds.mix(key), number, self.tracking)
        return _thinned(key, clicks, self.tracking), (sale_row[told > 0], known_s[told > 0], told[told > 0])


def _thinned(key: int, counts: NDArray[np.int64], share: float) -> NDArray[np.int64]:
    from scipy.stats import binom

    kept = np.asarray(binom.ppf(seeds.uniforms(key, len(counts)), counts, share)).astype(np.int64)
    return np.clip(kept, 0, counts)


def _key_of(row: NDArray[np.int64], slot: NDArray[np.int64], place: NDArray[np.int64]) -> NDArray[np.int64]:
    """One number for a place on a page, rising in the order of `Shown`."""
    return (row * 64 + slot) * 64 + place
