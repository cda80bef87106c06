"""The store: what comes out is what went in, and a run is found again."""

import json
from dataclasses import fields, replace

import pytest

import sim
from sim.columns import COLUMNS, REVENUE
from sim.errors import BadInput
from sim.study.results import Run
from sim.study.store import tables
from sim.study.store.keeping import keep
from sim.study.store.place import place_of
from sim.study.store.reading import read, stored_runs
from tests.laws.tiny import learner, policy, tiny
from tests.reports.made_up import RUNS
from tests.study.full import FULL
from tests.study.made_up import candidate, run
from tests.study.stores import BASE, OTHER, ask, everything_shown, ids, same

PARTIAL = replace(BASE, candidates=(candidate(replications=2),), replications=2, interrupted=True)
LESS = replace(BASE, candidates=(candidate(replications=1),), replications=1, interrupted=True)

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


@pytest.mark.parametrize("name", ["a year", "foreign names", "failed"])
def test_what_comes_out_is_shown_like_what_went_in(name, all_of_them):
    """Equal runs have equal screens and files, so a few show that nothing else is looked at."""
    made = replace(RUNS[name], run=f"made-up-{list(RUNS).index(name):02}")
    assert everything_shown(read(made.run, all_of_them)) == everything_shown(made)


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
