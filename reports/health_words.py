"""What a model's health comes to, in words: whether it does what its test set says."""

from __future__ import annotations

from collections.abc import Sequence

from reports.glyphs import clean
from reports.parts import numbers
from sim.health import BLIND, HEALTHY, MISCALIBRATED, STALE, UNSURE, UNTESTED, Health, Measure

STYLES = {
    HEALTHY: "badge.good",
    STALE: "badge.bad",
    BLIND: "badge.bad",
    MISCALIBRATED: "badge.bad",
    UNSURE: "badge.warn",
    UNTESTED: "badge.warn",
}
WORDS = {
    "roc_auc": "AUC", "normalised_entropy": "norm. entropy", "log_loss": "log loss", "calibration_error": "ECE",
    "pr_auc_lift": "PR-AUC lift",
}  # fmt: skip
LEARNS = {"show": "raters' labels", "click": "clicks"}
NEXT = {
    HEALTHY: "what the team did, and what it cost:",
    MISCALIBRATED: "calibrate it, or train it again on recent data; what the team did about it:",
    STALE: "train it again on recent data; what the team did about it:",
    BLIND: "give it positives to learn from; what the team did about it:",
    UNSURE: "more fresh pairs would decide it; what the team did:",
    UNTESTED: "have fresh pairs rated before it is trusted; what the team did:",
}
_DECIDE = ("roc_auc", "normalised_entropy", "pr_auc_lift")
_PROVE = ("roc_auc", "normalised_entropy", "calibration_error")
_OFF = 0.1


def answer(who: str, one: Health) -> str:
    """The sentence behind the badge."""
    name = f"{clean(who)}'s model {one.model} of {LEARNS.get(one.label, clean(one.label))}"
    auc = next((found for found in one.measures if found.name == "roc_auc"), None)
    if one.verdict == BLIND and auc is not None:
        return f"{name} tells next to nothing apart: AUC {figure(auc, auc.fresh)} on the {one.fresh_name}, where chance has 0.500."
    if one.verdict == UNTESTED or auc is None or auc.gap is None:
        return f"{name} has not been judged: {_reason(one)}."
    if one.verdict == STALE:
        worst = max((found for found in one.measures if found.name in _DECIDE and found.gap is not None), key=worse)
        return (
            f"{name} does less than its {one.old_name} says: {WORDS[worst.name]} {figure(worst, worst.old)} there, "
            f"{figure(worst, worst.fresh)} on the {one.fresh_name}; do not trust the offline score."
        )
    if one.verdict == MISCALIBRATED:
        off = next(found for found in one.measures if found.name == "calibration_error")
        return (
            f"{name} gives probabilities that are off: ECE {figure(off, off.old)} on its {one.old_name}, {figure(off, off.fresh)} on the "
            f"{one.fresh_name}; AUC {figure(auc, auc.old)} there, {figure(auc, auc.fresh)} now."
        )
    if one.verdict == UNSURE:
        doubtful = max((found for found in one.measures if found.name in _PROVE and found.gap is not None), key=at_most)
        lost = figure(doubtful, at_most(doubtful) * doubtful.tolerance, signed=True).lstrip("+")
        return (
            f"it is not proven that {name} does what its {one.old_name} says: {WORDS[doubtful.name]} {figure(doubtful, doubtful.old)} "
            f"there, {figure(doubtful, doubtful.fresh)} on the {one.fresh_name}; a loss of {lost} is not ruled out."
        )
    return f"{name} does what its {one.old_name} says: AUC {figure(auc, auc.old)} there, {figure(auc, auc.fresh)} on the {one.fresh_name}."


def newer(who: str, one: Health, records: Sequence[Health]) -> str:
    """What is to be said of a later model of the same kind that could not be judged; empty where there is none."""
    later = [record for record in records if record.label == one.label and record.replication == one.replication]
    last = later[-1] if later else one
    if last.model == one.model or last.verdict != UNTESTED:
        return ""
    return f"{clean(who)}'s model {last.model} (day {last.day + 1}, {clean(last.moment)}) has not been judged: {_reason(last)}."


def untested(records: Sequence[Health]) -> str:
    """Why the last of these that has no verdict has none; empty where all have one."""
    last = [record for record in records if record.verdict == UNTESTED][-1:]
    return f"The last {UNTESTED}, on day {last[0].day + 1}: {_reason(last[0])}." if last else ""


def _reason(one: Health) -> str:
    """Why there is no verdict; a record of an older version does not know."""
    return clean(one.withheld) or ("its sets tell nothing" if one.fresh_name else "there is nothing yet to hold its test set against")


def doubt(one: Health) -> str:
    """How far its probabilities are off, and which checks of the data failed."""
    told = []
    if one.bias is not None:
        right = abs(one.bias - 1) < _OFF
        told.append(f"What it predicts comes true {one.bias:.2f} times as often as it says{', which is near enough' if right else ''}.")
    failed = [check.name for check in one.checks if check.passed is False]
    if failed:
        told.append(f"Beyond its limit: {', '.join(failed)}.")
    if one.slices:
        told.append(f"Wrong in {one.slices[0].name} most of all.")
    return " ".join(told)


def context(one: Health, currency: str) -> str:
    """Which sets, from when, and what was spent by then."""
    facts = [f"day {one.day + 1}, {one.moment}"]
    for name, day, rows in ((one.old_name, one.old_day, one.old_rows), (one.fresh_name, one.fresh_day, one.fresh_rows)):
        if name:
            facts.append(f"{name}: day {day + 1}, {rows:,} rows")
    facts.append(f"spent {numbers.money(one.spent, currency)} in {numbers.many(one.day, 'day')}")
    return " · ".join([*facts, "95% intervals by drawing pairs again"])


def figure(one: Measure, value: float | None, *, signed: bool = False) -> str:
    """A measure's value as it is usually written.

    Examples
    --------
    >>> lift = Measure("pr_auc_lift", 9.2, 7.9, 9.0, -1.3, -2.2, -0.4, 1.4, True)
    >>> figure(lift, lift.old), figure(lift, lift.gap, signed=True)
    ('9.2x', '-1.3x')
    """
    if value is None:
        return numbers.NOTHING
    sign = "+" if signed else ""
    if one.name == "calibration_error":
        return f"{100 * value:{sign}.2f}{'pp' if signed else '%'}"
    if one.name == "pr_auc_lift":
        return f"{value:{sign}.1f}x"
    return f"{value:{sign}.3f}"


def worse(one: Measure) -> float:
    """By how many tolerances it is worse."""
    gap = one.gap or 0.0
    return (-gap if one.higher_is_better else gap) / one.tolerance if one.tolerance else 0.0


def at_most(one: Measure) -> float:
    """The same at the bad end of its interval."""
    end = (-(one.low or 0.0) if one.higher_is_better else (one.high or 0.0)) if one.gap is not None else 0.0
    return end / one.tolerance if one.tolerance else 0.0
