"""Real logs, which are no part of the project: read without a mapping, where they are there."""

from __future__ import annotations

import pandas as pd
import pytest

from sim.calibrate.reading import read
from sim.calibrate.receipt import COUNTED, EVENTS, PAGES
from sim.calibrate.sufficiency import GOOD, PART, POOR, judge
from sim.errors import BadInput
from tests.real_logs import DATA

pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason=f"there are no real logs in {DATA}; FORESHOW_DATA names another folder")


@pytest.mark.parametrize(
    ("name", "kind", "level", "has"),
    [
        ("adwords_2012-04_to_2012-12", COUNTED, GOOD, {"time", "clicks"}),
        ("adwords_2013-01_to_2013-03_traffic_no_clicks", COUNTED, PART, {"time"}),
        ("yandex_serp_train", PAGES, PART, {"pages", "ad", "position", "clicks"}),
        ("yandex_serp_test_traffic_no_clicks", PAGES, POOR, {"pages", "ad", "position"}),
        ("obd_small_random", EVENTS, POOR, {"time", "clicks", "ad", "position", "policy", "propensity"}),
        ("obd_small_bts_no_clicks", EVENTS, POOR, {"time", "ad", "position", "policy", "propensity"}),
        ("upworthy_arms_201403_201426", COUNTED, PART, {"time", "clicks", "ad"}),
    ],
)
def test_read_without_a_mapping(name, kind, level, has):
    file = DATA / f"{name}.csv.gz"
    reading = read([file])
    rows = pd.read_csv(file)
    assert (reading.kind, judge(reading).level, reading.log.has) == (kind, level, has)
    assert reading.rows == reading.used == len(rows)
    shown = rows["results"].str.split().map(len).sum() if kind == PAGES else rows["impressions"].sum() if kind == COUNTED else len(rows)
    assert reading.log.counted["impressions"].sum() == shown
    if kind == COUNTED and "clicks" in rows:
        assert reading.log.counted["clicks"].sum() == rows[["clicks", "impressions"]].min(axis=1).sum()


def test_a_log_of_prices_alone_is_refused_until_its_columns_are_named():
    with pytest.raises(BadInput, match="name it with --columns query=COLUMN"):
        read([DATA / "nab_cpc_cpm_hourly.csv.gz"])
    assert read([DATA / "nab_cpc_cpm_hourly.csv.gz"], {"query": "exchange+metric", "cost": "value"}).log.days == 69
