"""A look at a comparison that is under way: whether it is decided, and how things stand."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.study.compare.choice import choose
from sim.study.compare.comparison import UNDECIDED
from sim.study.compare.figures import Figures, with_figures
from sim.study.compare.judge import rulings
from sim.study.compare.margins import Margins
from sim.study.compare.question import Question
from sim.study.compare.waiting import needed
from sim.study.decision import anytime, paired
from sim.study.results import Run

_FIRST = 5  # replications before which nothing is decided: two that happen to be alike say nothing of rare worlds


class Look(NamedTuple):
    """What a look finds; *text* is for whoever waits, *needed* how many replications in all would decide it as things look."""

    decided: bool
    text: str
    needed: int | None = None


def look(run: Run, question: Question) -> Look:
    """Look at the replications that are there; only intervals that allow it are used."""
    if question.baseline not in [one.name for one in run.candidates]:
        return Look(True, "the baseline failed")
    told, _ = with_figures(run, question.baseline, question.primary)
    figures, margins = Figures(told, question.baseline), Margins(question.confidence, sequential=True)
    names, lifts = figures.names, figures.lifts(question.primary)
    means, halves = lifts.mean(axis=0), margins.family(lifts)
    others = [number for number in range(len(names)) if number != figures.baseline]
    if not others:
        return Look(True, "nothing to compare with")
    best = max(others, key=lambda number: means[number])
    text = _told(names[best], question, float(means[best]), float(halves[best]))
    if not np.isfinite(means).all():  # the baseline's figure is missing, so no lift is known
        return Look(True, text)
    enough = run.replications >= min(_FIRST, question.limit)
    if question.precision is not None:
        decided = enough and bool((halves[others] <= question.precision).all())
        return Look(decided, text, None if decided else _precise(lifts[:, others], question.precision, question.confidence))
    rules = rulings(figures, question, margins, None)
    choice = choose(lifts, figures.baseline, margins, question.indifference, rules, names)
    decided = enough and choice.verdict != UNDECIDED
    return Look(decided, text, None if decided else needed(figures, choice, question, margins, rules))


def _precise(lifts: NDArray[np.float64], half: float, confidence: float) -> int | None:
    """How many replications it takes until every lift is known to plus or minus *half*."""
    if len(lifts) < 2:
        return None
    moving = max(int(paired.varies(lifts).sum()), 1)
    return anytime.needed(float(lifts.std(axis=0, ddof=1).max()), half, 1 - (1 - confidence) / moving)


def _told(name: str, question: Question, mean: float, half: float) -> str:
    percent = f"{100 * question.confidence:g} %"
    between = f"{100 * (mean - half):+.1f} to {100 * (mean + half):+.1f}" if np.isfinite(half) else "not yet"
    return f"{name}: {question.primary} {100 * mean:+.1f} % (anytime {percent}: {between})"
