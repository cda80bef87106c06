"""How fast the propensity to click moves, query by query, and whether it comes back."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.calibrate.calibration import Found
from sim.calibrate.information import AT_THE_EDGE, covariance, curvature, sandwich
from sim.calibrate.log import Figure, Log, Unknown
from sim.calibrate.logits import Logits, logits_of
from sim.calibrate.spelling import days_of
from sim.calibrate.wandering import BLOCK_DAYS, apart, covariance_up_to_level

Array = NDArray[np.float64]

BY, HALF_LIFE = "drift.clicks.by", "drift.clicks.half_life"
_LEAST_QUERIES, _LEAST_BLOCKS, _BLOCKS_TO_COME_BACK = 10, 2, 6
_BOUNDS = ((np.log(0.01), np.log(5.0)), (np.log(7.0), np.log(3650.0)))


class _Walk(NamedTuple):
    """A walk's size a month and half-life in days, with errors."""

    loss: float
    by: float
    by_error: float
    half_life: float | None = None
    half_life_error: float | None = None


def fit_drift(log: Log) -> Found:
    """Fit a random walk of clicks: a hierarchical model of four-weekly logits.

    Each query has a level of its own, wanders around it in weekly steps, and is seen through binomial noise of known
    size. The level is taken out by restricted likelihood; what all queries share is estimated first and told apart.
    Errors are a sandwich over the queries: heavy tails do not make them too small. They are wider by what queries move together.
    """
    if "clicks" not in log.counted:
        return Found((), (Unknown(BY, "the log has no clicks"),))
    blocks = log.days // BLOCK_DAYS
    if blocks < _LEAST_BLOCKS:
        return Found((), (Unknown(BY, f"{days_of(log.days)}: at least two times {BLOCK_DAYS} are needed"),))
    logits = logits_of(log)
    if len(logits.value) < _LEAST_QUERIES:
        return Found((), (Unknown(BY, f"{len(logits.value)} queries have 10 clicks in two times {BLOCK_DAYS} days: too few"),))
    told = () if blocks < 3 else (_together(logits),)
    still = float(_losses(logits, np.array([np.log(1e-4)])).sum())
    walk = _fit(logits, comes_back=False)
    if 2 * (still - walk.loss) < AT_THE_EDGE:
        return Found(told, (Unknown(BY, "click rates move no more than chance (likelihood ratio)"),))
    unknown = [Unknown(HALF_LIFE, f"{blocks} times {BLOCK_DAYS} days are too few to see a walk come back: it wanders off for good")]
    if blocks >= _BLOCKS_TO_COME_BACK:
        back = _fit(logits, comes_back=True)
        unknown = []
        if 2 * (walk.loss - back.loss) > AT_THE_EDGE:
            walk = back
        else:
            unknown = [Unknown(HALF_LIFE, "a walk that comes back fits no better than one that does not (likelihood ratio)")]
    return Found((*_figures(walk, len(logits.value), blocks), *told), tuple(unknown))


def _figures(walk: _Walk, queries: int, blocks: int) -> list[Figure]:
    source = (
        f"hierarchical model of the logit click rates of {queries:,} queries in {blocks} times {BLOCK_DAYS} days, each with "
        "its level, a walk of weekly steps and binomial noise, by restricted maximum likelihood; "
        "error by a sandwich over queries, wider by what these move together"
    )
    figures = [Figure(BY, "step of a query's log-odds in a month, sd", walk.by, walk.by_error, source)]
    if walk.half_life is not None:
        figures.append(Figure(HALF_LIFE, "half-life of that walk, days", walk.half_life, walk.half_life_error, source))
    return figures


