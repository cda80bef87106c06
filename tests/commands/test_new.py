"""`foreshow new`: what it writes runs as written, its comments are true, and it never writes over anything."""

from __future__ import annotations

import json
import os
import re
import tomllib
from pathlib import Path

import jsonschema
import pytest

import sim
from sim.columns import REVENUE
from sim.commands import new
from sim.scenario.editors import LINE, json_schema

FILES = {"scenario.toml", "my_model.py", "my_goals.py", "my_drift.py", "README.md", "foreshow.schema.json"}
PARTS = {"my_model:FewColumns": {"C": 0.5}, "my_goals:profit": {}, "my_drift:Fair": {"day": 25}}


@pytest.fixture(scope="module")
def starter(tmp_path_factory) -> Path:
    """A folder as the command writes it."""
    place = tmp_path_factory.mktemp("kept") / "my shop"
    new._make(place, new.starter("my shop"))
    return place


@pytest.fixture(scope="module")
def run(starter):
    """Its run, as written but for two of its four replications."""
    return sim.run(starter, replications=2)


def test_it_writes_a_sound_scenario_and_says_what_to_type_next(foreshow, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    done = foreshow("new", "my shop/first")
    assert (done.code, done.err) == (0, "")
    assert done.out.splitlines() == [
        "my shop/first: a scenario with a model, an objective and a drift of your own",
        "play it     foreshow run 'my shop/first'",
        "try a part  foreshow check my_model:FewColumns --folder 'my shop/first'",
    ]
    assert {file.name for file in (tmp_path / "my shop" / "first").iterdir()} == FILES
    assert sim.check("my shop/first") == []
    assert sim.load("my shop/first").name == "first"


def test_it_goes_into_a_folder_that_is_there_but_has_none_of_its_files(foreshow, tmp_path):
    (tmp_path / "notes.txt").write_text("mine")
    assert foreshow("new", str(tmp_path)).code == 0
    assert (tmp_path / "notes.txt").read_text() == "mine"


@pytest.mark.parametrize("name", ["plain", 'Ä "quoted" \\ name', "x" * 60, "#:?"])
def test_its_name_is_kept_whatever_it_is(foreshow, tmp_path, name):
    assert foreshow("new", str(tmp_path / "a"), "--name", name).code == 0
    assert sim.load(tmp_path / "a").name == name


@pytest.mark.parametrize("name", ["", " ", "x" * 61, "two\nlines"])
def test_a_name_that_can_not_be_is_told(foreshow, tmp_path, name):
    done = foreshow("new", str(tmp_path / "a"), "--name", name)
    assert done.code == 2
    assert "--name" in done.told
    assert "1 to 60 characters" in done.told
    assert not (tmp_path / "a").exists()


def test_a_folder_whose_name_is_too_long_gives_another_name(foreshow, tmp_path):
    assert foreshow("new", str(tmp_path / ("x" * 70))).code == 0
    assert sim.load(tmp_path / ("x" * 70)).name == "my platform"


def test_nothing_is_written_over(foreshow, tmp_path):
    (tmp_path / "my_model.py").write_text("mine")
    (tmp_path / "README.md").mkdir()
    done = foreshow("new", str(tmp_path))
    assert done.code == 2
    assert "holds my_model.py, README.md already; nothing was written" in done.told
    assert {file.name for file in tmp_path.iterdir()} == {"my_model.py", "README.md"}
    assert (tmp_path / "my_model.py").read_text() == "mine"


def test_a_file_in_its_place_is_told(foreshow, tmp_path):
    (tmp_path / "a").write_text("mine")
    done = foreshow("new", str(tmp_path / "a"))
    assert (done.code, "is a file" in done.told) == (2, True)


def test_a_folder_that_can_not_be_made_is_one_message(foreshow):
    done = foreshow("new", "/proc/shop")
    assert done.code == 2
    assert "can't be written" in done.told
    assert "Traceback" not in done.told


def test_a_disk_that_fills_leaves_nothing_behind(foreshow, tmp_path, monkeypatch):
    write = Path.write_text

    def fills(self, text, **options):
        if self.name == "my_drift.py":
            write(self, text[:10], **options)
            raise OSError(28, "No space left on device")
        return write(self, text, **options)

    monkeypatch.setattr(Path, "write_text", fills)
    done = foreshow("new", str(tmp_path / "a"))
    assert (done.code, "No space left" in done.told) == (2, True)
    assert list((tmp_path / "a").iterdir()) == []


def test_every_file_of_the_starter_is_written():
    there = {file.name for file in new._STARTER.iterdir() if file.is_file()}
    assert there == set(new.FILES)
    assert set(new.starter("x")) == FILES


# --- what it wrote -------------------------------------------------------------------------------------------------


def test_it_plays_as_written_and_its_model_earns_more_than_the_rule(run):
    assert (run.failed, run.complete) == ((), True)
    assert all("memory has a half-life" in note for note in run.notes)
    rule = revenue_of(run, "keyword")
    for name in ("my model", "my model and goal"):
        assert (revenue_of(run, name) > 1.2 * rule).all(), name


def revenue_of(run, name):
    """What a candidate earned in each replication."""
    return run.candidate(name).days[..., REVENUE].sum(axis=1)


def test_its_own_drift_is_seen(run):
    (event,) = [event for event in run.world_events if "fair" in event.detail]
    assert (event.day, event.detail) == (24, "a fair of 14 days, demand up to +60%")
    queries = run.candidates[0].days[:, :, 0].mean(axis=0)
    assert queries[28:34].mean() > 1.3 * queries[:21].mean()


def test_its_objective_shows_fewer_ads_where_the_text_is_poor(run):
    assert run.candidate("my model and goal").days[..., 1].sum() < run.candidate("my model").days[..., 1].sum()


@pytest.mark.parametrize("part", PARTS)
def test_each_of_its_parts_keeps_its_contract_without_a_note(starter, part):
    found = sim.examine(part, PARTS[part], folder=starter)
    assert found.broken == ()
    assert [note for note in found.notes if not note.check.startswith("speed")] == []


def test_it_names_only_files_arguments_and_commands_that_there_are(starter):
    text = "\n".join((starter / file).read_text() for file in sorted(FILES - {"foreshow.schema.json"}))
    assert set(re.findall(r"\bmy_\w+\.py", text)) <= FILES
    tried = re.findall(r"foreshow check (my_\w+:\w+)(?: (\w+)=)?", text)
    assert {part for part, _ in tried} == set(PARTS)
    settings = tomllib.loads((starter / "scenario.toml").read_text())
    named = json.dumps(settings)
    assert all(f'"{part}"' in named for part in PARTS)


def test_its_comments_on_the_market_are_true(starter):
    drift = sim.load(starter).drifts[1]
    assert drift.arguments == {"day": 25, "lasts": 14, "more": 0.6}
    assert (starter / "scenario.toml").read_text().startswith(f"{LINE}\n")


def test_its_schema_is_this_versions_and_takes_its_scenario(starter):
    schema = json.loads((starter / "foreshow.schema.json").read_text())
    assert schema == json_schema()
    assert jsonschema.Draft202012Validator(schema).is_valid(tomllib.loads((starter / "scenario.toml").read_text()))


def test_its_files_import_nothing_of_ours(starter):
    for file in starter.glob("*.py"):
        assert not re.search(r"^\s*(from|import) (sim|reports)\b", file.read_text(), flags=re.MULTILINE)


@pytest.mark.skipif(os.geteuid() == 0, reason="root writes everywhere")
def test_a_folder_without_write_permission_is_one_message(foreshow, tmp_path):
    tmp_path.chmod(0o500)
    done = foreshow("new", str(tmp_path / "a"))
    assert (done.code, "Permission denied" in done.told) == (2, True)
