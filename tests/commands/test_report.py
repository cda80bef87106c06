"""`foreshow report`, `foreshow list --runs`, and what `foreshow run` does about the store."""

import json
import re
import sys
from dataclasses import replace
from datetime import datetime

import duckdb
import pytest

import sim
from reports.console import open_console
from reports.runs import print_runs
from sim.commands import keeping
from sim.errors import BadInput, Mistake, StoreFault
from sim.study.results import StoredRun
from sim.study.store.place import place_of
from sim.study.store.reading import stored_runs
from tests.commands.conftest import SCENARIO

pytestmark = pytest.mark.usefixtures("folder")


def test_a_report_is_the_screen_of_the_run_again(foreshow, folder):
    for options in ((), ("--width", "60"), ("--ascii",), ("--quiet",), ("--json", "-"), ("--csv", "-")):
        played = foreshow("run", "small.toml", *options)
        again = foreshow("report", *options)
        assert (played.code, played.err) == (again.code, again.err) == (0, "")
        assert again.out == played.out
    assert [file.name for file in folder.glob("foreshow*")] == ["foreshow.duckdb"]


def test_files_of_a_report_are_those_of_the_run(foreshow, folder):
    foreshow("run", "small.toml", "--json", "one.json", "--csv", "one.csv")
    foreshow("report", "small-1", "--json", "two.json", "--csv", "two.csv")
    for kind in ("json", "csv"):
        assert (folder / f"one.{kind}").read_bytes() == (folder / f"two.{kind}").read_bytes()


def test_a_report_that_could_not_be_written_ends_in_70_with_its_screen(foreshow):
    screen = foreshow("run", "small.toml").out
    done = foreshow("report", "--json", "/dev/full")
    assert (done.code, done.out) == (70, screen)
    assert done.err == "/dev/full could not be written: No space left on device; the report follows all the same\n"


def test_no_store_leaves_nothing(foreshow, folder):
    assert foreshow("run", "small.toml", "--no-store", "--quiet").code == 0
    assert not (folder / "foreshow.duckdb").exists()
    refused = foreshow("run", "small.toml", "--no-store", "--store", "x")
    assert (refused.code, refused.out) == (2, "")
    assert "--no-store: --store is there too; leave one of them out" in refused.err


def test_the_store_is_where_it_is_told_to_be(foreshow, folder, monkeypatch):
    (folder / "sub").mkdir()
    foreshow("run", "small.toml", "--quiet", "--store", "sub/a b.duckdb")
    monkeypatch.setenv("FORESHOW_STORE", "theirs.duckdb")
    foreshow("run", "small.toml", "--quiet", "--seed", "2")
    assert sorted(str(file.relative_to(folder)) for file in folder.rglob("*.duckdb")) == ["sub/a b.duckdb", "theirs.duckdb"]
    assert foreshow("report", "small-1", "--store", "sub/a b.duckdb").code == 0
    assert foreshow("report", "small-1").code == 2
    assert foreshow("report", "small-2").code == 0


def test_the_place_is_found_before_a_model_changes_the_folder(foreshow, folder):
    (folder / "mover.py").write_text(
        "import os\nimport numpy as np\nclass Mover:\n"
        " def fit(self, X, y, sample_weight=None):\n  os.chdir('/'); return self\n"
        " def predict_proba(self, X):\n  return np.full((len(X), 2), 0.5)\n"
    )
    (folder / "small.toml").write_text(SCENARIO + "[[candidate]]\nobjective = 'clicks'\nmodel = 'mover:Mover'\n")
    assert foreshow("run", "small.toml", "--quiet", "--workers", "1").code == 0
    assert (folder / "foreshow.duckdb").is_file()


# --- the list ------------------------------------------------------------------------------------


