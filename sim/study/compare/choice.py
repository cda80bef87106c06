"""The verdict: which candidate ships, if any.

A candidate ships when it is proven better than the baseline, at worst the indifference zone behind the
best of all that no guardrail has failed, and every guardrail is proven for it. Everything is kept as
it is when that can't happen any more. Else it is undecided.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.study.compare.comparison import FAIL, HOLD, INVALID, PASS, SHIP, UNDECIDED, Verdicted
from sim.study.compare.margins import Margins
from sim.study.decision.selection import constrained

Values = NDArray[np.float64]


class Choice(NamedTuple):
    """What comes of it.

    Attributes
    ----------
    ship
        The number of the candidate; None when nothing ships.
    mcb
        Each candidate minus the best of the others that may ship, from … to, shape (candidates, 2).
    leader
        The best of those that no guardrail has failed; the baseline is always among them.
    why
        For HOLD and UNDECIDED: what it is about, in words.
    """

    verdict: str
    ship: int | None
    mcb: Values
    leader: int
    why: str


def choose(lifts: Values, baseline: int, margins: Margins, indifference: float, rules: tuple[Verdicted, ...], names: list[str]) -> Choice:
    """Choose among the columns of *lifts*, shape (replications, candidates)."""
    states = [{one.status for one in rules if one.candidate == name} for name in names]
    free = np.array([not states[number] & {FAIL, INVALID} for number in range(len(names))])
    free[baseline] = True
    means, halves = lifts.mean(axis=0), margins.family(lifts)
    mcb = constrained(means, margins.pairs(lifts), free)
    leader = int(np.argmax(np.where(free, means, -np.inf)))
    near = mcb[:, 0] >= -indifference
    better = means - halves > 0
    ready = [number for number in range(len(names)) if number != baseline and free[number] and near[number] and better[number]]
    proven = [number for number in ready if states[number] <= {PASS}]
    if proven:
        best = max(proven, key=lambda number: means[number])
        return Choice(SHIP, best, mcb, leader, "")
    why = _settled(free, near, means + halves, baseline, indifference, names)
    if why:
        return Choice(HOLD, None, mcb, leader, why)
    return Choice(UNDECIDED, None, mcb, leader, _open(leader, baseline, ready, near, names))


def _settled(
    free: NDArray[np.bool_], near: NDArray[np.bool_], highest: Values, baseline: int, indifference: float, names: list[str]
) -> str:
    """Why nothing can ship any more; empty while something can."""
    others = [number for number in range(len(names)) if number != baseline]
    if not others:
        return f"nobody can be compared with {names[baseline]}"
    if not any(free[number] for number in others):
        return "no candidate keeps every guardrail"
    if all(highest[number] < indifference for number in others if free[number]):
        return f"nothing that keeps the guardrails gains {100 * indifference:g}% on {names[baseline]}"
    return f"{names[baseline]} is as good as the best, within what nobody cares about" if near[baseline] else ""


def _open(leader: int, baseline: int, ready: list[int], near: NDArray[np.bool_], names: list[str]) -> str:
    if ready:
        return f"a guardrail of {names[ready[0]]} is neither proven nor broken"
    if leader == baseline or near[leader]:
        return f"nothing is proven better than {names[baseline]}"
    return f"{names[leader]} leads, but is not yet told apart from the next"
