"""The settings themselves: defaults, bounds, and that nothing can be changed afterwards."""

from __future__ import annotations

import math
import re
from datetime import date
from typing import get_args

import pytest
from pydantic import BaseModel, ValidationError

import sim
from sim.scenario import drift_schema, schema
from sim.scenario.kinds import Plugin
from sim.scenario.schema import DAY_S, Candidate, Scenario
from tests.scenario.conftest import HEAD, RULE

TABLES = [
    one for one in vars(schema).values() if isinstance(one, type) and issubclass(one, schema.Table) and one not in (schema.Table, Scenario)
]


def test_three_settings_are_enough(write):
    found = sim.load(write(HEAD + RULE))
    assert (found.name, found.days, found.seed, found.replications, found.start) == ("small", 20, 1, 1, date(2026, 1, 1))
    assert [one.name for one in found.candidates] == ["keyword"]
    assert [(one.name, one.share) for one in found.devices] == [("desktop", 0.4), ("mobile", 0.6)]
    assert (found.drifts, found.traffic.replay, found.history.policy.use) == ((), None, "keyword")


def test_the_worlds_defaults_are_the_measured_ones():
    traffic, users = schema.Traffic(), schema.Users()
    assert (traffic.popularity, traffic.popularity_shift, traffic.noise_memory) == (1.13, 12.8, 0.775)
    assert users.click_rate == (1.16, 33.6)
    assert sum(traffic.weekday) == pytest.approx(7)
    assert schema.Market().worthy == 0.0001


def test_a_learning_candidate_is_retrained_every_four_weeks():
    found = Candidate(name="x", objective="clicks", model="a:b")
    assert (found.retrain, found.window, found.refresh, found.takes) == (28 * DAY_S, 28 * DAY_S, 7 * DAY_S, 21_600)


@pytest.mark.parametrize("table", TABLES)
def test_every_default_is_within_its_own_bounds(table):
    for field in table.model_fields.values():
        for bound in field.metadata if isinstance(field.default, int | float) else ():
            assert field.default >= getattr(bound, "ge", -math.inf)
            assert field.default > getattr(bound, "gt", -math.inf)
            assert field.default <= getattr(bound, "le", math.inf)
            assert field.default < getattr(bound, "lt", math.inf)


@pytest.mark.parametrize("table", [*TABLES, Scenario])
def test_a_table_is_frozen_and_knows_its_keys(table):
    made = table.model_construct()
    key = next(iter(table.model_fields))
    with pytest.raises(ValidationError, match="frozen"):
        setattr(made, key, 1)
    assert table.model_config["extra"] == ("allow" if table is drift_schema.OwnDrift else "forbid")  # its class knows its arguments


def test_a_plug_in_is_a_name_or_a_table_with_arguments():
    assert Plugin.model_validate("keyword") == Plugin(use="keyword")
    assert Plugin.model_validate({"use": "a:b", "depth": 3}).arguments == {"depth": 3}


def test_a_candidate_is_called_after_what_it_does(write):
    learner = '[[candidate]]\nobjective = { use = "revenue", cut = 0.1 }\nmodel = "sklearn.naive_bayes:GaussianNB"\n'
    named = '[[candidate]]\nname = "mine"\npolicy = "oracle"\n'
    assert [one.name for one in sim.load(write(HEAD + RULE + learner + named)).candidates] == ["keyword", "revenue", "mine"]


def test_a_copy_may_differ_and_the_original_stays(write):
    found = sim.load(write(HEAD + RULE))
    assert (found.but(seed=9).seed, found.seed) == (9, 1)


def test_every_setting_is_explained_by_its_table_or_its_name():
    for table in [*TABLES, Scenario]:
        assert table.__doc__
        assert all(re.fullmatch(r"[a-z][a-z_]*", key) for key in table.model_fields)


def test_the_kinds_of_drift_are_told_apart_by_their_kind():
    kinds = get_args(get_args(drift_schema.BuiltInDrift)[0])
    assert all(issubclass(kind, BaseModel) for kind in kinds)
    assert {get_args(kind.model_fields["kind"].annotation)[0] for kind in kinds} == {
        "step", "ramp", "random_walk", "season", "shock", "outage",
    }  # fmt: skip


def test_a_drift_of_ones_own_keeps_its_arguments_as_they_are(write):
    (write("class Fair:\n    def times(self, end_s): ...\n    def apply(self, patterns, at_s): ...\n", "fair.py"))
    lines = '[[drift]]\nkind = "fair:Fair"\n'
    (found,) = sim.load(write(HEAD + lines + RULE)).drifts
    assert (found.kind, found.arguments) == ("fair:Fair", {})
    made = drift_schema.OwnDrift(kind="fair:Fair", at="day 3", by=2)
    assert (made.kind, made.arguments) == ("fair:Fair", {"at": "day 3", "by": 2})
