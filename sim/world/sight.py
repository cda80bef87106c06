"""What a platform can know: the only part of the world that a candidate is ever given.

Truth (margins, propensities, drift) lives in `World`; this type has none of it, and a test walks
through everything reachable from here to make sure.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, eq=False)
class Sight:
    """The visible world.

    Attributes
    ----------
    topic, commercial, is_tail
        Of each query type, shape (types,); `commercial` is a classifier's guess, wrong in 10 %.
    ad
        The ads matched to each query type, shape (types, matched).
    text
        How well their texts fit, shape (types, matched).
    bid_micros
        Their bids, shape (types, matched).
    value_micros
        What a conversion is worth to their advertisers, who declare it, shape (types, matched).
    devices
        Names of the devices.
    ads, topics, slots
        How many ads, topics and positions on a page there are.
    """

    topic: NDArray[np.int32]
    commercial: NDArray[np.bool_]
    is_tail: NDArray[np.bool_]
    ad: NDArray[np.int32]
    text: NDArray[np.float32]
    bid_micros: NDArray[np.int64]
    value_micros: NDArray[np.int64]
    devices: tuple[str, ...]
    ads: int
    topics: int
    slots: int

    @property
    def types(self) -> int:
        """How many query types there are."""
        return len(self.topic)

    @property
    def matched(self) -> int:
        """How many ads are matched to a query."""
        return int(self.ad.shape[1])

    @property
    def cells(self) -> int:
        """How many cells (query type × device) there are; cell = type × devices + device."""
        return self.types * len(self.devices)

    @property
    def shape(self) -> tuple[int, int, int]:
        """(types, devices, matched): one entry for each ad that could be shown in a cell."""
        return self.types, len(self.devices), self.matched
