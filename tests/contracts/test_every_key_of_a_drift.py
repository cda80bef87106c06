"""The contract that a key which changes nothing is a bug, for every key of every drift of whatever can drift."""

from __future__ import annotations

from typing import get_args

import numpy as np
import pytest

from sim.scenario import drift_schema
from tests.contracts.bases import Bases
from tests.contracts.drifting import drift

MORE = {
    "step": {"lasts": "'4 days'"},
    "ramp": {"lasts": "'9 days'"},
    "random_walk": {"every": "'3 days'", "half_life": "'4 days'"},
    "season": {"peak": "'day 9'", "period": "'8 days'"},
    "shock": {"half_life": "'9 days'"},
}
WHATS = [(kind, what) for kind in MORE for what in get_args(drift_schema.Levelled)] + [
    (kind, what) for kind in ("step", "ramp") for what in ("ads", "types")
]


@pytest.fixture(scope="module")
def play(tmp_path_factory) -> Bases:
    return Bases(tmp_path_factory.mktemp("tiny"))


@pytest.mark.parametrize(("kind", "what"), WHATS)
def test_a_key_of_a_drift_moves_whatever_drifts(play, kind, what):
    other = "ramp" if kind in ("step", "season", "random_walk") else "step"
    part = {} if kind == "season" or what in ("demand", "topics", "clicks", "worthiness", "bids") else {"by": "0.2"}
    settings = {"by": "0.3"} | part
    share = {"share": "'50%'"} if what in ("clicks", "bids") and kind != "random_walk" else {}
    for key, value in ({"by": "0.1"} | MORE[kind] | share | ({} if kind == "season" else {"at": "'day 5'"})).items():
        one, moved = drift(kind, **settings | {"what": f"'{what}'"}), drift(kind, **settings | {"what": f"'{what}'", key: value})
        before, after = play(one), play(moved)
        assert not all(map(np.array_equal, before.ledgers, after.ledgers)), key
    before, after = play(one), play(drift(other, **settings | {"what": f"'{what}'"}))
    assert not all(map(np.array_equal, before.ledgers, after.ledgers)), "kind"


@pytest.mark.parametrize("what", get_args(drift_schema.Levelled))
def test_a_walk_that_has_settled_moves_whatever_drifts(play, what):
    settings = {"what": f"'{what}'", "by": "0.3", "half_life": "'4 days'", "at": "'day 5'"}
    before, after = play(drift("random_walk", **settings)), play(drift("random_walk", **settings, settled="true"))
    assert not all(map(np.array_equal, before.ledgers, after.ledgers))
