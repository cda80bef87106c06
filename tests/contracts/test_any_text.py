"""The contract on input that nobody thought of: any text is a scenario, or refused in words."""

from __future__ import annotations

import json
import math
import tomllib
from datetime import date, datetime, time
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sim.scenario.shipped import names
from tests.contracts.told import told

WHOLE = names()["three_objectives"].read_text(encoding="utf-8")
TEXTS = st.one_of(
    st.text(st.characters(exclude_categories=["Cs"]), max_size=12),
    st.sampled_from(
        ["5k/day", "15%", "28 days", "never", "month 4", "step", "clicks", "keyword", "oracle", "a:b", "os:sep", "sim.cli:main"]
    ),
    st.sampled_from(["1e400%", "9" * 5000 + " days", "1e999/day", "day 99999", "\x1b[31m", "x" * 5000, "quiet"]),
)
PLAIN = st.one_of(
    TEXTS,
    st.booleans(),
    st.integers(),
    st.floats(),
    st.dates(),
    st.times(),
    st.datetimes(),
    st.sampled_from([10**400, 1 << 9000, -(2**63), math.inf]),
)
VALUES = st.recursive(PLAIN, lambda inner: st.one_of(st.lists(inner, max_size=8), st.dictionaries(TEXTS, inner, max_size=3)), max_leaves=8)


def spelled(value: Any) -> str:
    """A value as TOML."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{spelled(key)} = {spelled(inner)}" for key, inner in value.items()) + " }"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(spelled, value)) + "]"
    if isinstance(value, date | time | datetime):
        return value.isoformat()
    return hex(value) if isinstance(value, int) and value > 10**4000 else str(value)


def places(value: Any, above: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Where a key or a member stands, in all of a document."""
    inner = list(value.items()) if isinstance(value, dict) else list(enumerate(value)) if isinstance(value, list) else []
    return [place for key, one in inner for place in [(*above, key), *places(one, (*above, key))]]


def changed(document: dict[str, Any], place: tuple[Any, ...], change: str, value: Any) -> None:
    """Delete, replace, rename or add something at a place of a document, if it is still there."""
    around: Any = document
    try:
        for key in place[:-1]:
            around = around[key]
        if change == "add" and isinstance(around[place[-1]], dict):
            around[place[-1]][spelled(value)[:9]] = value
        elif change == "delete":
            del around[place[-1]]
        elif change == "rename" and isinstance(around, dict):
            around[f"{place[-1]}s"] = around.pop(place[-1])
        else:
            around[place[-1]] = value
    except (KeyError, IndexError, TypeError):
        return


FUZZ = settings(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
PLACES = [*places(tomllib.loads(WHOLE)), ("extends",), ("device",), ("users", "click_rate"), ("history", "policy"), ("labels",)]
PLACES += [("candidate", 1, "sweep"), ("candidate", 2, "sweep"), ("compare",), ("guardrails",), ("guardrails", "rules")]
SWEEPS = st.dictionaries(
    st.sampled_from(["retrain", "objective.cut", "objective", "name", "sweep", "model.C", "x", "then.at", "policy", ".", "objective.use"]),
    st.one_of(VALUES, st.lists(PLAIN, max_size=4)),
    min_size=1,
    max_size=3,
)
RULES = st.lists(st.one_of(PLAIN, st.sampled_from(["ctr >= 2%", "month(1..99).revenue_vs_baseline >= -1%", "ctr == 1"])), max_size=3)
CHANGE = st.tuples(st.sampled_from(PLACES), st.sampled_from(["delete", "replace", "replace", "rename", "add"]), VALUES)


@FUZZ
@given(st.lists(CHANGE, min_size=1, max_size=4))
def test_any_change_of_a_scenario_leaves_one_or_is_told_in_words(tmp_path, changes):
    document = tomllib.loads(WHOLE)
    for change in changes:
        changed(document, *change)
    text = "".join(f"{spelled(key)} = {spelled(value)}\n" for key, value in document.items())
    assert list(tomllib.loads(text)) == list(document)
    (tmp_path / "changed.toml").write_text(text, encoding="utf-8")
    told(tmp_path / "changed.toml")


@settings(FUZZ, max_examples=25)
@given(SWEEPS, RULES, st.dictionaries(st.sampled_from(["baseline", "primary", "confidence", "replications", "indifference"]), PLAIN))
def test_any_sweep_and_any_rules_leave_a_scenario_or_are_told_in_words(tmp_path, sweep, rules, compare):
    document = tomllib.loads(WHOLE)
    document["candidate"][-1]["sweep"] = sweep
    document |= {"guardrails": {"rules": rules}, "compare": compare}
    text = "".join(f"{spelled(key)} = {spelled(value)}\n" for key, value in document.items())
    (tmp_path / "changed.toml").write_text(text, encoding="utf-8")
    told(tmp_path / "changed.toml")


@FUZZ
@given(st.lists(st.tuples(st.integers(0, len(WHOLE)), st.integers(0, 40), TEXTS), min_size=1, max_size=3))
def test_any_change_of_a_text_leaves_a_scenario_or_is_told_in_words(tmp_path, changes):
    text = WHOLE
    for start, length, words in changes:
        text = text[:start] + words + text[start + length :]
    (tmp_path / "changed.toml").write_bytes(text.encode())
    told(tmp_path / "changed.toml")


@FUZZ
@given(st.binary(max_size=200))
def test_any_bytes_are_a_scenario_or_told_in_words(tmp_path, raw):
    (tmp_path / "bytes.toml").write_bytes(raw)
    assert told(tmp_path / "bytes.toml") != []
