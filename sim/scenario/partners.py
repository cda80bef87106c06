"""What the parts of a candidate need of each other: each may be right alone, and they not fit together."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from typing import Any

from sim.errors import Mistake
from sim.scenario import plugins
from sim.scenario.kinds import Plugin
from sim.scenario.lines import Place
from sim.scenario.schema import DAY_S, Candidate, Scenario
from sim.scenario.text import Document


def labels_of(objective: Plugin) -> tuple[str, ...] | None:
    """The labels that an objective learns; None where that can't be told because it is itself mistaken.

    Examples
    --------
    >>> labels_of(Plugin(use="long_term")), labels_of(Plugin(use="mine:value", learns="show"))
    (('click', 'show'), ('show',))
    """
    if objective.use not in plugins.BUILT_IN["objective"]:
        learns = objective.arguments.get("learns", "click")
    else:
        try:
            learns = plugins.built_in("objective", objective.use)(**objective.arguments).learns
        except (TypeError, ValueError):
            return None
    if isinstance(learns, str):
        return (learns,)
    return tuple(map(str, learns)) if isinstance(learns, list | tuple) else None


def switched(candidate: Candidate, place: Place, days: int, document: Document) -> Iterator[Mistake]:
    """Whether the objective that a candidate goes over to can do with what has been learned."""
    then = candidate.then
    if then is None or candidate.objective is None:
        return
    if not 0 <= then.at < days * DAY_S:
        found = f"falls on day {then.at // DAY_S + 1}"
        yield document.mistake((*place, "then", "at"), found, f"a moment within the {days} days that are played")
    if then.objective == candidate.objective:
        yield document.mistake((*place, "then", "objective"), "has no effect: it is the objective already", "another one")
    known, needed = labels_of(candidate.objective), labels_of(then.objective)
    lacking = [label for label in needed or () if label not in (known or ())]
    if known is not None and lacking:
        yield document.mistake(
            (*place, "then", "objective"),
            f"needs a model of '{lacking[0]}', and none has been trained by then",
            f"an objective of what '{candidate.objective.use}' learns: {', '.join(known)}",
        )


def unfit(scenario: Scenario, document: Document) -> Iterator[Mistake]:
    """What can be told only of a model that has been imported."""
    for number, candidate in enumerate(scenario.candidates):
        if candidate.model is None or not (candidate.incremental or candidate.explore):
            continue
        model = _model(candidate.model, document)
        if candidate.incremental:
            for words in _can_not_go_on(model):
                hint = "such as 'sklearn.linear_model:SGDClassifier' or 'sklearn.naive_bayes:GaussianNB'"
                yield document.mistake(("candidate", number, "incremental"), words, "partial_fit(X, y, classes, sample_weight)", hint)
        drawn = candidate.explore is not None and candidate.explore.use == "thompson"
        only_show = candidate.objective is not None and labels_of(candidate.objective) == ("show",)
        if drawn and only_show and not hasattr(model, "predict_sd"):
            yield document.mistake(
                ("candidate", number, "explore"),
                "has no effect: raters label ads that are not shown as well, and the model tells no standard errors",
                "a model with predict_sd, such as 'glm', or an objective that learns clicks",
            )


def _model(plugin: Plugin, document: Document) -> Any:
    """The class of a model, or what its function makes."""
    if plugin.use in plugins.BUILT_IN["model"]:
        return plugins.built_in("model", plugin.use)
    target = plugins.load(plugin.use, document.folder)
    return target(**plugin.arguments) if inspect.isfunction(target) else target


def _can_not_go_on(model: Any) -> Iterator[str]:
    method = getattr(model, "partial_fit", None)
    name = model.__name__ if inspect.isclass(model) else type(model).__name__
    if not callable(method):
        yield f"{name} has no method 'partial_fit'"
        return
    seen = plugins.signature_of(method)
    for argument in ("classes", "sample_weight"):
        if seen.parameters is not None and not seen.takes_any and argument not in seen.parameters:
            yield f"the partial_fit of {name} takes no {argument}"
