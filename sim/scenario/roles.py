"""The parts that a scenario names (policies, objectives, models, explorers, pricing rules), and whether each can play its role."""

from __future__ import annotations

import inspect
from collections.abc import Container, Iterator
from typing import Any

from sim.errors import Mistake, did_you_mean
from sim.scenario import plugins, units
from sim.scenario.lines import Place
from sim.scenario.plugins import Look, Problem
from sim.scenario.text import Document, show

_LABELS = ("click", "show", "conversion")
_PRICED_BY = ("bid", "thresholds", "looks", "slots")
OWN_OBJECTIVE = {"learns": _LABELS[0], "cut": 0.0}


def named(document: Document, *, deep: bool) -> list[Mistake]:
    """Every policy, objective, model, explorer and pricing rule that leads nowhere, or is given arguments it does not take.

    Our own are always looked at; anyone else's are imported only when *deep*, else only their source is read.
    """
    found: list[Mistake] = []
    for kind, place, value in _plugins_in(document.data):
        word = "kind" if kind == "drift" else "use"
        table = {word: value} if isinstance(value, str) else value
        use = table.get(word) if isinstance(table, dict) else None
        if isinstance(use, str) and use:
            given = {key: argument for key, argument in table.items() if key != word}
            for rest, problem in _judge(kind, use, given, document, deep=deep):
                at = (*place, word) if rest == ("use",) and "use" not in given else (*place, *rest)
                found.append(document.mistake(at, problem.found, problem.allowed, problem.hint))
    return found


def _plugins_in(data: dict[str, Any]) -> Iterator[tuple[str, Place, Any]]:
    candidates = data.get("candidate")
    for number, candidate in enumerate(candidates if isinstance(candidates, list) else []):
        for kind in ("policy", "objective", "model", "explore"):
            if isinstance(candidate, dict) and kind in candidate:
                yield kind, ("candidate", number, kind), candidate[kind]
        then = candidate.get("then") if isinstance(candidate, dict) else None
        if isinstance(then, dict) and "objective" in then:
            yield "objective", ("candidate", number, "then", "objective"), then["objective"]
        playbook = candidate.get("playbook") if isinstance(candidate, dict) else None
        if isinstance(playbook, dict) and "then" in playbook:
            yield "objective", ("candidate", number, "playbook", "then"), playbook["then"]
    drifts = data.get("drift")
    for number, drift in enumerate(drifts if isinstance(drifts, list) else []):
        if isinstance(drift, dict) and isinstance(drift.get("kind"), str) and ":" in drift["kind"]:
            yield "drift", ("drift", number), drift
    for table, kind in (("history", "policy"), ("market", "pricing")):
        settings = data.get(table)
        if isinstance(settings, dict) and kind in settings:
            yield kind, (table, kind), settings[kind]


def _judge(kind: str, use: str, given: dict[str, Any], document: Document, *, deep: bool) -> Iterator[tuple[Place, Problem]]:
    path = plugins.path_of(kind, use)
    if isinstance(path, Problem):
        yield ("use",), path
    elif use in plugins.BUILT_IN[kind]:
        yield from _ours(plugins.built_in(kind, use), given, use)
    else:
        own = {key: given[key] for key in OWN_OBJECTIVE if key in given} if kind == "objective" else {}
        yield from _own(own)
        asked = {key: value for key, value in given.items() if key not in own}
        yield from _theirs(kind, path, asked, document, deep=deep)


def _ours(maker: Any, given: dict[str, Any], use: str) -> Iterator[tuple[Place, Problem]]:
    """Arguments of one of our own: known, of the kind of their defaults, and not refused."""
    parameters = inspect.signature(maker).parameters
    defaults = {name: parameter.default for name, parameter in parameters.items()}
    shares = {name for name, parameter in parameters.items() if parameter.annotation == "float | str"}
    problems = [*_unknown(tuple(defaults), given, use), *_unlike(defaults, given, shares)]
    yield from problems
    if not problems:
        try:
            maker(**given)
        except ValueError as refused:
            yield (), Problem(str(refused))


def _own(given: dict[str, Any]) -> Iterator[tuple[Place, Problem]]:
    """What a scenario says of a user's objective, beside the function's own arguments."""
    yield from _unlike({"cut": OWN_OBJECTIVE["cut"]}, given)
    learns = given.get("learns", _LABELS[0])
    labels = learns if isinstance(learns, list) else [learns]
    allowed = f"one of {', '.join(_LABELS)}, or a list of them"
    if not labels or not all(isinstance(label, str) for label in labels):
        yield ("learns",), Problem(f"found {show(learns)}", allowed)
    elif unknown := [label for label in labels if label not in _LABELS]:
        yield ("learns",), Problem(f"found {show(unknown[0])}", allowed, did_you_mean(unknown[0], _LABELS))
    elif len(set(labels)) < len(labels):
        yield ("learns",), Problem(f"found {show(learns)}", "each label once")


