"""Measures of a model by what it said and what came true, rows weighted, with the error of the difference of two sets."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim import seeds
from sim.lifecycle.team.entropy import logs, normalised

_TINY = 1e-6
_TENTHS = 10
_MEAN_OF_NORMAL = float(np.sqrt(2 / np.pi))  # of its distance from zero, in standard deviations
NAMES = ("roc_auc", "normalised_entropy", "log_loss", "calibration_error", "pr_auc_lift")
_DRAWS = 24  # the error is then known to some 15 %

Numbers = NDArray[np.float64]


class Judged(NamedTuple):
    """What a model said of some rows, and how often each came true and did not, all of shape (rows,).

    Weights may be fractions: a label's inclusion weight, or how likely a click is.

    Attributes
    ----------
    unit
        What one trial weighs in each row: 1 where a row counts many, its own weight where it is one.
    who
        Which pair of query and ad it is, from 0: rows of one pair are drawn together.
    """

    said: Numbers
    yes: Numbers
    no: Numbers
    unit: Numbers
    who: NDArray[np.intp]

    @property
    def rows(self) -> int:
        """How many."""
        return len(self.said)

    @property
    def weight(self) -> Numbers:
        """Of each row."""
        return self.yes + self.no

    @property
    def two_classes(self) -> bool:
        """Whether something came true and something did not."""
        return bool(self.yes.sum() > 0 and self.no.sum() > 0)

    def sorted(self) -> Judged:
        """Rows in the order of what was said."""
        order = np.argsort(self.said, kind="stable")
        return self._of(order)

    def only(self, which: NDArray[np.bool_]) -> Judged:
        """Some of the rows."""
        return self._of(which)

    def _of(self, which: NDArray[Any]) -> Judged:
        return Judged(self.said[which], self.yes[which], self.no[which], self.unit[which], self.who[which])


def scores(judged: Judged) -> dict[str, float]:
    """Every measure of `NAMES`; empty with one class only.

    Parameters
    ----------
    judged
        Ties in what was said count half in the AUC. Normalised entropy is log loss over that of the base rate (He et al. 2014);
        the calibration error is the mean distance of observed and predicted over ten tenths of the weight.

    Examples
    --------
    >>> found = scores(Judged(np.array([0.1, 0.1, 0.8]), np.array([0.0, 1.0, 1.0]), np.array([1.0, 0.0, 0.0]), np.ones(3), np.arange(3)))
    >>> found["roc_auc"], round(found["pr_auc_lift"], 2)
    (0.75, 1.25)
    """
    if not judged.two_classes:
        return {}
    one = judged.sorted()
    return _scores(one, _fixed(one))


class _Fixed(NamedTuple):
    """What does not change when rows in order are weighted anew: where each run of equal predictions ends, and logarithms."""

    ends: NDArray[np.intp]
    log_yes: Numbers
    log_no: Numbers


def luck_of_calibration(judged: Judged) -> float:
    """The calibration error that luck alone makes of a model whose every prediction is right: the fewer the rows, the larger.

    Examples
    --------
    >>> few, many = (Judged(*np.full((4, rows), 0.5), np.arange(rows)) for rows in (100, 10_000))
    >>> round(luck_of_calibration(few), 3), round(luck_of_calibration(many), 3)
    (0.089, 0.009)
    """
    one = judged.sorted()
    variance = np.bincount(_tenths(one.weight), one.weight * one.unit * one.said * (1 - one.said), _TENTHS)
    return float(np.sqrt(variance).sum() * _MEAN_OF_NORMAL / max(float(one.weight.sum()), _TINY))


def _fixed(one: Judged) -> _Fixed:
    return _Fixed(np.append(np.flatnonzero(np.diff(one.said) > 0), one.rows - 1), *logs(one.said))


def _scores(one: Judged, fixed: _Fixed) -> dict[str, float]:
    yes, no = np.cumsum(one.yes), np.cumsum(one.no)
    total = float(yes[-1] + no[-1])
    base = float(yes[-1]) / total
    loss = -float(one.yes @ fixed.log_yes + one.no @ fixed.log_no) / total
    here = _steps(yes[fixed.ends], no[fixed.ends])
    return {
        "roc_auc": _roc_auc(here),
        "normalised_entropy": float(normalised(loss, base)),
        "log_loss": loss,
        "calibration_error": _calibration_error(one, total),
        "pr_auc_lift": _pr_auc(here) / base,
    }


def differences(old: Judged, fresh: Judged, key: int) -> Mapping[str, tuple[float, float]]:
    """Measure -> fresh less old, and the standard error of that, by drawing pairs again with Poisson weights.

    A pair that is in both sets weighs the same in both, so what pairs differ by is in the error once and not twice.
    """
    if not (old.two_classes and fresh.two_classes):
        return {}
    sets = old.sorted(), fresh.sorted()
    fixed = [_fixed(one) for one in sets]
    pairs = 1 + max(int(one.who.max()) for one in sets)
    drawn = []
    for draw in range(_DRAWS):
        times = _times(seeds.mix(key + draw), pairs)
        again = [_weighed(one, times[one.who]) for one in sets]
        if all(one.two_classes for one in again):
            before, after = map(_scores, again, fixed)
            drawn.append([after[name] - before[name] for name in NAMES])
    errors = np.std(np.array(drawn), axis=0, ddof=1).tolist() if len(drawn) > 1 else [np.inf] * len(NAMES)
    before, after = map(_scores, sets, fixed)
    return {name: (after[name] - before[name], error) for name, error in zip(NAMES, errors, strict=True) if np.isfinite(error)}


def _times(key: int, pairs: int) -> Numbers:
    """How often each pair is drawn: Poisson numbers of mean 1, shape (pairs,)."""
    luck, times = seeds.uniforms(key, pairs), np.zeros(pairs, np.int8)
    for edge in _POISSON_1:  # a search among eight edges takes three times as long
        times += luck >= edge
    return times.astype(np.float64)


def _weighed(one: Judged, times: Numbers) -> Judged:
    return one._replace(yes=one.yes * times, no=one.no * times)


def tenths(one: Judged) -> NDArray[np.intp]:
    """The tenth of the weight in which each row stands, by what was said, 0 to 9, shape (rows,)."""
    order = np.argsort(one.said, kind="stable")
    found = np.empty(one.rows, np.intp)
    found[order] = _tenths(one.weight[order])
    return found


def _tenths(weight: Numbers) -> NDArray[np.intp]:
    """The same of rows in order."""
    middle = np.cumsum(weight) - weight / 2
    return np.minimum((middle / max(float(weight.sum()), _TINY) * _TENTHS).astype(np.intp), _TENTHS - 1)


_POISSON_1 = np.cumsum(np.exp(-1.0) / np.array([1, 1, 2, 6, 24, 120, 720, 5040], dtype=np.float64))


class _Steps(NamedTuple):
    """Running sums at each threshold, from the lowest, those one threshold before, and what it adds; all of shape (thresholds,)."""

    yes: Numbers
    no: Numbers
    no_before: Numbers
    gained: Numbers
    lost: Numbers


def _steps(yes: Numbers, no: Numbers) -> _Steps:
    yes_before, no_before = np.zeros_like(yes), np.zeros_like(no)
    yes_before[1:], no_before[1:] = yes[:-1], no[:-1]
    return _Steps(yes, no, no_before, yes - yes_before, no - no_before)


def _roc_auc(at: _Steps) -> float:
    wins = at.gained * (at.no + at.no_before) / 2
    return float(wins.sum() / (at.yes[-1] * at.no[-1]))


def _pr_auc(at: _Steps) -> float:
    """Average precision: precision at each threshold, weighted by the recall that it adds."""
    hits = at.yes[-1] - at.yes + at.gained
    there = hits + at.no[-1] - at.no + at.lost
    precision = np.divide(hits, there, out=np.zeros(len(hits)), where=there > 0)
    return float((at.gained * precision).sum() / at.yes[-1])


def _calibration_error(one: Judged, total: float) -> float:
    tenth = _tenths(one.weight)
    seen, expected = (np.bincount(tenth, part, _TENTHS) for part in (one.yes, one.weight * one.said))
    return float(np.abs(seen - expected).sum() / total)
