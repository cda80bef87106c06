"""A log is read as it is, however it is written."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest

from sim.calibrate.reading import read, read_log
from tests.calibrate.logs import COUNTED, EVENTS, PAGES, as_lists, named, written


def test_event_rows_are_added_up(tmp_path):
    log = read_log([written(tmp_path, EVENTS)])
    assert (log.first, log.days, log.queries, log.ads, log.segments) == (
        date(2024, 1, 1),
        3,
        ("boots", "tents"),
        ("a", "b"),
        ("desktop", "phone"),
    )
    assert log.has == {"time", "clicks", "position", "ad", "segment", "cost"}
    assert named(log).to_numpy().tolist() == [
        [0, "tents", 0, "a", "phone", 2, 1, 0.5],
        [0, "tents", 1, "b", "phone", 1, 0, 0.0],
        [1, "boots", 0, "b", "desktop", 1, 1, 0.25],
        [2, "boots", 2, "a", "desktop", 1, 0, 0.0],
    ]
    assert {name: str(kind) for name, kind in log.counted.dtypes.items()} == {
        "day": "int32", "query": "int32", "position": "int16", "ad": "int32", "segment": "int16", "impressions": "int64", "clicks": "int64",
        "cost": "float64",
    }  # fmt: skip
    assert (log.hours[0], log.hours[10], log.hours[23], sum(log.hours)) == (1, 3, 1, 5)


def test_counted_rows(tmp_path):
    log = read_log([written(tmp_path, COUNTED)])
    assert named(log).to_numpy().tolist() == [
        [0, "boots", -1, None, None, 5, 0],
        [0, "tent", -1, None, None, 30, 2],
        [2, "tent", -1, None, None, 10, 1],
    ]
    assert log.hours is None
    assert log.has == {"time", "clicks"}
    assert [(one.what, one.rows) for one in log.flaws] == [("days without an impression", 1)]


def test_result_pages_need_no_mapping(tmp_path):
    log = read_log([written(tmp_path, PAGES)])
    names = [tuple(log.ads[one] for one in page) for page in log.pages["results"]]
    assert names == [("a", "b", "c"), ("c", "d"), ("c", "a", "b")]
    assert log.pages["clicks"].tolist() == [(1, 0), (0,), ()]
    assert named(log)[["query", "position", "ad", "impressions", "clicks"]].to_numpy().tolist() == [
        ["boots", 0, "c", 1, 1], ["boots", 1, "d", 1, 0], ["tents", 0, "a", 1, 1], ["tents", 0, "c", 1, 0], ["tents", 1, "a", 1, 0],
        ["tents", 1, "b", 1, 1], ["tents", 2, "b", 1, 0], ["tents", 2, "c", 1, 0],
    ]  # fmt: skip
    told = {one.what: one.rows for one in log.flaws}
    assert told == {"clicked again on the same result": 1, "clicks on what was not shown": 1, "no time": 3}
    assert log.has == {"pages", "position", "ad", "clicks"}


@pytest.mark.parametrize("clicks", ["2|1", "[2, 1]", "2 1"])
def test_clicks_of_pages_may_be_positions(tmp_path, clicks):
    log = read_log(
        [
            written(
                tmp_path,
                f'query,results,clicks\ntents,a{clicks[1]}b,"{clicks}"\n'
                if "[" not in clicks
                else f'query,results,clicks\ntents,"[a, b]","{clicks}"\n',
            )
        ]
    )
    assert log.pages["clicks"].tolist() == [(1, 0)]


def test_a_log_without_clicks_is_fine(tmp_path):
    text = "\n".join(line.rsplit(",", 1)[0] for line in COUNTED.splitlines())
    log = read_log([written(tmp_path, text)])
    assert "clicks" not in log.counted
    assert log.has == {"time"}
    pages = "\n".join(line.rsplit(",", 1)[0] for line in PAGES.splitlines())
    assert list(read_log([written(tmp_path, pages, "pages.csv")]).pages) == ["day", "query", "results"]


@pytest.mark.parametrize("text", [EVENTS, COUNTED, PAGES])
def test_every_kind_of_file_gives_the_same(tmp_path, text):
    plain = written(tmp_path, text)
    frame = pd.read_csv(plain)
    if "timestamp" in frame:
        frame["timestamp"] = pd.to_datetime(frame["timestamp"])
    frame.to_parquet(tmp_path / "log.parquet")
    tabs = written(tmp_path, text.replace(",", "\t"), "log.tsv")
    windows = written(tmp_path, "\ufeff" + text.replace("\n", "\r\n"), "windows.csv")
    want = as_lists(read_log([plain]))
    for other in (written(tmp_path, text, "log.csv.gz"), tabs, windows, tmp_path / "log.parquet"):
        assert as_lists(read_log([other])) == want, other


def test_several_files_are_one_log(tmp_path):
    head, *rows = COUNTED.splitlines()
    files = [written(tmp_path, f"{head}\n{row}\n", f"{number}.csv") for number, row in enumerate(rows)]
    assert as_lists(read_log(files)) == as_lists(read_log([written(tmp_path, COUNTED)]))


def test_lists_in_parquet_are_pages(tmp_path):
    frame = pd.DataFrame({"query": ["tents"], "results": [["a", "b"]], "clicks": [["b"]]})
    frame.to_parquet(tmp_path / "pages.parquet")
    assert read_log([tmp_path / "pages.parquet"]).pages["clicks"].tolist() == [(1,)]


@pytest.mark.parametrize(
    "time",
    ["2024-02-29", "20240229", "2024-02-29T10:00:00Z", "2024-02-29 23:30+02:00", "1709200800", "1709200800123", "2024-02-29 10:00:00.25"],
)
def test_times_of_many_forms(tmp_path, time):
    log = read_log([written(tmp_path, f"time,query,click\n{time},tents,1\n")])
    assert log.first == date(2024, 2, 29)


def test_positions_from_nought_or_one(tmp_path):
    for top in (0, 1):
        log = read_log([written(tmp_path, f"query,position\ntents,{top}\ntents,{top + 1}\n")])
        assert log.counted["position"].tolist() == [0, 1]
        assert (
            next(one.told for one in read([written(tmp_path, f"query,position\nx,{top}\n")]).taken if one.role == "position")
            == f"the topmost is {top}"
        )


def test_a_few_zeros_among_positions_from_one_are_dirt(tmp_path):
    rows = "".join(f"tents,{1 + number % 2}\n" for number in range(40))
    dirty = read_log([written(tmp_path, "query,position\n" + rows + "tents,0\n")])
    assert dirty.counted["position"].tolist() == [-1, 0, 1]
    assert [(one.what, one.rows) for one in dirty.flaws if "position" in one.what] == [("no readable position", 1)]
    clean = read_log([written(tmp_path, "query,position\n" + rows + "tents,0\n" * 2)])
    assert clean.counted["position"].tolist() == [0, 1, 2]


def test_conversions_with_their_time(tmp_path):
    text = """timestamp,query,click,conversion_time
