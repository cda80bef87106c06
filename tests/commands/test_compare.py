"""`foreshow compare` as it is typed: how it is asked, how it ends, and what it writes where."""

from __future__ import annotations

import csv
import json
import re
from io import StringIO

import pytest

from tests.commands.comparing import KEYWORD, NEEDED, SHIPS, SIX, found, write
from tests.small import SMALL_WORLD

pytestmark = pytest.mark.usefixtures("folder")
ORDER = (
    "schema", "run", "scenario", "seed", "verdict", "ship", "baseline", "primary", "confidence", "indifference", "replications",
    "complete", "crn", "differences", "months", "rules", "exit",
)  # fmt: skip
RULE = ("text", "candidate", "status", "estimate", "bound", "needed_replications", "needed_seconds")
HIGH = "revenue_vs_baseline >= +60%"


# --- exit codes ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "rules", "code", "badge"),
    [
        (SHIPS, ("impressions_vs_baseline >= -1%",), 0, "SHIP"),
        ((*SIX, "--baseline", "random", "--primary", "revenue"), (), 1, "HOLD"),
        (SIX, ("impressions_vs_baseline <= 10%",), 1, "HOLD"),
        (("--replications", "2"), (), 3, "UNDECIDED"),
        (SIX, (HIGH,), 3, "UNDECIDED"),
    ],
)
def test_the_exit_code_is_the_verdict(foreshow, options, rules, code, badge):
    write(rules=rules, world=SMALL_WORLD)
    done = foreshow("compare", "small.toml", "--quiet", "--no-store", *options)
    assert (done.code, done.err) == (code, "")
    assert done.out.startswith(f"[{badge}]  ")
    assert done.out.count("\n") == 1


def test_undecided_says_what_would_decide_it(foreshow):
    write(rules=(HIGH,), world=SMALL_WORLD)
    done = foreshow("compare", "small.toml", "--json", "-", *SIX)
    document = json.loads(done.out)
    assert (done.code, document["verdict"], document["exit"]) == (3, "UNDECIDED", 3)
    (rule,) = document["rules"]
    assert rule["status"] == "UNDECIDED"
    assert rule["needed_replications"] > 6
    assert rule["needed_seconds"] > 0


# --- questions that are refused before anything is played ----------------------------------------


@pytest.fixture
def refused(foreshow, monkeypatch):
    """What is told of a command that is refused: nothing was played and nothing written."""

    def of(*words):
        with monkeypatch.context() as patched:
            patched.setattr("sim.study.replication.work", None)
            done = foreshow("compare", *words)
        assert (done.code, done.out) == (2, "")
        assert "Traceback" not in done.err
        return done.told

    return of


def test_options_that_contradict_each_other_are_all_told_at_once(refused):
    write()
    told = refused("small.toml", *SIX, "--precision", "much", "--workers", "1", "--cluster", "tcp://127.0.0.1:9")
    assert "--precision: --replications is there too; leave one of them out" in told
    assert "--workers: --cluster is there too; the cluster has its own; leave one of them out" in told
    assert "such as 0.5%" in told


@pytest.mark.parametrize("wrong", ["0%", "100%", "-1%", "nan", "much", ""])
def test_a_precision_that_is_none_is_told(refused, wrong):
    write()
    told = refused("small.toml", "--precision", wrong)
    assert f"--precision: {wrong!r} is none; a share above 0% and below 100%, such as 0.5%" in told
    assert told.count("share") == 1


def test_the_help_names_every_exit_code(foreshow):
    told = " ".join(foreshow("compare", "--help").out.split())
    codes = told.partition("Exit codes: ")[2].partition(" Options:")[0]
    assert re.findall(r"\b\d+\b", codes.replace("after 0", "")) == ["0", "1", "2", "3", "4", "70", "130"]


def test_a_baseline_and_a_metric_that_are_not_there_are_told_at_once(refused):
    write()
    told = refused("small.toml", "--baseline", "keywrd", "--primary", "revnue")
    assert "--baseline: no candidate is called 'keywrd'" in told
    assert "did you mean 'keyword'?" in told
    assert "--primary: no metric is called 'revnue'" in told
    assert "did you mean 'revenue'?" in told


