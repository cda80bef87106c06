"""A real counted log: read in three formats, its dirty rows counted, refused only when nothing is left."""

from __future__ import annotations

import gzip
from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sim.errors import BadInput
from sim.scenario.panel import Panel, read_panel
from sim.scenario.schema import Columns, Traffic

HEAD = "day,query,impressions,clicks\n"
ROWS = "2026-01-01,shoes,10,1\n2026-01-01,hats,4,0\n2026-01-03,shoes,20,3\n"
COUNTED = "no whole number of {} from 0 to 10^12"
CUT = "more clicks than impressions (clicks cut down to them)"


@pytest.fixture
def read(write):
    """The panel of a log's text."""

    def panel(text, name="log.csv", **columns) -> Panel:
        file = write(text, name)
        return read_panel(Traffic(replay=name, columns=Columns(**columns)), file.parent)

    return panel


@pytest.fixture
def parquet(tmp_path):
    """The panel of a Parquet file of three rows, some of its columns given."""

    def panel(**columns) -> Panel:
        days = pd.date_range("2026-01-01", periods=3)
        table = pd.DataFrame({"day": days, "query": list("abc"), "impressions": [1, 2, 3], "clicks": [0, 1, 1], **columns})
        table.to_parquet(tmp_path / "log.parquet")
        return read_panel(Traffic(replay="log.parquet"), tmp_path)

    return panel


def same(one, other):
    assert (one.first, one.names, one.dirty) == (other.first, other.names, other.dirty)
    for mine, yours in ((one.counts, other.counts), (one.clicks, other.clicks), (one.type_clicks, other.type_clicks)):
        np.testing.assert_array_equal(mine, yours)


def refusal(read, text, name="log.csv", **columns):
    with pytest.raises(BadInput) as caught:
        read(text, name, **columns)
    return str(caught.value)


def test_counts_are_per_day_and_query(read):
    panel = read(HEAD + ROWS)
    assert (panel.first, panel.days, panel.names) == (date(2026, 1, 1), 3, ("hats", "shoes"))
    assert panel.counts.tolist() == [[4, 10], [0, 0], [0, 20]]
    assert (panel.clicks.tolist(), panel.shown.tolist()) == ([1, 0, 3], [14, 0, 20])
    assert (panel.type_clicks.tolist(), panel.type_shown.tolist()) == ([0, 4], [4, 30])


def test_days_without_a_query_are_counted(read):
    assert read(HEAD + ROWS).dirty == {"days without a query": 1}


def test_a_zipped_log_is_the_same_log(read):
    same(read(HEAD + ROWS), read(gzip.compress((HEAD + ROWS).encode()), "log.csv.gz"))


def test_a_parquet_log_is_the_same_log(read, parquet):
    same(read(HEAD + "2026-01-01,a,1,0\n2026-01-02,b,2,1\n2026-01-03,c,3,1\n"), parquet())


@pytest.mark.parametrize(
    "days",
    [
        pd.date_range("2026-01-01", periods=3, tz="Europe/Berlin"),
        [date(2026, 1, 1), date(2026, 1, 2), date(2026, 1, 3)],
        ["2026-01-01", " 2026-01-02 23:59 ", "2026-01-03T00:00:00+02:00"],
        [20260101, 20260102, 20260103],
    ],
    ids=["zoned", "dates", "texts", "numbers"],
)
def test_a_day_is_a_day_however_it_is_kept(parquet, days):
    same(parquet(day=days), parquet())


