"""The scenario file as a JSON Schema, so that an editor completes, explains and checks what is typed.

It follows the models of `schema` by itself, but says what a person *writes* ("28 days", not seconds; `horizon`,
not `days`), and takes its words from `docs/scenario.md`. There are no references inside it and no
keywords younger than draft 6, since the editors' TOML plug-ins know little more.

The loader remains the judge: the schema lets through what only it can see, such as a sum of two keys.
"""

from __future__ import annotations

import inspect
from datetime import date

from pydantic.json_schema import GenerateJsonSchema
from pydantic_core import core_schema

from sim.scenario import plugins, reference, units
from sim.scenario.forms import OWN, Fragment, form_of
from sim.scenario.playbook_schema import PRESETS
from sim.scenario.reference import Row
from sim.scenario.schema import Scenario
from sim.version import VERSION

FILE = "foreshow.schema.json"
LINE = f"#:schema ./{FILE}"
_BOUNDS = {"ge": "minimum", "gt": "exclusiveMinimum", "le": "maximum", "lt": "exclusiveMaximum"}
_TYPES = {bool: "boolean", int: "integer", float: "number", str: "string", list: "array", tuple: "array"}
_OURS = {"title", "default", "discriminator", *_BOUNDS}  # said otherwise, or by pydantic's own words


def json_schema() -> Fragment:
    """The whole schema.

    Examples
    --------
    >>> rows = json_schema()["properties"]["labels"]["properties"]["rows"]
    >>> rows["default"], [one["type"] for one in rows["anyOf"]]
    (10000, ['integer', 'string'])
    """
    raw = Scenario.model_json_schema(by_alias=True, schema_generator=_AsWritten)
    hidden = {field.alias or name for name, field in Scenario.model_fields.items() if field.exclude}
    properties = {key: value for key, value in raw["properties"].items() if key not in hidden}
    whole = _table({**raw, "properties": properties}, "Top level", "", raw["$defs"])
    required = whole.pop("required")
    rows = reference.keys("Top level")
    for key in ("extends", "world"):  # of files, read before any setting
        whole["properties"][key] = {"type": "string", "description": rows[key].words}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A Foreshow scenario",
        **whole,
        "description": f"What Foreshow {VERSION} reads: a platform, and the candidates to try on it.",
        "if": {"required": ["extends"], "additionalProperties": True},
        "then": {"additionalProperties": True},
        "else": {"required": required, "additionalProperties": True},  # what is extended has them
    }


class _AsWritten(GenerateJsonSchema):
    """pydantic's generator, which else would describe what `units` has made of a value."""

    def function_before_schema(self, schema: core_schema.BeforeValidatorFunctionSchema) -> Fragment:
        """What may be written before *schema*'s function has read it."""
        inner = schema["schema"]
        if inner["type"] in ("model", "model-fields"):
            return self.generate_inner(inner)
        return form_of(schema["function"]["function"])


def _table(table: Fragment, heading: str, path: str, defs: Fragment) -> Fragment:
    """A table of the file; *heading* is where its keys are told, *path* its place in the file."""
    rows = reference.keys(heading)
    properties = {}
    for key, value in table["properties"].items():
        inner = _value(value, key, f"{path}.{key}" if path else key, defs)
        said = _told(rows[key]) if key in rows else {} if "description" in inner else _described(f"[{path}.{key}]")
        properties[key] = {**inner, **said}
    described: Fragment = {"type": "object", "description": table.get("description", ""), "properties": properties}
    required = [key for key in properties if key in rows and rows[key].required]
    required += [key for key in table.get("required", ()) if key not in rows]
    return {**described, "required": required, "additionalProperties": table["additionalProperties"]}


def _value(value: Fragment, key: str, path: str, defs: Fragment) -> Fragment:
    """What stands behind a key: a plain value, a table, or a list of them."""
    if "$ref" in value:
        return _model(value["$ref"].rpartition("/")[2], key, path, f"[{path}]", defs)
    if "items" in value and isinstance(value["items"], dict):
        listed: Fragment = {word: value[word] for word in ("type", "minItems", "maxItems") if word in value}
        return {**listed, **_described(f"[[{path}]]"), "items": _listed(value["items"], key, path, defs)}
    choices = [one for word in ("anyOf", "oneOf") for one in value.get(word, ()) if one.get("type") != "null"]
    kept = {word: one for word, one in value.items() if word not in {*_OURS, "anyOf", "oneOf"}}
    if len(choices) == 1:
        return _value({**kept, **choices[0]}, key, path, defs)
    bounds = {_BOUNDS[word]: one for word, one in value.items() if word in _BOUNDS}
    if choices:
        return {**kept, "anyOf": [_bounded(_value(one, key, path, defs), bounds) for one in choices]}
    return {word: one for word, one in _bounded(kept, bounds).items() if word != "prefixItems"}


