"""Checks of the data that a model was learned from, each with its limit, in a sentence, and beside what is true."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.health import Check
from sim.lifecycle.log import Spell
from sim.lifecycle.team.psi import Binned, bins_of, effective, psi
from sim.lifecycle.team.sample import DESIGNS, Sample
from sim.scenario.schema import DAY_S

_DISAGREE, _AGREE, _ODDS, _LATE, _PSI = 0.05, 0.6, 100.0, 0.1, 0.2
_ADJUDICATED = 3


class Learned(NamedTuple):
    """What a model learned from: its features in bins, how many rows of equal weight that is, and how many of each class."""

    bins: tuple[Binned, ...]
    rows: float
    positive: float
    negative: float
    truly_positive: float


def learned_pairs(pairs: list[Sample], names: tuple[str, ...]) -> Learned:
    """Of rated pairs, weighted back to the traffic that they were drawn from.

    Pairs of the whole index stand for no traffic: they count in the balance of classes, and in the drift of features only where
    there are no others.
    """
    positive, negative, truly = 0.0, 0.0, 0.0
    for one in pairs:
        shown = float(one.label.sum())
        positive, negative, truly = positive + shown, negative + len(one) - shown, truly + float((one.margin > 0).sum())
    of_traffic = [one for one in pairs if not (one.why == DESIGNS.index("uniform")).all()] or pairs
    weight = np.concatenate([np.where(one.weight > 0, one.weight, 0.0) for one in of_traffic])
    bins = bins_of(np.concatenate([one.table for one in of_traffic]), weight, names)
    return Learned(bins, effective(weight), positive, negative, truly)


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


ALIKE = "labels not alike"


def rated_alike(old: Sample, fresh: Sample) -> Check:
    """How much of what the old test set calls "show" one rater alone has said, where the fresh pairs went to more."""
    alone = float((old.votes[old.label == 1] == 1).mean()) if (old.label == 1).any() else 0.0
    more = bool((fresh.votes > 1).any())
    story = "'show' in the old test set that one rater alone said, where fresh pairs go to more: part of the gap is that"
    return Check(ALIKE, _short(alone if more else 0.0), _DISAGREE, None, "share", story)


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


def feature_drift(learned: Learned, fresh: NDArray[np.float32], weight: NDArray[np.float64]) -> Check:
    """The population stability index of the feature that has moved most between what was learned from and fresh pairs."""
    if not len(fresh):
        return Check("feature drift", None, _PSI, None, "psi", "unknown: no pairs are fresh")
    found = sorted(psi(learned.bins, learned.rows, fresh, weight).items(), key=lambda one: -one[1])
    moved = [name for name, value in found if value > _PSI] or [found[0][0]]
    more = f" and {len(moved) - 3} more" if len(moved) > 3 else ""
    story = f"{', '.join(moved[:3])}{more}: learned from against fresh, by inclusion weight"
    return Check("feature drift", _short(found[0][1]), _PSI, None, "psi", story)


def _short(value: float | None) -> float | None:
    """Six digits are enough for a record."""
    return None if value is None else float(f"{value:.6g}")
