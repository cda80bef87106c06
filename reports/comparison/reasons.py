"""Why a candidate earns what it earns: sentences that the ledger's figures call for, and no others."""

from __future__ import annotations

import math

from reports.glyphs import clean
from reports.parts import numbers
from sim.study.compare.comparison import Comparison, Factor, Reason

# What a factor's fall and its rise are called.
_WORDS = {
    "queries": ("fewer queries", "more queries"),
    "ads per query": ("fewer ads a query", "more ads a query"),
    "clicks per ad": ("fewer clicks an ad", "more clicks an ad"),
    "price per click": ("lower prices a click", "higher prices a click"),
}
_TOLD_FROM, _MOST_SHARE = 0.05, 10.0
_SEEN = 0.01
_SPENT, _SPENT_SHARE = 0.5, 0.05
_TURNED = 0.001


def reasons(comparison: Comparison) -> list[tuple[str, str]]:
    """A paragraph for each reason: the candidate and what is to be said about it."""
    told = [(one.candidate, paragraph(one)) for one in comparison.reasons]
    return [(name, words) for name, words in told if words]


def paragraph(one: Reason) -> str:
    """What made the difference in revenue, the largest part first; empty where nothing can be told.

    Examples
    --------
    >>> from sim.study.estimates import Estimate
    >>> factors = (Factor("clicks per ad", -0.09, 1.28), Factor("price per click", 0.021, -0.28))
    >>> print(paragraph(Reason("a", "b", Estimate(-0.071, -0.08, -0.062), factors, (1, 1), (3, 3), None, None)))
    earns 7.10% ±0.90 less than b: 9.0% fewer clicks an ad (128% of the gap); 2.1% higher prices a click take back 28%.
    """
    found = one.revenue
    if found.mean is None or not math.isfinite(found.mean):
        return ""
    proven = found.low is not None and found.high is not None and (found.low > 0 or found.high < 0)
    factors = [factor for factor in one.factors if math.isfinite(factor.change) and math.isfinite(factor.share)]
    parts = _shares(factors) if proven and all(abs(factor.share) < _MOST_SHARE for factor in factors) else _changes(factors)
    more = "more" if found.mean > 0 else "less"
    decimals = numbers.error_decimals([numbers.half_width(found)])
    amount = _size(numbers.lift(found, decimals))
    unsure = "" if proven else ", unproven"
    more_of_it = [words for words in (_users(one), _budgets(one), _turn(one)) if words]
    if not parts and not more_of_it:
        return ""
    first = f"earns {amount} {more} than {clean(one.against)}{unsure}{': ' + parts if parts else ''}."
    return " ".join([first, *more_of_it])


def _shares(factors: list[Factor]) -> str:
    """The factors with their shares of the gap: first what makes it, then what works against it."""
    ranked = sorted(factors, key=lambda factor: -factor.share)
    make = [f"{_change(one)} ({one.share:.0%} of the gap)" for one in ranked if one.share >= _TOLD_FROM]
    undo = [f"{_change(one)} take back {-one.share:.0%}" for one in reversed(ranked) if one.share <= -_TOLD_FROM]
    return "; ".join(filter(None, (", ".join(make), ", ".join(undo))))


def _changes(factors: list[Factor]) -> str:
    """The factors alone, where the gap is too small or too unsure to be divided."""
    ranked = sorted(factors, key=lambda factor: -abs(math.log1p(max(-0.999, factor.change))))
    return ", ".join(_change(one) for one in ranked if abs(one.change) >= _SEEN / 2)


def _change(one: Factor) -> str:
    fewer, more = _WORDS.get(one.name, (f"less {clean(one.name)}", f"more {clean(one.name)}"))
    return f"{_size(numbers.delta(one.change))} {more if one.change > 0 else fewer}"


def _size(signed: str) -> str:
    return signed.lstrip("+-")


def _users(one: Reason) -> str:
    ours, theirs = one.sight
    if not all(map(math.isfinite, one.sight)) or abs(ours - theirs) < _SEEN:
        return ""
    side = "blinder for ads" if ours < theirs else "less blind for ads"
    return f"Its users end up {side}: eyes {ours:.0%} against {theirs:.0%}."


def _budgets(one: Reason) -> str:
    ours, theirs = one.exhausted
    if not all(map(math.isfinite, one.exhausted)) or abs(ours - theirs) < max(_SPENT, _SPENT_SHARE * max(ours, theirs)):
        return ""
    side = "More" if ours > theirs else "Fewer"
    return f"{side} advertisers end a day without money: {_pair(ours, theirs)}."


def _pair(ours: float, theirs: float) -> str:
    decimals = 0 if min(ours, theirs) >= 10 else 1
    return f"{ours:,.{decimals}f} against {theirs:,.{decimals}f}"


def _turn(one: Reason) -> str:
    early, late = one.early, one.late
    if early is None or late is None or not min(early, late) < -_TURNED < _TURNED < max(early, late):
        return ""
    sides = ("ahead", "behind") if early > 0 else ("behind", "ahead")
    first, last = (_size(numbers.delta(value)) for value in (early, late))
    return f"It was {sides[0]} by {first} in the first month and {sides[1]} by {last} in the last."