def _listed(item: Fragment, key: str, path: str, defs: Fragment) -> Fragment:
    """A member of a list: the kinds of a table side by side, each with a heading of its own."""
    kinds = [one for outer in item.get("oneOf", ()) for one in outer.get("oneOf", [outer])]
    if kinds:
        return {"anyOf": [_listed(kind, key, path, defs) for kind in kinds]}
    if "$ref" not in item:
        return _value(item, key, path, defs)
    name = item["$ref"].rpartition("/")[2]
    kind = defs[name].get("properties", {}).get("kind")
    heading = kind.get("const", "module:Class") if kind else f"[[{path}]]"
    return _model(name, key, path, heading, defs)


def _model(name: str, key: str, path: str, heading: str, defs: Fragment) -> Fragment:
    if name == "Plugin":
        return _part("objective" if key == "then" else key)
    table = _table(defs[name], heading, path, defs)
    if name == "Playbook":  # its name will do, where nothing else is said
        return {"anyOf": [{"enum": list(PRESETS)}, table]}
    if heading == "module:Class":
        table["properties"]["kind"]["pattern"] = OWN
    return table


def _bounded(choice: Fragment, bounds: Fragment) -> Fragment:
    """The bounds of a number, on the number: they don't hold for a text such as "5k"."""
    return {**choice, **bounds} if choice.get("type") in ("number", "integer") else choice


def _described(name: str) -> Fragment:
    words = reference.table(name)
    return {"description": words[:1].upper() + words[1:]} if words else {}


def _told(row: Row) -> Fragment:
    """The words of a key, and its default as a file would say it."""
    values = [one.isoformat() if isinstance(one, date) else one for one in row.values]
    return {"description": row.words, **({"default": values[0]} if values else {})}


def _part(kind: str) -> Fragment:
    """A plug-in: a built-in's name or an import path, alone or in a table with its arguments."""
    names = list(plugins.BUILT_IN.get(kind, ()))
    rows = reference.arguments(kind)
    choices: list[Fragment] = [{"enum": names}] if names else []
    taken = {name: dict(inspect.signature(plugins.built_in(kind, name)).parameters) for name in names}
    choices += [
        _built_in([name], {one: _argument(at, rows.get((name, one))) for one, at in taken[name].items()}) for name in names if taken[name]
    ]
    if plain := [name for name in names if not taken[name]]:
        choices.append(_built_in(plain, {}))
    if not (names and isinstance(plugins.path_of(kind, "module:name"), plugins.Problem)):
        own = {argument: _valued(row.values[0], row) for (name, argument), row in rows.items() if name not in names}
        use = {"type": "string", "pattern": OWN}
        choices += [use, {"type": "object", "properties": {"use": use, **own}, "required": ["use"], "additionalProperties": True}]
    return {"anyOf": choices}


def _built_in(names: list[str], arguments: Fragment) -> Fragment:
    properties = {"use": {"enum": names}, **arguments}
    return {"type": "object", "properties": properties, "required": ["use"], "additionalProperties": False}


def _argument(taken: inspect.Parameter, row: Row | None) -> Fragment:
    if taken.annotation == "float | str":  # a share, which may be written with a %
        return form_of(units.fraction) | (_told(row) if row else {})
    return _valued(taken.default, row)


def _valued(default: object, row: Row | None) -> Fragment:
    """An argument by the kind of its default; of a text, one of those that its range names."""
    told = _told(row) if row else {}
    words = row.texts if row else []
    if default in words:
        one = {"enum": words}
        return {"anyOf": [one, {"type": "array", "items": one, "minItems": 1}], **told} if row and row.several else one | told
    kind = next((word for python, word in _TYPES.items() if isinstance(default, python)), "")
    return {**({"type": kind} if kind else {}), **told}