def test_wrong_rules_are_told_with_line_and_caret(foreshow, refused):
    write(rules=("revnue_vs_baseline >= -1%", "ctr == 2%", "ctr >= 2%", "ctr >= 2%"))
    told = refused("small.toml")
    assert "3 mistakes in small.toml" in told
    assert told.count("guardrails.rules") == 3
    assert "did you mean 'revenue'?" in told
    err = foreshow("compare", "small.toml").err
    (place,) = [number for number, line in enumerate(err.splitlines()) if "revnue_vs_baseline" in line]
    line, caret = err.splitlines()[place : place + 2]
    assert caret == " " * line.index("revnue") + "^" * len("revnue")


@pytest.mark.parametrize(
    "words", [("--replicatons", "3"), ("--replications", "1"), ("--replications", "x"), ("--seed", "-1"), ("--workers", "0")]
)
def test_a_mistyped_option_is_told(refused, words):
    write()
    told = refused("small.toml", *words)
    assert "--replicat" in told or words[0] in told


def test_a_mistyped_command_or_scenario_is_told(foreshow, refused):
    assert "compare" in foreshow("compar", "small.toml").told
    assert "did you mean 'which_objective'?" in refused("which_objectiv")


# --- how many are played -------------------------------------------------------------------------


def test_a_precision_stops_when_every_half_width_is_there(foreshow):
    write(limit=60, world=SMALL_WORLD)
    wide, narrow = (found(foreshow("compare", "small.toml", "--json", "-", "--precision", share)) for share in ("99%", "60%"))
    for document, share in ((wide, 0.99), (narrow, 0.6)):
        (one,) = [one for one in document["differences"] if (one["candidate"], one["metric"]) == ("random", "revenue")]
        assert (one["high"] - one["low"]) / 2 <= share
    assert 2 < wide["replications"] < narrow["replications"] < 60
    assert "--precision 60%" in foreshow("report").out


def test_an_open_comparison_gives_up_at_its_limit(foreshow):
    write(limit=4)
    done = foreshow("compare", "small.toml", "--json", "-")
    assert (done.code, found(done)["replications"], found(done)["complete"]) == (3, 4, True)


def test_one_candidate_alone_is_held_against_nobody(foreshow):
    write(KEYWORD)
    for options in ((), SIX):
        done = foreshow("compare", "small.toml", *options)
        assert (done.code, done.err) == (1, "")
        assert done.out.startswith("[HOLD]")
        assert "add a [[candidate]] to compare" in " ".join(done.out.split())


def test_twenty_candidates(foreshow):
    write(KEYWORD, *(f'name = "text {place}"\npolicy = {{ use = "keyword", text = {1 + place / 10} }}' for place in range(19)))
    done = foreshow("compare", "small.toml", "--json", "-", "--replications", "3")
    document = found(done)
    assert done.code in {0, 1, 3}
    assert {one["candidate"] for one in document["differences"]} == {"keyword", *(f"text {place}" for place in range(19))}
    assert sum(one["p_best"] for one in document["differences"] if one["metric"] == "revenue") == pytest.approx(1, abs=1e-9)
    for width in (40, 80, 120):
        lines = foreshow("report", "--width", str(width)).out.splitlines()
        assert max(map(len, lines)) <= width


# --- what it writes ------------------------------------------------------------------------------


def test_the_json_has_every_key_of_its_contract_in_order(foreshow):
    write(rules=("ctr >= 1%",))
    document = json.loads(foreshow("compare", "small.toml", "--json", *SIX).out)
    assert tuple(document)[: len(ORDER)] == ORDER
    assert document["schema"] == "foreshow/compare/1"
    assert (document["scenario"], document["baseline"], document["primary"], document["replications"]) == ("small", "keyword", "revenue", 6)
    assert list(document["crn"]) == ["correlation", "gain", "variance"]
    assert list(document["crn"]["variance"]) == ["world", "queries", "clicks", "learning"]
    assert sum(document["crn"]["variance"].values()) == pytest.approx(1)
    keys = ["candidate", "metric", "estimate", "low", "high", "p_best", "mcb_low", "mcb_high"]
    assert all([key for key in one if key in keys] == keys for one in document["differences"])
    assert all(tuple(key for key in one if key in RULE) == RULE for one in document["rules"])
    assert all({"candidate", "metric", "month", "estimate", "low", "high"} <= set(one) for one in document["months"])


