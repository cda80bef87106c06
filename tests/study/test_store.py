"""The store: what comes out is what went in, nothing is lost on the way, and many can use it."""

import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields, replace
from datetime import date

import duckdb
import pytest

import sim
from sim.columns import COLUMNS, REVENUE
from sim.errors import BadInput, StoreFault
from sim.study.results import CandidateRun, Entry, Run, WorldEvent
from sim.study.store import door, tables
from sim.study.store.keeping import keep
from sim.study.store.place import place_of
from sim.study.store.reading import read, stored_runs
from tests.laws.tiny import learner, policy, tiny
from tests.reports.made_up import RUNS
from tests.reports.made_up_health import NEW, SICK, WELL
from tests.study.made_up import candidate, run
from tests.study.stores import ROOT, everything_shown, held, python, same

FULL = Run(
    run="all-2-ab", scenario="all", question="what?", source="a folder/all.toml", version="9.8", seed=2**63 - 1, replications=4,
    planned=6, start=date(2027, 2, 3), currency="EUR", sampler="queries", incumbent="one",
    candidates=(
        CandidateRun("one", "", "", candidate().days, (), "oracle", "clicks"),
        replace(candidate("two ' \" ; é"), chronicle=(Entry(2, 5, "train", "b"), Entry(0, 1, "deploy", "a")), policy="x",
            health=(SICK._replace(replication=3), NEW, WELL)),
    ),
    world_events=(WorldEvent(7, "drift", "later"), WorldEvent(3, "drift", "sooner")), notes=("b", "a"), log_ctr=(0.1, None),
    interrupted=True, broken=True, failed=("three", "four"), numbers=(0, 1, 3, 5), settings='{"seed": 1}', text="# a\r\nname = 'x'\n",
    asked='{"primary": "ctr"}',
)  # fmt: skip


@pytest.fixture
def place(tmp_path):
    return place_of(tmp_path / "runs.duckdb")


def ask(place, query):
    with duckdb.connect(str(place.file), read_only=True) as store:
        return store.execute(query).fetchall()


def change(place, statement):
    with duckdb.connect(str(place.file)) as store:
        store.execute(statement)


def ids(place):
    return [one.run for one in stored_runs(place)]


# --- in and out ----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def all_of_them(tmp_path_factory):
    """Every made-up run in one store."""
    place = place_of(tmp_path_factory.mktemp("all") / "runs.duckdb")
    for number, made in enumerate(RUNS.values()):
        keep(replace(made, run=f"made-up-{number:02}"), place)
    return place


@pytest.mark.parametrize("name", RUNS)
def test_what_comes_out_is_what_went_in(name, all_of_them):
    number = list(RUNS).index(name)
    made = replace(RUNS[name], run=f"made-up-{number:02}")
    found = read(made.run, all_of_them)
    assert same(found, made)
    assert found.fingerprint == made.fingerprint
    assert everything_shown(found) == everything_shown(made)


def test_no_field_of_a_run_is_forgotten(place):
    """Every field of `FULL` differs from its default, so that one which is not stored comes back changed."""
    blank = run(candidate())
    assert [field.name for field in fields(Run) if getattr(FULL, field.name) == getattr(blank, field.name)] == ["replications", "sampler"]
    keep(FULL, place)
    assert same(read("last", place), FULL)


def test_a_run_that_was_played_comes_back_whole(tmp_path, place):
    drift = [{"kind": "step", "what": "demand", "by": 0.5, "at": "day 4"}]
    played = sim.run(tiny(policy("keyword"), learner("clicks"), drift=drift, replications=2, horizon="9 days"))
    name = sim.keep(played, place.file)
    again = sim.stored(name, place.file)
    assert same(again, played)
    with pytest.raises(ValueError, match="read-only"):
        again.candidates[0].days[0, 0, 0] = 1


def test_a_run_knows_its_scenario_as_played_and_as_written(tmp_path, place):
    text = 'extends = "quiet"\nname = "calm" # mine\nhorizon = "2 days"\n[traffic]\nqueries = "5k/day"\n'
    (tmp_path / "calm.toml").write_text(text, encoding="utf-8")
    played = sim.run(tmp_path / "calm.toml", seed=5, replications=2)
    sim.keep(played, place.file)
    ((written, settings),) = ask(place, "SELECT text, settings FROM runs")
    assert written == text
    known = json.loads(settings)
    assert (known["name"], known["seed"], known["replications"], known["horizon"]) == ("calm", 5, 2, 2)
    assert known["traffic"]["queries"] == 5_000
    assert len(known["candidate"]) == len(played.candidates)  # of the scenario that it extends


