"""The first two lines: ship it or not, in the sentence that a manager reads, and how wrong that may be."""

from __future__ import annotations

import math
from typing import NamedTuple

from reports import standing
from reports.comparison.places import Place, baseline, behind, confidence, horizon, places, subject, title
from reports.glyphs import clean
from reports.parts import numbers
from sim.study.compare.comparison import FAIL, HOLD, INVALID, PASS, SHIP, UNDECIDED, Comparison

PARTIAL = "PARTIAL"
STYLES = {
    SHIP: "badge.good", HOLD: "badge.bad", UNDECIDED: "badge.warn", INVALID: "badge.bad", PARTIAL: "badge.warn",
}  # fmt: skip


class Verdict(NamedTuple):
    """What the page begins with: a badge, the answer, and how wrong it may be."""

    badge: str
    answer: str
    doubt: str


def verdict(comparison: Comparison) -> Verdict:
    """The comparison's verdict in words."""
    run, place = comparison.run, subject(comparison)
    words = {SHIP: _ship, HOLD: _hold, UNDECIDED: _undecided}
    judged = words[comparison.verdict](comparison, place) if place and comparison.verdict in words else _nobody(comparison)
    badge = comparison.verdict
    if run.interrupted or run.broken:
        so_far = f"stopped after {run.replications} of {numbers.many(run.planned, 'replication')}"
        badge, judged = PARTIAL, f"{so_far}, {comparison.verdict} so far: {judged}"
    return Verdict(badge, judged, _doubt(comparison, place))


def against(comparison: Comparison, place: Place) -> str:
    """A candidate's lift in the primary metric, with its interval."""
    metric, base = title(comparison.primary), clean(comparison.baseline)
    if place.lift.mean is None:
        return f"{metric} can't be compared with that of {base}"
    decimals = numbers.error_decimals([numbers.half_width(place.lift)])
    level = f" ({confidence(comparison)} interval {numbers.interval(place.lift)})" if place.lift.low is not None else ""
    return f"{metric} {numbers.delta(place.lift.mean, decimals)} vs {base}{level}"


def effort(needed: int | None, seconds: float | None, have: int) -> str:
    """What it would take beyond the replications there are, in words; empty where nobody can say.

    Examples
    --------
    >>> effort(120, 35.2, 40), effort(41, None, 40), effort(None, None, 40)
    ('about 80 more replications (120 in all, 35 s)', 'about 1 more replication (41 in all)', '')
    """
    if needed is None or needed <= have:
        return ""
    time = "" if seconds is None else f", {_time(seconds)}"
    return f"about {numbers.many(needed - have, 'more replication')} ({needed:,} in all{time})"


def _time(seconds: float) -> str:
    if seconds < 90:
        return f"{max(1.0, seconds):.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"


def _ship(comparison: Comparison, place: Place) -> str:
    return f"{clean(place.candidate)}  {against(comparison, place)}, {_proven(comparison, place)}"


def _hold(comparison: Comparison, place: Place) -> str:
    name, base, lift = clean(place.candidate), clean(comparison.baseline), against(comparison, place)
    broken = [one.text for one in comparison.rules if one.candidate == place.candidate and one.status == FAIL]
    why = f"; {clean(comparison.why)}" if comparison.why else ""
    if broken:
        more = f" and {numbers.many(len(broken) - 1, 'more rule')}" if len(broken) > 1 else ""
        return f"{name} breaches {clean(broken[0])}{more}; {lift}{why}"
    if place.answer == standing.ABOVE:
        return f"{name}  {lift}, {_proven(comparison, place)}{why or '; it is not to be shipped'}"
    beats = "nobody beats it" if place.answer == standing.BELOW else "nobody is proven to beat it"
    return f"keep {base}: {beats}; {name} comes nearest, {lift}{why}"


