"""Features: what production could know of a query type, a device and an ad at that moment.

Rows are the ads that could be shown in a cell; columns have names that a user's model can ask for.
Most columns never change; histories and bids are written over at each refresh.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.candidates.histories import Histories
from sim.stopwatch import timed
from sim.world.sight import Sight

if TYPE_CHECKING:
    import pandas as pd

_MICROS = 1_000_000
_TYPICAL_TEXT = np.float32(2.0)  # of the ads that retrieval brings up
_LOG_BID = 3
HISTORY = ("ad_lift", "ad_evidence", "query_lift", "query_evidence")


@dataclass(frozen=True, slots=True, eq=False)
class Features:
    """The feature table of a visible world, one row per (query type, device, matched ad).

    Attributes
    ----------
    names
        The columns: text_match, commercial, never_seen, log_bid, device_*, topic_*, the histories
        (log clicks over expected, log evidence) of ad and query type, log_position (0 on top). All
        are of the order of 1, so that a plain logistic regression needs no scaling.
    fixed
        The columns, shape (rows, columns), float32; histories are 0 in it, and bids are those of `sight`.
    """

    sight: Sight
    names: tuple[str, ...]
    fixed: NDArray[np.float32]

    @timed("features")
    def now(self, histories: Histories, sight: Sight | None = None) -> pd.DataFrame:
        """The table as it stands with *histories* and the bids of *sight* (its own), for the top position; a fresh copy."""
        table = self.fixed.copy()
        types, devices, matched = self.sight.shape
        cube = table.reshape(types, devices, matched, len(self.names))
        if sight is not None and sight is not self.sight:
            cube[..., _LOG_BID] = log_bids(sight)[:, None, :]
        ad = self.sight.ad[:, None, :]
        query = np.arange(types)[:, None, None]
        self._write(cube, histories, ad, query)
        return self._frame(table)

    @timed("features")
    def rows(
        self,
        histories: Histories,
        row: NDArray[np.intp],
        position: NDArray[np.integer],
        sight: Sight | None = None,
    ) -> NDArray[np.float32]:
        """Some rows of the table as they stood with *histories* and *sight*, at their positions (from 0)."""
        table = self.fixed[row]
        query = row // (len(self.sight.devices) * self.sight.matched)
        ad = self.sight.ad[query, row % self.sight.matched]
        if sight is not None and sight is not self.sight:
            table[:, _LOG_BID] = log_bids(sight)[query, row % self.sight.matched]
        self._write(table, histories, ad, query)
        table[:, -1] = np.log1p(position.astype(np.float32))
        return table

    @timed("features")
    def frame(self, tables: list[NDArray[np.float32]]) -> pd.DataFrame:
        """Row blocks as one named table."""
        return self._frame(np.concatenate(tables) if tables else np.zeros((0, len(self.names)), np.float32))

    def _frame(self, table: NDArray[np.float32]) -> pd.DataFrame:
        import pandas as pd

        return pd.DataFrame(table, columns=list(self.names), copy=False)

    def _write(self, table: NDArray[np.float32], histories: Histories, ad: NDArray[np.integer], query: NDArray[np.integer]) -> None:
        first = self.names.index(HISTORY[0])
        table[..., first] = histories.ad_lift[ad]
        table[..., first + 1] = _evidence(histories.ad_expected)[ad]
        # A never-seen query has no history: its pool's would be knowledge that nobody has.
        seen = ~self.sight.is_tail[query]
        table[..., first + 2] = histories.query_lift[query] * seen
        table[..., first + 3] = _evidence(histories.query_expected)[query] * seen


@timed("features")
def build_features(sight: Sight) -> Features:
    """The feature table of a visible world."""
    types, devices, matched = sight.shape
    names = ["text_match", "commercial", "never_seen", "log_bid"]
    names += [f"device_{device}" for device in sight.devices[1:]]
    names += [f"topic_{topic}" for topic in range(1, sight.topics)]
    names += [*HISTORY, "log_position"]
    table = np.zeros((types, devices, matched, len(names)), np.float32)
    table[..., 0] = sight.text[:, None, :] - _TYPICAL_TEXT
    table[..., 1] = sight.commercial[:, None, None]
    table[..., 2] = sight.is_tail[:, None, None]
    table[..., _LOG_BID] = log_bids(sight)[:, None, :]
    for device in range(1, devices):
        table[:, device, :, 3 + device] = 1
    others = np.flatnonzero(sight.topic > 0)  # the first device and topic are the zero of the others
    table[others, :, :, 2 + devices + sight.topic[others]] = 1
    return Features(sight, tuple(names), table.reshape(types * devices * matched, len(names)))


def log_bids(sight: Sight) -> NDArray[np.float64]:
    """Natural logarithm of each bid, shape (types, matched); of an ad that does not exist the middle one of all others."""
    there = sight.bid_micros > 0
    if there.all():
        return np.asarray(np.log(sight.bid_micros / _MICROS), dtype=np.float64)
    middle = np.median(sight.bid_micros[there]) if there.any() else _MICROS
    return np.asarray(np.log(np.where(there, sight.bid_micros, middle) / _MICROS), dtype=np.float64)


def _evidence(expected: NDArray[np.float64]) -> NDArray[np.float32]:
    return (np.log1p(expected) / 4).astype(np.float32)
