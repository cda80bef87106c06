"""Whether a figure of the log could be one of the simulated logs."""

from __future__ import annotations

from collections.abc import Sequence
from math import sqrt
from typing import Any

import numpy as np

from sim.calibrate.match.measure import CORRELATION, RATIO, SHARE, Measure
from sim.calibrate.match.result import MATCH, OFF, UNSURE, Statistic
from sim.calibrate.match.tally import Array
from sim.holm import holm

_WIDEST = {RATIO: np.log(5), SHARE: np.log(5), CORRELATION: 1.0}  # an interval wider than that contradicts nothing
_TINY = 1e-9
_VAGUE = "simulated logs differ so much that nothing would contradict them"
_CHANCE = "outside, but among so many figures that may be chance"
_NEAR = "near to what was fitted"


def judge(measures: Sequence[Measure[Any]], real: Sequence[float], drawn: Array, confidence: float) -> tuple[Statistic, ...]:
    """Compare, and put the worst first.

    Parameters
    ----------
    real
        Of the log, one for each measure; NaN where it can't be taken.
    drawn
        Of the simulated logs, shape (replications, measures).
    confidence
        Of each interval. The chance that anything is called off where all match is at most one less that.

    Notes
    -----
    Interval and p-value are Student's, of one log more, on the logarithm where a figure can't be negative: with some dozens
    of logs no count of them reaches the small p-values that many figures ask for. A figure is off where its
    interval misses it and its p-value passes Holm's step-down test (1979).

    Examples
    --------
    >>> one = Measure("peak", "peak", RATIO, float)
    >>> drawn = np.exp(np.linspace(-0.1, 0.1, 41))[:, None]
    >>> [judge([one], [real], drawn, 0.9)[0].verdict for real in (1.02, 1.2, 2.0)]
    ['match', 'off', 'off']
    """
    sound = [k for k in range(len(measures)) if np.isfinite(real[k]) and np.isfinite(drawn[:, k]).all()]
    if not sound:
        return ()
    far = np.array([_far(measures[k].scale, real[k], drawn[:, k]) for k in sound])
    beyond = holm(_p_values(far, len(drawn))) < 1 - confidence
    told = [_told(measures[k], real[k], drawn[:, k], confidence, bool(beyond[at])) for at, k in enumerate(sound)]
    rank = {OFF: 0, UNSURE: 1, MATCH: 2}
    order = sorted(range(len(told)), key=lambda at: (rank[told[at].verdict], -abs(far[at])))
    return tuple(told[at] for at in order)


def _told(measure: Measure[Any], real: float, drawn: Array, confidence: float, beyond: bool) -> Statistic:
    low, high = _interval(measure.scale, drawn, confidence)
    inside = low - _TINY <= real <= high + _TINY
    ends = _scaled(measure.scale, np.array([low, high]))
    vague = inside and float(ends[1] - ends[0]) > _WIDEST[measure.scale]
    verdict = UNSURE if vague else MATCH if inside else OFF if beyond else UNSURE
    why = _VAGUE if vague else "" if inside or beyond else _CHANCE
    words = tuple(filter(None, [why, _NEAR if measure.near else ""]))
    return Statistic(measure.key, measure.name, real, float(np.median(drawn)), low, high, verdict, measure.scale == SHARE, words)


def _scaled(scale: str, figures: Array) -> Array:
    if scale == CORRELATION:
        return figures
    return np.asarray(np.log(np.maximum(figures, _TINY)))


def _interval(scale: str, drawn: Array, confidence: float) -> tuple[float, float]:
    """Where one log more would lie: Student's interval, on the scale's logarithm."""
    from scipy.stats import t

    level = _scaled(scale, drawn)
    reach = t.ppf((1 + confidence) / 2, len(drawn) - 1) * level.std(ddof=1) * sqrt(1 + 1 / len(drawn))
    low, high = level.mean() - reach, level.mean() + reach
    if scale == CORRELATION:
        return max(float(low), -1.0), min(float(high), 1.0)
    return float(np.exp(low)), min(float(np.exp(high)), 1.0 if scale == SHARE else np.inf)


def _far(scale: str, real: float, drawn: Array) -> float:
    """How many standard deviations of one log more the figure lies off."""
    level = _scaled(scale, drawn)
    off = float(_scaled(scale, np.array([real]))[0] - level.mean())
    return off / max(float(level.std(ddof=1)) * sqrt(1 + 1 / len(drawn)), _TINY)


def _p_values(far: Array, drawn: int) -> Array:
    from scipy.stats import t

    return np.asarray(2 * t.sf(np.abs(far), drawn - 1))