def test_without_a_store_the_list_says_how_to_get_one(foreshow, monkeypatch):
    assert foreshow("list", "--runs") == (0, "no runs yet: there is no foreshow.duckdb; a finished 'foreshow run' makes it\n", "")
    monkeypatch.setenv("FORESHOW_STORE", "theirs.duckdb")
    assert foreshow("list", "--runs").out.startswith("no runs yet: there is no theirs.duckdb")
    done = foreshow("list", "--runs", "--store", "typo.duckdb")
    assert (done.code, done.out) == (2, "")
    assert "typo.duckdb: no such store; a finished 'foreshow run' makes one" in done.err


def test_an_empty_store_has_no_runs_yet(foreshow):
    duckdb.connect("foreshow.duckdb").close()
    assert foreshow("list", "--runs") == (0, "no runs yet: a finished 'foreshow run' stores itself\n", "")
    done = foreshow("report")
    assert (done.code, done.out) == (2, "")
    assert "foreshow.duckdb: holds no runs yet; a finished 'foreshow run' stores itself" in done.err


def test_the_list_has_a_line_for_each_run_the_newest_first(foreshow):
    for seed in ("1", "2"):
        foreshow("run", "small.toml", "--quiet", "--seed", seed)
    heading, *lines = foreshow("list", "--runs").out.splitlines()
    assert heading.split() == ["run", "stored", "scenario", "replications", "answer"]
    assert [line.split()[0][:8] for line in lines] == ["small-2-", "small-1-"]
    assert all(re.search(r"\d{4}-\d\d-\d\d \d\d:\d\d  small +1  \[ONE RUN\]  ", line) for line in lines)


def test_store_without_runs_is_a_mistake_and_not_a_decoration(foreshow):
    done = foreshow("list", "--store", "x")
    assert (done.code, done.out) == (2, "")
    assert "--store: has no effect here; add --runs to see what is stored" in done.err


STORED = [
    StoredRun(f"{name}-1-0123abcd", datetime.fromisoformat("2026-01-02T03:04"), name, 4, 7, verdict)
    for name, verdict in [("a" * 40, "[AHEAD]  The rule x earns most."), ("größe [b] 検索", "[PARTIAL]  No."), ("short", "")]
]


@pytest.mark.parametrize("width", [20, 40, 60, 80, 100, 120])
@pytest.mark.parametrize("ascii_only", [False, True])
def test_an_id_is_never_cut_in_the_list(width, ascii_only, capsys):
    print_runs(STORED, open_console(sys.stdout, width=width, ascii_only=ascii_only))
    out = capsys.readouterr().out
    assert "a" * 40 + "-1-0123abcd" in out
    assert "short-1-0123abcd" in out
    assert "[AHEAD]" in out
    assert ascii_only == out.isascii()
    assert all(len(line) <= max(width, 51) for line in out.splitlines())


# --- which run -----------------------------------------------------------------------------------


def test_a_run_that_is_not_there_is_answered_with_those_that_are(foreshow):
    foreshow("run", "small.toml", "--quiet")
    known = foreshow("list", "--runs").out.splitlines()[1].split()[0]
    for wrong, answer in (("smal-1", "did you mean 'small-1'?"), ("zzz", f"there are {known}")):
        done = foreshow("report", wrong)
        assert (done.code, done.out) == (2, "")
        assert f"{wrong}: no such run in foreshow.duckdb; {answer}; see 'foreshow list --runs'" in " ".join(done.err.split())
    foreshow("run", "small.toml", "--quiet", "--replications", "2")
    done = foreshow("report", "small")
    assert (done.code, done.out) == (2, "")
    assert "small: means 2 runs: small-1-" in done.err
    assert foreshow("report", known).code == 0


def test_an_id_that_looks_like_an_option_can_be_pasted(foreshow, folder):
    (folder / "small.toml").write_text(SCENARIO.replace('"small"', '"-x \' y"'))
    foreshow("run", "small.toml", "--quiet")
    (name,) = [one.run for one in stored_runs(place_of())]
    command = keeping.again(name, place_of())
    assert command == f"foreshow report -- '{name.replace(chr(39), chr(39) + chr(34) + chr(39) + chr(34) + chr(39))}'"
    assert foreshow("report", "--quiet", "--", name).code == 0