def _theirs(kind: str, path: str, given: dict[str, Any], document: Document, *, deep: bool) -> Iterator[tuple[Place, Problem]]:
    """A class or function of anyone's: it is there, fits its part, and takes what it is given."""
    seen = plugins.look(path, document.folder)
    if isinstance(seen, Problem):
        yield ("use",), seen
        return
    if deep:
        try:
            target = plugins.load(path, document.folder)
        except (Exception, SystemExit) as raised:  # noqa: BLE001  a user's module may raise anything when it is imported
            yield ("use",), Problem(f"importing it raised {type(raised).__name__}: {' '.join(str(raised).split())}")
            return
        if lack := _shape(kind, target, given):
            yield ("use",), lack
            return
        seen = plugins.signature_of(target)
    if kind == "pricing":  # its price is static: nothing is ever made of it
        seen = Look(())
    if kind == "objective" and seen.parameters:  # the first are the columns
        seen = Look(seen.parameters[1:], seen.takes_any, tuple(name for name in seen.needed if name != seen.parameters[0]))
    owner = path.rpartition(":")[2]
    if seen.parameters is not None and not seen.takes_any:
        yield from _unknown(seen.parameters, given, owner)
    for name in seen.needed:
        if name not in given and name != "random_state":
            yield (), Problem(f"{owner} needs the argument '{name}'")


def _unknown(parameters: tuple[str, ...], given: dict[str, Any], owner: str) -> Iterator[tuple[Place, Problem]]:
    for argument in given:
        if argument not in parameters:
            listed = ", ".join(parameters[:12]) or "no arguments"
            hint = did_you_mean(argument, parameters) or f"it takes {listed}{', ...' if len(parameters) > 12 else ''}"
            yield (argument,), Problem(f"{owner} takes no such argument", "", hint)


def _unlike(defaults: dict[str, Any], given: dict[str, Any], shares: Container[str] = ()) -> Iterator[tuple[Place, Problem]]:
    """Arguments that are of another kind than their defaults; *shares* may be written with a %."""
    for argument, value in given.items():
        default = defaults.get(argument)
        if argument in shares:
            if not _is_share(value):
                yield (argument,), Problem(f"found {show(value)}", "a share such as '5%' or 0.05")
        elif isinstance(default, float) and not _is_number(value):
            yield (argument,), Problem(f"found {show(value)}", "a number")
        elif isinstance(default, int) and not (_is_number(value) and isinstance(value, int)):
            yield (argument,), Problem(f"found {show(value)}", "a whole number")
        elif isinstance(default, str) and not isinstance(value, str):
            yield (argument,), Problem(f"found {show(value)}", "a text in quotes")


def _is_share(value: object) -> bool:
    try:
        units.fraction(value)
    except ValueError:
        return False
    return True


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and -1e300 < value < 1e300


def _shape(kind: str, target: Any, given: dict[str, Any]) -> Problem | None:
    """What is missing for the part that *target* is to play."""
    if kind == "model":
        return _model_shape(target, given)
    if kind == "pricing":
        return _pricing_shape(target)
    if kind == "explore" and not callable(getattr(target, "explore", None)):
        return Problem("has no method 'explore'", "an explorer has explore(prospect, key)")
    if kind == "drift":
        lacks = [method for method in ("times", "apply") if not callable(getattr(target, method, None))]
        return Problem(f"has no method '{lacks[0]}'", "a drift has times(end_s) and apply(patterns, at_s)") if lacks else None
    return None if callable(target) else Problem("can't be called", "a class or a function")


def _model_shape(target: Any, given: dict[str, Any]) -> Problem | None:
    if inspect.isfunction(target):  # one that makes a model, such as a pipeline
        try:
            inspect.signature(target).bind(**given)
        except TypeError:
            return None  # its arguments are wrong: told for themselves
        try:
            target = target(**given)
        except (Exception, SystemExit) as raised:  # noqa: BLE001  a user's function may raise anything
            return Problem(f"calling it raised {type(raised).__name__}: {' '.join(str(raised).split())}")
    for method in ("fit", "predict_proba"):
        if not callable(getattr(target, method, None)):
            return Problem(f"has no method '{method}'", "a model has fit(X, y, sample_weight=None) and predict_proba(X)")
    seen = plugins.signature_of(target.fit)
    if seen.parameters is not None and not seen.takes_any and "sample_weight" not in seen.parameters:
        return Problem("its fit takes no sample_weight", "rows of the log carry counts, and reach the model as weights")
    return None


def _pricing_shape(target: Any) -> Problem | None:
    """What is missing for a pricing rule; whether it can be compiled is found out by who compiles it."""
    allowed = f"a class with a static method price({', '.join(_PRICED_BY)})"
    if not inspect.isclass(target):
        return Problem("is no class", allowed)
    price = inspect.getattr_static(target, "price", None)
    if not isinstance(price, staticmethod):
        return Problem("has no static method 'price'", allowed)
    parameters = tuple(inspect.signature(price.__func__).parameters)
    return None if len(parameters) == len(_PRICED_BY) else Problem(f"its price takes ({', '.join(parameters)})", allowed)
