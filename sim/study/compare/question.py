"""What a comparison is asked: against whom, in which metric, how sure, and when to stop."""

from __future__ import annotations

import json
from typing import NamedTuple

from sim.errors import BadInput, Mistake, did_you_mean
from sim.measures import MEASURES
from sim.scenario.compare_checks import why_none
from sim.scenario.compare_schema import PRIMARIES
from sim.scenario.schema import Scenario


class Question(NamedTuple):
    """A comparison's question.

    Attributes
    ----------
    baseline
        The candidate that all others are held against.
    primary
        The metric that decides; the more the better.
    confidence
        Of each claim behind the verdict, over all candidates, such as 0.95.
    indifference
        A relative difference in the primary metric that nobody cares about.
    replications
        How many worlds are played; None to go on until it is decided.
    precision
        Instead of a decision: the half width that every lift in the primary metric shall have.
    limit
        Where an undecided comparison gives up.
    rules
        The guardrails, as they were written.
    """

    baseline: str
    primary: str
    confidence: float
    indifference: float
    replications: int | None
    precision: float | None
    limit: int
    rules: tuple[str, ...] = ()

    @property
    def sequential(self) -> bool:
        """Whether the number of replications depends on what is found."""
        return self.replications is None

    def text(self) -> str:
        """As JSON; `read` takes it back."""
        return json.dumps(self._asdict())

    @classmethod
    def read(cls, text: str) -> Question:
        """A question from its JSON.

        Examples
        --------
        >>> asked = Question("keyword", "revenue", 0.95, 0.005, None, None, 100, ("ctr >= 2%",))
        >>> Question.read(asked.text()) == asked
        True
        """
        known = {key: value for key, value in json.loads(text).items() if key in cls._fields}
        return cls(**{**known, "rules": tuple(known.get("rules", ()))})


def pose(
    scenario: Scenario, *, baseline: str | None = None, primary: str | None = None, replications: int | None = None,
    precision: float | None = None,
) -> Question:  # fmt: skip
    """The question of *scenario*, with what was asked otherwise.

    Raises
    ------
    BadInput
        When there is no such candidate or metric, or the metric can't move here.
    """
    wanted = scenario.compare
    names = [candidate.name for candidate in scenario.candidates]
    mistakes = []
    if baseline is not None and baseline not in names:
        mistakes.append(Mistake("--baseline", f"no candidate is called {baseline!r}", ", ".join(names), did_you_mean(baseline, names)))
    if primary is not None and primary not in PRIMARIES:
        found = f"{primary!r} is nothing to maximise" if primary in MEASURES else f"no metric is called {primary!r}"
        mistakes.append(Mistake("--primary", found, ", ".join(PRIMARIES), did_you_mean(primary, PRIMARIES)))
    elif primary is not None and (why := why_none(scenario, primary)):
        mistakes.append(Mistake("--primary", f"there is no {primary!r} here: {why}"))
    if mistakes:
        raise BadInput(mistakes)
    return Question(
        baseline=baseline or wanted.baseline or _incumbent(scenario),
        primary=primary or wanted.primary,
        confidence=wanted.confidence,
        indifference=wanted.indifference,
        replications=replications,
        precision=precision,
        limit=wanted.replications,
        rules=tuple(scenario.guardrails.rules),
    )


def _incumbent(scenario: Scenario) -> str:
    """Who goes on with what served before day 1, else the first."""
    policy = scenario.history.policy
    return next((one.name for one in scenario.candidates if one.policy == policy), scenario.candidates[0].name)
