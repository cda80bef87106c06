"""The health of a model, from what it said of its old test set and of fresh pairs: pure functions to a frozen record."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.health import BLIND, HEALTHY, MISCALIBRATED, STALE, UNSURE, UNTESTED, Check, Decile, Health, Measure, Slice
from sim.lifecycle.team.checks import ALIKE
from sim.lifecycle.team.entropy import TOLERANCE
from sim.lifecycle.team.sample import Sample
from sim.lifecycle.team.scores import NAMES, Judged, differences, luck_of_calibration, scores
from sim.lifecycle.team.slicing import Spend, deciles, worst_slices

_TOLERANCES = {"roc_auc": 0.02, "normalised_entropy": TOLERANCE, "log_loss": 0.05, "calibration_error": 0.02, "pr_auc_lift": 0.15}
_OF_RATIO = ("log_loss", "pr_auc_lift")  # their tolerances are shares of the old value
_OF_POSITIVES = 0.25  # where little comes true, a calibration error may be this share of that, and no more
_DECIDE = ("roc_auc", "normalised_entropy", "pr_auc_lift")
_CALIBRATION = "calibration_error"
_PROVE = ("roc_auc", "normalised_entropy", _CALIBRATION)
_HIGHER = ("roc_auc", "pr_auc_lift")
_95 = 1.959964
_OF_THREE = 2.393980 / _95  # wider by this: two-sided 5 % over three measures
_CHANCE = 0.55  # an AUC below this tells next to nothing apart


class Set(NamedTuple):
    """Rows that a model is judged by.

    Attributes
    ----------
    name
        What they are.
    day
        The last day that they are from.
    seen
        By labels or clicks as they were logged.
    true
        By what is true.
    table
        Their features, shape (rows, columns).
    """

    name: str
    day: int
    seen: Judged
    true: Judged
    table: NDArray[np.float32]


class Case(NamedTuple):
    """All that a record is made of.

    Attributes
    ----------
    old, fresh
        The set that the model was chosen by, and a later one that it has not learned from; None for none.
    withheld
        Why there is no fresh set.
    key
        For drawing rows again.
    """

    day: int
    model: int
    label: str
    moment: str
    deployed: bool
    spent: float
    old: Set | None
    fresh: Set | None
    spend: Spend
    checks: tuple[Check, ...]
    names: tuple[str, ...]
    key: int
    withheld: str = ""


def rated_set(name: str, sample: Sample, said: NDArray[np.floating], first: int = 0) -> Set:
    """Rated pairs, each weighted by what it stands for, and numbered from *first*."""
    weight = sample.weight / max(float(sample.weight.mean()), 1e-12)
    who = first + np.arange(len(sample))
    seen, true = (
        Judged(said.astype(np.float64), weight * worthy, weight * ~worthy, weight, who) for worthy in (sample.label == 1, sample.margin > 0)
    )
    return Set(name, int(sample.day.max()), seen, true, sample.table)


def health_of(case: Case) -> Health:
    """How the model is doing."""
    fresh, old = case.fresh, case.old
    measured = measures(old, fresh, case.key)
    parts: tuple[Decile, ...] = ()
    slices: tuple[Slice, ...] = ()
    looked_at, bias = 0, None
    if fresh is not None and fresh.seen.two_classes:
        parts = deciles(fresh.seen, fresh.true, case.spend)
        slices, looked_at = worst_slices(fresh.seen, fresh.true, fresh.table, case.spend, case.names)
        expected = float((fresh.seen.weight * fresh.seen.said).sum())
        bias = float(f"{fresh.seen.yes.sum() / expected:.6g}") if expected > 0 else None
    why = _withheld(case)
    found = verdict(measured, 0.0 if fresh is None else luck_of_calibration(fresh.seen))
    if why and found != BLIND:  # what tells nothing apart needs no second set
        found = UNTESTED
    (old_name, old_day, old_rows), (fresh_name, fresh_day, fresh_rows) = map(_told, (old, fresh))
    return Health(
        case.day, case.model, case.label, case.moment, case.deployed, found,
        old_name, old_day, old_rows, fresh_name, fresh_day, fresh_rows,
        bias, round(case.spent, 2), measured, parts, case.checks, slices, looked_at, withheld=why if found == UNTESTED else "",
    )  # fmt: skip


def _withheld(case: Case) -> str:
    """Why the two sets can't be held against each other, as the rest of a sentence; empty where they can."""
    if case.old is None or case.fresh is None:
        return case.withheld or "there is nothing yet to hold its test set against"
    for one in (case.old, case.fresh):
        if not one.seen.two_classes:
            return f"all {one.seen.rows:,} rows of its {one.name} have the same label"
    for check in case.checks:
        if check.name == ALIKE and check.passed is False:
            return f"one rater alone said {check.value:.0%} of 'show' in its {case.old.name}, and more than one rated the {case.fresh.name}"
    return ""


