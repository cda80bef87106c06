"""How many replications would decide it, if things stay as they look."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.study.compare.choice import Choice
from sim.study.compare.comparison import FAIL, INVALID, UNDECIDED, Verdicted
from sim.study.compare.figures import Figures
from sim.study.compare.margins import Margins
from sim.study.compare.question import Question
from sim.study.decision import anytime, paired

_MOST = 100_000


def needed(figures: Figures, choice: Choice, question: Question, margins: Margins, rules: tuple[Verdicted, ...]) -> int | None:
    """Replications in all until the leader can be told from the baseline and from the next, and its rules are decided.

    None where nothing reasonable would do, or nothing is known yet.
    """
    if figures.replications < 2:
        return None
    lifts, leader = figures.lifts(question.primary), choice.leader
    error = (1 - question.confidence) / max(len(figures.names) - 1, 1)
    out = {one.candidate for one in rules if one.status in {FAIL, INVALID}}  # nobody is held against them
    wanted = []
    for number, name in enumerate(figures.names):
        ours = number == figures.baseline  # lifts on it have two-sided intervals, and no zone
        room, share = (0.0, error / 2) if ours else (question.indifference, error)
        if number != leader and (ours or name not in out):
            wanted.append(_until(lifts[:, leader] - lifts[:, number] + room, 1 - share, sequential=margins.sequential))
    open_rules = [one.needed_replications for one in rules if one.candidate == figures.names[leader] and one.status == UNDECIDED]
    whole = [*wanted, *open_rules]
    if not whole or any(one is None for one in whole):
        return None
    most = max(one for one in whole if one is not None)
    return max(most, figures.replications + 1) if most <= _MOST else None  # so near that it takes one more


def _until(lead: NDArray[np.float64], confidence: float, *, sequential: bool) -> int | None:
    """Replications until a lead is proven to be above 0."""
    mean, spread = float(lead.mean()), float(lead.std(ddof=1))
    if not mean > 0:
        return None
    return anytime.needed_one_sided(spread, mean, confidence) if sequential else paired.needed(lead, 0.0, confidence)
