"""The reference of a scenario says what the code does: every setting with its default, its range and how it is written."""

from __future__ import annotations

import re
import tomllib
from datetime import date
from typing import Annotated, Any

import pytest
from pydantic import BaseModel, TypeAdapter

from sim.scenario import compare_schema, drift_schema, playbook_schema, schema, units
from sim.scenario.schema import Scenario
from tests.contracts.documents import REFERENCE, ROOT, Row, blocks, code, sections, table, toml, toml_values

TABLES: dict[str, type[BaseModel]] = {
    "Top level": schema.Scenario,
    "[traffic]": schema.Traffic,
    "[traffic.columns]": schema.Columns,
    "[market]": schema.Market,
    "[users]": schema.Users,
    "[conversions]": schema.Conversions,
    "[[device]]": schema.Device,
    "step": drift_schema.Step,
    "ramp": drift_schema.Ramp,
    "random_walk": drift_schema.RandomWalk,
    "season": drift_schema.Season,
    "shock": drift_schema.Shock,
    "outage": drift_schema.Outage,
    "module:Class": drift_schema.OwnDrift,
    "[[candidate]]": schema.Candidate,
    "[candidate.then]": schema.Then,
    "[candidate.playbook]": playbook_schema.Playbook,
    "[history]": schema.History,
    "[labels]": schema.Labels,
    "[raters]": playbook_schema.Raters,
    "[engine]": schema.Engine,
    "[compare]": compare_schema.Compare,
    "[guardrails]": compare_schema.Guardrails,
}
SECTIONS_OF_OWN = {
    "traffic",
    "market",
    "users",
    "conversions",
    "device",
    "drift",
    "history",
    "labels",
    "raters",
    "engine",
    "candidate",
    "columns",
    "then",
    "playbook",
    "sweep",
    "compare",
    "guardrails",
}
DERIVED = {("[[candidate]]", "name"): "its policy's or objective's name"}


def keys_of(model: type[BaseModel]) -> dict[str, Any]:
    """The keys of a table that are told in its own rows."""
    fields = {field.alias or name: field for name, field in model.model_fields.items() if not field.exclude}
    own = SECTIONS_OF_OWN if model is not playbook_schema.Playbook else set()  # its `then` is no table
    return {key: field for key, field in fields.items() if key not in own}


def reader(model: type[BaseModel], key: str) -> Any:
    """What reads one key: from the value in a file to the value in the scenario."""
    field = keys_of(model)[key]
    adapter = TypeAdapter(Annotated[field.annotation, *field.metadata] if field.metadata else field.annotation)
    return lambda value: adapter.validate_python(value, context={"start": date(2026, 1, 1)})


SETTINGS = [(heading, key) for heading, model in TABLES.items() for key in keys_of(model)]


def row_of(heading: str, key: str) -> Row:
    (row,) = [row for row in table(heading, "key") if code(row["key"]) == [key]]
    return row


@pytest.mark.parametrize("heading", TABLES)
def test_every_setting_is_in_its_table_and_nothing_else(heading):
    told = [key for row in table(heading, "key") for key in code(row["key"])]
    known = [*keys_of(TABLES[heading]), *(["extends", "world"] if heading == "Top level" else [])]
    assert sorted(told) == sorted(known)


def test_every_table_of_the_file_has_a_section_and_its_number():
    told = {code(row["table"])[0]: row["how many"] for row in table("Top level", "table")}
    assert {name.strip("[]").rpartition(".")[2] for name in told} == SECTIONS_OF_OWN
    assert set(told) <= set(sections(REFERENCE))
    schema_of = Scenario.model_json_schema(by_alias=True)["properties"]
    for name, number in told.items():
        described = schema_of.get(name.strip("[]"), {})
        bounds = [described[key] for key in ("minItems", "maxItems") if key in described]
        assert toml_values(number) == bounds, name
        assert ("at most one" in number) == (not name.startswith("[["))


