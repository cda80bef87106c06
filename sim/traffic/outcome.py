"""What came of a stretch of traffic: counts, the money they make, and what users met."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.kernels import events as noting
from sim.kernels import tables as kernel
from sim.kernels.pages import list_shown


class Sales(NamedTuple):
    """Conversions, in the order of their clicks where each has a row.

    Attributes
    ----------
    row, place, slot
        Row of the slate table, matched ad and slot of the click.
    second
        Second of the day of the click.
    delay
        A uniform number that decides how late the conversion is.
    number
        How many conversions the row stands for.
    """

    row: NDArray[np.int64]
    place: NDArray[np.int64]
    slot: NDArray[np.int64]
    second: NDArray[np.int64]
    delay: NDArray[np.float64]
    number: NDArray[np.int64]

    @classmethod
    def from_words(cls, sold: NDArray[np.int64]) -> Sales:
        """From the kernel's list, shape (sales, 5)."""
        row, place, slot, second, word = sold.T
        return cls(row, place, slot, second, (word.astype(np.float64) + 0.5) / 2.0**62, np.ones(len(row), np.int64))


class Events(NamedTuple):
    """Ads shown, in order of queries and of slots from the top; all arrays but *delay* of shape (events,).

    Attributes
    ----------
    word
        The query's word.
    row, place, slot
        Row of the slate table, matched ad and slot, as the page stood.
    second
        Second of the day.
    price, charge
        Micro-units that a click costs, and that its click was charged: less where a budget ended, 0 without a click.
    clicked, invalid, converted
        Whether it was clicked, by someone who did not mean it, and with a conversion to come.
    delay
        The uniform numbers that decide how late conversions are, one for each event that is *converted*.
    """

    word: NDArray[np.uint64]
    row: NDArray[np.int64]
    place: NDArray[np.int64]
    slot: NDArray[np.int64]
    second: NDArray[np.int64]
    price: NDArray[np.int64]
    charge: NDArray[np.int64]
    clicked: NDArray[np.bool_]
    invalid: NDArray[np.bool_]
    converted: NDArray[np.bool_]
    delay: NDArray[np.float64]

    @classmethod
    def from_rows(cls, rows: NDArray[np.int64], sales: Sales) -> Events:
        """From the kernel's rows, shape (events, `kernels.events.EVENT`), and the sales of their clicks."""
        word, row, place, slot, second, price, charge, fate = np.ascontiguousarray(rows.T)
        clicked, invalid, converted = ((fate & bit) > 0 for bit in (noting.CLICKED, noting.MADE_BY_NOBODY, noting.CONVERTED))
        return cls(word.view(np.uint64), row, place, slot, second, price, charge, clicked, invalid, converted, sales.delay)


class Outcome(NamedTuple):
    """One stretch of traffic under one slate table.

    Attributes
    ----------
    tallies
        Queries, queries with ads, impressions, clicks, revenue, invalid clicks, what was charged for
        them (micro-units) and advertisers whose budget ended, shape (8,).
    met
        Queries, and ads looked at that belong and that do not, of each device, shape (devices, 3).
    sales
        The conversions of its clicks, whenever they come.
    logged
        The conversions that the log gets, where they are others; None where they are the same.
    """

    tallies: NDArray[np.int64]
    met: NDArray[np.float64]
    sales: Sales
    logged: Sales | None = None

    def tally(self, which: int) -> int:
        """One of the tallies, by `kernels.tables.CLICKS` and so on."""
        return int(self.tallies[which])


class Shown(NamedTuple):
    """What was shown since the books were last closed, a row for each variant, cell, slot and ad.

    Attributes
    ----------
    row, place, slot
        Row of the slate table, matched ad and slot.
    shown, clicks
        Impressions and clicks.
    queries
        Queries of each row of the slate table, with ads or without, shape (rows,).
    """

    row: NDArray[np.int64]
    place: NDArray[np.int64]
    slot: NDArray[np.int64]
    shown: NDArray[np.int64]
    clicks: NDArray[np.int64]
    queries: NDArray[np.int64]


def shown_from(pages: kernel.Pages, books: kernel.Books) -> Shown:
    """Pages that stand where none has gone, else what the books have of all that went."""
    if rows := len(books.queries):
        lanes = pages.deals.shape[1]
        row, place, slot, shown, clicks = list_shown(books.shown, lanes, len(books.shown) // (rows * lanes))
        return Shown(row, place, slot, shown, clicks, books.queries.copy())
    places = pages.deals[:, :, kernel.PLACE]
    row, slot = np.nonzero((places >= 0) & (pages.counts > 0)[:, None])
    return Shown(row, places[row, slot], slot, pages.counts[row], pages.deals[row, slot, kernel.MADE], pages.counts.copy())