# --- what a person at a terminal is told ---------------------------------------------------------


def test_a_person_at_a_terminal_is_told_how_to_see_it_again(foreshow, monkeypatch):
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setattr(type(sys.stderr), "isatty", lambda _self: True)
    shown = foreshow("run", "small.toml", "--store", "my runs.duckdb")
    assert re.search(r"(?:\A|\r)stored     foreshow report small-1-[0-9a-f]{8} --store 'my runs.duckdb'\n\Z", shown.err)
    assert "stored" not in foreshow("run", "small.toml", "--quiet").err


def test_figures_that_differ_from_those_of_the_same_scenario_are_told(foreshow, folder, monkeypatch):
    played = sim.run("small.toml")
    sim.keep(replace(played, candidates=played.candidates[:1]))
    said = f"foreshow: stored as {played.run}.%d: {played.run}%s, of the same scenario and seed (Foreshow {sim.__version__}), %s\n"
    done = foreshow("run", "small.toml")
    assert (done.code, done.err) == (0, said % (2, "", "has other figures: a model, a package or a log has changed in between"))
    assert foreshow("run", "small.toml").err == ""
    for module in ("study.gather", "commands.keeping"):
        monkeypatch.setattr(f"sim.{module}.VERSION", "9.9")
    assert foreshow("run", "small.toml").err == said % (3, ".2", "is of another version")
    assert len(foreshow("list", "--runs").out.splitlines()) == 4


# --- ends that are no good ones ------------------------------------------------------------------


def test_an_interrupted_run_is_stored_and_marked(foreshow, folder):
    (folder / "stopper.py").write_text(
        "import os, signal\nclass Stopper:\n def fit(self, X, y, sample_weight=None):\n  os.kill(os.getpid(), signal.SIGINT)\n"
        " def predict_proba(self, X): ...\n"
    )
    (folder / "small.toml").write_text(SCENARIO + "[[candidate]]\nobjective = 'clicks'\nmodel = 'stopper:Stopper'\n")
    played = foreshow("run", "small.toml", "--workers", "1")
    assert played.code == 130
    again = foreshow("report")
    assert (again.code, again.out) == (0, played.out)
    assert again.out.startswith("[PARTIAL]")
    assert json.loads(foreshow("report", "--json", "-").out)["interrupted"] is True
    assert "[PARTIAL]" in foreshow("list", "--runs").out


def test_a_screen_that_nobody_reads_does_not_cost_the_run(foreshow, monkeypatch):
    def closed(*_words, **_options):
        raise BrokenPipeError

    with monkeypatch.context() as patched:
        patched.setattr("reports.page.print_page", closed)
        patched.setattr("sim.cli._drop_output", lambda: None)
        assert foreshow("run", "small.toml").code == 0
    assert foreshow("report", "--quiet").code == 0


@pytest.mark.parametrize("named", [True, False])
@pytest.mark.parametrize("problem", [StoreFault("x: full"), BadInput([Mistake("x", "is damaged")]), KeyboardInterrupt()])
def test_a_store_that_fails_at_the_end_does_not_cost_the_screen(foreshow, monkeypatch, named, problem):
    whole = foreshow("run", "small.toml", "--no-store").out

    def failing(*_words):
        raise problem

    monkeypatch.setattr("sim.study.store.keeping.keep", failing)
    done = foreshow("run", "small.toml", *(("--store", "x.duckdb") if named else ()))
    assert done.out == whole
    assert done.code == (70 if named else 0)
    assert done.err.startswith("foreshow: ")
    assert done.err.endswith("; this run is not stored\n")
    assert done.err.count("\n") == 1
