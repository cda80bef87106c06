"""`foreshow compare` with parts that raise, return no numbers, or take long: the others go on, and it is told whose fault it is."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from reports.comparison import live
from tests.commands.comparing import KEYWORD, RANDOM, SHIPS, found, model, write

pytestmark = pytest.mark.usefixtures("folder")
RULE = "impressions_vs_baseline >= -1%"
TEN = ("--primary", "impressions", "--replications", "10")


def test_a_candidate_that_raises_in_one_replication_is_invalid_and_the_others_go_on(foreshow):
    write(KEYWORD, RANDOM, model("wobbly", how="stumble", at=7), rules=(RULE,))
    done = foreshow("compare", "small.toml", "--json", "-", *TEN)
    document = found(done)
    assert (done.code, done.err, document["verdict"], document["ship"], document["replications"]) == (0, "", "SHIP", "random", 10)
    assert [(one["candidate"], one["status"]) for one in document["rules"]] == [("random", "PASS"), ("wobbly", "INVALID")]
    assert {one["candidate"] for one in document["differences"]} == {"keyword", "random"}
    (failed,) = document["failed"]
    file = Path(failed["file"])
    assert (failed["candidate"], file.parent.name, file.name) == ("wobbly", "foreshow-failures", f"{document['run']}-wobbly.txt")
    told = file.read_text()
    assert told.startswith("Traceback (most recent call last):")
    assert 'File "mine.py", line' in told
    assert 'raise RuntimeError("it stumbled")' in told
    assert told.endswith("RuntimeError: it stumbled\n")
    assert len(Path("fits of stumble.txt").read_text().splitlines()) == 7  # it is not asked again


def test_the_screen_says_who_raised_and_where_it_is_written_and_so_does_a_report(foreshow):
    write(KEYWORD, RANDOM, model("wobbly", how="stumble", at=2), rules=(RULE,))
    done = foreshow("compare", "small.toml", "--width", "120", *SHIPS)
    screen = " ".join(done.out.split())
    assert done.out.startswith("[SHIP]  random")
    assert "wobbly is left out: candidate 'wobbly': mine:Model failed to fit: RuntimeError: it stumbled" in screen
    assert "the whole story is in foreshow-failures/small-1-" in screen
    assert foreshow("report", "--width", "120").out == done.out


def test_one_and_two_workers_write_the_same_bytes_also_where_a_candidate_raises_in_replication_7(foreshow):
    write(KEYWORD, RANDOM, model("wobbly"))
    foreshow("compare", "small.toml", "--no-store", *TEN)
    met = float(Path("fits of .txt").read_text().splitlines()[6])
    write(KEYWORD, RANDOM, model("wobbly", how="stumble", met=met), rules=(RULE,))
    options = ("--no-store", "--width", "400", *TEN)
    one, two = (foreshow("compare", "small.toml", *options, "--workers", count, "--json", f"{count}.json") for count in "12")
    assert one == two
    document, same = (Path(f"{count}.json").read_bytes() for count in "12")
    assert document == same
    assert json.loads(document)["failed"][0]["candidate"] == "wobbly"
    assert json.loads(document)["rules"][-1]["status"] == "INVALID"


def test_a_baseline_that_raises_leaves_nothing_to_compare_with(foreshow):
    write(model("first", how="stumble", at=2), KEYWORD, RANDOM, rules=("ctr >= 1%",))
    done = foreshow("compare", "small.toml", "--baseline", "first", *SHIPS)
    assert (done.code, done.err) == (4, "")
    assert done.out.startswith("[INVALID]  the verdict can't be trusted: the baseline, first, could not be played")
    again = foreshow("report")
    assert (again.code, again.out) == (0, done.out)
    document = found(foreshow("report", "--json"))
    assert (document["verdict"], document["exit"], document["ship"], document["differences"]) == ("INVALID", 4, None, [])


def test_when_everybody_raises_it_is_told_and_that_is_all(foreshow):
    write(model("one", how="stumble", met=0, at=1), model("two", how="stumble", at=2))
    done = foreshow("compare", "small.toml", *SHIPS)
    assert (done.code, done.out) == (4, "")
    assert "RuntimeError: it stumbled" in done.err
    assert "Traceback" not in done.err


def test_a_model_that_returns_no_numbers_is_invalid(foreshow):
    write(KEYWORD, RANDOM, model("empty", how="nan"), rules=(RULE,))
    done = foreshow("compare", "small.toml", "--json", *SHIPS)
    document = found(done)
    assert (done.code, document["verdict"]) == (0, "SHIP")
    assert "predictions are no probability from 0 to 1" in document["failed"][0]["why"]
    assert ("empty", "INVALID") in [(one["candidate"], one["status"]) for one in document["rules"]]


def test_a_model_that_takes_long_is_told_of_and_waited_for(foreshow, monkeypatch):
    say = live.Progress.say

    def telling(self, text):
        say(self, text)
        Path("told").touch()  # else the model waits on

    monkeypatch.setattr(live.Progress, "say", telling)
    monkeypatch.setattr(live, "PATIENCE_S", 0.2)
    write(KEYWORD, RANDOM, model("slow", how="sleep", at=2))
    done = foreshow("compare", "small.toml", *SHIPS)
    assert done.code == 0
    assert "foreshow: nothing has finished for 0.2 s, still waiting for " in done.err
    assert "(keyword, random, slow in each); Ctrl-C ends it and keeps what is finished" in done.err


def test_a_folder_for_failures_that_can_not_be_made_sends_the_traceback_to_standard_error(foreshow, folder):
    (folder / "foreshow-failures").write_text("a file")
    write(KEYWORD, RANDOM, model("wobbly", how="stumble", at=1))
    done = foreshow("compare", "small.toml", *SHIPS)
    assert done.code == 0
    assert "RuntimeError: it stumbled" in done.err
    assert "the whole story" not in done.out


def test_a_model_that_ends_its_process_is_left_out_and_does_not_pass_for_ship(foreshow):
    """With one worker it would end the command, with a code that says SHIP and nothing on the screen."""
    write(KEYWORD, model("leaver", how="leave", at=0), rules=(RULE,))
    module = Path("mine.py")
    module.write_text(module.read_text().replace("count == self.at", "True"))
    done = foreshow("compare", "small.toml", "--workers", "1", "--no-store", *SHIPS)
    assert done.code == 4
    assert done.out.startswith("[INVALID]")
    assert "leaver is left out: candidate 'leaver': killed its worker process 3 times" in " ".join(done.out.split())
