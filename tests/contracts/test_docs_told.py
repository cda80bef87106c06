"""The documents tell what comes built in, every unit, every feature and what happens when, with the code's own figures."""

from __future__ import annotations

import inspect
import re
from datetime import date

import pytest

import sim
from sim.candidates.features import build_features
from sim.candidates.objectives.objective import Custom
from sim.lifecycle.clock import Rank
from sim.scenario import playbook_checks, playbook_schema, plugins, roles, units
from sim.world.build import build_world
from tests.contracts.documents import REFERENCE, RULE, TINY, code, sections, table, tables, toml, toml_values
from tests.small import SMALL_WORLD

# --- what comes built in -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("heading", "kind"),
    [
        ("Built-in policies", "policy"),
        ("Built-in objectives", "objective"),
        ("Exploration", "explore"),
        ("Models by name", "model"),
    ],
)
def test_everything_that_is_built_in_is_told_with_its_arguments(heading, kind):
    told = tables(sections(REFERENCE)[heading])
    assert [code(row[kind])[0] for row in told[0]] == list(plugins.BUILT_IN[kind])
    stated = {(code(row[kind])[0], code(row["argument"])[0]): toml_values(row["default"]) for row in told[1]}
    assert stated == {
        (name, argument): [parameter.default]
        for name in plugins.BUILT_IN[kind]
        for argument, parameter in inspect.signature(plugins.built_in(kind, name)).parameters.items()
    }
    for row in told[1]:
        for value in toml_values(row["range"]):
            plugins.built_in(kind, code(row[kind])[0])(**{code(row["argument"])[0]: value})


def test_every_playbook_is_told_with_what_it_looks_for():
    (rows,) = [rows for rows in tables(sections(REFERENCE)["[candidate.playbook]"]) if "playbook" in rows[0]]
    assert [code(row["playbook"])[0] for row in rows] == list(playbook_schema.PRESETS)
    for row in rows:
        preset = playbook_schema.PRESETS[code(row["playbook"])[0]]
        assert tuple(code(row["looks for"])) == preset["looks_for"]
        assert tuple(code(row["watches for"])) == preset["watches_for"]
        assert ("never" in row["trains again"]) == (preset.get("retrain") == "never")


def test_every_diagnosis_and_every_remedy_is_told():
    (rows,) = [rows for rows in tables(sections(REFERENCE)["Diagnoses and remedies"]) if "diagnosis" in rows[0]]
    told = {code(row["diagnosis"])[0]: code(row["usual remedy"])[0] for row in rows}
    assert list(told) == [*playbook_schema.OFFLINE, *playbook_schema.ONLINE]
    assert {name: remedy for name, remedy in told.items() if remedy != "note"} == playbook_checks.USUAL
    (rows,) = [rows for rows in tables(sections(REFERENCE)["Diagnoses and remedies"]) if "remedy" in rows[0]]
    assert [code(row["remedy"])[0] for row in rows] == list(playbook_schema.REMEDIES)


def test_what_the_model_learns_is_told_for_each_objective():
    words = {
        "show": "whether a rater would show the ad",
        "click": "whether the ad is clicked",
        ("click", "conversion"): "whether the ad is clicked, and whether a click converts",
        ("click", "show"): "whether the ad is clicked, and whether a rater would show it",
        "blend": "what its weights need",
        "constrained": "what its two measures need",
    }
    for row in tables(sections(REFERENCE)["Built-in objectives"])[0]:
        use = code(row["objective"])[0]
        learns = getattr(plugins.built_in("objective", use), "learns", use)  # it depends on the arguments of two of them
        assert row["the model learns"] == words[learns]


def test_what_a_scenario_says_of_an_objective_of_its_own_is_told():
    rows = table("Your own objective", "argument")
    own = {name: one.default for name, one in inspect.signature(Custom).parameters.items() if one.default is not one.empty}
    assert {code(row["argument"])[0]: toml(code(row["default"])[0]) for row in rows} == own
    (learns,) = [row for row in rows if code(row["argument"]) == ["learns"]]
    assert toml_values(learns["range"]) == list(roles._LABELS)


# --- units, features, time -----------------------------------------------------------------------------------------

FORMS = {
    "duration": units.duration_s,
    "whole days": units.days_s,
    "horizon": lambda value: units.horizon_days(value, date(2026, 1, 1)),
    "moment": lambda value: units.moment_s(value, date(2026, 1, 1)),
    "date": units.calendar_day,
    "rate": units.rate_per_day,
    "count": units.count,
    "share, change": units.fraction,
    "money": float,
}


def test_every_form_of_a_value_is_told_and_its_examples_can_be_read():
    rows = table("Units", "form")
    assert [row["form"] for row in rows] == list(FORMS)
    for row in rows:
        assert toml_values(row["written as"]), row["form"]
        for value in toml_values(row["written as"]):
            FORMS[row["form"]](value)


def test_every_unit_is_told():
    told = {row["form"]: row["units"] for row in table("Units", "form")}
    prefixes, per = told["rate"].split("; per ")
    assert set(told["duration"].split(", ")) == set(units._SECONDS)
    assert set(per.split(", ")) == set(units._PER_DAY)
    assert {word.lower() for word in re.split(", | or ", prefixes)} == set(units._PREFIX) - {""}
    for prefix in re.split(", | or ", told["count"]):
        assert units.count(f"2{prefix}") == 2 * units._PREFIX[prefix.lower()]


def test_durations_go_from_a_second_to_a_hundred_years():
    assert units.duration_s("1 s") == 1
    assert units.duration_s("100 years") == 100 * 365 * units.DAY_S
    for outside in ("0.4 s", "101 years"):
        with pytest.raises(ValueError, match="'1 s' to '100 years'"):
            units.duration_s(outside)


def test_every_feature_is_told_and_no_other(tmp_path):
    devices = '[[device]]\nname = "tv"\nshare = 1\n[[device]]\nname = "phone"\nshare = 2\n'
    file = tmp_path / "tiny.toml"
    file.write_text(TINY + SMALL_WORLD + devices + RULE)
    names = build_features(build_world(sim.load(file), 0).sight).names
    patterns = [re.sub(r"_\d+$", "_<number>", re.sub("^device_.*", "device_<name>", name)) for name in names]
    assert list(dict.fromkeys(patterns)) == [code(row["column"])[0] for row in table("Features", "column")]


def test_what_happens_at_the_same_second_is_told_in_its_order():
    told = re.findall(r"^\d\. \*\*(\w+)\.\*\*", sections(REFERENCE)["Time"], flags=re.MULTILINE)
    played = sorted(Rank[word.upper()] for word in told)
    assert [rank.name.capitalize() for rank in played] == told
    assert {rank.name for rank in Rank} - {rank.name for rank in played} <= {"LABELS", "ANALYSIS"}  # ranks that are kept free
