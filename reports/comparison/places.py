"""Who is compared, the best first, and what of a figure can be shown: asked here once, by every section."""

from __future__ import annotations

import math
import re
from typing import NamedTuple

from reports import standing
from reports.glyphs import clean
from reports.parts import numbers
from reports.traps import days_of
from sim.study.compare.comparison import FAIL, INVALID, PASS, UNDECIDED, Comparison, Difference
from sim.study.estimates import Estimate

STYLES = {PASS: "good", FAIL: "bad", UNDECIDED: "warn", INVALID: "bad"}
TITLES = {"ctr": "CTR", "cpc": "CPC", "rpm": "RPM", "roi": "ROI"}
_LIMIT = r"\s*(?:>=|<=|>|<)\s*([-+]?\d+(?:\.\d+)?)\s*%.*"


class Place(NamedTuple):
    """A candidate's place in the order of the primary metric.

    Attributes
    ----------
    answer
        As in `reports.standing`: whether an interval proves it above or below the baseline.
    mcb
        Against the best of the others, from … to; None where it is not known.
    """

    candidate: str
    lift: Estimate
    answer: str
    p_best: float | None
    mcb: tuple[float, float] | None


def places(comparison: Comparison) -> tuple[Place, ...]:
    """Everyone but the baseline, the best first; who has no figure comes last."""
    found = [
        _place(one)
        for one in comparison.differences
        if one.metric == comparison.primary and one.candidate != comparison.baseline
    ]  # fmt: skip
    return tuple(sorted(found, key=lambda one: math.inf if one.lift.mean is None else -one.lift.mean))


def baseline(comparison: Comparison) -> Place | None:
    """The baseline's own place; None where there is none."""
    found = (one for one in comparison.differences if (one.candidate, one.metric) == (comparison.baseline, comparison.primary))
    return next(map(_place, found), None)


def subject(comparison: Comparison) -> Place | None:
    """Whom the verdict is about: the candidate to ship, else the best one, of those that still may while that is open."""
    ranked = places(comparison)
    out = {one.candidate for one in comparison.rules if one.status in {FAIL, INVALID}} if comparison.verdict == UNDECIDED else set()
    about = [one for one in ranked if one.candidate == comparison.ship] or [one for one in ranked if one.candidate not in out]
    return next(iter(about or ranked), None)


def behind(place: Place) -> bool:
    """Whether the baseline leads: even the candidate that comes nearest earned less.

    Examples
    --------
    >>> behind(Place("a", Estimate(-0.02, -0.05, 0.01), standing.UNDECIDED, None, None))
    True
    """
    return place.lift.mean is not None and place.lift.mean < 0


def known(found: Estimate) -> Estimate:
    """*found* without what is no number: an interval with an open end is none.

    Examples
    --------
    >>> known(Estimate(0.1, -float("inf"), 0.2)), known(Estimate(float("nan"), 0.0, 0.1))
    (Estimate(mean=0.1, low=None, high=None), Estimate(mean=None, low=None, high=None))
    """
    if found.mean is None or not math.isfinite(found.mean):
        return Estimate(None)
    ends = (found.low, found.high)
    return found if all(end is not None and math.isfinite(end) for end in ends) else Estimate(found.mean)


def proven_side(lift: Estimate) -> str:
    """Whether an interval is above 0 or below it, as in `reports.standing`.

    Examples
    --------
    >>> proven_side(Estimate(0.1, 0.05, 0.15)) == standing.ABOVE, proven_side(Estimate(0.1)) == standing.UNKNOWN
    (True, True)
    """
    if lift.low is None or lift.high is None:
        return standing.UNKNOWN
    return standing.ABOVE if lift.low > 0 else standing.BELOW if lift.high < 0 else standing.UNDECIDED


def finite(value: float | None) -> float | None:
    """*value*, None where it is no number."""
    return value if value is not None and math.isfinite(value) else None


def title(metric: str) -> str:
    """A metric as it is called on a page.

    Examples
    --------
    >>> title("ctr"), title("ads_per_query")
    ('CTR', 'ads per query')
    """
    return TITLES.get(metric, clean(metric).replace("_", " "))


def confidence(comparison: Comparison) -> str:
    """The confidence in words: "95%"."""
    return f"{100 * comparison.confidence:g}%"


def horizon(comparison: Comparison) -> str:
    """How long the worlds are played: in months, or in days where a month is not whole."""
    run = comparison.run
    if not run.candidates:
        return ""
    whole = all(month.end - month.first == days_of(month) for month in run.months)
    return numbers.many(len(run.months), "month") if whole else numbers.many(run.days, "day")


def limits(comparison: Comparison) -> tuple[float, ...]:
    """Where the rules draw a line for the primary metric's lift, as fractions."""
    rule = re.compile(rf"\s*{re.escape(comparison.primary)}_vs_baseline{_LIMIT}")
    found = (rule.fullmatch(one.text) for one in comparison.rules)
    return tuple(sorted({float(match[1]) / 100 for match in found if match}))


def _place(one: Difference) -> Place:
    lift = known(one.lift)
    sound = one.mcb is not None and all(map(math.isfinite, one.mcb))
    return Place(one.candidate, lift, proven_side(lift), finite(one.p_best), one.mcb if sound else None)
