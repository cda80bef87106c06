"""`foreshow calibrate`: a log in, an answer out."""

from __future__ import annotations

import json
from datetime import date, timedelta

import numpy as np
import pytest

import sim
from sim.scenario.read import load
from tests.calibrate.logs import COUNTED, EVENTS, PAGES, written


@pytest.fixture(autouse=True)
def _few_simulated_logs(monkeypatch):
    monkeypatch.setattr("sim.calibrate.match.matching._MOST", 12)


@pytest.fixture
def long_log(tmp_path):
    rows = [f"2024-{month:02}-{day:02},tents,1000,30" for month in (1, 2) for day in range(1, 29)]
    return written(tmp_path, "\n".join(["date,keyword,impressions,clicks", *rows, "soon,tents,1,1", "2024-02-28,boots,3,4"]), "long.csv")


def test_the_first_line_answers(foreshow, long_log):
    done = foreshow("calibrate", str(long_log), "--quiet")
    assert (done.code, done.out) == (0, "[GOOD]  Good enough for a world: 56.0 k impressions of 2 queries over 59 days, CTR 3.01%.\n")


def test_the_screen_tells_what_was_read(foreshow, long_log):
    out = foreshow("calibrate", str(long_log), "--columns", "query=keyword", "--width", "80").out
    for words in ("58, 1 of them left out; 57 when added up", "59, 2024-01-01 to 2024-02-28", "as you said", "by its usual name"):
        assert words in out
    assert "1  no readable day: left out" in out
    assert "1  more clicks than impressions: clicks cut down to them" in out


@pytest.mark.parametrize("width", [40, 80, 120])
@pytest.mark.parametrize("text", [EVENTS, COUNTED, PAGES])
def test_it_fits_any_screen_and_plain_ascii(foreshow, tmp_path, text, width):
    done = foreshow("calibrate", str(written(tmp_path, text)), "--width", str(width), "--ascii")
    assert done.code == 0
    assert done.out.isascii()
    assert max(map(len, done.out.splitlines())) <= width


def test_json(foreshow, tmp_path):
    told = json.loads(foreshow("calibrate", str(written(tmp_path, EVENTS)), "--json").out)
    assert (told["schema"], told["verdict"], told["kind"], told["rows"], told["clicks"]) == ("foreshow/calibrate/1", "poor", "events", 5, 2)
    assert told["columns"]["clicks"] == {"columns": ["click"], "named": False, "told": ""}
    assert told["flaws"][-1] == {
        "what": "times state no time zone", "rows": 5, "done": "days and hours are those that are written", "example": "",
    }  # fmt: skip
    file = tmp_path / "out.json"
    done = foreshow("calibrate", str(written(tmp_path, EVENTS)), "--json", str(file), "--quiet")
    assert done.out.startswith("[POOR]")
    assert json.loads(file.read_text()) == told


def test_mistakes_are_told_at_once(foreshow, tmp_path):
    done = foreshow("calibrate", str(written(tmp_path, COUNTED)), "--columns", "dya=date,clicks=click")
    assert (done.code, done.out) == (2, "")
    for words in ("2 mistakes", "did you mean 'day'?", "did you mean 'clicks'?"):
        assert words in done.told


@pytest.mark.parametrize(
    "words", [["none.csv"], ["log.csv", "--mapping", "none.toml"], ["log.csv", "--into", "log.csv"], ["log.csv", "--columns", "x"], []]
)
def test_what_cannot_be_read_ends_with_two(foreshow, tmp_path, monkeypatch, words):
    written(tmp_path, COUNTED)
    monkeypatch.chdir(tmp_path)
    done = foreshow("calibrate", *words)
    assert (done.code, done.out) == (2, "")
    assert "Traceback" not in done.err


def test_a_log_without_clicks_or_days_is_poor(foreshow, tmp_path):
    out = foreshow("calibrate", str(written(tmp_path, "query\ntents\ntents\n")), "--width", "120").out
    assert out.startswith("[POOR]  Not good enough for a world: 2 impressions of 1 query.")
    assert "! it has no clicks" in out
    assert "! it tells no time" in out