def test_text_that_is_no_unicode_does_not_cost_the_run(place):
    keep(run(candidate(), source="caf\udce9.toml", notes=("half \ud83d",)), place)
    assert read("last", place).source == "caf?.toml"


def test_figures_beyond_a_32_bit_number_are_kept_to_the_last_millionth(place):
    made = run(candidate(revenue=9e12))
    made.candidates[0].days[0, 0, REVENUE] += 1
    keep(made, place)
    assert read("last", place).candidates[0].days[0, 0, REVENUE] == 9 * 10**18 + 1


def test_the_ledger_goes_by_the_numbers_of_the_replications(place):
    keep(FULL, place)
    assert ask(place, "SELECT DISTINCT replication FROM ledger ORDER BY 1") == [(0,), (1,), (3,), (5,)]


def test_the_tables_are_as_they_are_declared(place):
    keep(FULL, place)
    found = {}
    for table, column, kind in ask(
        place, "SELECT table_name, column_name, data_type FROM duckdb_columns() WHERE NOT internal ORDER BY column_index"
    ):
        found.setdefault(table, {})[column] = kind
    assert found.pop(tables.MARK) == {"format": "INTEGER"}
    assert found == tables.TABLES
    assert set(COLUMNS) < set(found["ledger"])
    rows = 2 * 4 * 59
    assert [ask(place, f"SELECT count(*) FROM {table}")[0][0] for table in tables.TABLES] == [1, 2, rows, 2, 3, 2, 0, 0]


# --- one id, several runs ------------------------------------------------------------------------

BASE = run(candidate(), run="x-1-00")
OTHER = replace(BASE, candidates=(candidate(clicks=11),))
PARTIAL = replace(BASE, candidates=(candidate(replications=2),), replications=2, interrupted=True)
LESS = replace(BASE, candidates=(candidate(replications=1),), replications=1, interrupted=True)


def test_the_same_run_again_takes_its_own_place(place):
    for _ in range(3):
        assert keep(BASE, place) == ("x-1-00", ())
    assert ids(place) == ["x-1-00"]
    assert ask(place, "SELECT count(*) FROM ledger") == [(4 * 59,)]


def test_other_figures_under_the_same_id_are_kept_beside_and_told(place):
    keep(BASE, place)
    assert keep(OTHER, place) == ("x-1-00.2", ("x-1-00", "0"))
    assert keep(replace(BASE, version="1"), place) == ("x-1-00.3", ("x-1-00.2", "0"))
    assert keep(OTHER, place) == ("x-1-00.2", ())
    assert same(read("x-1-00", place), BASE)
    assert same(read("x-1-00.2", place), OTHER)
    assert ids(place) == ["x-1-00.2", "x-1-00.3", "x-1-00"]


def test_a_run_outgrows_what_was_unfinished(place):
    keep(LESS, place)
    assert keep(PARTIAL, place) == ("x-1-00", ())
    assert keep(LESS, place).run == "x-1-00.2"
    assert keep(BASE, place) == ("x-1-00", ())
    assert ids(place) == ["x-1-00"]


def test_what_is_finished_is_not_lost_to_what_is_not(place):
    keep(BASE, place)
    assert keep(PARTIAL, place) == ("x-1-00.2", ())
    assert same(read("x-1-00", place), BASE)
    assert not read("x-1-00.2", place).complete


def test_another_number_of_replications_is_another_id():
    scenario = tiny(policy("keyword"), horizon="2 days")
    names = {sim.run(scenario, seed=seed, replications=count).run for seed, count in ((1, 1), (1, 2), (2, 1))}
    assert len(names) == 3


# --- finding one ---------------------------------------------------------------------------------


def test_a_run_is_found_by_its_id_its_beginning_or_as_the_last(place):
    for name in ("spring-1-aa", "spring-1-ab", "autumn-1-aa"):
        keep(run(candidate(), run=name), place)
    assert read("last", place).run == read("aut", place).run == "autumn-1-aa"
    assert read("spring-1-aa", place).run == "spring-1-aa"
    with pytest.raises(BadInput, match="spring-1-a: means 2 runs: spring-1-ab, spring-1-aa; give more of the id"):
        read("spring-1-a", place)
    with pytest.raises(BadInput, match=r"sprig-1-aa: no such run in .*; did you mean 'spring-1-aa'"):
        read("sprig-1-aa", place)
    for wrong in ("", "zzz"):
        with pytest.raises(BadInput, match=r"no such run in .*; there are autumn-1-aa, spring-1-ab, spring-1-aa; see"):
            read(wrong, place)


def test_an_id_that_begins_another_is_meant_itself(place):
    keep(BASE, place)
    keep(OTHER, place)
    assert read("x-1-00", place).fingerprint == BASE.fingerprint


