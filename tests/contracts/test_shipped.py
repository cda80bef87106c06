"""The contract on the scenarios that travel with the program: each loads, asks something, is listed, and runs."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import sim
from sim.scenario import shipped
from sim.scenario.schema import Scenario

ROOT = Path(__file__).parents[2]
NAMES = sorted(shipped.names())
LIST = shipped.folder() / "README.md"


def shrunken(found: Scenario) -> Scenario:
    """Two weeks of one replication with few queries, so that all are played one by one; everything else as it is."""
    few = found.traffic.model_copy(update={"queries": 2_000.0})
    soon = tuple(drift.model_copy(update={"at": min(drift.at, 3 * 86_400)}) for drift in found.drifts)
    one_by_one = found.engine.model_copy(update={"sampler": "queries"})
    return found.but(days=14, replications=1, traffic=few, drifts=soon, engine=one_by_one)


def test_there_are_scenarios_and_the_first_year_is_one_of_them():
    assert "first_year" in NAMES
    assert len(NAMES) >= 5


@pytest.mark.parametrize("name", NAMES)
def test_it_is_sound(name):
    assert sim.check(name) == []


@pytest.mark.parametrize("name", NAMES)
def test_it_is_called_what_its_file_is_called(name):
    assert sim.load(name).name == name.replace("_", " ")


@pytest.mark.parametrize("name", NAMES)
def test_it_asks_a_question(name):
    question = sim.load(name).question
    assert question == shipped.question(shipped.names()[name])
    assert question.endswith(("?", ")"))
    assert "?" in question


@pytest.mark.parametrize("name", NAMES)
def test_it_begins_with_a_word_of_what_it_is_for(name):
    assert shipped.names()[name].read_text(encoding="utf-8").startswith("# ")


@pytest.mark.parametrize("name", NAMES)
def test_it_has_a_line_in_the_list(name):
    assert [line for line in LIST.read_text(encoding="utf-8").splitlines() if name in line]


@pytest.mark.parametrize("name", NAMES)
def test_it_plays_all_of_its_candidates(name):
    found = shrunken(sim.load(name))
    run = sim.run(found)
    assert (run.complete, run.failed, run.days) == (True, (), 14)
    assert [one.name for one in run.candidates] == [one.name for one in found.candidates]
    assert all(one.days[..., 0].sum() > 0 for one in run.candidates)
    assert len({one.days[..., 0].tobytes() for one in run.candidates}) == 1


def test_the_command_lists_each_with_its_question(tmp_path):
    done = subprocess.run(
        [sys.executable, "-m", "sim", "list"],
        cwd=tmp_path,
        env={"PYTHONPATH": str(ROOT), "PATH": "", "PYTHONIOENCODING": "utf-8"},
        capture_output=True,
        encoding="utf-8",
        timeout=300,
        check=True,
    )
    for name in NAMES:
        assert [line for line in done.stdout.splitlines() if line.startswith(f"{name} ") and sim.load(name).question in line]