def test_the_whole_ends_in_a_scenario_that_stands_in_the_world(foreshow, long_log, tmp_path):
    done = foreshow("calibrate", str(long_log), "--into", str(tmp_path / "our_world"), "--width", "120")
    assert done.code == 0
    titles = ("match  ", "what was read  ", "what is wrong with it", "what was fitted  ", "what stays at its default  ", "next")
    at = [done.out.index(f"\n{title}") for title in titles]
    assert at == sorted(at)
    lines = done.out[at[-1] :].splitlines()
    scenario = tmp_path / "our_shop.toml"
    scenario.write_text("\n".join(line.strip() for line in lines if line.startswith("  ")))
    assert load(scenario).start.isoformat() == "2024-02-29"


def test_json_has_the_figures_and_the_match(foreshow, long_log, tmp_path):
    told = json.loads(foreshow("calibrate", str(long_log), "--into", str(tmp_path / "w"), "--json").out)
    assert told["world"] == str(tmp_path / "w")
    assert {"key", "name", "value", "error", "told"} == set(told["figures"][0])
    assert {"key": "market.bid", "why": "the log has no prices"} in told["unknown"]
    match = told["match"]
    assert match["replications"] >= 12
    assert {"traffic.autocorrelation_1", "traffic.busiest_day"} <= {one["key"] for one in match["statistics"]}
    assert {one["verdict"] for one in match["statistics"]} <= {"match", "off", "can't tell"}


def test_a_folder_with_other_files_is_left_alone(foreshow, long_log):
    done = foreshow("calibrate", str(long_log), "--into", str(long_log.parent))
    assert (done.code, done.out) == (2, "")
    assert "holds other files" in done.told


def test_a_folder_that_can_not_be_made_is_told_before_the_log_is_read(foreshow, tmp_path):
    done = foreshow("calibrate", str(tmp_path / "no such log.csv"), "--into", "/proc/nope/world")
    assert (done.code, done.out) == (2, "")
    assert "--into" in done.told
    assert "/proc can't be written to" in done.told


def test_the_scenario_that_it_prints_goes_on_as_the_log_did(foreshow, tmp_path, monkeypatch):
    """`as_logged` has the log's click rate, in its last month as in its first: users are used to it, and nothing else changes.

    The rate is within twice the log's standard error, and the months within 15 % of it: chance and the noise of the days are some 2 %.
    """
    rng, days, queries = np.random.default_rng(7), 120, 40
    shown = rng.poisson(np.outer(np.ones(days), 2000 / (np.arange(queries) + 3.0)))
    clicks = rng.binomial(shown, rng.permutation(0.01 + 0.0011 * np.arange(queries)))
    day = [date(2024, 1, 1) + timedelta(days=one) for one in range(days)]
    rows = [f"{day[d]},q{q},{shown[d, q]},{clicks[d, q]}" for d in range(days) for q in range(queries) if shown[d, q]]
    log = written(tmp_path, "\n".join(["date,keyword,impressions,clicks", *rows]), "shop.csv")
    monkeypatch.chdir(tmp_path)
    out = foreshow("calibrate", str(log), "--into", "our_world", "--json", "found.json").out
    lines = out.partition("such as our_shop.toml:\n")[2].partition("and compare")[0]
    (tmp_path / "our_shop.toml").write_text(lines)
    months = sim.run(tmp_path / "our_shop.toml").frame.query("candidate == 'as_logged'").groupby("month")[["impressions", "clicks"]].sum()
    figures = json.loads((tmp_path / "found.json").read_text())["figures"]
    (rate,) = (one for one in figures if one["name"] == "click rate of all impressions")
    assert abs(months["clicks"].sum() / months["impressions"].sum() - rate["value"]) < 2 * rate["error"]
    months = months[months["impressions"] > 100_000]  # a few days at the beginning are no month
    assert len(months) == 6
    assert (months["clicks"] / months["impressions"]).to_numpy() == pytest.approx(rate["value"], rel=0.15)
