"""Logs with mistakes in them, and questions that can't be asked of a log."""

import pandas as pd
import pytest

from sim.calibrate.policy.backtest import backtest_policy
from sim.calibrate.policy.rows import read_rows
from sim.errors import BadInput
from tests.calibrate.policy import coin


def test_rows_that_can_not_be_weighed_are_left_out_and_counted():
    log = coin.log(2_000)
    log.loc[0, "propensity_score"] = 0
    log.loc[1:2, "propensity_score"] = 1.5
    log.loc[3, "click"] = 2
    log["item_id"] = log["item_id"].astype("Int64")
    log.loc[4, "item_id"] = pd.NA
    found = backtest_policy(log, coin.policy())
    assert found.total.rows == 1_995
    assert [note for note in found.notes if "left out" in note] == [
        "rows: 1 rows with no ad; left out",
        "rows: 3 rows with a propensity that is missing, not above 0 or above 1; left out",
        "rows: 1 rows with more clicks than impressions; left out",
    ]


@pytest.mark.parametrize("form", ["csv", "csv.gz", "parquet"])
def test_files_are_read_as_data_frames_are(tmp_path, form):
    log = coin.log(1_000).rename(columns={"item_id": "what"}).assign(user_feature_0="a")
    path = tmp_path / f"log.{form}"
    log.to_parquet(path) if form == "parquet" else log.to_csv(path, index=False)
    read, given = read_rows(path, {"ad": "what"}), read_rows(log, {"ad": "what"})
    assert read.frame.equals(given.frame)
    assert read.context == ("user_feature_0",)
    assert read.source == str(path)


def test_chances_may_be_a_file_and_columns_may_be_joined_or_left_out(tmp_path):
    log = coin.log(1_000).assign(campaign="x", page="p")
    path = tmp_path / "chances.csv"
    coin.policy().rename(columns={"ad": "item_id"}).to_csv(path, index=False)
    found = backtest_policy(log, path)
    assert found.target == str(path)
    assert found.total.estimates == backtest_policy(log, coin.policy()).total.estimates
    read = read_rows(log, {"query": "campaign+page", "campaign": "", "day": "nowhere"})
    assert set(read.frame["query"]) == {"x+p"}
    assert "campaign" not in read.frame


@pytest.mark.parametrize(
    ("change", "columns", "told"),
    [
        ({"drop": "propensity_score"}, {}, "has no column of propensity; one that --columns names: propensity=COLUMN"),
        ({"drop": "click"}, {}, "has no column of clicks"),
        ({}, {"ad": "itemid"}, "has no column 'itemid'; did you mean 'item_id'?"),
        ({}, {"propensty": "propensity_score"}, "is not known here; did you mean 'propensity'?"),
    ],
)
def test_mistakes_are_told_in_words(change, columns, told):
    log = coin.log(200)
    log = log.drop(columns=change["drop"]) if change else log
    with pytest.raises(BadInput) as caught:
        backtest_policy(log, coin.policy(), columns)
    assert told in str(caught.value)


def test_targets_that_are_none():
    with pytest.raises(BadInput, match=r"add up to 0\.9"):
        backtest_policy(coin.log(200), coin.policy(coin.BOLD * 0.9))
    with pytest.raises(BadInput, match="says nothing of any place"):
        backtest_policy(coin.log(200), coin.log(200).assign(position=9))
    with pytest.raises(BadInput, match="is not there"):
        backtest_policy("nowhere.csv", coin.policy())
    with pytest.raises(BadInput, match="confidence"):
        backtest_policy(coin.log(200), coin.policy(), confidence=95)
    with pytest.raises(BadInput, match="no row that can be used"):
        backtest_policy(coin.log(200).assign(propensity_score=0), coin.policy())


@pytest.mark.parametrize("name", ["log.csv", "log.parquet", "log.csv.gz"])
@pytest.mark.parametrize("form", ["csv", "gzip", "parquet"])
def test_what_is_in_a_file_counts_and_not_its_name(tmp_path, name, form):
    log = coin.log(200)
    if form == "parquet":
        log.to_parquet(tmp_path / name)
    else:
        log.to_csv(tmp_path / name, index=False, compression="gzip" if form == "gzip" else None)
    assert read_rows(tmp_path / name).frame["count"].sum() == 200


def test_all_files_that_can_not_be_read_are_told_at_once(tmp_path):
    broken = {"a.csv": b"\x1f\x8b\x08nothing", "b.csv": b"ad,\xff\n", "c.csv": b"", "d.parquet": b"PAR1 and no more"}
    for name, content in broken.items():
        (tmp_path / name).write_bytes(content)
    with pytest.raises(BadInput) as caught:
        read_rows([tmp_path / name for name in broken])
    assert [one.where for one in caught.value.mistakes] == [str(tmp_path / name) for name in broken]


def test_columns_that_are_not_used_are_told():
    found = backtest_policy(coin.log(500).assign(weather="fine", hour=3), coin.policy())
    assert any("weather" in note and "hour" in note for note in found.notes if "not used: " in note)
