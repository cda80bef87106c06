"""The contract that a key which changes nothing is a bug.

Every setting, argument and built-in is moved once in a tiny scenario, and the run has to move with it:
its ledgers, or for what is only reported its document; what only a comparison reads moves its settings.
A new key without an entry here fails too.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from typing import Any, get_args

import numpy as np
import pytest
from pydantic import BaseModel

from sim.scenario import plugins, roles, schema
from tests.contracts.bases import Bases
from tests.contracts.moves import MOVES


def known_keys() -> set[str]:
    """Every setting, built-in and argument there is."""
    return {
        *settings_of(schema.Scenario),
        *parts(),
        "objective.own",
        "objective.own.argument",
        "drift.own.argument",
        "model.own",
        "model.argument",
        "explore.own",
        "explore.own.argument",
    }


def settings_of(table: type[BaseModel], above: str = "") -> Iterator[str]:
    for name, field in table.model_fields.items():
        key = above + (field.alias or name)
        inner = list(tables_in(field.annotation))
        for one in inner:
            kind = [*get_args(one.model_fields["kind"].annotation), "own"][:1] if len(inner) > 1 else []
            yield from settings_of(one, ".".join([key, *kind]) + ".")
        if not inner and not field.exclude:
            yield key


def tables_in(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, schema.Table):
        yield annotation
    for inner in get_args(annotation):
        yield from tables_in(inner)


def parts() -> Iterator[str]:
    for kind, paths in plugins.BUILT_IN.items():
        for use in paths:
            yield f"{kind}.{use}"
            yield from (f"{kind}.{use}.{argument}" for argument in inspect.signature(plugins.built_in(kind, use)).parameters)
    yield from (f"objective.own.{key}" for key in roles.OWN_OBJECTIVE)


@pytest.fixture(scope="module")
def play(tmp_path_factory) -> Bases:
    return Bases(tmp_path_factory.mktemp("tiny"))


def test_every_key_there_is_has_a_move():
    assert set(MOVES) == known_keys()


@pytest.mark.parametrize("key", MOVES)
def test_a_key_that_moves_moves_the_run(play, key):
    move = MOVES[key]
    before, after = play(move.before, move.base), play(move.after, move.base)
    same = all(map(np.array_equal, before.ledgers, after.ledgers))
    assert same == (move.moves != "ledgers")
    assert (before.document == after.document) == (move.moves == "comparison")
    assert before.settings != after.settings


def test_the_same_scenario_is_the_same_run(play):
    again = play("# nothing")
    assert all(map(np.array_equal, play("").ledgers, again.ledgers))
    assert play("").document == again.document
