"""`foreshow report RUN --against RUN`: stored runs of the same worlds, held against each other."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.commands.comparing import KEYWORD, RANDOM, found, model, write

pytestmark = pytest.mark.usefixtures("folder")
FOUR = ("--replications", "4")
STRICT = 'name = "keyword"\npolicy = { use = "keyword", text = 2.6 }'


@pytest.fixture
def stored(foreshow):
    """Play the scenario that stands there; its run's id."""

    def of(command, *words):
        foreshow(command, "small.toml", "--quiet", *words)
        return json.loads(foreshow("report", "--json").out)["run"]

    return of


def test_a_candidate_before_and_after_a_setting_was_changed(foreshow, stored):
    write(KEYWORD)
    before = stored("run", *FOUR)
    write(STRICT)
    after = stored("run", *FOUR)
    done = foreshow("report", after, "--against", before, "--json")
    document = found(done)
    assert (done.code, done.err) == (0, "")
    assert (document["baseline"], document["replications"]) == ("keyword, before", 4)
    (lift,) = [one for one in document["differences"] if (one["candidate"], one["metric"]) == ("keyword", "impressions")]
    assert lift["high"] < 0  # a stricter match shows less
    assert document["settings"]["policy.text"] == {"keyword": "2.6", "keyword, before": ""}
    screen = foreshow("report", after, "--against", before, "--markdown", "a.md")
    assert screen.code == 0
    assert f"'before' is run {before}" in " ".join(screen.out.split())


def test_two_comparisons_are_held_against_the_baseline_before(foreshow, stored):
    write(KEYWORD, model("mine"))
    before = stored("compare", *FOUR)
    write(KEYWORD, model("mine", p=0.6), RANDOM)
    after = stored("compare", *FOUR)
    document = found(foreshow("report", after, "--against", before, "--json"))
    assert document["baseline"] == "keyword, before"
    assert {one["candidate"] for one in document["differences"]} == {
        "keyword", "mine", "random", "keyword, before", "mine, before",
    }  # fmt: skip
    same = next(one for one in document["differences"] if (one["candidate"], one["metric"]) == ("keyword", "revenue"))
    assert same["estimate"] == same["low"] == same["high"] == 0  # the very same rule in the very same worlds


def test_only_replications_that_both_have_are_paired(foreshow, stored):
    write(KEYWORD)
    before = stored("run", "--replications", "3")
    write(STRICT)
    after = stored("run", "--replications", "5")
    assert found(foreshow("report", after, "--against", before, "--json"))["replications"] == 3


def test_runs_that_can_not_be_paired_are_refused_with_every_reason(foreshow, stored):
    write(KEYWORD, days=2)
    one = stored("run", *FOUR)
    write(KEYWORD, days=3)
    other = stored("run", "--seed", "2", *FOUR)
    done = foreshow("report", one, "--against", other)
    assert (done.code, done.out) == (2, "")
    assert f"--against: {other} has another seed: 2, not 1; runs of the same worlds can be paired" in done.told
    assert f"{other} has another days: 3, not 2" in done.told or f"{other} has another number of days: 3, not 2" in done.told
    write(KEYWORD)
    file = Path("small.toml")
    file.write_text(file.read_text(encoding="utf-8").replace('"0.5%"', '"0.6%"'), encoding="utf-8")
    wealthier = stored("run", *FOUR)
    assert f"{wealthier} was played in other worlds: market" in foreshow("report", one, "--against", wealthier).told


def test_a_run_against_itself_is_refused(foreshow, stored):
    write(KEYWORD)
    one = stored("run", *FOUR)
    done = foreshow("report", one, "--against", "last")
    assert (done.code, done.out) == (2, "")
    assert f"{one} is the same run" in done.told


def test_what_a_comparison_alone_has_is_refused_of_a_run(foreshow, stored):
    write(KEYWORD)
    stored("run", *FOUR)
    for option in ("--months", "--markdown"):
        done = foreshow("report", option)
        assert (done.code, done.out) == (2, "")
        assert f"{option}: small-1-" in done.told
        assert "is no comparison; stored by 'foreshow compare', or with --against RUN" in done.told


def test_a_run_that_is_not_there_is_told(foreshow, stored):
    write(KEYWORD)
    one = stored("run", *FOUR)
    done = foreshow("report", one, "--against", "smal-1")
    assert (done.code, done.out) == (2, "")
    assert "smal-1: no such run in foreshow.duckdb; did you mean 'small-1'?" in done.told