2024-01-01 10:00:00,tents,1,2024-01-01 10:01:00
2024-01-01 11:00:00,tents,1,
2024-01-02 11:00:00,tents,0,
2024-01-01 12:00:00,tents,1,2024-01-01 11:00:00
"""
    log = read_log([written(tmp_path, text)])
    assert log.delays_s["watched_s"].tolist() == [90_000, 86_400]
    assert log.delays_s["delay_s"].fillna(-1).tolist() == [60, -1]
    assert log.counted["conversions"].sum() == 2  # one that was before its click, too
    assert "converted before the click" in {one.what for one in log.flaws}


def test_cents_and_micros_are_money(tmp_path):
    for column, paid in (("cost_micros", 2.5), ("cost_cents", 25_000), ("cost", 2_500_000)):
        log = read_log([written(tmp_path, f"query,impressions,clicks,{column}\ntents,10,1,2500000\n")])
        assert log.counted["cost"].tolist() == [paid]


def test_bids_stand_for_prices_where_nothing_else_is_told(tmp_path):
    reading = read([written(tmp_path, "query,click,bid\ntents,1,0.5\ntents,0,0.7\n")])
    assert reading.log.counted["cost"].tolist() == [0.5]
    assert "taken for what is paid" in {one.role: one.told for one in reading.taken}["bid"]


def test_foreshows_own_event_log_needs_no_mapping(tmp_path):
    rows = pd.DataFrame(
        {
            "time": pd.to_datetime(["2026-01-01 00:00:05", "2026-01-02 10:00:00"]),
            "day": [0, 1],
            "query_type": [7, 7],
            "query": [12345678901234567890, 3],
            "segment": ["phone", "desktop"],
            "arm": [0, 0],
            "ad": [4, 5],
            "position": [1, 2],
            "price_micros": [700_000, 600_000],
            "propensity": [1.0, 0.5],
            "clicked": [True, False],
            "charge_micros": [650_000, 0],
            "converted": [True, False],
            "conversion_known": pd.to_datetime(["2026-01-01 00:01:05", None]),
        }
    )
    rows.to_parquet(tmp_path / "part-0000.parquet")
    log = read_log([tmp_path / "part-0000.parquet"])
    assert named(log).to_numpy().tolist() == [[0, "7", 0, "4", "phone", 1, 1, 1, 0.65], [1, "7", 1, "5", "desktop", 1, 0, 0, 0.0]]
    assert log.delays_s["delay_s"].tolist() == [60]
