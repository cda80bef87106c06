"""Nothing is lost on the way to the store: many use it at once, processes are killed, and disks are full."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import duckdb
import pytest

from sim.errors import StoreFault
from sim.study.store import door
from sim.study.store.keeping import keep
from sim.study.store.reading import read, stored_runs
from tests.study.stores import BASE, OTHER, ROOT, ask, held, ids, python, same


def test_a_lock_is_waited_for(place, monkeypatch):
    monkeypatch.setattr(door, "PATIENCE_S", 300.0)  # a busy machine may take seconds to end who holds it
    keep(BASE, place)
    with held(place.file, seconds=0.5):
        assert keep(OTHER, place).run == "x-1-00.2"
    with held(place.file, seconds=0.5):
        assert len(stored_runs(place)) == 2


def test_a_lock_that_stays_is_told_with_who_holds_it(place, monkeypatch):
    keep(BASE, place)
    monkeypatch.setattr(door, "PATIENCE_S", 0.1)
    with held(place.file) as holder:
        for action in (lambda: keep(OTHER, place), lambda: stored_runs(place)):
            with pytest.raises(StoreFault, match=rf"runs\.duckdb: another process \(.*PID {holder.pid}\) has it open; close it there"):
                action()
    assert ids(place) == ["x-1-00"]


def test_readers_do_not_stand_in_each_others_way(place):
    keep(BASE, place)
    with held(place.file, "read_only=True"):
        assert ids(place) == ["x-1-00"]


def test_the_same_process_has_it_open_already(place):
    keep(BASE, place)
    with duckdb.connect(str(place.file)), pytest.raises(StoreFault, match="this very process has it open already"):
        read("last", place)


KEEPER = """
import sys
from sim.study.store import door
from sim.study.store.keeping import keep
from sim.study.store.place import place_of
from tests.study.made_up import candidate, run
door.PATIENCE_S = 300.0  # however slow this machine is
keep(run(candidate(), run=sys.argv[2]), place_of(sys.argv[1]))
"""


def test_runs_that_end_at_the_same_moment_are_all_stored(place):
    names = [f"x-{number}-00" for number in range(6)]
    with ThreadPoolExecutor(6) as threads:
        list(threads.map(lambda name: python(KEEPER, str(place.file), name), names))
    assert sorted(ids(place)) == names
    assert [file.name for file in place.file.parent.iterdir()] == ["runs.duckdb"]


KILLED = """
import os, signal, sys
from sim.study.store import keeping
from sim.study.store.place import place_of
from tests.study.stores import BASE, OTHER
insert = keeping._insert
def killed(store, table, rows, name):
    insert(store, table, rows, name)
    if table == "ledger":
        os.kill(os.getpid(), signal.SIGKILL)
keeping._insert = killed
keeping.keep(OTHER if sys.argv[2] == "other" else BASE, place_of(sys.argv[1]))
"""


@pytest.mark.parametrize("which", ["other", "same"])
def test_a_process_killed_while_it_writes_leaves_what_was_there(place, which):
    keep(BASE, place)
    assert python(KILLED, str(place.file), which, check=False).returncode == -9
    assert ids(place) == ["x-1-00"]
    assert same(read("last", place), BASE)
    assert ask(place, "SELECT count(*) FROM ledger") == [(4 * 59,)]
    assert keep(OTHER, place).run == "x-1-00.2"


def test_a_process_killed_while_it_writes_its_first_run_leaves_an_empty_store(place):
    assert python(KILLED, str(place.file), "same", check=False).returncode == -9
    assert stored_runs(place) == []
    assert keep(BASE, place).run == "x-1-00"


FULL_DISK = """
import resource, sys
from sim.errors import StoreFault
from sim.study.store.keeping import keep
from sim.study.store.place import place_of
from tests.reports.made_up import make_run
most = int(sys.argv[2])
resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))
try:
    keep(make_run(days=1826, replications=20), place_of(sys.argv[1]))
except StoreFault as problem:
    print(problem)
"""


@pytest.mark.parametrize("room", [1_000, 100_000])
def test_a_full_disk_is_told_and_leaves_what_was_there(place, room):
    keep(BASE, place)
    told = python(FULL_DISK, str(place.file), str(place.file.stat().st_size + room)).stdout
    assert told.startswith(str(place.file))
    assert "; make room and try again" in told
    assert same(read("last", place), BASE)
    keep(OTHER, place)
    assert same(read("x-1-00.2", place), OTHER)


def test_a_disk_that_is_full_from_the_start_is_left_as_it_was(place):
    told = python(FULL_DISK, str(place.file), "2000").stdout
    assert "; make room and try again" in told
    assert list(place.file.parent.iterdir()) == []


def test_help_does_not_wait_for_the_store():
    script = "import sys; sys.argv = ['foreshow', {!r}, '--help']\ntry:\n from sim.cli import entry; entry()\nfinally: print(*sys.modules)"
    for command in ("run", "report", "list"):
        done = subprocess.run([sys.executable, "-c", script.format(command)], cwd=ROOT, capture_output=True, text=True, check=True)
        assert not {"duckdb", "pyarrow", "pandas", "numpy"} & set(done.stdout.split())
