"""Which file a store is, and what becomes of one that is older, someone else's, or was changed."""

from dataclasses import replace

import duckdb
import pytest

from sim.errors import BadInput
from sim.study.store.keeping import keep
from sim.study.store.place import place_of
from sim.study.store.reading import read, stored_runs
from tests.study.full import FULL
from tests.study.made_up import candidate
from tests.study.stores import BASE, OTHER, ask, change, ids, same

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
