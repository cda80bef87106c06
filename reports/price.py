"""The price of a step: what a team spent, waited and earned by it, against a twin in the same worlds that did not take it.

The pairs are whole replications, so an interval holds for what the step does in another world of the same scenario.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from reports.teams import RETRAINING, Twin, by_replication, twins
from sim.columns import MICROS, REVENUE
from sim.study import estimates
from sim.study.estimates import Estimate
from sim.study.results import CandidateRun, Entry, Run

PAID, LOST, OPEN = "paid", "lost", "open"


class Price(NamedTuple):
    """What a step was worth, over the whole horizon, the team less its twin.

    Attributes
    ----------
    steps
        What the twin does not look for, in words.
    taken
        In how many replications the team found it, and so took the step.
    spent
        More money for labels and training.
    days
        More days until the first deployment, over the replications in which both deployed.
    revenue
        Relative to the twin's (0.03 is +3 %).
    net
        More revenue, less what more was spent, in the currency.
    """

    twin: str
    steps: tuple[str, ...]
    taken: int
    spent: Estimate
    days: Estimate
    revenue: Estimate
    net: Estimate

    @property
    def answer(self) -> str:
        """Whether the step paid, as far as the interval tells: "paid", "lost" or "open"."""
        if self.net.low is None or self.net.high is None:
            return OPEN
        return PAID if self.net.low > 0 else LOST if self.net.high < 0 else OPEN


def prices(run: Run, team: CandidateRun) -> tuple[Price, ...]:
    """A price for each twin of *team* that the scenario has."""
    return tuple(_price(run, team, twin) for twin in twins(run, team))


def spendings(run: Run, candidate: CandidateRun) -> NDArray[np.float64]:
    """What a candidate's team spent in each replication, in the currency."""
    return np.array([sum(entry.cost for entry in lines) for lines in by_replication(run, candidate)], dtype=np.float64)


def deployed(run: Run, candidate: CandidateRun) -> list[int | None]:
    """The day of the first deployment in each replication, the first day being 0; None where there was none."""
    return [next((entry.day for entry in lines if entry.event == "deploy"), None) for lines in by_replication(run, candidate)]


def paired(differences: NDArray[np.float64]) -> Estimate:
    """Mean and 95 % t interval of one difference per replication; it may be below 0.

    Examples
    --------
    >>> paired(np.array([-1.0, 0.0, 1.0])).mean, round(paired(np.array([-1.0, 0.0, 1.0])).high, 2)
    (0.0, 2.48)
    """
    if not len(differences):
        return Estimate(None)
    centre = float(differences.mean())
    if len(differences) < 2:
        return Estimate(centre)
    from scipy.special import stdtrit

    half = float(stdtrit(len(differences) - 1, 0.975)) * float(differences.std(ddof=1)) / len(differences) ** 0.5
    return Estimate(centre, centre - half, centre + half)


def _price(run: Run, team: CandidateRun, twin: Twin) -> Price:
    other = twin.candidate
    spent = spendings(run, team) - spendings(run, other)
    earned = (team.days[:, :, REVENUE].sum(axis=1) - other.days[:, :, REVENUE].sum(axis=1)) / MICROS
    waited = [a - b for a, b in zip(deployed(run, team), deployed(run, other), strict=True) if a is not None and b is not None]
    taken = sum(any(_took(lines, look) for look in twin.without) for lines in by_replication(run, team))
    return Price(
        twin=other.name,
        steps=tuple(map(_named, twin.without)),
        taken=taken,
        spent=paired(spent),
        days=paired(np.array(waited, dtype=np.float64)),
        revenue=estimates.lift(team, other, "revenue"),
        net=paired(earned - spent),
    )


def _took(lines: Sequence[Entry], look: str) -> bool:
    """Whether the step came that follows from a look: it was found, or for retraining a serving model was replaced."""
    if look == RETRAINING:
        return sum(entry.event == "deploy" for entry in lines) > 1
    return any(entry.event != "alarm" and entry.finding == _named(look) for entry in lines)


def _named(look: str) -> str:
    """A look as its finding is called: a user's own by its import path."""
    return look if ":" in look else look.replace("_", " ")
