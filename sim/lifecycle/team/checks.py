"""Checks of the data that a model was learned from, each with its limit, in a sentence, and beside what is true."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.health import Check
from sim.lifecycle.log import Spell
from sim.lifecycle.team.sample import DESIGNS, Sample
from sim.scenario.schema import DAY_S

_DISAGREE, _AGREE, _ODDS, _LATE, _PSI = 0.05, 0.6, 100.0, 0.1, 0.2
_FEW = 10  # distinct values up to which each is a bin of its own
_BINS = 10
_EMPTY = 0.5  # of a row, in a bin where there is none
_ADJUDICATED = 3


class Learned(NamedTuple):
    """What a model learned from, in features: shape (rows, columns), and how much each row counts, shape (rows,)."""

    table: NDArray[np.float32]
    weight: NDArray[np.float64]
    positive: float
    negative: float
    truly_positive: float


def learned_pairs(pairs: list[Sample]) -> Learned:
    """Of rated pairs, weighted back to the traffic that they were drawn from.

    Pairs of the whole index stand for no traffic: they count in the balance of classes, and in the drift of features only where
    there are no others.
    """
    positive, negative, truly = 0.0, 0.0, 0.0
    for one in pairs:
        shown = float(one.label.sum())
        positive, negative, truly = positive + shown, negative + len(one) - shown, truly + float((one.margin > 0).sum())
    of_traffic = [one for one in pairs if not (one.why == DESIGNS.index("uniform")).all()] or pairs
    weights = [np.where(one.weight > 0, one.weight, 0.0) for one in of_traffic]
    return Learned(np.concatenate([one.table for one in of_traffic]), np.concatenate(weights), positive, negative, truly)


def rater_checks(rated: Sample) -> list[Check]:
    """How far raters agree about the pairs that more than one has seen, beside how many labels are wrong.

    Only what the first rater calls "show" goes to others, so the share of these that says "show" too is the positive agreement:
    the chance that one rater says so of a pair of which another does.
    """
    label = rated.label == 1
    true = rated.margin > 0
    again = rated.votes >= _ADJUDICATED
    others = float((rated.votes[again] - 1).sum())
    agree = float((rated.yes[again] - 1).clip(0).sum()) / others if others else None
    first = float(again.mean())
    differ = None if agree is None else 2 * first * (1 - agree)
    wrong = float((label != true).mean())
    right = float(true[label].mean()) if label.any() else None
    asked = "two raters, on a pair" if agree is not None else "unknown: no pair was rated twice"
    same = "that another rater says 'show', too" if agree is not None else "unknown: no pair was rated twice"
    return [
        Check("raters disagree", _short(differ), _DISAGREE, _short(wrong), "share", f"{asked}; in truth: labels that are wrong"),
        Check("agreement on 'show'", _short(agree), _AGREE, _short(right), "share", f"{same}; in truth: 'show' that is right", True),
    ]


def rated_alike(old: Sample, fresh: Sample) -> Check:
    """How much of what the old test set calls "show" one rater alone has said, where the fresh pairs went to more."""
    alone = float((old.votes[old.label == 1] == 1).mean()) if (old.label == 1).any() else 0.0
    more = bool((fresh.votes > 1).any())
    story = "'show' in the old test set that one rater alone said, where fresh pairs go to more: part of the gap is that"
    return Check("labels not alike", _short(alone if more else 0.0), _DISAGREE, None, "share", story)


def imbalance(learned: Learned, noun: str) -> Check:
    """How many negatives there are for each positive in what the model learned from."""
    of = learned.positive + learned.negative
    odds = learned.negative / learned.positive if learned.positive else None
    true = (of - learned.truly_positive) / learned.truly_positive if learned.truly_positive else None
    found = f"{learned.positive:,.0f} of {of:,.0f} {noun} that it learned from"
    return Check("class imbalance", _short(odds), _ODDS, _short(true), "odds", found if learned.positive else f"none: {found}")


def delays(spells: list[Spell], now_s: int) -> Check:
    """Conversions that came more than a day late; clicks are logged when they happen."""
    known = late = total = later = 0.0
    for spell in spells:
        in_time, overdue = spell.known_s <= now_s, spell.known_s > spell.end_s + DAY_S
        known += float(spell.sale_number[in_time].sum())
        late += float(spell.sale_number[in_time & overdue].sum())
        total += float(spell.sale_number.sum())
        later += float(spell.sale_number[overdue].sum())
    if not total:
        return Check("delayed clicks", 0.0, _LATE, 0.0, "share", "clicks are logged at once, and no conversion is waited for")
    share = late / known if known else None
    return Check("delayed conversions", _short(share), _LATE, _short(later / total), "share", "of those known, later than a day")


def feature_drift(learned: Learned, fresh: NDArray[np.float32], weight: NDArray[np.float64], names: tuple[str, ...]) -> Check:
    """The population stability index of the feature that has moved most between what was learned from and fresh pairs."""
    found = sorted(psi_of(learned.table, learned.weight, fresh, weight, names).items(), key=lambda one: -one[1])
    moved = [name for name, value in found if value > _PSI] or [found[0][0]]
    more = f" and {len(moved) - 3} more" if len(moved) > 3 else ""
    story = f"{', '.join(moved[:3])}{more}: learned from against fresh, by inclusion weight"
    return Check("feature drift", _short(found[0][1]), _PSI, None, "psi", story)


def psi_of(
    old: NDArray[np.float32], old_weight: NDArray[np.float64], new: NDArray[np.float32], new_weight: NDArray[np.float64],
    names: tuple[str, ...],
) -> dict[str, float]:  # fmt: skip
    """Feature -> its population stability index, less what luck alone makes of so few rows; topics and devices are one each.

    Notes
    -----
    Sum over bins of (new - old) × log(new / old), bins at the deciles of the old rows or one for each value where these are few.
    Without drift about (bins - 1) × (1 / old rows + 1 / new rows), by effective rows (Kish's), which is taken off.

    Examples
    --------
    >>> old, new = np.zeros((100, 1), np.float32), np.ones((100, 1), np.float32)
    >>> psi_of(old, np.ones(100), new, np.ones(100), ("x",))["x"] > 1
    True
    """
    found = {}
    for name, before, after in _columns(old, new, names):
        values = np.unique(before) if before.dtype != np.float32 or len(np.unique(before)) <= _FEW else None
        edges = np.unique(_quantiles(before, old_weight)) if values is None else (values[1:] + values[:-1]) / 2
        if values is not None and len(values) == 1:
            edges = np.array([values[0] - 0.5, values[0] + 0.5])
        bins = len(edges) + 1
        shares = [_shares(np.searchsorted(edges, part), by, bins) for part, by in ((before, old_weight), (after, new_weight))]
        luck = (bins - 1) * sum(1 / max(_effective(by), 1.0) for by in (old_weight, new_weight))
        index = float(((shares[1] - shares[0]) * np.log(shares[1] / shares[0])).sum())
        found[name] = max(index - luck, 0.0)
    return found


def _columns(old: NDArray[np.float32], new: NDArray[np.float32], names: tuple[str, ...]) -> list[tuple[str, NDArray[Any], NDArray[Any]]]:
    plain = [place for place, name in enumerate(names) if not name.startswith(("topic_", "device_", "log_position"))]
    found: list[tuple[str, NDArray[Any], NDArray[Any]]] = [(names[place], old[:, place], new[:, place]) for place in plain]
    for kind in ("topic", "device"):
        columns = [place for place, name in enumerate(names) if name.startswith(f"{kind}_")]
        if columns:
            found.append((kind, _which(old[:, columns]), _which(new[:, columns])))
    return found


def _which(flags: NDArray[np.float32]) -> NDArray[np.intp]:
    """The one that is set, from 1; 0 for none."""
    return np.where(flags.any(axis=1), flags.argmax(axis=1) + 1, 0)


def _quantiles(values: NDArray[Any], weight: NDArray[np.float64]) -> NDArray[Any]:
    order = np.argsort(values, kind="stable")
    total = np.cumsum(weight[order])
    place = np.searchsorted(total, np.arange(1, _BINS) / _BINS * total[-1])
    return np.asarray(values[order][np.minimum(place, len(values) - 1)])


def _shares(which: NDArray[np.intp], weight: NDArray[np.float64], bins: int) -> NDArray[np.float64]:
    counts = np.bincount(which, weight, bins)
    least = _EMPTY * float(weight.sum()) / max(_effective(weight), 1.0)
    counts = np.maximum(counts, least)
    return np.asarray(counts / counts.sum())


def _effective(weight: NDArray[np.float64]) -> float:
    return float(weight.sum() ** 2 / max(float((weight**2).sum()), 1e-300))


def _short(value: float | None) -> float | None:
    """Six digits are enough for a record."""
    return None if value is None else float(f"{value:.6g}")