@pytest.mark.parametrize("kind", ["float64", "Int64", "string", "object"])
def test_a_count_is_a_count_however_it_is_kept(parquet, kind):
    same(parquet(impressions=pd.Series([1, 2, 3]).astype(kind)), parquet())


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("someday,hats,1,0", "no readable day"),
        ("2026-02-30,hats,1,0", "no readable day"),
        ("2026-01-011,hats,1,0", "no readable day"),
        ("9999-12-31,hats,1,0", "no readable day"),
        (",hats,1,0", "no readable day"),
        ("2026-01-02,,1,0", "no query"),
        ("2026-01-02,  ,1,0", "no query"),
        ("2026-01-02,hats,,0", COUNTED.format("queries")),
        ("2026-01-02,hats,many,0", COUNTED.format("queries")),
        ("2026-01-02,hats,-1,0", COUNTED.format("queries")),
        ("2026-01-02,hats,1.5,0", COUNTED.format("queries")),
        ("2026-01-02,hats,1e13,0", COUNTED.format("queries")),
        ("2026-01-02,hats,nan,0", COUNTED.format("queries")),
        ("2026-01-02,hats,inf,0", COUNTED.format("queries")),
        ("2026-01-02,hats,1,-1", COUNTED.format("clicks")),
        ("2026-01-02,hats,1", COUNTED.format("clicks")),
        ("2026-01-02,hats,1,0,0", "more fields than the table has columns"),
    ],
)
def test_a_row_that_can_not_be_used_is_counted_and_left_out(read, row, reason):
    clean, dirty = read(HEAD + ROWS), read(HEAD + ROWS + row + "\n" + row + "\n")
    assert dirty.dirty == clean.dirty | {reason: 2}
    assert dirty.counts.tolist() == clean.counts.tolist()


def test_rows_of_one_day_and_query_are_added_up_and_told(read):
    clean = read(HEAD + ROWS)
    found = read(HEAD + ROWS + "2026-01-01,hats,9,2\n2026-01-01T12:00,hats ,4,1\n")
    assert found.dirty == clean.dirty | {"a day and query that came before (added up)": 2}
    assert found.counts.sum() == clean.counts.sum() + 13
    assert found.clicks.sum() == clean.clicks.sum() + 3


def test_a_row_that_says_all_that_an_earlier_one_says_is_left_out(read):
    clean, found = read(HEAD + ROWS), read(HEAD + ROWS + ROWS.splitlines()[0] + "\n")
    assert found.dirty == clean.dirty | {"all that an earlier row says": 1}
    assert found.counts.tolist() == clean.counts.tolist()


def test_a_row_is_counted_by_the_first_thing_that_is_wrong_with_it(read):
    assert read(HEAD + ROWS + "someday,,-1,-1\n").dirty == {"no readable day": 1, "days without a query": 1}


def test_missing_values_of_a_parquet_log_are_dirty_rows(parquet):
    assert parquet(query=["a", None, "c"]).dirty == {"no query": 1, "days without a query": 1}
    found = parquet(impressions=pd.array([1, None, 3], dtype="Int64"))
    assert found.dirty == {COUNTED.format("queries"): 1, "days without a query": 1}


def test_clicks_are_cut_down_to_impressions(read):
    panel = read(HEAD + "2026-01-01,shoes,10,30\n")
    assert panel.dirty == {CUT: 1}
    assert (panel.type_clicks.tolist(), panel.type_shown.tolist()) == ([10], [10])


def test_columns_are_called_what_the_scenario_says(read):
    text = "date,keyword,shown,pressed,more\n2026-01-01,shoes,10,1,x\n"
    panel = read(text, day="date", query="keyword", impressions="shown", clicks="pressed")
    assert (panel.counts.tolist(), panel.type_clicks.tolist()) == ([[10]], [1])
    assert read(text, day="date", query="keyword", queries="shown").clicks is None


def test_a_column_of_queries_is_found_without_being_named(read):
    assert read("day,query,queries\n2026-01-01,shoes,7\n").counts.tolist() == [[7]]
    assert read("day,query,queries,impressions\n2026-01-01,shoes,7,9\n", impressions="impressions").counts.tolist() == [[9]]


def test_every_wrong_column_is_told_at_once(read):
    said = refusal(read, HEAD + ROWS, day="date", query="keyword", queries="asked", clicks="click").splitlines()
    assert [line.split(":")[0] for line in said] == [f"traffic.columns.{key}" for key in ("day", "query", "queries", "clicks")]
    assert said[0] == "traffic.columns.day: the log has no column 'date'; it has day, query, impressions, clicks"
    assert said[3].endswith("did you mean 'clicks'?")


@pytest.mark.parametrize("rows", ["", "someday,shoes,1,0\n", "2026-01-01,shoes,0,0\n", "2026-01-01,,1,0\n2026-01-02,a,x,0\n"])
def test_a_log_without_a_usable_row_is_refused(read, rows):
    said = refusal(read, HEAD + rows)
    assert said.startswith("traffic.replay: log.csv has no usable row; rows with a day, a query and a count above 0")
    assert all(reason in said for reason in ["1 rows: no query", "1 rows: no whole number"]) == (",," in rows)


