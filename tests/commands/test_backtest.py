"""`foreshow backtest`: what it refuses, what it writes, and to whom it hands a log."""

from __future__ import annotations

import csv
import json
import sys
from dataclasses import replace
from datetime import date
from io import StringIO
from types import ModuleType

import pytest

from tests.calibrate.panels import made_up
from tests.calibrate.policy import coin
from tests.reports.made_up_backtest import PAGES


@pytest.fixture
def read(monkeypatch):
    """Logs by the name of their file, as the reader would read them."""
    logs = {"log.csv": made_up(1, queries=12, days=84)}
    reading, columns = ModuleType("sim.calibrate.reading"), ModuleType("sim.calibrate.columns")
    reading.read_log = lambda paths, named, form: logs[paths[0].name]
    columns.parse_columns = lambda words: dict(one.split("=") for one in words.split(",") if one)
    monkeypatch.setitem(sys.modules, "sim.calibrate.reading", reading)
    monkeypatch.setitem(sys.modules, "sim.calibrate.columns", columns)
    return logs


def test_the_document_alone_is_on_standard_output(foreshow, read):
    done = foreshow("backtest", "log.csv", "--fit-until", "2025-02-15", "--json", "-")
    assert (done.code, done.err) == (0, "")
    found = json.loads(done.out)
    assert [one["month"] for one in found["predicted"]["by_month"]] == ["2025-02", "2025-03"]
    assert found["actual"]["by_month"][1]["ctr"] > 0
    assert found["scores"]["predicted"]["intervals"] == 2
    assert found["confidence"] == 0.9


def test_a_later_log_without_clicks_is_predicted_all_the_same(foreshow, read, tmp_path):
    log = read["log.csv"]
    read["later.csv"] = replace(log, first=date(2025, 4, 1), counted=log.counted.drop(columns="clicks"), has=frozenset())
    files = ["--json", str(tmp_path / "out.json"), "--csv", str(tmp_path / "out.csv")]
    done = foreshow("backtest", "log.csv", "--traffic", "later.csv", *files, "--confidence", "50%", "--width", "80", "--ascii")
    assert done.code == 0
    assert done.out.startswith("[PREDICTED]  CTR ")
    assert "50% interval" in done.out
    assert json.loads((tmp_path / "out.json").read_text())["actual"] is None
    assert (tmp_path / "out.csv").read_text().startswith("forecast,part,label,ctr,low,high\npredicted,total,,0.")


def test_all_that_is_wrong_is_told_at_once(foreshow, read):
    done = foreshow("backtest", "log.csv", "--fit-until", "soon", "--traffic", "x", "--confidence", "120%")
    assert done.code == 2
    for words in ("--traffic", "--fit-until is there too", "'soon' is no date", "'120%'"):
        assert words in done.told


def test_without_a_later_part_there_is_nothing_to_predict(foreshow, read):
    done = foreshow("backtest", "log.csv")
    assert done.code == 2
    assert "--fit-until" in done.told


def test_pages_go_to_the_click_models(foreshow, read, monkeypatch):
    import pandas as pd

    asked = {}
    pages = ModuleType("sim.calibrate.clicks.backtest")
    pages.backtest_pages = lambda log, traffic, **more: asked.update(more) or PAGES
    monkeypatch.setitem(sys.modules, "sim.calibrate.clicks.backtest", pages)
    read["log.csv"] = replace(read["log.csv"], pages=pd.DataFrame())
    done = foreshow("backtest", "log.csv", "--quiet")
    assert done.code == 0
    assert done.out.startswith("[HELD]")
    assert asked == {"fit_until": None, "confidence": 0.9}


def test_the_real_reader_reads_it(foreshow, tmp_path):
    pytest.importorskip("sim.calibrate.reading", reason="needs the reader of real logs")
    from datetime import timedelta

    log = made_up(1, queries=12, days=84)
    rows = log.counted.assign(day=[(log.first + timedelta(days=int(day))).isoformat() for day in log.counted["day"]])
    rows.drop(columns="position").to_csv(tmp_path / "log.csv", index=False)
    done = foreshow("backtest", str(tmp_path / "log.csv"), "--fit-until", "2025-02-15", "--json", "-")
    assert done.code == 0
    assert len(json.loads(done.out)["predicted"]["by_query"]) == 12


@pytest.fixture
def choices(tmp_path, monkeypatch):
    """A log of choices with odd names and separators, and another policy's chances as usual."""
    monkeypatch.chdir(tmp_path)
    log = coin.log(600).rename(columns={"item_id": "what", "click": "hit"})
    log.to_csv("log.csv", index=False, sep=";")
    coin.policy().to_csv("other.csv", index=False)
    return tmp_path


def test_a_mapping_names_the_columns_of_choices_and_their_separator(foreshow, choices):
    (choices / "odd.toml").write_text('separator = ";"\n[columns]\nad = "what"\nclicks = "hit"\n', encoding="utf-8")
    done = foreshow("backtest", "log.csv", "--policy", "other.csv", "--mapping", "odd.toml", "--csv", "-")
    assert (done.code, done.err) == (0, "")
    rows = list(csv.DictReader(StringIO(done.out)))
    assert [row["estimator"] for row in rows] == ["IPS", "SNIPS", "DM", "DR", "SNDR", "Switch-DR", "DRos", "simulation"]
    plain = coin.log(600)
    worth = coin.BOLD[plain["item_id"]] / plain["propensity_score"]
    assert float(rows[0]["estimate"]) == pytest.approx((worth * plain["click"]).mean())
    assert rows[2]["ess"] == ""


def test_what_has_no_effect_with_a_policy_is_refused(foreshow, choices):
    (choices / "odd.toml").write_text('separator = ";"\nmoney_unit = 0.01\n', encoding="utf-8")
    done = foreshow("backtest", "log.csv", "--policy", "other.csv", "--mapping", "odd.toml", "--csv", "out.csv")
    assert done.code == 2
    assert "money_unit" in done.told
    assert "has no effect with --policy" in done.told
    assert not (choices / "out.csv").exists()


def test_later_traffic_may_be_several_files(foreshow, read, monkeypatch):
    asked = []
    usual = sys.modules["sim.calibrate.reading"].read_log
    monkeypatch.setattr(sys.modules["sim.calibrate.reading"], "read_log", lambda paths, *how: asked.append(paths) or usual(paths, *how))
    read["april.csv"] = replace(read["log.csv"], first=date(2025, 4, 1))
    done = foreshow("backtest", "log.csv", "--traffic", "april.csv", "--traffic", "may.csv", "--quiet")
    assert done.code == 0
    assert [[path.name for path in paths] for paths in asked] == [["log.csv"], ["april.csv", "may.csv"]]


def test_of_one_query_is_spoken_as_of_one(foreshow, read):
    read["log.csv"] = made_up(1, queries=1, days=84)
    done = foreshow("backtest", "log.csv", "--fit-until", "2025-02-15", "--width", "80")
    assert "the biggest query  worst first" in done.out


def test_a_document_that_fails_leaves_no_file(foreshow, read, tmp_path, monkeypatch):
    def fails(_):
        raise ValueError("Out of range float values are not JSON compliant")

    monkeypatch.setattr("reports.backtest_export.json_text", fails)
    assert foreshow("backtest", "log.csv", "--fit-until", "2025-02-15", "--json", str(tmp_path / "out.json")).code != 0
    assert list(tmp_path.iterdir()) == []


def test_the_help_says_what_the_rows_are(foreshow):
    words = " ".join(foreshow("backtest", "--help").out.split())
    assert "one row for each rate: of the prediction, each baseline, and what came" in words
    assert "replication" not in words
