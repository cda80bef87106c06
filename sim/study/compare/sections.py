"""The parts of a comparison that follow from its figures and its choice."""

from __future__ import annotations

import json
from collections.abc import Mapping

import numpy as np

from sim import seeds
from sim.measures import MEASURES
from sim.study.compare.choice import Choice
from sim.study.compare.comparison import Common, Curve, Difference, Frontier, MonthlyDifference, Reason, TooSure
from sim.study.compare.figures import Figures, sums
from sim.study.compare.margins import Margins, estimate
from sim.study.compare.question import Question
from sim.study.compare.reasons import reason
from sim.study.decision import bands, paired, selection, warmup
from sim.study.decision.frontier import on_frontier
from sim.study.decision.linear import fieller, weak
from sim.study.decision.lopsided import lopsided
from sim.study.estimates import Estimate

_TOLD = ("impressions", "clicks", "ctr", "cpc", "revenue", "rpm", "ads_per_query", "conversions", "advertiser_value")

_FIELLER = 2  # replications


def differences(figures: Figures, question: Question, margins: Margins, choice: Choice) -> tuple[Difference, ...]:
    """All candidates, the baseline too, in the primary metric; then the others in all further metrics that have values."""
    best = selection.p_best(figures.lifts(question.primary), seeds.key(figures.run.seed, "decision", 1))
    found = []
    for metric in dict.fromkeys((question.primary, *_TOLD)):
        lifts = figures.lifts(metric)
        halves = margins.family(lifts)
        for number, name in enumerate(figures.names):
            level = _above_zero(_level(figures, metric, number, margins))
            if level.mean is None or (metric != question.primary and not MEASURES[metric].below and not level.mean):
                continue
            one = Difference(name, metric, estimate(float(lifts[:, number].mean()), float(halves[number])), level)
            if metric == question.primary:
                low, high = choice.mcb[number]
                one = one._replace(p_best=float(best[number]), mcb=(float(low), float(high)))
            found.append(one)
    return tuple(found)


def _level(figures: Figures, metric: str, candidate: int, margins: Margins) -> Estimate:
    """A candidate's own figure; where what it is divided by is hardly known, Fieller's interval, which is none where that may be 0."""
    found = margins.single(figures.level(metric, candidate))
    above, below = sums(figures.run.candidates[candidate], MEASURES[metric])
    if below is None or found.mean is None or len(below) < _FIELLER or margins.sequential or not weak(below):
        return found
    ends = fieller(above, below, margins.confidence)
    return Estimate(found.mean) if ends is None else Estimate(found.mean, *ends)


def _above_zero(level: Estimate) -> Estimate:
    """No count, and no ratio of counts, is ever below 0."""
    return level if level.low is None else level._replace(low=max(level.low, 0.0))


def months(figures: Figures, primary: str, confidence: float) -> tuple[MonthlyDifference, ...]:
    """The lift in each month, with a band that holds for all months of a candidate at once."""
    found = []
    months = figures.run.months
    for number, name in enumerate(figures.names):
        if number == figures.baseline:
            continue
        values = np.stack([figures.lift(primary, number, slice(month.first, month.end)) for month in months], axis=1)
        lows, highs = bands.band(values, confidence)
        found += [
            MonthlyDifference(name, primary, month.label, estimate(float(centre), float((high - low) / 2)))
            for month, centre, low, high in zip(months, values.mean(axis=0), lows, highs, strict=True)
        ]
    return tuple(found)


def reasons(figures: Figures, choice: Choice, margins: Margins) -> tuple[Reason, ...]:
    """The losers against the leader; the leader against the baseline."""
    found = [reason(figures, choice.leader, figures.baseline, margins)] if choice.leader != figures.baseline else []
    means = figures.lifts("revenue").mean(axis=0)
    others = sorted(
        (number for number in range(len(figures.names)) if number not in (choice.leader, figures.baseline)), key=lambda n: -means[n]
    )
    return tuple(found + [reason(figures, number, choice.leader, margins) for number in others])


def common(figures: Figures, primary: str, choice: Choice, variance: Mapping[str, float]) -> Common | None:
    """What playing them in the same worlds bought."""
    others = [number for number in range(len(figures.names)) if number != figures.baseline]
    if not others or figures.replications < 2:
        return None
    means = figures.lifts(primary).mean(axis=0)
    best = choice.leader if choice.leader != figures.baseline else max(others, key=lambda number: means[number])
    other = best if choice.ship is None else choice.ship
    correlation, gain = paired.correlation_gain(figures.level(primary, other), figures.level(primary, figures.baseline))
    return Common(correlation, gain, variance, figures.names[other])


def frontier(figures: Figures, primary: str) -> Frontier | None:
    """Who may be on the frontier of the primary metric and of another one."""
    if len(figures.names) < 3 or figures.replications < 2:
        return None
    other = "ctr" if primary != "ctr" else "revenue"
    on = on_frontier(figures.lifts(primary), figures.lifts(other), seeds.key(figures.run.seed, "decision", 2))
    return Frontier(primary, other, {name: float(chance) for name, chance in zip(figures.names, on, strict=True)})


def curves(figures: Figures, choice: Choice, question: Question) -> tuple[Curve, ...]:
    """Every setting that was swept alone; of a grid, the points in their order."""
    swept: dict[str, list[tuple[str, str, str]]] = {}
    for one in json.loads(figures.run.settings)["candidate"]:
        if one.get("sweep") and one["name"] in figures.names:
            candidate, pairs = one["sweep"]
            keys, values = (", ".join(part) for part in zip(*pairs, strict=True))
            swept.setdefault(candidate, []).append((keys, values, one["name"]))
    found = []
    for candidate, points in swept.items():
        numbers = [figures.names.index(name) for _, _, name in points]
        means = figures.lifts(question.primary).mean(axis=0)
        best = max(numbers, key=lambda number: means[number])
        sure = bool(choice.mcb[best, 0] >= -question.indifference)
        found.append(Curve(candidate, points[0][0], tuple((value, name) for _, value, name in points), figures.names[best], sure))
    return tuple(found)


def warm_up(figures: Figures, primary: str, leader: int) -> int | None:
    """Days at the start of the leader's series that differ from the rest."""
    measure = MEASURES[primary]
    if measure.kind == "state":
        return None
    series = figures.run.candidates[leader].days[..., measure.above].mean(axis=0).astype(float)
    return warmup.mser5(series)


def too_sure(figures: Figures, primary: str) -> tuple[TooSure, ...]:
    """Whose lift in the primary metric is lopsided, the most so first."""
    lifts = figures.lifts(primary)
    looked = ((name, lopsided(lifts[:, number])) for number, name in enumerate(figures.names) if number != figures.baseline)
    return tuple(sorted((TooSure(name, found) for name, found in looked if found), key=lambda one: -one.found.bearing))