def test_files_of_every_kind_beside_the_screen(foreshow, folder):
    write()
    options = ("--json", "a.json", "--csv", "a.csv", "--markdown", "a.md", *SHIPS)
    done = foreshow("compare", "small.toml", *options)
    assert (done.code, done.err) == (0, "")
    assert json.loads((folder / "a.json").read_text())["verdict"] == "SHIP"
    assert "SHIP" in (folder / "a.md").read_text()
    rows = list(csv.DictReader(StringIO((folder / "a.csv").read_text())))
    assert {row["candidate"] for row in rows} == {"keyword", "random"}
    assert done.out.startswith("[SHIP]  random")
    refused = foreshow("compare", "small.toml", "--json", "-", "--markdown", "-")
    assert (refused.code, "both --json and --markdown ask for standard output" in refused.told) == (2, True)


def test_a_file_that_can_not_be_written_costs_a_shipping_verdict_its_0_but_not_its_screen(foreshow):
    write()
    done = foreshow("compare", "small.toml", "--json", "/dev/full", *SHIPS)
    assert done.code == 70
    assert done.out.startswith("[SHIP]")
    assert "/dev/full could not be written" in done.err


@pytest.mark.parametrize(
    "options", [(), ("--months",), ("--ascii",), ("--width", "40"), ("--width", "120"), ("--quiet",), ("--markdown",), ("--json",)]
)
def test_a_stored_comparison_is_shown_as_it_was(foreshow, options):
    write(rules=("ctr >= 0.1%", "impressions_vs_baseline >= -1%"))
    played, again = foreshow("compare", "small.toml", *options, *SHIPS), foreshow("report", *options)
    assert (played.code, played.err, again.code, again.err) == (0, "", 0, "")
    assert again.out == played.out
    if "--width" in options:
        assert max(map(len, played.out.splitlines())) <= int(options[1])
    assert played.out.isascii() == (options in {("--ascii",), ("--json",), ("--quiet",)})
    assert ("month by month" in played.out) == ("--months" in options)


def test_an_undecided_one_is_shown_as_it_was_but_for_the_seconds(foreshow):
    write(rules=(HIGH,), world=SMALL_WORLD)
    played, again = foreshow("compare", "small.toml", "--width", "400", *SIX), foreshow("report", "--width", "400")
    assert (played.code, again.code) == (3, 0)
    assert re.search(NEEDED.pattern + " would decide it", played.out)
    assert again.out == NEEDED.sub(")", played.out)


def test_the_command_that_is_shown_gives_the_same_screen(foreshow):
    write()
    first = foreshow("compare", "small.toml", "--width", "200", *SHIPS)
    (line,) = [line for line in first.out.splitlines() if line.startswith("reproduce")]
    again = foreshow(*line.removeprefix("reproduce").split()[1:], "--width", "200")
    assert (again.code, again.out, again.err) == (first.code, first.out, "")


def test_a_sweep_shows_its_curve(foreshow):
    swept = 'name = "text"\npolicy = { use = "keyword" }\n[candidate.sweep]\n"policy.text" = [1.5, 2.0, 2.5]'
    write(KEYWORD, swept)
    done = foreshow("compare", "small.toml", *SIX)
    assert done.code in {0, 1, 3}
    assert "sweep of policy.text" in done.out
    assert "corrected for 3 points" in " ".join(done.out.split())
    (curve,) = json.loads(foreshow("report", "--json").out)["curves"]
    assert [point[0] for point in curve["points"]] == ["1.5", "2.0", "2.5"]
