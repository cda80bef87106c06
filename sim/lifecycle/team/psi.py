"""The population stability index: how far features have moved from those that a model learned from.

The bins and shares of what was learned from hang on nothing else, so they are made once for each model, however often it is looked at.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

_FAMILIES = ("topic_", "device_")
_FEW = 10  # distinct values up to which each is a bin of its own
_BINS = 10
_EMPTY = 0.5  # of a row, in a bin where there is none


class Feature(NamedTuple):
    """What is one thing to those who look at features: a column, or the flags of a family (topics, devices)."""

    name: str
    columns: tuple[int, ...]
    flags: bool = False

    def of(self, table: NDArray[np.float32]) -> NDArray[Any]:
        """Its values, shape (rows,): of a family which flag is set, from 1; 0 for none."""
        if not self.flags:
            return table[:, self.columns[0]]
        flags = table[:, self.columns]
        first = flags.argmax(axis=1)
        return np.where(flags[np.arange(len(flags)), first] > 0, first + 1, 0)


class Binned(NamedTuple):
    """A feature as it was in the rows that a model learned from.

    Attributes
    ----------
    feature
        Where it stands in the feature table.
    edges
        Between its bins, shape (bins - 1,).
    shares
        Of the weight in each bin, shape (bins,).
    """

    feature: Feature
    edges: NDArray[Any]
    shares: NDArray[np.float64]


def bins_of(table: NDArray[np.float32], weight: NDArray[np.float64], names: tuple[str, ...]) -> tuple[Binned, ...]:
    """Each feature in bins: at the deciles of the weight, or one for each value where these are few.

    Parameters
    ----------
    table, weight
        Features, shape (rows, columns), and how much each row counts, shape (rows,).
    """
    found, rows = [], effective(weight)
    for feature in _features(names):
        column = feature.of(table)
        values = np.unique(column)
        if not feature.flags and len(values) > _FEW:
            edges = np.unique(_quantiles(column, weight))
        else:
            edges = (values[1:] + values[:-1]) / 2 if len(values) != 1 else np.array([values[0] - 0.5, values[0] + 0.5])
        found.append(Binned(feature, edges, _shares(np.searchsorted(edges, column), weight, len(edges) + 1, rows)))
    return tuple(found)


def psi(old: Sequence[Binned], old_rows: float, table: NDArray[np.float32], weight: NDArray[np.float64]) -> dict[str, float]:
    """Feature -> its population stability index, less what luck alone makes of so few rows; topics and devices are one each.

    Parameters
    ----------
    old_rows
        How many rows of equal weight were learned from, as `effective` says.

    Notes
    -----
    Sum over bins of (new - old) × log(new / old). Without drift about (bins - 1) × (1 / old rows + 1 / new rows), by effective
    rows, which is taken off.

    Examples
    --------
    >>> old, new = np.zeros((100, 1), np.float32), np.ones((100, 1), np.float32)
    >>> psi(bins_of(old, np.ones(100), ("x",)), 100, new, np.ones(100))["x"] > 1
    True
    """
    found, rows = {}, effective(weight)
    for one in old:
        bins = len(one.shares)
        shares = _shares(np.searchsorted(one.edges, one.feature.of(table)), weight, bins, rows)
        luck = (bins - 1) * (1 / max(old_rows, 1.0) + 1 / max(rows, 1.0))
        index = float(((shares - one.shares) * np.log(shares / one.shares)).sum())
        found[one.feature.name] = max(index - luck, 0.0)
    return found


def effective(weight: NDArray[np.float64]) -> float:
    """How many rows of equal weight tell as much (Kish).

    Examples
    --------
    >>> effective(np.array([1.0, 1.0, 0.0]))
    2.0
    """
    return float(weight.sum() ** 2 / max(float((weight**2).sum()), 1e-300))


def _features(names: tuple[str, ...]) -> Iterator[Feature]:
    """The position is none of a pair's."""
    for place, name in enumerate(names):
        if not name.startswith((*_FAMILIES, "log_position")):
            yield Feature(name, (place,))
    for family in _FAMILIES:
        columns = tuple(place for place, name in enumerate(names) if name.startswith(family))
        if columns:
            yield Feature(family.rstrip("_"), columns, flags=True)


def _quantiles(values: NDArray[Any], weight: NDArray[np.float64]) -> NDArray[Any]:
    order = np.argsort(values, kind="stable")
    total = np.cumsum(weight[order])
    place = np.searchsorted(total, np.arange(1, _BINS) / _BINS * total[-1])
    return np.asarray(values[order][np.minimum(place, len(values) - 1)])


def _shares(which: NDArray[np.intp], weight: NDArray[np.float64], bins: int, rows: float) -> NDArray[np.float64]:
    counts = np.bincount(which, weight, bins)
    least = _EMPTY * float(weight.sum()) / max(rows, 1.0)
    counts = np.maximum(counts, least)
    return np.asarray(counts / counts.sum())
