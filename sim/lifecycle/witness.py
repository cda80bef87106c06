"""What a platform writes down of every ad it shows: its own books, and so the whole truth of what was served and paid.

Outages of tracking lose clicks on the way to the log that a candidate learns from; what was shown, clicked
and charged is in the books all the same, and so it is here.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.scenario.schema import DAY_S
from sim.serving.placing import placing
from sim.serving.slate import SlateTable
from sim.traffic.outcome import Events
from sim.world.conversions import Conversions
from sim.world.sight import Sight

NEVER = -1


class Impressions(NamedTuple):
    """Ads shown, in order of time, of queries and of positions from the top; all of shape (impressions,).

    Attributes
    ----------
    second
        Since the start of the horizon.
    query_type, query, segment
        The query's type, its 64-bit word, and the device it came from.
    arm
        Whose traffic it was.
    ad, position
        Index of the ad, and where it stood: 1 is the top.
    price_micros, charge_micros
        What a click would cost, and what was charged: 0 without a click, and less than the price where a
        budget ended.
    propensity
        Probability, given query type and segment, that this ad stood in this position.
    clicked, converted
        Whether it was clicked, and whether that led to a conversion, however late.
    refunded_s
        When a click that nobody meant was found out and paid back, in seconds since the start; `NEVER` for all others.
    known_s
        When a conversion became known; `NEVER` where there was none.
    """

    second: NDArray[np.int64]
    query_type: NDArray[np.int32]
    query: NDArray[np.uint64]
    segment: NDArray[np.int8]
    arm: NDArray[np.int8]
    ad: NDArray[np.int32]
    position: NDArray[np.int8]
    price_micros: NDArray[np.int64]
    propensity: NDArray[np.float32]
    clicked: NDArray[np.bool_]
    charge_micros: NDArray[np.int64]
    refunded_s: NDArray[np.int64]
    converted: NDArray[np.bool_]
    known_s: NDArray[np.int64]


Write = Callable[[Impressions], None]


class Witness:
    """Turns what the board tells into impressions.

    Parameters
    ----------
    write
        Where they go, some thousands at a time.
    law
        When conversions become known.
    refunds_after_s
        How long after an invalid click its charge is paid back.
    """

    def __init__(self, write: Write, law: Conversions, refunds_after_s: int) -> None:
        self._write = write
        self._law = law
        self._refunds_after_s = refunds_after_s // DAY_S * DAY_S  # refunds are booked by the day
        self._slates: SlateTable
        self._sight: Sight
        self._placing: NDArray[np.float32]

    def serve(self, slates: SlateTable, sight: Sight) -> None:
        """From now on the pages are *slates*, made of what could be seen as *sight*."""
        self._slates, self._sight = slates, sight
        self._placing = placing(slates, sight.matched)

    def note(self, events: Events, midnight_s: int) -> None:
        """Write down what was shown on the day that began at *midnight_s*."""
        _, cells, _ = self._slates.matched.shape
        variant, cell = np.divmod(events.row, cells)
        kind, device = np.divmod(cell, len(self._sight.devices))
        propensity = self._placing[cell, events.place, events.slot]
        # A page that a spent budget changed is not in the table: its variant alone has put the ad there.
        propensity = np.where(propensity > 0, propensity, self._slates.weights[variant])
        second = events.second + midnight_s
        known_s = np.full(len(second), NEVER)
        known_s[events.converted] = second[events.converted] + self._law.delay_s(events.delay)
        self._write(
            Impressions(
                second=second,
                query_type=kind.astype(np.int32),
                query=events.word,
                segment=device.astype(np.int8),
                arm=np.full(len(second), self._slates.arm, np.int8),
                ad=self._sight.ad[kind, events.place].astype(np.int32),
                position=(events.slot + 1).astype(np.int8),
                price_micros=events.price,
                propensity=propensity.astype(np.float32),
                clicked=events.clicked,
                charge_micros=events.charge,
                refunded_s=np.where(events.invalid, second + self._refunds_after_s, NEVER),
                converted=events.converted,
                known_s=known_s,
            )
        )
