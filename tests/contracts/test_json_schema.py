"""The JSON Schema for editors: what the loader takes it takes, every key is explained, and a typo is seen."""

from __future__ import annotations

import json
import tomllib
from datetime import date
from typing import Any

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import sim
from sim.commands.schema import schema_text
from sim.scenario import editors, forms, playbook_schema, plugins, reference, schema, shipped
from tests.contracts.documents import REFERENCE, code, sections, tables, toml_values
from tests.contracts.test_docs import TABLES, keys_of
from tests.contracts.test_docs_examples import EXAMPLES as DOCUMENTED

SCHEMA = json.loads(schema_text())
JUDGE = jsonschema.Draft202012Validator(SCHEMA)
FILES = {name: tomllib.loads(path.read_text(encoding="utf-8")) for name, path in shipped.names().items()}
HEAD: dict[str, Any] = {"name": "x", "horizon": "30 days", "candidate": [{"policy": "keyword"}]}


def plain(value: Any) -> Any:
    """A TOML value as JSON has it."""
    if isinstance(value, dict):
        return {key: plain(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [plain(inner) for inner in value]
    return value.isoformat() if isinstance(value, date) else value


def taken(data: dict[str, Any]) -> bool:
    return JUDGE.is_valid(plain(data))


def found(node: Any, path: str = "") -> Any:
    """Every place of the schema that has keys of its own, with its path."""
    if isinstance(node, dict):
        if "properties" in node:
            yield path, node
        for key, inner in node.items():
            yield from found(inner, f"{path}/{key}")
    if isinstance(node, list):
        for number, inner in enumerate(node):
            yield from found(inner, f"{path}/{number}")


TABLES_OF_SCHEMA = dict(found(SCHEMA))


def described(path: str, key: str) -> Any:
    """What the schema says of a key of the table with that heading."""
    return dict(zip(TABLES, in_order(), strict=True))[path]["properties"][key]


def in_order() -> list[Any]:
    """The schema's tables in the order of `TABLES`."""
    top = SCHEMA["properties"]
    kinds = {node["properties"]["kind"].get("const", "module:Class"): node for node in top["drift"]["items"]["anyOf"]}
    nodes = []
    for heading in TABLES:
        if heading == "Top level":
            nodes.append(SCHEMA)
        elif heading in kinds:
            nodes.append(kinds[heading])
        else:
            node = SCHEMA
            for part in heading.strip("[]").split("."):
                node = node["properties"][part]
                node = node.get("items", node)
                node = next((one for one in node.get("anyOf", ()) if "properties" in one), node)  # a playbook's name will do
            nodes.append(node)
    return nodes


def test_it_is_a_json_schema():
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    assert "$ref" not in schema_text()  # some editors' plug-ins can't follow one


@pytest.mark.parametrize("name", FILES)
def test_every_shipped_scenario_is_taken(name):
    assert [error.message for error in JUDGE.iter_errors(plain(FILES[name]))] == []


@pytest.mark.parametrize("block", [block for _, block in DOCUMENTED])
def test_every_example_of_the_documents_is_taken(block):
    data = tomllib.loads(block)
    whole = data if "extends" in data else HEAD | data
    assert [error.message for error in JUDGE.iter_errors(plain(whole))] == []


@pytest.mark.parametrize("heading", TABLES)
def test_every_key_is_there_and_explained_and_no_other(heading):
    table = in_order()[list(TABLES).index(heading)]
    keys = set(keys_of(TABLES[heading]))
    assert keys | ({"extends", "world"} if heading == "Top level" else set()) <= set(table["properties"])
    for key, value in table["properties"].items():
        assert len(value.get("description", "")) > 8, key
    assert table["additionalProperties"] is (heading == "module:Class")


def test_every_table_of_the_models_is_compared():
    """A table that others add needs a heading in `TABLES` of tests/contracts/test_docs.py."""
    told = {key for heading in TABLES for key in keys_of(TABLES[heading])}
    for path, node in TABLES_OF_SCHEMA.items():
        if "use" not in node["properties"]:
            assert set(node["properties"]) & told, path


@pytest.mark.parametrize(("heading", "key"), [(heading, key) for heading in TABLES for key in keys_of(TABLES[heading])])
def test_every_value_that_the_documents_show_for_a_key_is_taken(heading, key):
    """A new way of writing a value needs its form in `sim/scenario/forms.py`."""
    judge = jsonschema.Draft202012Validator(described(heading, key))
    row = reference.keys(heading)[key]
    shown = toml_values(row.written) + (toml_values(row.default) if not row.required else [])
    for value in shown:
        assert judge.is_valid(plain(value)), value


@pytest.mark.parametrize(("heading", "key"), [(heading, key) for heading in TABLES for key in keys_of(TABLES[heading])])
def test_no_key_takes_just_anything(heading, key):
    judge = jsonschema.Draft202012Validator(described(heading, key))
    assert not judge.is_valid({"no": {"such": "thing"}})
    assert not judge.is_valid([[[]]])


def test_every_default_is_as_a_file_says_it():
    top = SCHEMA["properties"]
    assert top["history"]["properties"]["days"]["default"] == "56 days"
    assert top["traffic"]["properties"]["never_seen"]["default"] == "15%"
    assert top["candidate"]["items"]["properties"]["retrain"]["default"] == "28 days"
    for path, node in TABLES_OF_SCHEMA.items():
        for key, value in node["properties"].items():
            if "default" in value:
                assert jsonschema.Draft202012Validator(value).is_valid(value["default"]), f"{path} {key}"


@pytest.mark.parametrize("kind", [kind for kind, names in plugins.BUILT_IN.items() if names])
def test_every_built_in_is_offered_with_its_arguments_explained(kind):
    choices = next(node["properties"][kind]["anyOf"] for node in TABLES_OF_SCHEMA.values() if "anyOf" in node["properties"].get(kind, {}))
    assert choices[0]["enum"] == list(plugins.BUILT_IN[kind])
    tables_of = [one for one in choices if one.get("additionalProperties") is False]
    assert {name for one in tables_of for name in one["properties"]["use"]["enum"]} == set(plugins.BUILT_IN[kind])
    for one in tables_of:
        for argument, value in one["properties"].items():
            assert argument == "use" or (value["description"] and "default" in value), argument


def test_every_function_that_reads_a_value_has_a_form():
    assert forms.form_of(len) == {}  # what is not known is not refused
    readers = {
        annotation.func
        for one in [*vars(schema).values(), *vars(playbook_schema).values()]
        if isinstance(one, type) and issubclass(one, schema.Table)
        for field in one.model_fields.values()
        for annotation in field.metadata
        if hasattr(annotation, "func")
    }
    assert readers <= set(forms.FORMS)


# --- what is not taken ---------------------------------------------------------------------------------------------

WRONG: list[dict[str, Any]] = [
    {"horizn": "30 days"},
    {"horizon": "3 mnths"},
    {"horizon": 30},
    {"seed": "7"},
    {"seed": -1},
    {"start": "soon"},
    {"traffic": {"querys": "5k/day"}},
    {"traffic": {"queries": "5k/dy"}},
    {"traffic": {"never_seen": 1.5}},
    {"traffic": {"never_seen": "much"}},
    {"traffic": {"weekday": [1, 1, 1]}},
    {"market": {"slots": 40}},
    {"market": {"currency": "dollars"}},
    {"candidate": []},
    {"candidate": [{"policy": "keywrd"}]},
    {"candidate": [{"policy": "mine:Rule"}]},
    {"candidate": [{"policy": {"use": "keyword", "txt": 2.0}}]},
    {"candidate": [{"policy": {"use": "keyword", "text": "high"}}]},
    {"candidate": [{"objective": "click", "model": "a:B"}]},
    {"candidate": [{"objective": "clicks", "model": "LogisticRegression"}]},
    {"candidate": [{"objective": "clicks", "model": {"C": 1.0}}]},
    {"candidate": [{"objective": "clicks", "model": "a:B", "retrain": "often"}]},
    {"drift": [{"kind": "stp", "what": "demand", "at": "day 3", "by": 0.2}]},
    {"drift": [{"kind": "step", "what": "demnd", "at": "day 3", "by": 0.2}]},
    {"drift": [{"kind": "step", "what": "demand", "at": "day3", "by": 0.2}]},
    {"drift": [{"kind": "step", "what": "demand", "at": "day 3"}]},
    {"drift": [{"kind": "random_walk", "what": "demand", "by": 0.2, "lasts": "3 days"}]},
    {"device": [{"name": "tv"}]},
    {"raters": {"capacity": "many"}},
    {"raters": {"aggregate": "mean"}},
    {"candidate": [{"objective": "impressions", "model": "a:B", "playbook": "referense"}]},
    {"candidate": [{"objective": "impressions", "model": "a:B", "playbook": {"look_for": []}}]},
    {"candidate": [{"objective": "impressions", "model": "a:B", "playbook": {"remedies": {"stale": 3}}}]},
    {"candidate": [{"objective": "impressions", "model": "a:B", "playbook": {"then": "click"}}]},
    {"folder": "/tmp"},
]


@pytest.mark.parametrize("changed", WRONG, ids=str)
def test_a_mistake_is_seen(changed, tmp_path):
    assert taken(HEAD)
    assert not taken(HEAD | changed)


def test_what_is_extended_has_what_is_missing():
    assert taken({"extends": "quiet", "seed": 3})
    assert not taken({"name": "x", "seed": 3})


@given(st.data())
@settings(max_examples=60)
def test_a_shipped_scenario_with_a_mistyped_key_is_not_taken(data):
    whole = plain(FILES[data.draw(st.sampled_from(sorted(FILES)))])
    table = data.draw(st.sampled_from([whole, *(one for one in whole.values() if isinstance(one, dict))]))
    key = data.draw(st.sampled_from(sorted(table)))
    cut = data.draw(st.integers(0, len(key) - 1))
    wrong = key[:cut] + key[cut + 1 :] + "x"
    table[wrong] = table.pop(key)
    assert not JUDGE.is_valid(whole)


WRITTEN: dict[tuple[str, str], list[Any]] = {
    ("traffic", "queries"): [1, 2.5, "5k/day", " 1.2M / DAY ", "10/s", "3e3/h", "7/weeks", "1/dy", "x", True, ""],
    ("traffic", "topics"): [1, "2", "1k", "1.0k", "0.5", 3.5, "k", "1_0", "+4", None],
    ("traffic", "season"): [0.5, 0, "50%", "5e1 %", "+1%", "-1%", 1, "1", "%"],
    ("history", "days"): ["7 days", "2 Weeks", "24h", "1 month", "1.5 days", "0 days", 7, "d"],
    ("labels", "rows"): [100, "1K", "1.5k", 99, "1k ", "one"],
    ("", "start"): [date(2026, 1, 1), "2026-02-01", "2026-2-1", 2026],
    ("", "horizon"): ["5 days", "1 Month", "2weeks", "1 years", "5", "five days"],
}


@pytest.mark.parametrize(("table", "key"), WRITTEN)
def test_whatever_the_loader_takes_the_schema_takes(table, key):
    seen = set()
    for value in WRITTEN[table, key]:
        data = HEAD | ({table: {key: value}} if table else {key: value})
        try:
            schema.Scenario.model_validate(data)
        except ValueError:
            seen.add(False)
        else:
            seen.add(True)
            assert taken(data), value
    assert seen == {True, False}


def test_the_line_for_editors_is_a_comment(tmp_path):
    file = tmp_path / "with.toml"
    file.write_text(f"{editors.LINE}\n" + 'name = "x"\nhorizon = "3 days"\n[[candidate]]\npolicy = "keyword"\n')
    assert sim.check(file) == []
    assert sim.load(file).name == "x"


def test_a_mistake_below_that_line_is_told_with_its_own_line(tmp_path):
    file = tmp_path / "with.toml"
    file.write_text(f"{editors.LINE}\n" + 'nam = "x"\n')
    assert {mistake.line for mistake in sim.check(file) if "nam" in mistake.where} >= {2}


# --- the reader of the reference -----------------------------------------------------------------------------------


def test_the_reference_is_read_as_the_documents_tests_read_it():
    for heading in TABLES:
        rows = [row for rows in tables(sections(REFERENCE)[heading]) for row in rows if "key" in row]
        assert list(reference.keys(heading)) == [code(row["key"])[0] for row in rows]


def test_words_of_a_key_have_no_links_left():
    for heading in TABLES:
        for row in reference.keys(heading).values():
            assert "](" not in row.words
