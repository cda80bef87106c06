"""One door from a scenario's text to a frozen `Scenario`: every mistake at once, each with its line.

pydantic finds the mistakes; the sentences are ours. When the text is sound, the classes it names are
imported and looked at too; when it is not, they are only looked for in their source, so that a typo
is answered at once.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from sim.errors import BadInput, Mistake, did_you_mean
from sim.scenario import checks, compare_schema, drift_schema, partners, playbook_schema, roles, schema, sweeps, text, units
from sim.scenario.lines import Place
from sim.scenario.panel import read_panel
from sim.scenario.query_table import read_query_table
from sim.scenario.schema import Scenario
from sim.scenario.text import Document

_DRIFTS: dict[str, type[BaseModel]] = {
    "step": drift_schema.Step,
    "ramp": drift_schema.Ramp,
    "random_walk": drift_schema.RandomWalk,
    "season": drift_schema.Season,
    "shock": drift_schema.Shock,
    "outage": drift_schema.Outage,
}
_BOUNDS = {
    "greater_than_equal": ("ge", "at least"),
    "greater_than": ("gt", "more than"),
    "less_than_equal": ("le", "at most"),
    "less_than": ("lt", "less than"),
}


def load(source: str | Path) -> Scenario:
    """Read and check the scenario at *source* (a path, or a shipped scenario's name).

    Raises
    ------
    BadInput
        With every mistake found, each with its file and line.

    Examples
    --------
    >>> load("quiet").name
    'quiet'
    """
    document, unswept = sweeps.expanded(text.read_document(source))
    scenario, mistakes = _validate(document, _start(document))
    if scenario is not None and scenario.traffic.replay and text.is_file(document.folder / scenario.traffic.replay):
        scenario, mistakes = _on_log(scenario, document)
    elif scenario is not None and scenario.traffic.types and text.is_file(document.folder / scenario.traffic.types):
        scenario, mistakes = _of_table(scenario, document)
    if scenario is not None:
        mistakes += checks.whole(scenario, document)
    mistakes += unswept
    mistakes += roles.named(document, deep=not mistakes)
    if scenario is not None and not mistakes:
        mistakes += partners.unfit(scenario, document)
    if mistakes or scenario is None:
        told = dict.fromkeys(mistakes)  # what is wrong in all points of a sweep is told once
        raise BadInput(sorted(told, key=lambda one: one.line or 0))
    return scenario.but(folder=document.folder, source=document.source, text=document.text)


def _start(document: Document) -> date:
    try:
        return units.calendar_day(document.data["start"])
    except (KeyError, ValueError):
        return date(2026, 1, 1)


def _on_log(scenario: Scenario, document: Document) -> tuple[Scenario | None, list[Mistake]]:
    """Read the scenario again as it stands on the days of the log that it replays."""
    try:
        panel = read_panel(scenario.traffic, document.folder)
    except BadInput as bad:
        return None, [document.mistake(tuple(one.where.split(".")), one.found, one.allowed, one.hint) for one in bad.mistakes]
    again, mistakes = _validate(document, panel.first)
    if again is None:
        return None, mistakes
    if "start" in document.data:
        mistakes.append(
            document.mistake(("start",), "has no effect while a log is replayed", "", "remove it: the log begins on its own first day")
        )
    if again.days > panel.days:
        found = f"asks for {again.days} days, but the log holds {panel.days} ({panel.first} and on)"
        mistakes.append(document.mistake(("horizon",), found, f"at most '{panel.days} days'"))
    mistakes += checks.sizes(again, document, len(panel.names))
    return again.but(start=panel.first), mistakes


def _of_table(scenario: Scenario, document: Document) -> tuple[Scenario | None, list[Mistake]]:
    """The scenario with as many query types as its table of them has."""
    try:
        table = read_query_table(scenario.traffic, document.folder)
    except BadInput as bad:
        return None, [document.mistake(tuple(one.where.split(".")), one.found, one.allowed, one.hint) for one in bad.mistakes]
    mistakes = list(checks.beside_table(scenario, document))
    return scenario.but(traffic=scenario.traffic.model_copy(update={"query_types": table.types})), mistakes


def _validate(document: Document, start: date) -> tuple[Scenario | None, list[Mistake]]:
    if not document.data:
        needs = "a scenario needs at least name, horizon and one [[candidate]]"
        return None, [Mistake("", "is empty", needs, "", None, document.file)]
    hidden = [document.mistake((key,), "is not a setting here") for key in ("folder", "source", "text") if key in document.data]
    if hidden:  # they are fields of ours, filled after reading
        return None, hidden
    try:
        return Scenario.model_validate(document.data, context={"start": start}), []
    except ValidationError as problem:
        errors = [{**error, "loc": _written(error["loc"])} for error in problem.errors(include_url=False) if not _is_echo(error)]
        return None, [_in_our_words(error, document) for error in errors]


def _is_echo(error: Any) -> bool:
    """Whether it is said of a list only that its faulty members are missing from it."""
    return bool(error["type"] == "too_short" and len(error["input"]) >= error["ctx"]["min_length"])


def _in_our_words(error: Any, document: Document) -> Mistake:
    kind: str = error["type"]
    place = _place(error["loc"])
    context: dict[str, Any] = error.get("ctx", {})
    found = f"found {text.show(error['input'])}"
    if kind == "extra_forbidden":
        known = _keys_at(error["loc"][:-1])
        hint = did_you_mean(str(place[-1]), known) or f"known here: {', '.join(known)}"
        return document.mistake(place, "is not a setting here", "", hint)
    if kind == "missing":
        return document.mistake(place, "is missing", _meaning(place))
    if kind in _BOUNDS:
        key, word = _BOUNDS[kind]
        return document.mistake(place, found, f"{word} {_number(context[key])}")
    if kind == "value_error":
        return document.mistake(place, found, str(context.get("error", error["msg"])))
    if kind == "union_tag_not_found":
        return document.mistake((*place, "kind"), "is missing", "one of " + ", ".join(map(repr, _DRIFTS)))
    if kind == "union_tag_invalid":
        found, allowed = f"found {text.show(error['input']['kind'])}", "one of " + context["expected_tags"]
        return document.mistake((*place, "kind"), found, allowed, did_you_mean(context["tag"], _DRIFTS))
    if kind == "literal_error":
        words = [word.strip(" '") for word in context["expected"].replace(" or ", ",").split(",")]
        return document.mistake(place, found, "one of " + context["expected"], did_you_mean(str(error["input"]), words))
    return document.mistake(place, found, _allowed(kind, context, error["msg"]))


def _allowed(kind: str, context: dict[str, Any], message: str) -> str:
    if kind in ("too_short", "too_long"):
        bound = context.get("min_length", context.get("max_length"))
        return f"{'at least' if kind == 'too_short' else 'at most'} {bound} of them"
    if kind.startswith("bool"):
        return "true or false"
    if kind.startswith("string"):
        return {"string_too_short": "some text", "string_too_long": f"at most {context.get('max_length')} characters"}.get(
            kind, "three capital letters" if "[A-Z]{3}" in message else "a text in quotes, on one line"
        )
    if kind == "finite_number":
        return "a finite number"
    if kind in ("tuple_type", "list_type"):
        return "a list [...]"
    if kind.startswith(("model", "dict")):
        return "a table of settings"
    if kind.startswith(("int", "float")):
        return "a number" if kind.startswith("float") else "a whole number"
    return message[:1].lower() + message[1:]


def _written(loc: tuple[str | int, ...]) -> tuple[str | int, ...]:
    """Where pydantic found it, without whose drift it is."""
    return tuple(part for part in loc if part not in drift_schema.WHOSE)


def _place(loc: tuple[str | int, ...]) -> Place:
    """Where pydantic found it, without the kind that it puts behind a drift's number."""
    return loc[:2] + loc[3:] if loc[:1] == ("drift",) and loc[2:3] and loc[2] in _DRIFTS else loc


def _keys_at(loc: tuple[str | int, ...]) -> list[str]:
    model: type[BaseModel] = Scenario
    by_key: dict[str, type[BaseModel]] = {
        "traffic": schema.Traffic,
        "market": schema.Market,
        "users": schema.Users,
        "conversions": schema.Conversions,
        "device": schema.Device,
        "candidate": schema.Candidate,
        "then": schema.Then,
        "history": schema.History,
        "labels": schema.Labels,
        "raters": playbook_schema.Raters,
        "playbook": playbook_schema.Playbook,
        "engine": schema.Engine,
        "compare": compare_schema.Compare,
        "guardrails": compare_schema.Guardrails,
        "columns": schema.Columns,
        **_DRIFTS,
    }
    for part in loc:
        model = by_key.get(str(part), model)
    keys = [field.alias or name for name, field in model.model_fields.items() if not field.exclude]
    return [*keys, "extends", "world"] if model is Scenario else keys


def _meaning(place: Place) -> str:
    return {
        "name": "a short name in quotes",
        "horizon": 'how long to play, such as horizon = "12 months"',
        "candidate": "at least one [[candidate]] to try",
        "use": "what to use: a built-in's name or 'module:Class'",
    }.get(str(place[-1]), "")


def _number(value: object) -> str:
    if isinstance(value, float) and not value.is_integer():
        return f"{value:g}"
    return f"{value:,.0f}" if isinstance(value, int | float) else str(value)
