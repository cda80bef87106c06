"""Every part that travels with the program keeps the contract that `foreshow check module:Class` runs."""

from __future__ import annotations

import pytest

import sim
from sim.scenario import plugins, shipped
from sim.study.contract import afresh
from sim.study.contract.examine import findings_of
from sim.study.contract.part import EXPLORER, MODEL, OBJECTIVE, PRICING, Part
from tests.contracts.afresh import forked

NEEDED = {"blend": {"clicks": 1.0, "show": 0.5, "cut": 0.2}}  # what one of ours can't do without


def shipped_parts() -> list[Part]:
    """The models and objectives of the shipped scenarios, each once."""
    found: dict[str, Part] = {}
    for name in shipped.names():
        scenario = sim.load(name)
        for candidate in scenario.candidates:
            for role, plugin in ((MODEL, candidate.model), (OBJECTIVE, candidate.objective)):
                if plugin is not None:
                    found.setdefault(f"{role} {plugin.use}", Part(role, plugin.use, scenario.folder, plugin.arguments))
    for name in plugins.BUILT_IN["objective"]:
        found.setdefault(f"objective {name}", Part(OBJECTIVE, name, arguments=NEEDED.get(name, {})))
    for role in (MODEL, EXPLORER, PRICING):
        for name in plugins.BUILT_IN[role]:
            found.setdefault(f"{role} {name}", Part(role, name))
    return list(found.values())


@pytest.fixture(scope="module", autouse=True)
def _fresh_processes():
    with forked() as begin, pytest.MonkeyPatch.context() as patch:
        patch.setattr(afresh, "_begin", begin)
        yield


@pytest.mark.parametrize("part", shipped_parts(), ids=lambda part: f"{part.role}-{part.use}")
def test_it_keeps_its_contract(part):
    found = findings_of(part)
    assert found.broken == ()
    assert found.unmade == 0
    if part.role == OBJECTIVE:
        # Of a constrained one the price of the constraint does what a cut does.
        assert [str(note) for note in found.notes if note.check != "speed" and (note.check, part.use) != ("cut", "constrained")] == []
