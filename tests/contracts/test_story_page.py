"""What docs/story.md says of playbooks and badges is what there is, and its examples work."""

from __future__ import annotations

import re
from pathlib import Path
from types import SimpleNamespace

import pandas as pd
import pytest

import sim
from reports.export import run_json
from reports.payoff import STYLES
from sim.scenario.playbook_schema import OFFLINE, Playbook
from sim.scenario.schema import Candidate
from tests.reports.story.made_up import STORIES

PAGE = (Path(__file__).parents[2] / "docs" / "story.md").read_text(encoding="utf-8")
STEPS = PAGE.partition("## The thirteen steps")[2].partition("\n## ")[0]


def block(language: str) -> str:
    found = re.search(rf"^```{language}\n(.*?)^```", PAGE, flags=re.MULTILINE | re.DOTALL)
    assert found
    return found[1]


def test_there_are_thirteen_steps_and_their_settings_exist():
    rows = re.findall(r"^\| (\d+) \|", STEPS, flags=re.MULTILINE)
    assert rows == [str(number) for number in range(1, 14)]
    named = set(re.findall(r"`(\w+)`", STEPS)) - {"looks_for"}
    assert named >= {"overturned", "recall", "shown", "cohort_z", "holds", "canary_loss"}
    assert named <= {*Playbook.model_fields, *Candidate.model_fields, *OFFLINE}


def test_every_badge_is_told_and_no_other():
    table = PAGE.partition("| badge | when |")[2].partition("\n\n")[0]
    assert sorted(re.findall(r"`([A-Z ]+)`", table)) == sorted(set(STYLES))


def test_the_playbook_of_the_example_is_sound(tmp_path):
    file = tmp_path / "story.toml"
    file.write_text('name = "story"\nhorizon = "60 days"\n\n[[candidate]]\npolicy = "keyword"\n\n' + block("toml"), encoding="utf-8")
    team = sim.load(file).candidates[1]
    assert (team.playbook.use, team.playbook.guidelines) == ("reference", 14 * 86_400)


@pytest.mark.parametrize(("predictions", "found"), [([0.1, 0.1, 0.1, 0.9], False), ([0.1] * 4, True)])
def test_the_diagnosis_of_the_example_finds_what_it_says(predictions, found):
    space: dict = {}
    exec(block("python"), space)
    view = SimpleNamespace(cut=0.2, rated=pd.DataFrame({"prediction": predictions, "label": [0, 0, 1, 1]}))
    answer, evidence, words = space["too_few"](view)
    assert bool(answer) == found
    assert evidence["rated"] == 0.5
    assert "raters 50.00%" in words
    assert space["more_pairs"](view)["drop"] == ["first"]


def keys_of(part: str) -> set[str]:
    """The keys that the page tells of a part of the JSON."""
    rows = PAGE.partition(f"\n`{part}`")[2].partition("| key | what it is |\n|---|---|\n")[2].partition("\n\n")[0]
    return {key for row in rows.splitlines() for key in re.findall(r"`(\w+)`", row.split("|")[1])}


def test_the_keys_of_the_json_are_told_and_no_other():
    run = STORIES["paid"]
    (team, twin) = run_json(run)["candidates"]
    assert {key for entry in team["chronicle"] for key in entry} == keys_of("chronicle")
    (price,) = team["prices"]
    assert set(price) - {"intervals"} == keys_of("prices")
    assert twin["prices"] == []


def test_every_event_of_a_diary_is_told_and_no_other():
    row = re.search(r"^\| `event` \| (.*) \|$", PAGE, flags=re.MULTILINE)
    assert row
    source = Path(sim.__file__).parent / "lifecycle"
    written = {
        name for file in source.rglob("*.py") for name in re.findall(r'\.write\([^"]*?_s,\s*"(\w+)"', file.read_text(encoding="utf-8"))
    }
    assert set(re.findall(r"`(\w+)`", row[1])) == written
