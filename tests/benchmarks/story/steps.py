"""Which steps of the story a diary tells, each found by what was seen and done, and the day it was."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from sim.lifecycle.chronicle import Line

Seen = Callable[[Line, Mapping[str, float]], bool]


class Step(NamedTuple):
    """One step: several lines of a diary, one after the other; its day is that of the first."""

    name: str
    lines: tuple[Seen, ...]


def _event(name: str) -> Seen:
    return lambda line, _: line.event == name


def _finding(name: str, event: str = "analyse", of: str = "") -> Seen:
    """A finding; *of* is a figure that its evidence must hold."""
    return lambda line, evidence: line.event == event and line.finding == name and (not of or of in evidence)


def _likely_ones(line: Line, _: Mapping[str, float]) -> bool:
    return line.event == "collect" and "likely to belong" in line.detail


def _recall_is_back(line: Line, evidence: Mapping[str, float]) -> bool:
    return line.event == "analyse" and not line.finding and evidence.get("recall", 0.0) > 0.5


def _recent_data_helps(line: Line, evidence: Mapping[str, float]) -> bool:
    return line.event == "analyse" and evidence.get("normalised_entropy_change_high", 0.0) < 0


def _whole_deployment(line: Line, evidence: Mapping[str, float]) -> bool:
    return line.event == "deploy" and "canary_revenue_change" in evidence


STEPS = (
    Step("first model", (_event("collect"), _event("label"), _event("train"))),
    Step("wrong labels", (_finding("wrong labels"),)),
    Step("relabelled", (_event("relabel"), _event("train"))),
    Step("never shows", (_finding("never shows"),)),
    Step("positives", (_likely_ones, _event("label"), _event("train"), _recall_is_back)),
    Step("stale", (_finding("stale", of="test_age_days"),)),
    Step("recent data did better", (_event("collect"), _event("label"), _event("train"), _recent_data_helps)),
    Step("deployed", (_whole_deployment,)),
    Step("revenue falls", (_finding("wrong objective", "alarm", "revenue_change"),)),
    Step("metric holds", (_finding("wrong objective", of="auc_now"),)),
    Step("switch", (_event("switch_objective"), _event("train"), _event("deploy"))),
)
FINDINGS = ("wrong labels", "never shows", "stale", "switch")  # each with a cause that a twin takes out


class Told(NamedTuple):
    """A step as a diary tells it.

    Attributes
    ----------
    day
        Of its first line.
    evidence
        The figures of its first line that has any, and of its last.
    """

    day: int
    evidence: Mapping[str, float]


def _known(line: Line) -> dict[str, float]:
    """The figures of a line, but for those that could not be measured."""
    return {name: value for name, value in json.loads(line.evidence or "{}").items() if value is not None}


def told(diary: Sequence[Line]) -> dict[str, Told]:
    """The steps that are in a diary, each after those before it; one that is missing holds up none after it.

    Examples
    --------
    >>> sorted(told([Line(3, "collect", ""), Line(4, "label", ""), Line(6, "train", ""), Line(9, "relabel", ""), Line(9, "train", "")]))
    ['first model', 'relabelled']
    """
    evidence = [_known(line) for line in diary]
    found: dict[str, Told] = {}
    begun = 0
    for step in STEPS:
        places, place = [], begun
        for seen in step.lines:
            place = next((at for at in range(place, len(diary)) if seen(diary[at], evidence[at])), len(diary))
            places.append(place)
            place += 1
        if places[-1] < len(diary):
            found[step.name] = Told(diary[places[0]].day, {**evidence[places[0]], **evidence[places[-1]]})
            begun = places[-1] + 1
    return found


def in_order(found: Mapping[str, Told]) -> bool:
    """Whether the whole story is told: `told` looks for each step after those before it."""
    return all(step.name in found for step in STEPS)
