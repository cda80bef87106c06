"""From the ledgers of a run and the question that was asked to the verdict: pure, so a stored run can be judged again."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from sim.measures import MEASURES
from sim.scenario.rules import Rule, parse
from sim.study.compare.checks import checks
from sim.study.compare.choice import Choice, choose
from sim.study.compare.comparison import (
    INVALID, UNDECIDED, Common, Comparison, Curve, Difference, Failed, Frontier, MonthlyDifference, Reason, Verdicted,
)  # fmt: skip
from sim.study.compare.figures import Figures
from sim.study.compare.margins import Margins, estimate
from sim.study.compare.question import Question
from sim.study.compare.reasons import reason
from sim.study.compare.rulings import rule_on
from sim.study.compare.settings import differing
from sim.study.compare.waiting import needed
from sim.study.decision import bands, frontier, paired, selection, warmup
from sim.study.results import Run

_TOLD = ("impressions", "clicks", "ctr", "cpc", "revenue", "rpm", "ads_per_query", "conversions", "advertiser_value")


class Beside(NamedTuple):
    """What is known of a comparison beside its ledgers.

    Attributes
    ----------
    failed
        Candidates that could not be played.
    variance
        Shares of the variance of the leader's lift by source; empty where nobody looked.
    replication_s
        How long a replication takes, in seconds of waiting; None where nobody measured.
    """

    failed: tuple[Failed, ...] = ()
    variance: Mapping[str, float] = {}
    replication_s: float | None = None


def judge(run: Run, question: Question, beside: Beside = Beside()) -> Comparison:
    """Judge a run.

    Examples
    --------
    >>> import sim
    >>> run = sim.run("quiet", replications=2)
    >>> found = judge(run, Question("keyword", "revenue", 0.95, 0.005, 2, None, 100))
    >>> found.baseline, found.exit in (0, 1, 3)
    ('keyword', True)
    """
    if question.baseline not in [one.name for one in run.candidates]:
        return _without(run, question, beside, f"the baseline, {question.baseline}, could not be played")
    figures, margins = Figures(run, question.baseline), Margins(question.confidence, question.sequential)
    held = checks(figures, question.primary)
    rules = rulings(figures, question, margins, beside.replication_s)
    lifts = figures.lifts(question.primary)
    choice = choose(lifts, figures.baseline, margins, question.indifference, rules, figures.names)
    broken = [f"{check.name}: {check.detail}" for check in held if not check.holds]
    if len(run.candidates) < 2 and beside.failed:
        broken.append("nothing is left to be held against the baseline")
    wait = needed(figures, choice, question, margins, rules) if choice.verdict == UNDECIDED and not broken else None
    return Comparison(
        run=run,
        verdict=INVALID if broken else choice.verdict,
        ship=figures.names[choice.ship] if choice.ship is not None and not broken else "",
        baseline=question.baseline,
        primary=question.primary,
        confidence=question.confidence,
        indifference=question.indifference,
        sequential=question.sequential,
        differences=_differences(figures, question, margins, choice),
        months=_months(figures, question.primary, question.confidence),
        rules=rules,
        reasons=_reasons(figures, choice, margins),
        checks=held,
        common=_common(figures, question.primary, choice, beside.variance),
        frontier=_frontier(figures, question.primary),
        curves=_curves(figures, choice, question),
        settings=differing(run),
        failed=beside.failed,
        warm_up=_warm_up(figures, question.primary, choice.leader),
        needed_replications=wait,
        needed_seconds=_seconds(wait, run.replications, beside.replication_s),
        why="; ".join(broken) or choice.why,
    )


def rulings(figures: Figures, question: Question, margins: Margins, replication_s: float | None) -> tuple[Verdicted, ...]:
    """Every rule on every candidate but the baseline."""
    found = []
    for rule in _rules(question):
        for number in range(len(figures.names)):
            if number != figures.baseline:
                one = rule_on(rule, figures, number, margins)
                found.append(one._replace(needed_seconds=_seconds(one.needed_replications, figures.replications, replication_s)))
    return tuple(found)


def _rules(question: Question) -> list[Rule]:
    return [parse(text, question.confidence) for text in question.rules]


def _seconds(wanted: int | None, there: int, replication_s: float | None) -> float | None:
    return None if wanted is None or replication_s is None else max(wanted - there, 0) * replication_s


def _without(run: Run, question: Question, beside: Beside, why: str) -> Comparison:
    """Without a baseline there is nothing to compare."""
    return Comparison(
        run, INVALID, "", question.baseline, question.primary, question.confidence, question.indifference, question.sequential,
        (), (), (), (), (), None, None, (), differing(run), beside.failed, why=why,
    )  # fmt: skip


def _differences(figures: Figures, question: Question, margins: Margins, choice: Choice) -> tuple[Difference, ...]:
    """All candidates, the baseline too, in the primary metric; then the others in all further metrics that have values."""
    stream = figures.run.seed
    best = selection.p_best(figures.lifts(question.primary), stream)
    found = []
    for metric in dict.fromkeys((question.primary, *_TOLD)):
        lifts = figures.lifts(metric)
        halves = margins.family(lifts)
        for number, name in enumerate(figures.names):
            level = margins.single(figures.level(metric, number))
            if level.mean is None or (metric != question.primary and not MEASURES[metric].below and not level.mean):
                continue
            one = Difference(name, metric, estimate(float(lifts[:, number].mean()), float(halves[number])), level)
            if metric == question.primary:
                low, high = choice.mcb[number]
                one = one._replace(p_best=float(best[number]), mcb=(float(low), float(high)))
            found.append(one)
    return tuple(found)


def _months(figures: Figures, primary: str, confidence: float) -> tuple[MonthlyDifference, ...]:
    """The lift in each month, with a band that holds for all months of a candidate at once."""
    found = []
    months = figures.run.months
    for number, name in enumerate(figures.names):
        if number == figures.baseline:
            continue
        values = np.stack([figures.lift(primary, number, slice(month.first, month.end)) for month in months], axis=1)
        n = len(values)
        critical = bands.sup_t(values, confidence) if n > 1 else np.inf
        halves = critical * values.std(axis=0, ddof=1) / n**0.5 if n > 1 else np.full(len(months), np.inf)
        found += [
            MonthlyDifference(name, primary, month.label, estimate(float(values[:, at].mean()), float(halves[at])))
            for at, month in enumerate(months)
        ]
    return tuple(found)


def _reasons(figures: Figures, choice: Choice, margins: Margins) -> tuple[Reason, ...]:
    """The losers against the leader; the leader against the baseline."""
    found = [reason(figures, choice.leader, figures.baseline, margins)] if choice.leader != figures.baseline else []
    means = figures.lifts("revenue").mean(axis=0)
    others = sorted((number for number in range(len(figures.names)) if number not in (choice.leader, figures.baseline)), key=lambda n: -means[n])
    return tuple(found + [reason(figures, number, choice.leader, margins) for number in others])


def _common(figures: Figures, primary: str, choice: Choice, variance: Mapping[str, float]) -> Common | None:
    other = choice.leader if choice.leader != figures.baseline else next((n for n in range(len(figures.names)) if n != figures.baseline), None)
    if other is None or figures.replications < 2:
        return None
    correlation, gain = paired.correlation_gain(figures.level(primary, other), figures.level(primary, figures.baseline))
    return Common(correlation, gain, variance)


def _frontier(figures: Figures, primary: str) -> Frontier | None:
    if len(figures.names) < 3 or figures.replications < 2:
        return None
    other = "ctr" if primary != "ctr" else "revenue"
    on = frontier.on_frontier(figures.lifts(primary), figures.lifts(other), figures.run.seed)
    return Frontier(primary, other, {name: float(chance) for name, chance in zip(figures.names, on, strict=True)})


def _curves(figures: Figures, choice: Choice, question: Question) -> tuple[Curve, ...]:
    """Every setting that was swept alone; of a grid, the points in their order."""
    swept: dict[str, list[tuple[str, str, str]]] = {}
    for one in json.loads(figures.run.settings)["candidate"]:
        if one.get("swept") and one["name"] in figures.names:
            values = one["swept"]["values"]
            swept.setdefault(one["swept"]["of"], []).append((", ".join(key for key, _ in values), ", ".join(str(v) for _, v in values), one["name"]))
    found = []
    for candidate, points in swept.items():
        numbers = [figures.names.index(name) for _, _, name in points]
        means = figures.lifts(question.primary).mean(axis=0)
        best = max(numbers, key=lambda number: means[number])
        sure = bool(choice.mcb[best, 0] >= -question.indifference)
        found.append(Curve(candidate, points[0][0], tuple((value, name) for _, value, name in points), figures.names[best], sure))
    return tuple(found)


def _warm_up(figures: Figures, primary: str, leader: int) -> int | None:
    measure = MEASURES[primary]
    if measure.kind == "state":
        return None
    series = figures.run.candidates[leader].days[..., measure.above].mean(axis=0).astype(float)
    return warmup.mser5(series)
