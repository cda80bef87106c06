"""Days on which clicks were not counted teach nothing of clicks."""

from __future__ import annotations

import json

import pytest

from reports.calibration import answer
from sim.calibrate.fitting import fit_world
from sim.calibrate.log_flaws import BLIND
from sim.calibrate.reading import read, read_log
from sim.calibrate.sufficiency import PART, judge
from tests.calibrate.logs import days_of, written
from tests.commands.shell import foreshow_in


def outage(tmp_path, blind=range(20, 31)):
    """A log of 60 days, on some of which clicks were not counted."""
    rows = [row.split(",") for row in days_of(1000, 20, days=60)]
    cut = [[*row[:3], "0" if number // 2 in blind else row[3]] for number, row in enumerate(rows)]
    return written(tmp_path, "\n".join(["date,query,impressions,clicks", *map(",".join, cut)]))


def test_days_on_which_clicks_were_not_counted_teach_nothing_of_clicks(tmp_path):
    reading = read([outage(tmp_path)])
    log = reading.log
    assert log.blind == tuple(range(20, 31))
    assert log.flaws == ((BLIND, 11, "left out of what is learnt of clicks", "2024-01-21, 2024-01-22, 2024-01-23, ..."),)
    found = fit_world(log)
    assert next(one.value for one in found.figures if one.name == "click rate of all impressions") == pytest.approx(0.02)
    assert found.figure("traffic.queries").value == pytest.approx(2000, rel=1e-3)  # their traffic counts
    assert judge(reading).level == PART
    assert "CTR 2.00%" in answer(reading)


def test_a_backtest_leaves_blind_days_out_of_the_past_and_of_what_came(tmp_path, monkeypatch, capsys):
    file = outage(tmp_path, blind=(*range(28, 41), 50))
    told = json.loads(foreshow_in(monkeypatch, capsys)("backtest", str(file), "--fit-until", "2024-02-10", "--json").out)
    assert told["predicted"]["total"]["ctr"] == pytest.approx(0.02, abs=1e-3)
    assert told["actual"]["total"]["ctr"] == pytest.approx(0.02)


def test_a_few_days_without_a_click_may_be_chance(tmp_path):
    assert read_log([outage(tmp_path, blind=(3,))]).blind == (3,)
    rows = days_of(100, 2, days=60)  # four clicks a day
    rows[6:8] = [row[:-1] + "0" for row in rows[6:8]]
    assert read_log([written(tmp_path, "\n".join(["date,query,impressions,clicks", *rows]))]).blind == ()
