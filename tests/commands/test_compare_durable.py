"""`foreshow compare` that is stopped or killed: the same command goes on, and ends as if nothing had been."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from reports.comparison.live import CompareProgress
from sim.study.parcel import has_own_parts
from tests.commands.comparing import KEYWORD, NEEDED, RANDOM, SIX, found, model, write
from tests.study.stores import ROOT

pytestmark = pytest.mark.usefixtures("folder", "in_this_process")
COMMAND = "import sys; from sim.cli import entry; sys.argv[0] = 'foreshow'; entry()"
HERE = "import sim.study.pool as pool; pool.has_own_parts = lambda scenario: False; "
AT_THE_END = "import os; from sim.study.store.shelf import Shelf; Shelf.clear = lambda self: os.kill(os.getpid(), 9); "


def in_a_process(*words, before=""):
    environment = os.environ | {"PYTHONPATH": str(ROOT), "FORESHOW_STORE": "foreshow.duckdb"}
    return subprocess.run(
        [sys.executable, "-c", HERE + before + COMMAND, *words], env=environment, capture_output=True, text=True, check=False
    )


def fits(how):
    return len(Path(f"fits of {how}.txt").read_text().splitlines())


@pytest.fixture
def in_this_process(monkeypatch):
    """One worker is this process, also for a part that stops it: so it is known what was finished before."""
    monkeypatch.setattr("sim.study.pool.has_own_parts", lambda scenario: False)


@pytest.fixture
def whole(foreshow):
    """What an uninterrupted comparison says, played without a store once the misbehaviour is over."""

    def of(*options):
        return found(foreshow("compare", "small.toml", "--no-store", "--json", "--workers", "1", *options))

    return of


@pytest.mark.parametrize("workers", ["1", "1, apart", "2"])
def test_ctrl_c_leaves_a_partial_screen_and_the_same_command_goes_on(foreshow, whole, workers, monkeypatch):
    if workers == "1":
        write(KEYWORD, RANDOM, model("mine", how="stop", at=5))
    else:  # the worker that plays replication 5 waits until the first ones are whole, whoever plays them however late
        write(KEYWORD, RANDOM, model("mine"))
        foreshow("compare", "small.toml", "--no-store", *SIX)
        met = float(Path("fits of .txt").read_text().splitlines()[5])
        write(KEYWORD, RANDOM, model("mine", how="stop_parent", met=met))
        update = CompareProgress.update

        def telling(self, done, planned, note):
            update(self, done, planned, note)
            if done:
                Path("whole").touch()

        monkeypatch.setattr(CompareProgress, "update", telling)
        monkeypatch.setattr("sim.study.pool.has_own_parts", has_own_parts)
    workers = workers[0]
    stopped = foreshow("compare", "small.toml", "--workers", workers, "--width", "400", *SIX)
    assert stopped.code == 130
    assert stopped.out.startswith("[PARTIAL]  stopped after ")
    assert "of 6 replications" in stopped.out
    assert "go on where it stopped; what is finished is kept:" in " ".join(stopped.out.split())
    assert "Traceback" not in stopped.err
    assert foreshow("report", "--width", "400").out == NEEDED.sub(")", stopped.out)
    again = foreshow("compare", "small.toml", "--workers", workers, "--json", *SIX)
    assert again.code in {0, 1, 3}
    assert "taken up again" in again.err
    assert found(again) == whole(*SIX)


def test_ctrl_c_while_it_is_open_how_many_it_takes(foreshow, whole):
    write(KEYWORD, RANDOM, model("mine", how="stop", at=5))
    stopped = foreshow("compare", "small.toml", "--json")
    assert (stopped.code, found(stopped)["complete"], found(stopped)["replications"], found(stopped)["exit"]) == (130, False, 4, 130)
    again = foreshow("compare", "small.toml", "--json")
    assert "4 finished replications are taken up again" in again.err
    assert found(again) == whole()


def test_ctrl_c_after_the_last_replication_is_partial_too(foreshow, whole):
    """Then some worlds are being played once more, to see where the noise comes from."""
    write(KEYWORD, model("mine", how="stop", at=8))
    stopped = foreshow("compare", "small.toml", *SIX)
    assert (stopped.code, stopped.out[:9]) == (130, "[PARTIAL]")
    again = foreshow("compare", "small.toml", "--json", *SIX)
    assert "6 finished replications are taken up again" in again.err
    assert found(again) == whole(*SIX)


def test_a_number_that_is_chosen_after_a_look_has_no_intervals_for_one_look(foreshow, whole):
    write(KEYWORD, model("mine", how="stop", at=5))
    assert foreshow("compare", "small.toml", "--precision", "0.001%").code == 130
    few = ("--replications", "3")
    screen = foreshow("compare", "small.toml", *few)
    assert "4 finished replications are taken up again" in screen.err
    assert "at every look" in " ".join(screen.out.split())
    assert "these worlds were looked at before" in " ".join(screen.out.split())
    assert foreshow("report").out == screen.out
    assert "at every look" not in foreshow("compare", "small.toml", "--no-store", *few).out


def test_ctrl_c_before_anything_is_finished(foreshow):
    write(KEYWORD, RANDOM, model("mine", how="stop", at=1))
    done = foreshow("compare", "small.toml", *SIX)
    assert (done.code, done.out) == (130, "")
    assert done.err.strip() == "interrupted before anything was finished; there is nothing to report"


def test_ctrl_c_in_a_huge_study_is_answered_at_once(foreshow):
    write(KEYWORD, RANDOM, model("mine", how="stop", at=3))
    done = foreshow("compare", "small.toml", "--replications", "100000", "--quiet")
    assert done.code == 130
    assert done.out.startswith("[PARTIAL]  stopped after 2 of 100,000 replications")


@pytest.mark.parametrize(("at", "there"), [(4, 3), (8, 6)])
def test_kill_9_in_the_middle_changes_nothing(foreshow, whole, at, there):
    write(KEYWORD, model("mine", how="die", at=at))
    killed = in_a_process("compare", "small.toml", "--workers", "1", *SIX)
    assert (killed.returncode, killed.stdout) == (-9, "")
    again = foreshow("compare", "small.toml", "--json", *SIX)
    assert f"{there} finished replications are taken up again" in again.err
    assert found(again) == whole(*SIX)
    assert not foreshow("compare", "small.toml", "--json", *SIX).err  # nothing is left on the shelf


def test_kill_9_between_the_verdict_and_the_shelf_changes_nothing(foreshow, whole):
    write(KEYWORD, model("mine"))
    killed = in_a_process("compare", "small.toml", "--workers", "1", *SIX, before=AT_THE_END)
    assert killed.returncode == -9
    played = fits("")
    again = foreshow("compare", "small.toml", "--json", *SIX)
    assert "6 finished replications are taken up again" in again.err
    assert fits("") == played + 6  # worlds once more for the variance, nothing else
    assert found(again) == whole(*SIX)
    assert len(foreshow("list", "--runs").out.splitlines()) == 2


def test_a_failure_that_was_finished_before_the_replication_in_front_of_it_counts_once_that_is_there(foreshow, whole, monkeypatch):
    """Two workers, killed while replication 2 is under way and 3, in which a candidate fails, is done."""
    from sim.study.store.shelf import Shelf

    put = Shelf.put
    monkeypatch.setattr(Shelf, "put", lambda self, number, answers: put(self, number, answers) if number != 2 else None)
    write(KEYWORD, RANDOM, model("mine"))
    foreshow("compare", "small.toml", "--no-store", *SIX)
    met = float(Path("fits of .txt").read_text().splitlines()[3])
    write(KEYWORD, RANDOM, model("wobbly", how="stumble", met=met))
    monkeypatch.setattr("sim.study.store.shelf.Shelf.clear", lambda self: None)
    foreshow("compare", "small.toml", *SIX)
    again = foreshow("compare", "small.toml", "--json", *SIX)
    assert "taken up again" in again.err
    assert found(again) == whole(*SIX)
    few, wanted = found(foreshow("compare", "small.toml", "--json", "--replications", "3")), whole("--replications", "3")
    assert [few[key] for key in ("replications", "failed")] == [wanted[key] for key in ("replications", "failed")]
    assert (few["looked"], wanted["looked"]) == (True, False)


def test_a_changed_scenario_says_what_was_dropped_and_why(foreshow, whole):
    write(KEYWORD, RANDOM, model("mine", how="stop", at=3))
    assert foreshow("compare", "small.toml", *SIX).code == 130
    write(KEYWORD, RANDOM, model("mine", how="stop", at=3, p=0.4))
    again = foreshow("compare", "small.toml", "--json", *SIX)
    assert again.told == "foreshow: 2 finished replications no longer apply and were dropped: candidate[2].model.p changed"
    assert found(again) == whole(*SIX)


def test_a_changed_model_file_says_so_too(foreshow):
    write(KEYWORD, model("mine", how="stop", at=3))
    assert foreshow("compare", "small.toml", *SIX).code == 130
    with Path("mine.py").open("a") as stream:
        stream.write("# changed\n")
    again = foreshow("compare", "small.toml", *SIX)
    assert again.told == "foreshow: 2 finished replications no longer apply and were dropped: mine.py changed"


def test_other_rules_or_another_metric_take_up_what_is_finished(foreshow):
    write(KEYWORD, model("mine", how="stop", at=3))
    assert foreshow("compare", "small.toml", *SIX).code == 130
    write(KEYWORD, model("mine", how="stop", at=3), rules=("ctr >= 0.1%",))
    again = foreshow("compare", "small.toml", "--primary", "clicks", *SIX)
    assert again.err == "foreshow: 2 finished replications are taken up again\n"


def test_fresh_begins_anew(foreshow, whole):
    write(KEYWORD, model("mine", how="stop", at=3))
    assert foreshow("compare", "small.toml", *SIX).code == 130
    before = fits("stop")
    again = foreshow("compare", "small.toml", "--json", "--fresh", *SIX)
    assert again.err == "foreshow: 2 finished replications were dropped, as asked\n"
    assert fits("stop") == before + 12
    assert found(again) == whole(*SIX)


def test_no_store_leaves_nothing_and_goes_on_with_nothing(foreshow, folder):
    write(KEYWORD, model("mine", how="stop", at=3))
    assert foreshow("compare", "small.toml", "--no-store", *SIX).code == 130
    assert not (folder / "foreshow.duckdb").exists()
    assert foreshow("compare", "small.toml", "--no-store", *SIX).err == ""
    assert "--no-store: --store is there too" in foreshow("compare", "small.toml", "--no-store", "--store", "x").told


def test_a_store_that_can_not_be_written_is_refused_when_it_was_named_else_said_once(foreshow, folder):
    write()
    (folder / "foreshow.duckdb").write_text("no database")
    done = foreshow("compare", "small.toml", *SIX)
    assert done.out.startswith("[")
    assert done.err.count("foreshow: ") == 1
    assert "this run is played but not stored" in done.told
    named = foreshow("compare", "small.toml", "--store", "foreshow.duckdb", *SIX)
    assert (named.code, named.out) == (2, "")
    nowhere = foreshow("compare", "small.toml", "--store", "nowhere/runs.duckdb", *SIX)
    assert (nowhere.code, nowhere.out) == (2, "")
