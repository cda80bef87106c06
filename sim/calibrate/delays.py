"""How many clicks convert and how late: a mixture of exponentials, with clicks that are still being watched."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.calibrate.calibration import Found
from sim.calibrate.information import covariance, curvature
from sim.calibrate.log import Figure, Log, Unknown

Array = NDArray[np.float64]

RATE, DELAYS, SHARES = "conversions.rate", "conversions.delays", "conversions.delay_shares"
_LEAST, _MOST_PARTS, _BINS = 50, 3, 800
_STEPS, _ENOUGH = 3_000, 1e-9


class Watched(NamedTuple):
    """Clicks in groups of about the same time.

    Attributes
    ----------
    delay_s, watched_s, weight
        Of those that converted: delay, how long they were watched, and how many; shape (groups,).
    still_s, still
        Of those that have not: how long they were watched, and how many. Empty where the log does not tell of them.
    """

    delay_s: Array
    watched_s: Array
    weight: Array
    still_s: Array
    still: Array


class Mixture(NamedTuple):
    """Rate, and mean delay and share of each part, the shortest first."""

    rate: float
    mean_s: Array
    share: Array
    loss: float


def fit_delays(log: Log) -> Found:
    """Fit `[conversions]` by maximum likelihood; a conversion that is still to come is neither ignored nor taken for none."""
    if log.delays_s is None:
        return _counted(log)
    watched = _watched(log.delays_s["delay_s"].to_numpy(np.float64), log.delays_s["watched_s"].to_numpy(np.float64))
    converted = float(watched.weight.sum())
    if converted < _LEAST:
        found = _counted(log)
        why = f"{int(converted)} conversions with their time are too few: at least {_LEAST} are needed"
        return Found(found.figures, (*[one for one in found.unknown if one.key == RATE], Unknown(DELAYS, why), Unknown(SHARES, why)))
    fits = [em(watched, parts) for parts in range(1, _MOST_PARTS + 1)]
    clicks = converted + watched.still.sum()
    best = min(fits, key=lambda one: 2 * one.loss + 2 * len(one.mean_s) * np.log(clicks))
    return _told(best, watched, log)


def _told(best: Mixture, watched: Watched, log: Log) -> Found:
    parts, some_still = len(best.mean_s), len(watched.still) > 0
    rate, means, shares = _errors(best, watched)
    source = f"mixture of {parts} exponentials (by BIC) of the delays of {int(watched.weight.sum()):,} conversions by EM, "
    source += "clicks that were still watched censored" if some_still else "each seen only if it came while its click was watched"
    source += "; error by observed information and the delta method"
    figures = [
        Figure(DELAYS, "mean delays of the parts, seconds", tuple(map(float, best.mean_s)), means, source),
        Figure(SHARES, "share of each part", tuple(map(float, best.share)), shares, source),
    ]
    if some_still:
        return Found((Figure(RATE, "conversions for each click, in the end", best.rate, rate, source), *figures))
    counted = _counted(log)
    return Found((*[one for one in counted.figures if one.key == RATE], *figures), tuple(one for one in counted.unknown if one.key == RATE))


def _counted(log: Log) -> Found:
    """Conversions without their times: their rate, with an error from weeks."""
    why = log.not_learnt.get("delays", "the log has no times of conversions")
    late = (Unknown(DELAYS, why), Unknown(SHARES, why))
    if "conversions" not in log.counted or "clicks" not in log.counted or not log.counted["clicks"].sum():
        return Found((), (Unknown(RATE, log.not_learnt.get("conversions", "the log has no conversions")), *late))
    clicks, number = log.counted["clicks"].to_numpy(np.float64), log.counted["conversions"].to_numpy(np.float64)
    rate = min(float(number.sum() / clicks.sum()), 0.9)
    off = np.bincount(log.counted["day"].to_numpy() // 7, number - rate * clicks)
    error = max(float(np.sqrt((off**2).sum())), float(np.sqrt(number.sum()))) / float(clicks.sum())
    source = "conversions over clicks; those still to come are missing; error by its weeks"
    return Found((Figure(RATE, "conversions for each click, so far", rate, error, source),), late)


def _watched(delay_s: Array, watched_s: Array) -> Watched:
    came = ~np.isnan(delay_s)
    order = np.argsort(delay_s[came], kind="stable")
    delay, weight = _grouped(np.maximum(delay_s[came][order], 0.5))
    until = _means(np.maximum(watched_s[came], delay_s[came])[order])
    return Watched(delay, np.maximum(until, delay), weight, *_grouped(np.sort(watched_s[~came])))


def _grouped(values: Array) -> tuple[Array, Array]:
    """Sorted values in groups of neighbours: the mean and the size of each."""
    sizes = np.array([len(one) for one in np.array_split(values, min(len(values), _BINS))] if len(values) else [], dtype=np.float64)
    return _means(values), sizes


def _means(values: Array) -> Array:
    return np.array([one.mean() for one in np.array_split(values, min(len(values), _BINS))] if len(values) else [])


def em(watched: Watched, parts: int) -> Mixture:
    """The most likely mixture by expectation and maximisation (Dempster, Laird and Rubin 1977).

    Hidden are the part of each conversion and the conversions that are still to come: of clicks that are watched, and, where
    the log tells of conversions only, of those that came too late to be in it.
    """
    quantile = (np.arange(parts) + 0.5) / parts
    mean_s = np.maximum(np.quantile(watched.delay_s, quantile), 1.0)
    share, rate, before = np.full(parts, 1 / parts), 0.5, np.inf
    clicks = float(watched.weight.sum() + watched.still.sum())
    for _ in range(_STEPS):
        chance = np.log(share / mean_s) - watched.delay_s[:, None] / mean_s
        density = np.exp(chance - chance.max(axis=1, keepdims=True))  # of all parts together it may be below every float
        part = watched.weight[:, None] * density / density.sum(axis=1, keepdims=True)
        times, weights, unseen = _unseen(watched, rate, mean_s, share)
        number = np.maximum(part.sum(axis=0) + unseen.sum(axis=0), 1e-9)
        mean_s = ((part * watched.delay_s[:, None]).sum(axis=0) + (unseen * (times[:, None] + mean_s)).sum(axis=0)) / number
        mean_s, share = np.maximum(mean_s, 0.5), number / number.sum()
        rate = min(float(number.sum()) / clicks, 1 - 1e-9) if len(weights) and len(watched.still) else rate
        now = loss_of(watched, rate, mean_s, share)
        if before - now < _ENOUGH * abs(now):
            break
        before = now
    order = np.argsort(mean_s)
    return Mixture(rate, mean_s[order], share[order], now)


def _unseen(watched: Watched, rate: float, mean_s: Array, share: Array) -> tuple[Array, Array, Array]:
    """Conversions that are expected and not seen: how long their clicks were watched, their weights, and how many of each part."""
    if len(watched.still):
        times, weights = watched.still_s, watched.still
        late = rate * share * np.exp(-times[:, None] / mean_s)
        return times, weights, weights[:, None] * late / (1 - rate + late.sum(axis=1, keepdims=True))
    times, weights = watched.watched_s, watched.weight
    late = share * np.exp(-times[:, None] / mean_s)
    return times, weights, weights[:, None] * late / np.maximum(1 - late.sum(axis=1, keepdims=True), 1e-12)


def loss_of(watched: Watched, rate: float, mean_s: Array, share: Array) -> float:
    """Minus the log-likelihood."""
    from scipy.special import logsumexp

    density = logsumexp(np.log(share / mean_s) - watched.delay_s[:, None] / mean_s, axis=1)
    if len(watched.still):
        late = (share * np.exp(-watched.still_s[:, None] / mean_s)).sum(axis=1)
        return -float(watched.weight @ (np.log(rate) + density) + watched.still @ np.log(1 - rate * (1 - late)))
    late = (share * np.exp(-watched.watched_s[:, None] / mean_s)).sum(axis=1)
    return -float(watched.weight @ (density - np.log(np.maximum(1 - late, 1e-12))))


def _errors(best: Mixture, watched: Watched) -> tuple[float | None, tuple[float, ...], tuple[float, ...]]:
    """Standard errors of rate, means and shares: information of (logit rate, log means, log ratios of shares)."""
    parts = len(best.mean_s)

    def opened(point: Array) -> tuple[float, Array, Array]:
        ratio = np.exp(np.concatenate([[0.0], point[1 + parts :]]))
        return float(1 / (1 + np.exp(-point[0]))), np.exp(point[1 : 1 + parts]), ratio / ratio.sum()

    point = np.concatenate([[np.log(best.rate / (1 - best.rate))], np.log(best.mean_s), np.log(best.share[1:] / best.share[0])])
    kept = np.arange(len(point)) if len(watched.still) else np.arange(1, len(point))

    def moved(change: Array) -> Array:
        whole = point.copy()
        whole[kept] += change
        return whole

    spread = covariance(curvature(lambda change: loss_of(watched, *opened(moved(change))), np.zeros(len(kept)), 0.01))

    def figures(change: Array) -> Array:
        rate, mean_s, share = opened(moved(change))
        return np.concatenate([[rate], mean_s, share])

    slope = np.column_stack([(figures(1e-4 * e) - figures(-1e-4 * e)) / 2e-4 for e in np.eye(len(kept))])
    error = np.sqrt(np.diag(slope @ spread @ slope.T))
    return float(error[0]), tuple(map(float, error[1 : 1 + parts])), tuple(map(float, error[1 + parts :]))
