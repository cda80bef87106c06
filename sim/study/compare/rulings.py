"""Guardrails held against ledgers: proven, broken or neither."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from sim.scenario.rules import Rule
from sim.study.compare.comparison import FAIL, INVALID, PASS, UNDECIDED, Verdicted
from sim.study.compare.figures import Figures
from sim.study.compare.margins import Margins
from sim.study.decision import anytime, paired

Values = NDArray[np.float64]
_ABOVE = (">=", ">")
_MOST = 100_000


def rule_on(rule: Rule, figures: Figures, candidate: int, margins: Margins) -> Verdicted:
    """What *rule* says of a candidate.

    The bounds are one-sided, at the rule's own confidence, which the candidates share; of a quantile of
    the worlds they are order statistics, by the binomial law of how many worlds lie below it.
    """
    values = _values(rule, figures, candidate)
    rivals = max(len(figures.names) - 1, 1)
    if not np.isfinite(values).all():
        return Verdicted(rule.text, figures.names[candidate], INVALID, None, None, rule.unit)
    if rule.aggregate == "mean":
        centre = float(values.mean())
        low, high = margins.bounds(values, rule.confidence, rivals)
    elif rule.aggregate in {"min", "max"}:
        centre, low, high = _worst(values, rule, rivals)
    else:
        centre, low, high = _quantile(values, rule, rivals, sequential=margins.sequential)
    status, bound = _status(rule, low, high)
    needed = _needed(rule, values, centre, margins, rivals) if status == UNDECIDED else None
    return Verdicted(rule.text, figures.names[candidate], status, centre, bound if math.isfinite(bound) else None, rule.unit, needed)


def _values(rule: Rule, figures: Figures, candidate: int) -> Values:
    """What the rule is about, one number for each replication."""
    days = slice(None)
    if rule.months is not None:
        first, last = rule.months
        months = figures.run.months
        days = slice(months[first - 1].first, months[min(last, len(months)) - 1].end)
    level = figures.level if rule.aggregate == "mean" else figures.each
    if not rule.versus_baseline:
        return level(rule.metric, candidate, days)
    if rule.unit == "pp":
        return level(rule.metric, candidate, days) - level(rule.metric, figures.baseline, days)
    if rule.aggregate == "mean":
        return figures.lift(rule.metric, candidate, days)
    ours, theirs = figures.each(rule.metric, candidate, days), figures.each(rule.metric, figures.baseline, days)
    return np.asarray(np.divide(ours, theirs, out=np.full(len(ours), np.nan), where=theirs != 0) - 1)


def _status(rule: Rule, low: float, high: float) -> tuple[str, float]:
    """The state, and the bound that decided it or keeps it open."""
    if rule.operator in _ABOVE:
        keeps = low >= rule.limit if rule.operator == ">=" else low > rule.limit
        breaks = high < rule.limit if rule.operator == ">=" else high <= rule.limit
        return (PASS, low) if keeps else (FAIL, high) if breaks else (UNDECIDED, low)
    keeps = high <= rule.limit if rule.operator == "<=" else high < rule.limit
    breaks = low > rule.limit if rule.operator == "<=" else low >= rule.limit
    return (PASS, high) if keeps else (FAIL, low) if breaks else (UNDECIDED, high)


def _quantile(values: Values, rule: Rule, rivals: int, *, sequential: bool) -> tuple[float, float, float]:
    """A quantile of the worlds with its one-sided bounds."""
    n, ordered = len(values), np.sort(values)
    below, above = _ranks(rule, n, rivals, sequential=sequential)
    low = float(ordered[below - 1]) if below > 0 else -math.inf
    high = float(ordered[above]) if above < n else math.inf
    return float(np.quantile(values, _share(rule))), low, high


def _share(rule: Rule) -> float:
    return int(rule.aggregate[1:]) / 100


def _ranks(rule: Rule, n: int, rivals: int, *, sequential: bool) -> tuple[int, int]:
    """How many of *n* worlds lie below the quantile, at least and at most, but for the error."""
    from scipy.stats import binom

    error = (1 - rule.confidence) / rivals / (n * (n + 1) if sequential else 1)  # a share for every look, which add up to 1
    return int(binom.ppf(error, n, _share(rule))), int(binom.isf(error, n, _share(rule)))


def _worst(values: Values, rule: Rule, rivals: int) -> tuple[float, float, float]:
    """The least or the most of the worlds, and how far it speaks for worlds that were not played.

    One world beyond the limit breaks it. That all worlds but a share 1 - C keep it, at confidence C, is
    proven by enough of them without one beyond (Wilks, 1941). Whoever watches may stop at any later
    number: the first so many have kept it then too, so looking adds nothing to the error.
    """
    worst = float(values.min() if rule.aggregate == "min" else values.max())
    proven = _enough(rule, len(values), rivals)
    if rule.aggregate == "min":
        return worst, worst if proven else -math.inf, worst
    return worst, worst, worst if proven else math.inf


def _enough(rule: Rule, n: int, rivals: int) -> bool:
    """Whether *n* worlds that all keep a limit prove it."""
    return bool(rule.confidence**n <= (1 - rule.confidence) / rivals)


def _needed(rule: Rule, values: Values, centre: float, margins: Margins, rivals: int) -> int | None:
    """How many replications would decide it if things stay as they look; None beyond any reason."""
    if len(values) < 2:
        return None
    if rule.aggregate == "mean":
        needed = _needed_for_mean(rule, values, abs(centre - rule.limit), margins, rivals)
    elif rule.aggregate in {"min", "max"}:  # open as long as too few worlds have kept it
        needed = paired.smallest(lambda n: _enough(rule, n, rivals))
    else:
        strictly = rule.operator in {">=", "<"}
        part = float((values < rule.limit if strictly else values <= rule.limit).mean())
        needed = paired.smallest(lambda n: _told_apart(part, n, _ranks(rule, n, rivals, sequential=margins.sequential)))
    return needed if needed is not None and needed <= _MOST else None


def _needed_for_mean(rule: Rule, values: Values, gap: float, margins: Margins, rivals: int) -> int | None:
    if gap == 0:
        return None
    confidence = 1 - (1 - rule.confidence) / rivals
    if margins.sequential:
        return anytime.needed_one_sided(float(values.std(ddof=1)), gap, confidence)
    return paired.needed(values, rule.limit, confidence)


def _told_apart(part: float, n: int, ranks: tuple[int, int]) -> bool:
    """Whether a limit that has this part of *n* worlds below it is clear of the quantile."""
    below, above = ranks
    return part * n < below or part * n > above