def test_the_list_says_what_was_played_and_found(place):
    keep(FULL, place, "[PARTIAL]  so")
    (one,) = stored_runs(place)
    assert (one.run, one.scenario, one.replications, one.seed, one.verdict) == ("all-2-ab", "all", 4, 2**63 - 1, "[PARTIAL]  so")


# --- where ---------------------------------------------------------------------------------------


def test_the_option_comes_before_the_environment_and_that_before_the_default(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("FORESHOW_STORE", "theirs.duckdb")
    assert place_of("mine") == (tmp_path / "mine", "--store", "mine")
    assert place_of() == (tmp_path / "theirs.duckdb", "FORESHOW_STORE", "theirs.duckdb")
    for nothing in ("", None):
        monkeypatch.setenv("FORESHOW_STORE", nothing) if nothing is not None else monkeypatch.delenv("FORESHOW_STORE")
        assert place_of() == (tmp_path / "foreshow.duckdb", "", "foreshow.duckdb")


@pytest.mark.parametrize("name", [":memory:", "md:mine", "s3://x", "a b'\"?#%*;\n", "x.csv", "größe.検索", "-x"])
def test_any_name_is_a_name(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    if "/" in name:
        (tmp_path / "s3:").mkdir()
    keep(BASE, place_of(name))
    assert same(read("last", place_of(name)), BASE)
    assert place_of(name).file.is_file()


def test_an_empty_duckdb_file_will_do(place):
    duckdb.connect(str(place.file)).close()
    assert stored_runs(place) == []
    with pytest.raises(BadInput, match="holds no runs yet"):
        read("last", place)
    keep(BASE, place)
    assert ids(place) == ["x-1-00"]


def test_what_others_put_beside_our_tables_stays(place):
    keep(BASE, place)
    change(place, "CREATE TABLE mine AS SELECT 7 AS seven")
    keep(OTHER, place)
    assert ask(place, "FROM mine") == [(7,)]


# --- older and changed stores --------------------------------------------------------------------


def test_a_store_of_an_older_version_is_read_and_gains_what_it_lacks(place):
    keep(FULL, place)
    change(place, "ALTER TABLE runs DROP COLUMN text; ALTER TABLE runs DROP COLUMN failed; DROP TABLE world_events; DROP TABLE health")
    change(place, "CREATE TABLE world_events (run VARCHAR, place INTEGER, day INTEGER, event VARCHAR, detail VARCHAR)")
    without = tuple(replace(one, health=()) for one in FULL.candidates)
    old = replace(FULL, text="", failed=(), world_events=(), candidates=without)
    assert same(read("last", place), old)
    keep(BASE, place)
    assert same(read("all", place), old)
    assert same(read("x", place), BASE)


def test_a_run_that_counted_other_things_can_be_asked_but_not_shown(place):
    keep(BASE, place)
    change(place, "ALTER TABLE ledger DROP COLUMN clicks")
    message = r"x-1-00: was stored by Foreshow 0, which counted other things \(queries, .*\); play it again, or ask its tables with SQL"
    with pytest.raises(BadInput, match=message):
        read("last", place)
    keep(replace(OTHER, run="y"), place)
    assert same(read("y", place), replace(OTHER, run="y"))
    with pytest.raises(BadInput, match=message):
        read("x-1-00", place)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE ledger SET clicks = clicks + 1 WHERE day = 3",
        "DELETE FROM ledger WHERE day = 58",
        "DELETE FROM ledger WHERE replication = 2",
        "DELETE FROM ledger WHERE replication = 1 AND day = 1",
        "DELETE FROM candidates WHERE candidate_is_gone",
        "INSERT INTO ledger FROM ledger",
    ],
)
def test_figures_that_someone_changed_are_not_shown_as_if_nothing_were(place, statement):
    keep(replace(BASE, candidates=(candidate("one"), candidate("two"))), place)
    change(place, statement.replace("candidate_is_gone", "name = 'two'"))
    with pytest.raises(BadInput, match="the figures of x-1-00 are not those that were stored: someone changed them; play it again"):
        read("last", place)


def test_a_table_that_is_gone_is_told(place):
    keep(BASE, place)
    change(place, "DROP TABLE chronicle")
    with pytest.raises(BadInput, match="someone changed its tables: table with name chronicle does not exist"):
        read("last", place)


# --- several at once, and accidents --------------------------------------------------------------


def test_a_lock_is_waited_for(place, monkeypatch):
    monkeypatch.setattr(door, "PATIENCE_S", 60.0)  # a busy machine may take seconds to end who holds it
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
door.PATIENCE_S = 60.0  # however slow this machine is
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
from tests.study.test_store import BASE, OTHER
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
