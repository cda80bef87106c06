"""The contract on a store that can't be used: one clear message of where, what and what to try, and no harm done.

A place that the user named is refused before anything is played (exit code 2); of the default place a
warning is given and the run goes on (0).
"""

from __future__ import annotations

import os
import resource
import sqlite3
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import pytest

from sim.commands.output import Output
from sim.study.store.keeping import keep
from sim.study.store.place import place_of
from sim.study.store.reading import read
from tests.commands.conftest import folder, foreshow  # noqa: F401  fixtures
from tests.study.made_up import candidate, run
from tests.study.stores import held, python, same

SOUND = run(candidate(), run="x-1-00")

pytestmark = pytest.mark.usefixtures("folder")


def text(file):
    file.write_text("hello, world\n" * 100)


def empty(file):
    file.touch()


def a_folder(file):
    file.mkdir()


def of_sqlite(file):
    with sqlite3.connect(file) as store:
        store.execute("CREATE TABLE x (a)")
    store.close()


def of_someone_else(file):
    with duckdb.connect(str(file)) as store:
        store.execute("CREATE TABLE runs (run VARCHAR); CREATE TABLE foreshow (a INTEGER)")


def newer(file):
    sound(file)
    with duckdb.connect(str(file)) as store:
        store.execute("UPDATE foreshow SET format = 7")


def truncated(file):
    sound(file)
    os.truncate(file, 20_000)


def garbled(file):
    sound(file)
    raw = bytearray(file.read_bytes())
    raw[4_096:12_288] = b"\xaa" * 8_192
    file.write_bytes(raw)


def sound(file):
    keep(SOUND, place_of(file))


FOREIGN = "is not a DuckDB file, so it is left alone; name another file with --store"
DAMAGED = "is damaged and can't be read; move it away, and the next run begins a new one"
FAULTS = {
    text: FOREIGN,
    empty: FOREIGN,
    of_sqlite: FOREIGN,
    a_folder: "is a folder; name another file with --store",
    of_someone_else: "is a DuckDB file of someone else's, so it is left alone; name another file with --store",
    newer: "was made by a newer Foreshow (format 7; this one knows 1); upgrade Foreshow, or name another file with --store",
    truncated: DAMAGED,
    garbled: DAMAGED,
}


def one_message(words: str) -> str:
    """What was said, on one line, after making sure that it is no traceback."""
    assert "Traceback" not in words
    assert "Error" not in words
    return " ".join(words.split())


@pytest.fixture(params=FAULTS, ids=lambda make: make.__name__)
def fault(request, folder):  # noqa: F811
    """A file that is no store at the default place; what is said of it, and a look whether it has changed."""
    file = folder / "foreshow.duckdb"
    request.param(file)
    before = None if file.is_dir() else file.read_bytes()
    yield FAULTS[request.param]
    assert before is None or file.read_bytes() == before
    assert {path.name for path in folder.iterdir()} - {"__pycache__"} == {"small.toml", "foreshow.duckdb"}


def test_a_store_that_was_named_is_refused_before_anything_is_played(fault, foreshow, monkeypatch):  # noqa: F811
    monkeypatch.setattr("sim.study.run.run_study", lambda *_a, **_k: pytest.fail("it was played"))
    done = foreshow("run", "small.toml", "--store", "foreshow.duckdb")
    assert (done.code, done.out) == (2, "")
    assert one_message(done.err) == f"1 mistake foreshow.duckdb: {fault}"


def test_the_default_place_is_warned_of_and_the_run_goes_on(fault, foreshow):  # noqa: F811
    done = foreshow("run", "small.toml", "--quiet")
    assert done.code == 0
    assert done.out.startswith("[ONE RUN]")
    told = f"foreshow: foreshow.duckdb: {fault}; this run is played but not stored (--no-store says that this is meant)"
    assert one_message(done.err) == told


@pytest.mark.parametrize("words", [("report",), ("report", "x-1-00", "--json", "-"), ("list", "--runs")])
def test_what_is_no_store_can_not_be_read(fault, foreshow, words):  # noqa: F811
    done = foreshow(*words)
    assert (done.code, done.out) == (2, "")
    assert one_message(done.err) == f"1 mistake foreshow.duckdb: {fault}"