def _told(one: Set | None) -> tuple[str, int, int]:
    return ("", -1, 0) if one is None else (one.name, one.day, one.seen.rows)


def measures(old: Set | None, fresh: Set | None, key: int) -> tuple[Measure, ...]:
    """Each measure on both sets, and its gap."""
    seen = [None if one is None else one.seen.sorted() for one in (old, fresh)]  # what is in order already is sorted fast
    before, after = ({} if one is None else scores(one) for one in seen)
    true = {} if fresh is None else scores(fresh.true)
    gaps = differences(seen[0], seen[1], key) if seen[0] is not None and seen[1] is not None else {}
    found = []
    for name in NAMES:
        gap, error = gaps.get(name, (None, 0.0))
        ends = (None, None) if gap is None else (gap - _95 * error, gap + _95 * error)
        tolerance = _tolerance(name, before.get(name, 1.0), old)
        low, high = map(_short, ends)
        figures = _short(before.get(name)), _short(after.get(name)), _short(true.get(name)), _short(gap)
        found.append(Measure(name, *figures, low, high, float(f"{tolerance:.6g}"), name in _HIGHER))
    return tuple(found)


def _tolerance(name: str, before: float, old: Set | None) -> float:
    """By how much a measure may be worse; a calibration error is small wherever little comes true, whatever is said of it."""
    if name == _CALIBRATION and old is not None and old.seen.two_classes:
        return min(_TOLERANCES[name], _OF_POSITIVES * float(old.seen.yes.sum() / old.seen.weight.sum()))
    return _TOLERANCES[name] * (abs(before) if name in _OF_RATIO else 1.0)


def _short(value: float | None) -> float | None:
    """Six digits are enough for a record."""
    return None if value is None else float(f"{value:.6g}")


def verdict(measured: tuple[Measure, ...], luck: float = 0.0) -> str:
    """What the gaps come to.

    Stale is what is worse in any of three measures, so each interval is wide enough for three looks. Healthy is what is proven not
    to be worse by its tolerance in AUC, normalised entropy and calibration error, all three; PR-AUC is too noisy to prove anything of
    the kind. Miscalibrated is what is not stale, but has a calibration error that is worse even less all that luck makes of it.

    Parameters
    ----------
    luck
        The calibration error that luck alone makes on the fresh pairs.

    Examples
    --------
    >>> gaps = [Measure(name, 0.8, 0.7, 0.7, -0.1, -0.12, -0.08, 0.02, True) for name in _DECIDE]
    >>> verdict(tuple(gaps)), verdict(tuple(one._replace(gap=0.0, low=-0.005, high=0.005) for one in gaps)), verdict(())
    ('STALE', 'HEALTHY', 'UNTESTED')
    """
    deciding = [one for one in measured if one.name in _DECIDE]
    auc = next((one.fresh for one in deciding if one.name == "roc_auc"), None)
    if auc is not None and auc < _CHANCE:
        return BLIND
    worse = {one: _worse(one) for one in measured if one.gap is not None}
    if not any(one in worse for one in deciding):
        return UNTESTED
    if any(worse[one][0] > one.tolerance and _surely(worse[one]) > 0 for one in deciding if one in worse):
        return STALE
    if any(gap - luck > one.tolerance and least - luck > 0 for one, (gap, least, _) in worse.items() if one.name == _CALIBRATION):
        return MISCALIBRATED
    return HEALTHY if all(most < one.tolerance for one, (_, _, most) in worse.items() if one.name in _PROVE) else UNSURE


def _surely(worse: tuple[float, float, float]) -> float:
    """By how much at least, as one of three measures."""
    gap, least, _ = worse
    return gap - (gap - least) * _OF_THREE


def _worse(one: Measure) -> tuple[float, float, float]:
    """By how much the model is worse: as measured, at least, and at most."""
    gap, low, high = one.gap or 0.0, one.low or 0.0, one.high or 0.0
    return (-gap, -high, -low) if one.higher_is_better else (gap, low, high)
