"""Feature drift: whether the traffic of today looks like what the model has learned from."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.lifecycle.team.findings import Finding

_BINS = 10
_FAMILIES = ("topic", "device")


class Shift(NamedTuple):
    """A feature's population stability index, and what chance alone would seldom pass."""

    name: str
    psi: float
    chance: float


def psi(before: NDArray[np.float64], after: NDArray[np.float64]) -> float:
    """The population stability index of two distributions over the same bins: Σ (a - b) ln(a / b).

    Parameters
    ----------
    before, after
        Counts or weights in each bin, shape (bins,); half a row's worth is added to each, so that an empty bin is finite.

    Examples
    --------
    >>> round(psi(np.array([500.0, 500.0]), np.array([700.0, 300.0])), 3)
    0.169
    """
    b, a = ((one + 0.5) / (one + 0.5).sum() for one in (before, after))
    return float(((a - b) * np.log(a / b)).sum())


def binned(
    names: Sequence[str], before: NDArray[np.float32], after: NDArray[np.float32], weight: NDArray[np.float64]
) -> list[tuple[str, NDArray[np.intp], NDArray[np.intp], int]]:
    """Each feature in bins (name, bin of each row before and after, bins): tenths of *before*; topics and devices are one feature each."""
    found = []
    for family in _FAMILIES:
        columns = [place for place, name in enumerate(names) if name.startswith(f"{family}_")]
        if columns:
            own = [np.where(table[:, columns].any(axis=1), table[:, columns].argmax(axis=1) + 1, 0) for table in (before, after)]
            found.append((family, own[0], own[1], len(columns) + 1))
    for place, name in enumerate(names):
        if name.startswith(tuple(f"{family}_" for family in _FAMILIES)):
            continue
        edges = _tenths(before[:, place], weight)
        if len(edges):
            own = [np.searchsorted(edges, table[:, place], side="right") for table in (before, after)]
            found.append((name, own[0], own[1], len(edges) + 1))
    return found


def _tenths(column: NDArray[np.float32], weight: NDArray[np.float64]) -> NDArray[np.float32]:
    """Where a column is cut into tenths of its weight, or by its values where these are few."""
    values, place = np.unique(column, return_inverse=True)
    if len(values) <= _BINS:
        return values[1:]
    mass = np.cumsum(np.bincount(place, weight, len(values)))
    return np.unique(values[np.searchsorted(mass, mass[-1] * np.arange(1, _BINS) / _BINS)])


def shifts(
    names: Sequence[str], before: NDArray[np.float32], after: NDArray[np.float32], weight: NDArray[np.float64], error: float
) -> tuple[Shift, ...]:
    """The index of each feature, the largest first.

    Parameters
    ----------
    weight
        How many pairs of the traffic each row of *before* stands for; those of *after* stand for one each.
    error
        The chance that any feature passes its `chance` without drift (Bonferroni). Without drift the index is about
        (1/n + 1/m) times a chi-squared with bins - 1 degrees of freedom (Yurdakul and Naranjo 2020); n counts
        weighted rows as Kish does, (Σ w)² / Σ w².
    """
    from scipy.special import chdtri

    size = float(weight.sum() ** 2 / np.square(weight).sum())
    found = []
    features = binned(names, before, after, weight)
    for name, old, new, bins in features:
        counts = np.bincount(old, weight, bins) * (size / weight.sum()), np.bincount(new, minlength=bins).astype(np.float64)
        chance = float(chdtri(bins - 1, error / len(features))) * (1 / size + 1 / len(after))
        found.append(Shift(name, psi(*counts), chance))
    return tuple(sorted(found, key=lambda one: -one.psi))


def feature_drift(
    names: Sequence[str], before: NDArray[np.float32], after: NDArray[np.float32], weight: NDArray[np.float64],
    threshold: float, error: float = 0.01,
) -> Finding:  # fmt: skip
    """Whether some feature's index passes *threshold* and what chance explains.

    Returns
    -------
    Finding
        With `psi` (the largest), `chance` (its bound) and an index for each of the three features that moved most.
    """
    if not len(before) or not len(after):
        return Finding("feature drift", False, {}, "there is nothing to compare")
    found = shifts(names, before, after, weight, error)
    moved = [one for one in found if one.psi > max(threshold, one.chance)]
    first = moved[0] if moved else found[0]
    evidence = {"psi": first.psi, "chance": first.chance, "moved": float(len(moved))} | {f"psi_{one.name}": one.psi for one in found[:3]}
    told = ", ".join(f"{one.name} {one.psi:.2f}" for one in found[:3])
    story = f"{len(moved)} of {len(found)} features have moved since training (PSI above {threshold:g}); the most: {told}"
    return Finding("feature drift", bool(moved), evidence, story)