@pytest.mark.parametrize(
    ("named", "said"),
    [
        ("nowhere/x.duckdb", "no such folder; make it first, or name another file with --store"),
        ("small.toml/x.duckdb", "stands in no folder; make it first, or name another file with --store"),
        ("/dev/null", "is no file; name another file with --store"),
        ("x" * 300, "File name too long; name another file with --store"),
        ("\udcff.duckdb", "has bytes in its name that are no text; name another file with --store"),
        ("", "found ''; a file's name"),
    ],
)
def test_a_place_that_is_none_is_told(foreshow, named, said):  # noqa: F811
    for words in (("run", "small.toml"), ("report",), ("list", "--runs")):
        done = foreshow(*words, "--store", named)
        assert (done.code, done.out) == (2, "")
        assert one_message(done.err).endswith(said)


@pytest.mark.parametrize(("option", "code"), [((), 0), (("--store", "foreshow.duckdb"), 70)])
def test_a_store_that_stays_locked_is_told_after_the_screen(foreshow, folder, option, code):  # noqa: F811
    sound(folder / "foreshow.duckdb")
    with held(folder / "foreshow.duckdb") as holder:
        done = foreshow("run", "small.toml", *option)
        read = foreshow("report")
    assert done.code == code
    assert "whole horizon" in done.out
    said = one_message(done.err)
    assert said.startswith("foreshow: foreshow.duckdb: another process (")
    assert f"PID {holder.pid}) has it open; close it there and try again, or name another file with --store; this run is not" in said
    assert (read.code, read.out) == (70, "")
    assert one_message(read.err).startswith("foreshow: foreshow.duckdb: another process (")


WITHOUT_RIGHTS = """
import os, sys
import duckdb, pandas, pyarrow
from sim.errors import BadInput
from sim.study.store import keeping, reading
from sim.study.store.place import place_of
from tests.study.made_up import candidate, run
one, place = run(candidate()), place_of(sys.argv[1])
keeping.keep(one, place_of(sys.argv[2]))
if os.geteuid() == 0:
    os.setuid(65534)
for action in (lambda: keeping.check(place), lambda: print(reading.read("last", place).run)):
    try:
        action()
    except BadInput as problem:
        print(str(problem).rpartition("/")[2])
"""


@pytest.mark.parametrize(
    ("file_mode", "folder_mode", "told"),
    [
        (0o644, 0o555, ["x.duckdb: its folder can't be written to; ask for the right to, or name another file with --store", "x-1-00"]),
        (0o444, 0o777, ["x.duckdb: can't be written to; ask for the right to, or name another file with --store", "x-1-00"]),
        (0o000, 0o777, ["x.duckdb: can't be written to; ask for the right to, or name another file with --store",
                        "x.duckdb: can't be read; ask for the right to, or name another file with --store"]),
    ],
)  # fmt: skip
def test_a_read_only_store_can_be_read_and_says_that_it_can_not_be_written(tmp_path, file_mode, folder_mode, told):
    with TemporaryDirectory() as closed_to_others:  # pytest's own folders are closed to others on every level
        Path(closed_to_others).chmod(0o711)
        folder = Path(closed_to_others) / "rights"
        folder.mkdir()
        sound(folder / "x.duckdb")
        (folder / "x.duckdb").chmod(file_mode)
        folder.chmod(folder_mode)
        try:
            done = python(WITHOUT_RIGHTS, str(folder / "x.duckdb"), str(tmp_path / "y.duckdb"))
        finally:
            folder.chmod(0o755)
    assert done.stdout.splitlines() == told


def test_a_full_disk_costs_neither_the_screen_nor_what_was_stored(folder, foreshow, monkeypatch):  # noqa: F811
    """The system refuses every further byte from the moment the screen is printed."""
    sound(folder / "foreshow.duckdb")
    limits, show = resource.getrlimit(resource.RLIMIT_FSIZE), Output.show

    def then_no_room(*words):
        written = show(*words)
        resource.setrlimit(resource.RLIMIT_FSIZE, (10, limits[1]))
        return written

    monkeypatch.setattr(Output, "show", then_no_room)
    try:
        done = foreshow("run", "small.toml", "--store", "foreshow.duckdb")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert done.code == 70
    assert "whole horizon" in done.out
    assert one_message(done.err).endswith("; make room and try again; this run is not stored")
    monkeypatch.undo()
    assert same(read("last", place_of(folder / "foreshow.duckdb")), SOUND)
