"""The files of an event log: how they are cut, what an interruption and a full disk leave, and what is refused."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

import sim
from sim.errors import BadInput
from sim.lifecycle.play import play
from sim.study.events import stream as streaming
from sim.study.events.door import Rows
from sim.study.events.folder import EventFolder, prepare
from sim.study.events.stream import Stream
from tests.laws.tiny import learner, policy, stage_of, tiny
from tests.small import SMALL_WORLD

ROOT = Path(__file__).parents[3]
SCENARIO = tiny(policy("always_show", name="50% more / or less"), horizon="3 days")
FILE = f"""
name    = "small"
horizon = "9 days"
{SMALL_WORLD}
[[candidate]]
policy = "keyword"

[[candidate]]
policy = "always_show"
"""


def files_of(folder):
    return {str(file.relative_to(folder)): file.read_bytes() for file in sorted(folder.rglob("*")) if file.is_file()}


def played_into(folder, scenario=SCENARIO):
    with Stream(folder, scenario) as stream:
        stream.finish(play(stage_of(scenario), scenario.candidates[0], stream.write).ledger)
    return stream


def test_the_bytes_are_the_same_for_any_number_of_workers(tmp_path):
    scenario = tiny(policy("always_show"), learner("clicks"), replications=2, horizon="9 days")
    for workers in (1, 2):
        sim.run(scenario, workers=workers, events=tmp_path / str(workers))
    one, two = (files_of(tmp_path / name) for name in ("1", "2"))
    assert one == two
    assert len(one) == 2 * 2 * 2  # for each candidate and replication its rows and its days


def test_any_name_of_a_candidate_comes_back(tmp_path):
    sim.run(SCENARIO, events=tmp_path)
    assert set(pd.read_parquet(tmp_path)["candidate"]) == {"50% more / or less"}


def test_rows_are_cut_into_groups_and_files_and_stay_the_same(tmp_path, monkeypatch):
    played_into(tmp_path / "whole")
    monkeypatch.setattr(streaming, "GROUP_ROWS", 3_000)
    monkeypatch.setattr(streaming, "FILE_ROWS", 9_000)
    played_into(tmp_path / "cut")
    cut = sorted((tmp_path / "cut").glob("*.parquet"))
    assert [file.name for file in cut[:2]] == ["part-0000.parquet", "part-0001.parquet"]
    assert len(cut) == 3
    whole = pd.read_parquet(tmp_path / "whole" / "part-0000.parquet")
    assert pd.concat(map(pd.read_parquet, cut), ignore_index=True).equals(whole)


def test_a_candidate_that_shows_nothing_has_a_file_without_rows(tmp_path):
    sim.run(tiny(policy("never_show"), horizon="2 days"), events=tmp_path)
    assert len(pd.read_parquet(tmp_path)) == 0
    days = pd.read_csv(next(tmp_path.rglob(streaming.DAYS)))
    assert (days["queries"] > 0).all()


@pytest.mark.parametrize("when", [1, 2])
def test_what_an_interruption_leaves_can_be_read(tmp_path, when):
    scenario = tiny(policy("always_show"), horizon="6 days")
    told = 0

    def interrupted(shown):
        nonlocal told
        told += 1
        if told > when:
            raise KeyboardInterrupt
        stream.write(shown)

    with pytest.raises(KeyboardInterrupt), Stream(tmp_path / "log", scenario) as stream:
        play(stage_of(scenario), scenario.candidates[0], interrupted)
    (file,) = (tmp_path / "log").iterdir()
    assert set(pd.read_parquet(file)["day"]) == set(range(when))


def test_an_interruption_waits_until_a_group_is_written(tmp_path, monkeypatch):
    def interrupted(rows):
        monkeypatch.setattr(Rows, "write_group", write)
        os.kill(os.getpid(), signal.SIGINT)
        write(rows)

    write = Rows.write_group
    monkeypatch.setattr(Rows, "write_group", interrupted)
    monkeypatch.setattr(streaming, "GROUP_ROWS", 3_000)
    with pytest.raises(KeyboardInterrupt):
        played_into(tmp_path / "log")
    (file,) = (tmp_path / "log").iterdir()
    assert len(pd.read_parquet(file)) >= 3_000


def test_a_file_that_was_interrupted_while_it_was_written_is_gone(tmp_path, monkeypatch):
    def interrupted(*_rest, **_named):
        raise KeyboardInterrupt

    monkeypatch.setattr("sim.study.events.door.Rows.write_group", interrupted)
    with pytest.raises(KeyboardInterrupt):
        played_into(tmp_path / "log")
    assert list((tmp_path / "log").iterdir()) == []


def test_what_a_process_that_was_ended_has_left_is_swept(tmp_path):
    folder = EventFolder(tmp_path).of("a", 0)
    folder.mkdir(parents=True)
    (folder / "part-0000.parquet.unfinished").write_bytes(b"PAR1")
    (folder / "part-0001.parquet").write_bytes(b"whole")
    EventFolder(tmp_path).sweep()
    assert [file.name for file in folder.iterdir()] == ["part-0001.parquet"]


def test_a_folder_that_is_not_empty_is_refused_and_left_alone(tmp_path):
    (tmp_path / "notes.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(BadInput, match="is not empty, so it is left alone"):
        sim.run(SCENARIO, events=tmp_path)
    assert files_of(tmp_path) == {"notes.txt": b"mine"}


def test_a_file_and_what_can_not_be_made_are_no_folders(tmp_path):
    (tmp_path / "file").write_text("", encoding="utf-8")
    for wrong in ("file", "file/below", "\0"):
        with pytest.raises(BadInput, match="--events: "):
            prepare(tmp_path / wrong)


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_can_not_be_written_to_is_refused(tmp_path):
    tmp_path.chmod(0o500)
    with pytest.raises(BadInput, match="--events: "):
        prepare(tmp_path)


def limited(bytes_at_most, *words):
    """The command where no file may grow beyond so many bytes: a disk that is full in the middle."""
    script = (
        "import resource, sys; from sim.cli import entry; sys.argv[0] = 'foreshow'; "
        f"resource.setrlimit(resource.RLIMIT_FSIZE, ({bytes_at_most}, {bytes_at_most})); entry()"
    )
    command = [sys.executable, "-c", script, *map(str, words)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def test_a_disk_that_is_full_costs_rows_and_not_the_report(tmp_path):
    (tmp_path / "small.toml").write_text(FILE, encoding="utf-8")
    done = limited(100_000, "run", tmp_path / "small.toml", "--no-store", "--workers", 1, "--events", tmp_path / "log")
    assert done.returncode == 70
    assert done.stdout.startswith("[ONE RUN]")
    (line,) = done.stderr.splitlines()
    assert line.startswith("foreshow: --events: ")
    assert "File too large (and 1 more like it); the event log lacks what came after" in line
    for file in (tmp_path / "log").rglob("*.parquet"):
        pd.read_parquet(file)
    assert not list((tmp_path / "log").rglob("*.unfinished"))


def test_a_wrong_folder_ends_the_command_before_anything_is_played(tmp_path):
    (tmp_path / "small.toml").write_text(FILE, encoding="utf-8")
    done = limited(10**9, "run", tmp_path / "small.toml", "--no-store", "--events", tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert "is not empty, so it is left alone" in " ".join(done.stderr.split())


def test_in_python_what_is_lost_is_a_warning(tmp_path, monkeypatch):
    def full(*_rest, **_named):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("sim.study.events.door.Rows.write_group", full)
    with pytest.warns(RuntimeWarning, match="No space left on device"):
        run = sim.run(SCENARIO, events=tmp_path)
    assert run.complete
