"""How fast attention falls with the position, from counts alone: each ad is compared with itself elsewhere.

Clicks of a (query, ad, segment) at a position are its own attraction times the position's examination times
impressions. Given its clicks in all, how they fall on positions is multinomial and the attraction drops out
(the Poisson regression with an effect for each ad and query, conditioned; what iterative proportional fitting solves).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.calibrate.clicks.model import Array
from sim.calibrate.clicks.pages import Pages
from sim.calibrate.log import UNKNOWN

STEPS, ENOUGH = 50, 1e-9


class Counts(NamedTuple):
    """Impressions and clicks by what is compared with itself.

    Attributes
    ----------
    group
        Code of the (query, ad, segment), shape (rows,).
    position
        From 0, shape (rows,).
    impressions, clicks
        Shape (rows,).
    """

    group: NDArray[np.int64]
    position: NDArray[np.int64]
    impressions: Array
    clicks: Array


class Examination(NamedTuple):
    """The curve and its exponent.

    Attributes
    ----------
    curve, curve_error
        Chance of a look relative to the top, and its standard error, shape (positions,); NaN where no ad ties a position
        to the others.
    exponent, error
        Of 1 / position ** exponent.
    moved
        Groups with clicks that were seen at two positions or more: all that tells.
    """

    curve: Array
    curve_error: Array
    exponent: float
    error: float
    moved: int


def counts_of(pages: Pages) -> Counts:
    """The same from pages, where a page's result is an impression."""
    code = ((pages.query[:, None] << 32) | np.maximum(pages.docs, 0))[pages.shown]
    rank = np.broadcast_to(np.arange(pages.ranks), pages.docs.shape)[pages.shown]
    weight = np.repeat(pages.weight[:, None], pages.ranks, axis=1)[pages.shown]
    _, group = np.unique(code, return_inverse=True)
    cells, at = np.unique(group * pages.ranks + rank, return_inverse=True)
    shown, clicks = np.bincount(at, weight), np.bincount(at, weight * pages.clicks[pages.shown])
    return Counts(
        np.asarray(cells // pages.ranks, dtype=np.int64),
        np.asarray(cells % pages.ranks, dtype=np.int64),
        shown.astype(np.float64),
        clicks.astype(np.float64),
    )


def counts_in(counted: pd.DataFrame) -> Counts:
    """The same from a log's counted rows, days added up; rows of unknown position are left out."""
    rows = counted[(counted["position"] != UNKNOWN) & (counted["impressions"] > 0)]
    added = rows.groupby(["query", "ad", "segment", "position"], as_index=False)[["impressions", "clicks"]].sum()
    group = np.asarray(added.groupby(["query", "ad", "segment"]).ngroup(), dtype=np.int64)
    place = added["position"].to_numpy(dtype=np.int64)
    return Counts(group, place, added["impressions"].to_numpy(dtype=np.float64), added["clicks"].to_numpy(dtype=np.float64))


def fit_examination(counts: Counts) -> Examination | None:
    """The curve and the exponent by conditional maximum likelihood, errors robust against clusters by group.

    Returns
    -------
    None where no group with clicks was seen at two positions.

    Examples
    --------
    >>> place, look = np.tile([0, 1, 2], 40), np.array([1, 1 / 2, 1 / 3])
    >>> attraction = np.repeat(np.linspace(0.1, 0.6, 40), 3)
    >>> counts = Counts(np.repeat(np.arange(40), 3), place, np.full(120, 1000.0), 1000 * attraction * look[place])
    >>> seen = fit_examination(counts)
    >>> seen.curve.round(3).tolist(), round(seen.exponent, 3), seen.moved
    ([1.0, 0.5, 0.333], 1.0, 40)
    """
    size = int(counts.group.max()) + 1 if len(counts.group) else 0
    total = np.bincount(counts.group, counts.clicks, size)
    tells = (total > 0) & (np.bincount(counts.group, minlength=size) > 1)
    keep = tells[counts.group]
    if not keep.any():
        return None
    _, group = np.unique(counts.group[keep], return_inverse=True)
    part = Counts(group, counts.position[keep], counts.impressions[keep], counts.clicks[keep])
    positions = int(counts.position.max()) + 1
    slope, spread = _conditional(part, -np.log1p(np.arange(positions))[:, None])
    tied = _tied(part, positions)
    own, covariance = _conditional(part, np.eye(positions)[:, 1:][:, tied[1:]])
    curve, error = np.full(positions, np.nan), np.full(positions, np.nan)
    curve[0], error[0] = 1.0, 0.0
    curve[1:][tied[1:]] = np.exp(own)
    error[1:][tied[1:]] = np.exp(own) * np.sqrt(np.diag(covariance))
    return Examination(curve, error, float(slope[0]), float(np.sqrt(spread[0, 0])), int(tells.sum()))


def _conditional(part: Counts, design: Array) -> tuple[Array, Array]:
    """Newton's steps for log examination = design[position] @ beta; beta and its sandwich covariance."""
    groups, x = int(part.group.max()) + 1, design[part.position]
    total = np.bincount(part.group, part.clicks, groups).astype(np.float64)
    beta = np.zeros(design.shape[1])
    for _ in range(STEPS):
        off, curve = _slopes(part, x, beta, total, groups)
        step = np.linalg.lstsq(curve, off.sum(axis=0), rcond=None)[0]
        beta = beta + np.clip(step, -1, 1)
        if np.abs(step).max(initial=0) < ENOUGH:
            break
    off, curve = _slopes(part, x, beta, total, groups)
    bread = np.linalg.pinv(curve)
    few = groups / max(groups - 1, 1)
    return beta, few * bread @ (off.T @ off) @ bread


def _slopes(part: Counts, x: Array, beta: Array, total: Array, groups: int) -> tuple[Array, Array]:
    """Each group's score, shape (groups, k), and the information, shape (k, k)."""
    mass = part.impressions * np.exp(x @ beta)
    share = mass / np.bincount(part.group, mass, groups)[part.group]
    expected = share * total[part.group]
    mean = _by_group(part.group, share[:, None] * x, groups)
    off = _by_group(part.group, (part.clicks - expected)[:, None] * x, groups)
    curve = (expected[:, None] * x).T @ x - (total[:, None] * mean).T @ mean
    return off, curve


def _by_group(group: NDArray[np.int64], rows: Array, groups: int) -> Array:
    return np.stack([np.bincount(group, column, groups) for column in rows.T], axis=1)


def _tied(part: Counts, positions: int) -> NDArray[np.bool_]:
    """Positions that ads with clicks tie to the top, directly or over others, and that have clicks."""
    seen = np.zeros((int(part.group.max()) + 1, positions), dtype=np.bool_)
    seen[part.group, part.position] = True
    tied = np.arange(positions) == 0
    for _ in range(positions):
        tied = tied | seen[(seen & tied).any(axis=1)].any(axis=0)
    return np.asarray(tied & (np.bincount(part.position, part.clicks, positions) > 0))