def _undecided(comparison: Comparison, place: Place) -> str:
    name, base, lift = clean(place.candidate), clean(comparison.baseline), against(comparison, place)
    leads = f"{base} leads; {name} comes nearest, {lift}" if behind(place) else f"{name} leads: {lift}"
    if comparison.run.replications < 2:
        return f"{leads}, in this one world, which proves nothing"
    open_still = "" if place.answer == standing.ABOVE or _but(comparison, place) else ", unproven"
    needed = effort(comparison.needed_replications, comparison.needed_seconds, comparison.run.replications)
    what = f"{needed or 'nothing reasonable'} would decide {f'whether to keep {base}' if behind(place) else 'it'}"
    return f"{leads}{open_still}, {_proven(comparison, place)}; {_but(comparison, place)}{what}"


def _but(comparison: Comparison, place: Place) -> str:
    """Why it is open; that nothing is proven better goes without saying where the baseline leads."""
    return f"{clean(comparison.why)}; " if comparison.why and not behind(place) else ""


def _nobody(comparison: Comparison) -> str:
    """The verdict where nobody can be named: the figures can't be trusted, or there are none."""
    if comparison.verdict != INVALID:
        return clean(comparison.why) or f"nobody can be compared with {clean(comparison.baseline)}"
    broken = next((one for one in comparison.checks if not one.holds), None)
    if comparison.why:
        reason = clean(comparison.why)
    elif broken is not None:
        reason = ": ".join(filter(None, (clean(broken.name), clean(broken.detail))))
    elif comparison.failed:
        reason = f"{clean(comparison.failed[0].candidate)} is left out: {clean(comparison.failed[0].why)}"
    else:
        reason = "a rule has no figure to be judged by"
    return f"the verdict can't be trusted: {reason}"


def _proven(comparison: Comparison, place: Place) -> str:
    states = [one.status for one in comparison.rules if one.candidate == place.candidate]
    if not states:
        return "no guardrails to prove"
    return f"{states.count(PASS)} of {numbers.many(len(states), 'guardrail')} proven"


def _doubt(comparison: Comparison, place: Place | None) -> str:
    run = comparison.run
    count = len(places(comparison))
    worlds = numbers.many(run.replications, "paired replication" if count else "replication")
    who = numbers.many(count, "candidate") if count else ""
    design = " × ".join(filter(None, (who, horizon(comparison), worlds)))
    if run.replications < 2:
        return f"{'no' if run.replications == 0 else 'one'} replication has no interval: nothing is proven · {design}"
    return " · ".join(filter(None, (_worst(comparison, place), design)))


def _worst(comparison: Comparison, place: Place | None) -> str:
    """How far behind the true best who is taken may be, and whether that matters."""
    if place is None or comparison.verdict == INVALID:
        return ""
    kept = comparison.verdict == HOLD or (comparison.verdict == UNDECIDED and behind(place))
    taken = baseline(comparison) if kept else place
    if taken is None or taken.mcb is None:
        return ""
    out = {one.candidate for one in comparison.rules if one.status in {FAIL, INVALID}}  # MCB leaves out who may not ship
    ahead = [one for one in places(comparison) if _earned(one) > _earned(taken)]
    of = " of those that break no rule" if any(one.candidate in out for one in ahead) else ""
    name, metric = clean(taken.candidate), title(comparison.primary)
    if taken.mcb == (0, 0):
        return f"{name} is as good as the best in {metric}{of}"
    if taken.mcb[0] >= 0:
        return f"{name} is proven best in {metric}{of}" if kept or len(places(comparison)) > 1 else ""
    worst = f"{-100 * taken.mcb[0]:.2g}%"
    zone = f"the {100 * comparison.indifference:g}% you said you do not care about"
    side = "inside" if -taken.mcb[0] <= comparison.indifference else "more than"
    return f"{f'{name} is ' if kept else ''}at worst {worst} behind the true best{of}, {side} {zone}"


def _earned(place: Place) -> float:
    return -math.inf if place.lift.mean is None else place.lift.mean