@pytest.mark.parametrize(
    ("name", "raw"),
    [
        ("log.csv", b""),
        ("log.csv", (HEAD + ROWS).encode("utf-16")),
        ("log.csv", (HEAD + "2026-01-01,caf\xe9,1,0\n").encode("latin-1")),
        ("log.csv", (HEAD + '2026-01-01,"shoes,1,0\n').encode()),
        ("log.csv.gz", (HEAD + ROWS).encode()),
        ("log.csv.gz", gzip.compress((HEAD + ROWS * 99).encode())[:-20]),
        ("log.csv.xz", (HEAD + ROWS).encode()),
        ("log.csv.zip", (HEAD + ROWS).encode()),
        ("log.csv.tar", (HEAD + ROWS).encode()),
        ("log.parquet", b""),
        ("log.parquet", (HEAD + ROWS).encode()),
        ("log.parquet", b"PAR1" + bytes(range(256)) + b"PAR1"),
    ],
)
def test_what_is_no_table_is_refused(read, name, raw):
    assert refusal(read, raw, name).startswith(f"traffic.replay: {name} can't be read as a table: ")


def test_what_is_missing_is_refused(tmp_path):
    with pytest.raises(BadInput, match=r"nope\.csv can't be read as a table: "):
        read_panel(Traffic(replay="nope.csv"), tmp_path)


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        (
            "1990-01-01,a,1,0\n2026-01-01,a,1,0\n",
            "it holds 13,150 days and 1 queries; at most 3,660 days, 200,000 queries and 50,000,000 days × queries",
        ),
        ("".join(f"2026-01-01,{n},1,0\n" for n in range(200_001)), "it holds 1 days and 200,001 queries; at most 3,660 days"),
    ],
    ids=["days", "queries"],
)
def test_a_log_beyond_all_limits_is_refused(read, rows, words):
    assert refusal(read, HEAD + rows).startswith(f"traffic.replay: {words}")


def test_the_history_before_the_horizon_repeats_the_logs_first_days(read):
    panel = read(HEAD + ROWS)
    assert panel.queries_on(2, -4).tolist() == [0, 20]
    assert [panel.queries_on(day, -4).sum() for day in (-4, -3, -2, -1)] == [14, 0, 20, 14]


def test_click_rates_are_shrunk_towards_the_prior(read):
    assert read(HEAD + ROWS).click_rates((1.0, 9.0)) == pytest.approx([1 / 14, 5 / 40])
    assert read("day,query,queries\n2026-01-01,shoes,7\n").click_rates((1.0, 9.0)) is None


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], max_examples=50)
@given(st.lists(st.tuples(*[st.text(max_size=8)] * 4), max_size=6), st.binary(max_size=60))
def test_any_text_is_a_log_or_refused(read, rows, junk):
    text = HEAD + ROWS + "".join(",".join(row) + "\n" for row in rows)
    for raw in (text.encode("utf-8", "replace"), HEAD.encode() + junk, junk):
        try:
            panel = read(raw)
        except BadInput as bad:
            assert bad.mistakes  # noqa: PT017
        else:
            assert panel.counts.sum() > 0
            assert all(count > 0 for count in panel.dirty.values())


def test_a_day_of_more_than_a_billion_queries_is_refused(read):
    with pytest.raises(BadInput, match="its busiest day has 1,000,000,001 queries; at most 1,000,000,000 a day"):
        read(HEAD + "2026-01-01,hats,1000000000,0\n2026-01-01,caps,1,0\n")


def test_a_log_of_more_days_times_queries_than_fit_is_refused(read):
    rows = "".join(f"2026-01-01,word {number},1,0\n" for number in range(20_000))
    with pytest.raises(BadInput, match="50,000,000 days × queries"):
        read(HEAD + rows + "2035-12-31,hats,1,0\n")


def test_a_log_that_has_changed_is_read_again(read):
    first, second = read(HEAD + ROWS), read(HEAD + ROWS + "2026-01-02,hats,77,0\n")
    assert second.counts.sum() == first.counts.sum() + 77
