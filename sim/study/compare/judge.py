"""From the ledgers of a run and the question that was asked to the verdict: pure, so a stored run can be judged again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from sim.scenario.rules import Rule, parse
from sim.study.compare import sections
from sim.study.compare.checks import checks
from sim.study.compare.choice import choose
from sim.study.compare.comparison import INVALID, UNDECIDED, Comparison, Failed, Verdicted
from sim.study.compare.figures import Figures, with_figures
from sim.study.compare.margins import Margins
from sim.study.compare.question import Question
from sim.study.compare.rulings import rule_on
from sim.study.compare.settings import differing
from sim.study.compare.waiting import needed
from sim.study.results import Run


class Beside(NamedTuple):
    """What is known of a comparison beside its ledgers.

    Attributes
    ----------
    failed
        Candidates that could not be played, or were left out for want of a figure.
    variance
        Shares of the variance of the leader's lift by source; empty where nobody looked.
    looked
        Whether someone saw these worlds under another number of replications before.
    replication_s
        How long a replication takes, in seconds of waiting; None where nobody measured.
    """

    failed: tuple[Failed, ...] = ()
    variance: Mapping[str, float] = {}
    replication_s: float | None = None
    looked: bool = False


_NOTHING = Beside()


def judge(run: Run, question: Question, beside: Beside = _NOTHING) -> Comparison:
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
    told, lacking = with_figures(run, question.baseline, question.primary)
    beside = beside._replace(failed=beside.failed + _without_figure(question, lacking, beside.failed))
    stopped = run.interrupted and run.replications < run.planned  # at some look
    looked = not question.sequential and (beside.looked or stopped)
    figures, margins = Figures(told, question.baseline), Margins(question.confidence, question.sequential or looked)
    held = checks(figures, question.primary)
    rules = rulings(figures, question, margins, beside.replication_s)
    lifts = figures.lifts(question.primary)
    choice = choose(lifts, figures.baseline, margins, question.indifference, rules, figures.names)
    broken = [f"{check.name}: {check.detail}" for check in held if not check.holds]
    if len(told.candidates) < 2 and beside.failed:
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
        looked=looked,
        differences=sections.differences(figures, question, margins, choice),
        months=sections.months(figures, question.primary, question.confidence),
        rules=rules + _unruled(question, beside.failed),
        reasons=sections.reasons(figures, choice, margins),
        checks=held,
        common=sections.common(figures, question.primary, choice, beside.variance),
        frontier=sections.frontier(figures, question.primary),
        curves=sections.curves(figures, choice, question),
        settings=differing(run),
        failed=beside.failed,
        precision=question.precision,
        warm_up=sections.warm_up(figures, question.primary, choice.leader),
        too_sure=sections.too_sure(figures, question.primary),
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


def _unruled(question: Question, failed: tuple[Failed, ...]) -> tuple[Verdicted, ...]:
    """Of a candidate that could not be played no rule can be told."""
    return tuple(Verdicted(rule.text, one.candidate, INVALID, None, None, rule.unit) for rule in _rules(question) for one in failed)


def _without_figure(question: Question, names: tuple[str, ...], failed: tuple[Failed, ...]) -> tuple[Failed, ...]:
    """Those of *names* that are not among the failed yet."""
    known = {one.candidate for one in failed}
    why = f"its {question.primary} has nothing to be counted or divided by"
    return tuple(Failed(name, why) for name in names if name not in known)


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