@pytest.mark.parametrize(("heading", "key"), SETTINGS)
def test_the_stated_default_is_the_default(heading, key):
    field, stated = keys_of(TABLES[heading])[key], row_of(heading, key)["default"]
    if (heading, key) in DERIVED:
        assert stated == DERIVED[heading, key]
    elif field.is_required():
        assert stated == "required"
    elif field.default is None:
        assert stated == "none"
    else:
        assert [reader(TABLES[heading], key)(value) for value in toml_values(stated)] == [field.default]


def test_a_candidate_is_named_after_its_policy_or_objective():
    assert schema.Candidate.model_validate({"policy": "keyword"}).name == "keyword"
    assert schema.Candidate.model_validate({"objective": {"use": "clicks"}}).name == "clicks"


def test_the_stated_default_devices_are_the_default():
    (stated,) = [tomllib.loads(block) for block in blocks(ROOT / "docs" / "scenario.md", "toml") if "[[device]]" in block]
    assert tuple(map(schema.Device.model_validate, stated["device"])) == Scenario.model_fields["devices"].default


@pytest.mark.parametrize(("heading", "key"), SETTINGS)
def test_the_stated_range_is_what_the_code_allows(heading, key):
    cell = row_of(heading, key)["range"]
    described = TABLES[heading].model_json_schema(by_alias=True)["properties"][key]
    if allowed := bounds_in(described):
        assert stated_bounds(cell) == allowed
    if words := words_in(described):
        assert words <= {value for value in toml_values(cell) if isinstance(value, str)}
    if "enum" in described or "const" in described:
        assert words == set(toml_values(cell))


@pytest.mark.parametrize(("heading", "key"), SETTINGS)
def test_every_value_that_is_shown_for_a_key_can_be_read(heading, key):
    row, field = row_of(heading, key), keys_of(TABLES[heading])[key]
    numbers_of_a_list = field.annotation not in (int, float, str, date) and "each" in row["range"]
    ends = [] if numbers_of_a_list or "characters" in row["range"] or re.search("above|below", row["range"]) else toml_values(row["range"])
    for value in [*toml_values(row["written as"]), *ends]:
        reader(TABLES[heading], key)(value)


def bounds_in(described: dict[str, Any]) -> set[tuple[str, float]]:
    """The bounds of a number, of a text's length, or of the numbers in a list, from its JSON schema."""
    words = {"minimum": "ge", "exclusiveMinimum": "gt", "maximum": "le", "exclusiveMaximum": "lt", "minLength": "ge", "maxLength": "le"}
    inner = [described, described.get("items", {}), *described.get("anyOf", [])]
    found = {
        (words.get(word, word), float(value))
        for one in inner
        for word, value in one.items()
        if word in {*words, "ge", "gt", "le", "lt"}
    }  # fmt: skip
    return {(word, value) for word, value in found if word != "ge" or ("gt", value) not in found}


def words_in(described: dict[str, Any]) -> set[str]:
    found: set[str] = set()
    for one in [described, *described.get("anyOf", [])]:
        found |= set(one.get("enum", [])) | ({one["const"]} if "const" in one else set())
    return found


def stated_bounds(cell: str) -> set[tuple[str, float]]:
    """The bounds in words such as "above `0`, up to `5`" or "`1` to `60`"."""
    sign = {"above": "gt", "below": "lt", "from": "ge", "up to": "le", "to": "le", "": "ge"}
    return {(sign[word], number(text)) for word, text in re.findall(r"(above|below|from|up to|to|)\s*`([^`]+)`", cell)}


def number(text: str) -> float:
    if match := re.fullmatch(r"(\d+)\^(\d+)", text):
        return float(int(match[1]) ** int(match[2]))
    value = toml(text)
    for read_it in (units.fraction, units.rate_per_day, units.count):
        try:
            return float(read_it(value))
        except ValueError:
            continue
    raise AssertionError(f"{text} is no number")
