"""What one figure alone would hide: the traps that ad teams fall into, told only where the data show them."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from reports import standing
from reports.glyphs import clean
from reports.parts import numbers
from sim.columns import IMPRESSIONS, REVENUE
from sim.study import estimates
from sim.study.results import CandidateRun, Month, Run

_WORTH_TELLING = 0.05
_MOST = 2
_MONTHS_TO_LEARN = 3


def traps(run: Run) -> tuple[str, ...]:
    """The sentences that are true of *run*: often none, two at most."""
    found = (_tired_eyes(run), _overtaken(run), _not_money(run, "impressions"), _fading(run), _not_money(run, "ctr"))
    return tuple(sentence for sentence in found if sentence)[:_MOST]


def _tired_eyes(run: Run) -> str:
    """Users learn to look past a challenger's ads, and its lead melts from the first whole month to the last."""
    whole, base = list(_whole_months(run)), standing.incumbent(run)
    if len(whole) < _MONTHS_TO_LEARN or base is None:
        return ""
    seen = [(estimates.months(run, one.candidate)[-1]["sightedness"].mean or 1.0, one.candidate) for one in standing.challengers(run)]
    tired = [(sight, one) for sight, one in seen if sight < 1 - _WORTH_TELLING]
    for sight, one in sorted(tired, key=lambda pair: pair[0]):
        first, last = (_lead(one, base, month) for month in (whole[0], whole[-1]))
        if first is not None and last is not None and last < first - _WORTH_TELLING:
            verb = "becomes a loss:" if last < 0 < first else "melts:"
            return (
                f"More ads now, less later: users learn to look past the ads of {standing.named(one)} (their eyes for ads fall to "
                f"{sight:.0%}), and its revenue against {clean(base.name)} {verb} {numbers.delta(first, 0)} in {whole[0].label}, "
                f"{numbers.delta(last, 0)} in {whole[-1].label}."
            )
    return ""


def _overtaken(run: Run) -> str:
    """Whoever earns most in the first whole month is behind in the last, by more than luck."""
    whole = list(_whole_months(run))
    real = [one.candidate for one in standing.ranked(run) if not standing.is_oracle(one.candidate)]
    if len(whole) < _MONTHS_TO_LEARN or len(real) < 2:
        return ""
    first, last = whole[0], whole[-1]
    early, late = (max(real, key=lambda one, month=month: _earned(one, month).sum()) for month in (first, last))  # type: ignore[misc]
    before, after = _lead(late, early, first), _lead(late, early, last)
    if before is None or after is None or before > -_WORTH_TELLING:
        return ""
    moved = estimates.mean(_gap(late, early, last) - _gap(late, early, first))
    if moved.low is not None and moved.low <= 0:
        return ""
    return (
        f"The first month misleads: {standing.named(early)} earns most in {first.label}, {standing.named(late)} in {last.label} "
        f"(against {standing.named(early)} {numbers.delta(before, 0)} at first, {numbers.delta(after, 0)} at last)."
    )


def _gap(one: CandidateRun, base: CandidateRun, month: Month) -> NDArray[np.float64]:
    """By how much a month's revenue differs in each replication, as a share of the mean."""
    theirs = _earned(base, month)
    return np.asarray((_earned(one, month) - theirs) / theirs.mean(), dtype=np.float64)


def _earned(one: CandidateRun, month: Month) -> NDArray[np.int64]:
    """A month's revenue in each replication."""
    return np.asarray(one.days[:, month.first : month.end, REVENUE].sum(axis=1), dtype=np.int64)


def _lead(one: CandidateRun, base: CandidateRun, month: Month) -> float | None:
    """Relative difference of a month's revenue."""
    ours, theirs = (float(_earned(run, month).sum()) for run in (one, base))
    return ours / theirs - 1 if theirs else None


def _not_money(run: Run, metric: str) -> str:
    """Whoever is first in ads shown (or in CTR) is last in the other, and earns less than the best."""
    real = [one.candidate for one in standing.ranked(run) if not standing.is_oracle(one.candidate)]
    if len(real) < 2:
        return ""
    best, first = real[0], max(real, key=lambda one: estimates.totals(one)[metric].mean or 0.0)
    money = estimates.lift(first, best, "revenue")
    shown, ctr = (estimates.lift(first, best, other).mean for other in ("impressions", "ctr"))
    if first is best or money.mean is None or shown is None or ctr is None or shown * ctr >= 0:
        return ""
    if min(abs(shown), abs(ctr)) < _WORTH_TELLING:
        return ""
    if (money.mean if money.high is None else money.high) >= 0 or money.mean > -_WORTH_TELLING:
        return ""
    rates = " against ".join(numbers.percent(estimates.totals(one)["ctr"].mean) for one in (first, best))
    title = "Most ads is" if metric == "impressions" else "The best CTR is"
    ads = f"{_ads(shown)} {standing.named(best)}"
    return f"{title} not most money: {standing.named(first)} shows {ads}, at a CTR of {rates}, and earns {-money.mean:.0%} less."


def _ads(change: float) -> str:
    if change >= 1:
        return f"{numbers.times(1 + change)} as many ads as"
    return f"{abs(change):.0%} {'more' if change > 0 else 'fewer'} ads than"


def _fading(run: Run) -> str:
    """The best candidate's revenue a day falls from the first whole month to the last."""
    whole = list(_whole_months(run))
    rivals = standing.challengers(run)
    if len(whole) < 2 or not rivals:
        return ""
    first, last = whole[0], whole[-1]
    best, base = rivals[0].candidate, standing.incumbent(run)
    money = _change(best, first, last, REVENUE)
    if money is None or money > -_WORTH_TELLING:
        return ""
    theirs = _change(base, first, last, REVENUE) if base else None
    beside = ""
    if base and theirs is not None:
        beside = f"; {clean(base.name)}'s moves {numbers.delta(theirs, 0)}"
    shown = numbers.delta(_change(best, first, last, IMPRESSIONS), 0)
    return (
        f"From {first.label} to {last.label} the revenue a day of {standing.named(best)} falls by "
        f"{-money:.0%} and its impressions move {shown}{beside}."
    )


def _whole_months(run: Run) -> Iterator[Month]:
    """The months that were played from their first day to their last."""
    for month in run.months:
        if month.end - month.first == days_of(month):
            yield month


def days_of(month: Month) -> int:
    """How many days the calendar gives a month.

    Examples
    --------
    >>> days_of(Month("2028-02", 0, 10))
    29
    """
    year, number = map(int, month.label.split("-"))
    return monthrange(year, number)[1]


def _change(candidate: CandidateRun, first: Month, last: Month, column: int) -> float | None:
    """Relative change of a day's mean between two months."""
    before, after = (candidate.days[:, month.first : month.end, column].mean() for month in (first, last))
    return float(after / before - 1) if before else None