def _fit(logits: Logits, *, comes_back: bool) -> _Walk:
    from scipy.optimize import minimize

    start = [np.log(0.4), np.log(60.0)][: 1 + comes_back]

    def loss(point: Array) -> float:
        return float(_losses(logits, point).sum())

    best = minimize(loss, start, method="L-BFGS-B", bounds=_BOUNDS[: len(start)])
    step = 0.02
    sides = [(_losses(logits, best.x - step * e) - _losses(logits, best.x + step * e)) / (2 * step) for e in np.eye(len(start))]
    information = curvature(loss, best.x, step)
    # Never less than what a query's own likelihood says.
    spread = np.maximum(np.diag(sandwich(information, np.column_stack(sides))), np.diag(covariance(information)))
    spread = spread * _shared(logits, best.x)
    error = np.exp(best.x) * np.sqrt(spread)
    by, by_error = float(np.exp(best.x[0])), float(error[0])
    return _Walk(best.fun, by, by_error, *((float(np.exp(best.x[1])), float(error[1])) if comes_back else ()))


def _losses(logits: Logits, point: Array) -> Array:
    """Minus the restricted log-likelihood of each query at (log by, log half-life), shape (queries,)."""
    counts, whole = logits.precision > 0, _covariances(logits, point)
    root = np.linalg.cholesky(whole)
    both = np.linalg.solve(whole, np.stack([logits.value, counts.astype(np.float64)], axis=2))
    level, value = (both * counts[:, :, None]).sum(axis=1)[:, 1], (both[:, :, 1] * logits.value).sum(axis=1)
    squares = (both[:, :, 0] * logits.value).sum(axis=1) - value**2 / level
    return np.asarray(np.log(np.diagonal(root, axis1=1, axis2=2)).sum(axis=1) + (np.log(level) + squares) / 2)


def _covariances(logits: Logits, point: Array) -> Array:
    """Covariance of each query's blocks up to its level, shape (queries, blocks, blocks); blocks that don't count stand alone."""
    blocks, counts = logits.value.shape[1], logits.precision > 0
    shape = covariance_up_to_level(blocks, float(np.exp(point[1])) if len(point) > 1 else None)
    noise = np.where(counts, 1 / np.where(counts, logits.precision, 1.0), 1.0)
    whole = np.exp(2 * point[0]) * shape * (counts[:, :, None] & counts[:, None, :])
    return np.asarray(whole + np.eye(blocks) * noise[:, :, None])


def _shared(logits: Logits, point: Array) -> float:
    """How much larger variances are because queries move together, as those of a topic do; 1 where each goes its own way.

    Squares of what two queries do are correlated by the square of their correlation, so a sum over Q queries has 1 + (Q - 1) × its mean
    times the variance. Whitened by the model, independent queries have a mean square of 1 / (blocks - 1).
    """
    counts, root = (logits.precision > 0).astype(np.float64), np.linalg.cholesky(_covariances(logits, point))
    both = np.linalg.solve(root, np.stack([logits.value, counts], axis=2))
    value, one = both[:, :, 0], both[:, :, 1] * counts
    level = (value * one).sum(axis=1) / (one**2).sum(axis=1)
    left = value - level[:, None] * one
    left /= np.maximum(np.linalg.norm(left, axis=1, keepdims=True), 1e-12)
    queries = len(left)
    square = (((left.T @ left) ** 2).sum() - queries) / (queries * (queries - 1))
    return float(max(1.0, 1 + (queries - 1) * (square - 1 / max(1.0, counts.sum(axis=1).mean() - 1))))


def _together(logits: Logits) -> Figure:
    """How far all queries move together from one block to the next, and how exact that is."""
    moves = np.diff(logits.common)
    noise = logits.common_variance[1:] + logits.common_variance[:-1]
    square = max(0.0, float((moves**2 - noise).mean()))
    size = np.sqrt(square / (2 * apart(2)[1]))
    error = float(np.sqrt(2 / len(moves)) * (square + noise.mean()) / (2 * apart(2)[1]) / max(2 * size, 1e-9)) if size > 0 else None
    source = "changes of what all queries share, less the error of its estimate; told only: a world's walks are of topics and ads"
    return Figure("", "step of all log-odds together in a month, sd", float(size), error, source)
