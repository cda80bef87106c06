"""Where a model is wrong: by tenth of what it says, and by slice of what everyone can see."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.health import Decile, Slice
from sim.holm import holm
from sim.lifecycle.team.scores import Judged, Numbers, scores, tenths

_LEAST_ROWS = 50
_WORST = 5
_LEAST_OFF = 0.1  # less than that is no slice to go after, however sure it is
_SURE = 0.025
_NOTHING = 1e-9


class Spend(NamedTuple):
    """What was shown in the last week, in the same features, and what it brought.

    Attributes
    ----------
    table
        Features, shape (rows, columns).
    said
        What the model says of each row, shape (rows,).
    shown
        Impressions, shape (rows,).
    money_a_year
        Clicks × bid, a year at this rate, in the currency, shape (rows,).
    """

    table: NDArray[np.float32]
    said: Numbers
    shown: Numbers
    money_a_year: Numbers


def deciles(fresh: Judged, true: Judged, spend: Spend) -> tuple[Decile, ...]:
    """Observed over predicted by tenths of what the model says, from the lowest.

    Parameters
    ----------
    true
        The same rows by what is true.
    """
    tenth = tenths(fresh)
    edges = np.array([fresh.said[tenth == place].max(initial=0.0) for place in range(9)])
    stands = np.searchsorted(np.maximum.accumulate(edges), spend.said)
    shown = np.bincount(stands, spend.shown, 10)
    found = []
    for place in range(10):
        here = tenth == place
        one, real = fresh.only(here), true.only(here)
        expected = float((one.weight * one.said).sum())
        if not here.any() or expected <= 0:
            continue
        low, high = _interval(one)
        share = _short(float(shown[place] / shown.sum())) if shown.sum() > 0 else None
        seen, real_ratio = (_short(float(part.yes.sum()) / expected) for part in (one, real))
        mean = _short(expected / float(one.weight.sum()))
        found.append(Decile(mean, seen, _short(low / expected), _short(high / expected), real_ratio, share))
    return tuple(found)


def _interval(one: Judged) -> tuple[float, float]:
    """Of a sum of counts: Garwood's of a Poisson number, scaled by what one of them weighs (Fay and Feuer 1997)."""
    from scipy.special import gammaincinv

    unit = _unit(one.yes if one.yes.sum() > 0 else one.weight, one)
    count = float(one.yes.sum()) / unit
    low = float(gammaincinv(count, _SURE)) if count > 0 else 0.0
    return unit * low, unit * float(gammaincinv(count + 1, 1 - _SURE))


def _unit(part: Numbers, one: Judged) -> float:
    """What a trial weighs on average over *part*."""
    return max(float((part * one.unit).sum()) / max(float(part.sum()), _NOTHING), _NOTHING)


class _Part(NamedTuple):
    """A slice: rows in which any of some columns is above 0, or those in which none is."""

    name: str
    columns: tuple[int, ...]
    none: bool = False

    def of(self, table: NDArray[np.float32]) -> NDArray[np.bool_]:
        """Which rows of a table belong to it."""
        flags = table[:, self.columns[0]] > 0 if len(self.columns) == 1 else (table[:, self.columns] > 0).any(axis=1)
        return np.asarray(~flags if self.none else flags, dtype=np.bool_)


def _parts(names: tuple[str, ...]) -> Iterator[_Part]:
    """Topics, devices, the commercial guess, and queries never seen before."""
    for feature, yes, no in (("commercial", "commercial", "not commercial"), ("never_seen", "never seen", "seen before")):
        flag = (names.index(feature),)
        yield _Part(yes, flag)
        yield _Part(no, flag, none=True)
    for kind in ("topic", "device"):
        columns = tuple(place for place, name in enumerate(names) if name.startswith(f"{kind}_"))
        words = [names[place].partition("_")[2] for place in columns]
        if columns:
            yield _Part(f"{kind} 0" if kind == "topic" else f"not {' or '.join(words)}", columns, none=True)
        for place, word in zip(columns, words, strict=True):
            yield _Part(f"{kind} {word}" if kind == "topic" else word, (place,))


def worst_slices(
    fresh: Judged, true: Judged, table: NDArray[np.float32], spend: Spend, names: tuple[str, ...]
) -> tuple[tuple[Slice, ...], int]:  # fmt: skip
    """The worst slices, by the money in what is misjudged, and how many were looked at.

    Parameters
    ----------
    true
        The same rows by what is true.
    table
        Their features, shape (rows, columns).

    Notes
    -----
    A slice's observed positives are held against the predicted ones, both over those of all pairs: what is wrong everywhere
    is no slice's fault.
    """
    predicted = fresh.weight * fresh.said
    if predicted.sum() <= _NOTHING:  # a model that predicts nothing at all is wrong everywhere
        return (), 0
    bias = float(fresh.yes.sum() / predicted.sum())
    cut = [(part, part.of(table)) for part in _parts(names)]
    slices = [(part, here) for part, here in cut if here.sum() >= _LEAST_ROWS and not here.all()]
    ps = holm(np.array([_p(fresh.only(here), bias) for _, here in slices]))
    found = []
    for (part, here), p in zip(slices, ps.tolist(), strict=True):
        expected = max(float(predicted[here].sum()), _NOTHING)
        ratio = float(fresh.yes[here].sum()) / expected
        off = abs(ratio - bias) / max(ratio, bias, _NOTHING)
        if p >= 2 * _SURE or off < _LEAST_OFF:
            continue
        auc = scores(fresh.only(here)).get("roc_auc")
        money = off * float(spend.money_a_year[part.of(spend.table)].sum())
        real, least = _short(float(true.yes[here].sum()) / expected), None if auc is None else _short(auc)
        found.append(Slice(part.name, int(here.sum()), _short(ratio), real, least, _short(p), _short(money)))
    return tuple(sorted(found, key=lambda one: (-one.money, one.p, one.name))[:_WORST]), len(slices)


def _p(one: Judged, bias: float) -> float:
    """Two-sided, of so many positives where the model lets expect others: Poisson's law, which is wider than the binomial one."""
    from scipy.special import gammainc, gammaincc

    expected = one.weight * one.said * bias
    unit = _unit(expected, one)
    seen, mean = float(one.yes.sum()) / unit, float(expected.sum()) / unit
    above = float(gammainc(seen, mean)) if seen > 0 else 1.0
    return min(1.0, 2 * min(above, float(gammaincc(seen + 1, mean))))


def _short(value: float) -> float:
    """Six digits are enough for a record."""
    return float(f"{value:.6g}")
