"""The first lines of a report: what happens if we optimise this, and how wrong that may be.

A pure function from figures to words, so that every sentence can be tested. Nothing is called proven
without an interval that proves it, and the oracle, which nobody can deploy, never wins.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from reports import standing
from reports.glyphs import clean
from reports.parts import numbers
from reports.standing import Standing, doing, levels, named
from reports.traps import traps
from sim.study import estimates
from sim.study.estimates import Estimate
from sim.study.results import CandidateRun, Run

AHEAD, LEVEL, BEHIND, ONE_RUN, PARTIAL, ALONE = "AHEAD", "LEVEL", "BEHIND", "ONE RUN", "PARTIAL", "ALONE"
STYLES = {
    AHEAD: "badge.good", LEVEL: "badge.warn", BEHIND: "badge.bad",
    ONE_RUN: "badge.estimate", PARTIAL: "badge.warn", ALONE: "badge.estimate",
}  # fmt: skip


class Verdict(NamedTuple):
    """What the page begins with.

    Attributes
    ----------
    badge
        AHEAD, LEVEL or BEHIND the incumbent; ONE RUN without intervals, PARTIAL after an interruption,
        ALONE with nobody to compare.
    answer
        What happens to impressions, CTR and revenue.
    doubt
        How wrong that may be.
    traps
        What a reader of one figure alone would get wrong, if anything.
    """

    badge: str
    answer: str
    doubt: str
    traps: tuple[str, ...] = ()


def verdict(run: Run) -> Verdict:
    """Judge *run*."""
    if run.replications == 0:
        return Verdict(PARTIAL, "No replication was finished: there is nothing to tell yet.", _missing(run))
    rivals, base = rivals_and_base(run)
    if base is None:
        badge, answer = ALONE, _alone(run)
    elif not any(standing.earned(one.candidate) for one in rivals) and not standing.earned(base):
        badge, answer = (
            LEVEL,
            f"Nobody earned anything: {levels(estimates.totals(base))} under {named(base)}.",
        )
    else:
        badge, answer = _judge(run, rivals, base)
    if run.replications == 1 and badge != ALONE:
        badge = ONE_RUN
    doubt = " ".join(part for part in (_missing(run), _error(run, rivals), _ceiling(run)) if part)
    return Verdict(badge if run.complete else PARTIAL, answer, doubt, traps(run))


def rivals_and_base(run: Run) -> tuple[Sequence[Standing], CandidateRun | None]:
    """Who is compared, and with whom: the incumbent or, where it took no part, the runner-up."""
    rivals, base = standing.challengers(run), standing.incumbent(run)
    if base is None and len(rivals) > 1:
        base = rivals[1].candidate
        return [standing.against(rivals[0].candidate, base)], base
    return rivals, base if rivals else None


def subject(rivals: Sequence[Standing]) -> Standing:
    """Whom the verdict is about: the first that is proven above, else the first."""
    return next((one for one in rivals if one.answer == standing.ABOVE), rivals[0])


def _judge(run: Run, rivals: Sequence[Standing], base: CandidateRun) -> tuple[str, str]:
    one, first = subject(rivals), rivals[0]
    who, today, changes = doing(one.candidate), named(base), _changes(run, one, base)
    if one.answer == standing.ABOVE:
        if one is first:
            return AHEAD, f"{who} earns most: {changes}."
        still = f"{named(first.candidate)} may earn more still, unproven"
        return AHEAD, f"{who} is proven to earn more: {changes}; {still}."
    if all(rival.answer == standing.BELOW for rival in rivals):
        return BEHIND, f"{_first(today)} earns most; {named(one.candidate)} comes nearest: {changes}."
    more = standing.earned(one.candidate) > standing.earned(base)
    if run.replications == 1:
        earned = f"{who} earned most" if more else f"{_first(today)} earned most; {named(one.candidate)} came nearest"
        return ONE_RUN, f"{earned}, in this one run: {changes}."
    if more:
        return LEVEL, f"{who} may earn more than {today}, unproven: {changes}."
    return (
        LEVEL,
        f"Nothing is proven to earn more than {today}; {named(one.candidate)} comes nearest: {changes}.",
    )


def _changes(run: Run, one: Standing, base: CandidateRun) -> str:
    """What a candidate does to the three figures."""
    today = named(base)
    if one.lift.mean is None:
        money = numbers.money(estimates.totals(one.candidate)["revenue"].mean, run.currency)
        return f"revenue {money} where {today} earns nothing, {levels(estimates.totals(one.candidate))}"
    shown, ctr = (estimates.lift(one.candidate, base, metric) for metric in ("impressions", "ctr"))
    return f"revenue {numbers.lift(one.lift)} against {today}, impressions {_short(shown)}, CTR {_short(ctr)}"


def _short(estimate: Estimate) -> str:
    return numbers.delta(estimate.mean, numbers.error_decimals([numbers.half_width(estimate)], most=1))


def _alone(run: Run) -> str:
    best = next(
        (one for one in standing.ranked(run) if not standing.is_oracle(one.candidate)),
        standing.ranked(run)[0],
    )
    money = numbers.money(estimates.totals(best.candidate)["revenue"].mean, run.currency)
    return f"{doing(best.candidate)} has no rival: revenue {money}, {levels(estimates.totals(best.candidate))}."


def _error(run: Run, rivals: Sequence[Standing]) -> str:
    if run.replications == 1:
        return "One replication has no interval, so luck is not ruled out: add --replications 4."
    if not rivals or subject(rivals).lift.low is None:
        return f"Means of {numbers.many(run.replications, 'replication')}."
    chosen = f"; the best of {len(rivals)}, not corrected for the choice" if len(rivals) > 1 else ""
    pairs = numbers.many(run.replications, "paired replication")
    return f"Revenue, 95% interval: {numbers.interval(subject(rivals).lift)}, over {pairs}{chosen}."


def _ceiling(run: Run) -> str:
    """How near to the oracle's revenue the best deployable candidate came."""
    oracle = standing.oracle(run)
    real = [one.candidate for one in standing.ranked(run) if not standing.is_oracle(one.candidate)]
    if oracle is None or not real or oracle.goal == "clicks" or standing.earned(oracle) == 0:
        return ""
    share = standing.earned(real[0]) / standing.earned(oracle)
    if share > 1:
        return f"{doing(real[0])} earns more than the oracle, which maximises bid × true chance, not the price that is paid."
    return f"{doing(real[0])} gets {share:.0%} of what the oracle, which knows the truth, earns."


def _missing(run: Run) -> str:
    """What was to be played and is not in the figures."""
    told = []
    if not run.complete and run.replications < run.planned:
        told.append(f"Stopped early: {run.replications} of {numbers.many(run.planned, 'replication')} count.")
    elif not run.complete:
        told.append("Stopped before every candidate was through.")
    if run.failed:
        told.append(f"Left out, since it could not be played: {', '.join(map(clean, run.failed))}.")
    return " ".join(told)


def _first(words: str) -> str:
    """Words at the beginning of a sentence; a rule's name stays as it is written."""
    return words.replace("optimising", "Optimising", 1) if words.startswith("optimising ") else words
