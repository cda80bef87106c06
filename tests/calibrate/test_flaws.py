"""What is wrong with a log is counted and told, and never silently used."""

from __future__ import annotations

import pandas as pd
import pytest

from sim.calibrate.fitting import fit_world
from sim.calibrate.flaws import FAR_ABOVE
from sim.calibrate.reading import read, read_log
from sim.calibrate.sufficiency import PART, judge
from sim.errors import BadInput
from tests.calibrate.logs import days_of, written

HEAD = "date,query,impressions,clicks\n2024-01-01,a,10,1\n2024-01-02,a,10,1\n"


def flaws(tmp_path, text):
    return {one.what: (one.rows, one.done) for one in read_log([written(tmp_path, text)]).flaws}


@pytest.mark.parametrize(
    ("row", "what"),
    [
        ("soon,a,5,1", "no readable day"), ("2024-13-01,a,5,1", "no readable day"), (",a,5,1", "no readable day"),
        ("epoch,a,5,1", "no readable day"), ("infinity,a,5,1", "no readable day"),
        ("1812-01-01,a,5,1", "a day out of range"), ("1950-01-01,a,5,1", "more than ten years away from the rest"),
        ("2024-01-03, ,5,1", "no query"), ("2024-01-03,a,many,1", "impressions are no whole number"),
        ("2024-01-03,a,1.5,1", "impressions are no whole number"), ("2024-01-03,a,nan,1", "impressions are no whole number"),
        ("2024-01-03,a,inf,1", "impressions are no whole number"), ("2024-01-03,a,,1", "impressions are no whole number"),
        ("2024-01-03,a,5,x", "clicks are no whole number"),
        ("2024-01-03,a,-5,1", "negative counts"), ("2024-01-03,a,5,-1", "negative counts"),
        ("2024-01-02,a,10,1", "all that an earlier row says"),
        ("2024-01-03,a,5,1,9", "lines that are no rows, such as those with too many cells"),
        ("2024-01-03,a", "lines that are no rows, such as those with too many cells"),
    ],
)  # fmt: skip
def test_a_row_that_cannot_be_used_is_left_out_and_told(tmp_path, row, what):
    reading = read([written(tmp_path, HEAD + row + "\n")])
    assert {one.what: (one.rows, one.done) for one in reading.log.flaws} == {what: (1, "left out")}
    assert (reading.rows, reading.used, reading.log.days) == (3, 2, 2)
    assert reading.log.counted["impressions"].tolist() == [10, 10]


def test_more_clicks_than_impressions_are_cut(tmp_path):
    log = read_log([written(tmp_path, HEAD + "2024-01-02,b,3,7\n")])
    assert log.counted["clicks"].tolist() == [1, 1, 3]
    assert log.flaws[0][:3] == ("more clicks than impressions", 1, "clicks cut down to them")


def test_the_same_key_with_other_figures_is_added_up(tmp_path):
    log = read_log([written(tmp_path, HEAD + "2024-01-02,a,5,0\n")])
    assert log.counted["impressions"].tolist() == [10, 15]
    assert log.flaws[0][:3] == ("the same day and names as an earlier row, with other figures", 1, "added up")


def test_event_rows_that_are_alike_are_kept(tmp_path):
    log = read_log([written(tmp_path, "date,query\n2024-01-01,a\n2024-01-01,a\n")])
    assert log.counted["impressions"].tolist() == [2]


@pytest.mark.parametrize(
    ("text", "what", "rows"),
    [
        ("date,query,impressions\n2024-01-01,a,3\n", "one day only", 1),
        ("date,query,impressions\n2024-01-01,a,3\n2024-01-05,a,3\n", "days without an impression", 3),
        ("date,query,impressions,clicks\n2024-01-01,a,3,0\n2024-01-02,a,3,0\n", "not one click", 2),
        ("query\na\nb\nc\n", "queries seen only once", 3),
        ("query\na\na\n", "no time", 2),
        ("time,query\n2024-01-02,a\n2024-01-01,a\n", "not sorted by time", 1),
        ("time,query\n2024-01-02 10:00:00,a\n2024-01-03 10:00:00,a\n", "times state no time zone", 2),
        ("time,query\n2024-01-02 10:00:00Z,a\n2024-01-03 10:00:00+01:00,a\n", "times of 2 time zones (+01:00, Z)", 2),
        ("query,propensity\na,0.5\na,0.5\n", "the propensity is the same in every row", 2),
        ("query,propensity\na,0.5\na,1.5\n", "propensity is not above 0 and at most 1", 1),
        ("query,position\na,1\na,top\n", "no readable position", 1),
        ("query,position\na,1\na,2.5\n", "no readable position", 1),
        ("query,impressions,cost\na,1,2\nb,1,-1\n", "cost is negative or no number", 1),
        ("query,impressions,conversions\na,1,2\nb,1,many\n", "conversions that are negative or no number", 1),
        ("query,impressions,conversions\na,1,2\nb,1,-1\n", "conversions that are negative or no number", 1),
        ("query,impressions,cost\na,1,2\nb,1,dear\n", "cost is negative or no number", 1),
        ("query,clicks,price\na,0,2\nb,0,dear\n", "price is negative or no number", 1),
        ("time,query,click_time\n2024-01-01,a,soon\n", "no readable time of a click", 1),
        ("time,query,clicks,conversion_time\n2024-01-01,a,1,soon\n", "no readable time of a conversion", 1),
        ("query,clicks,delay_s\na,1,-5\n", "a delay is negative or no number", 1),
    ],
)  # fmt: skip
def test_what_is_wrong_as_a_whole_is_told(tmp_path, text, what, rows):
    assert flaws(tmp_path, text)[what][0] == rows


def test_a_clean_log_has_none(tmp_path):
    assert flaws(tmp_path, HEAD) == {}


def refused(tmp_path, text, **given):
    with pytest.raises(BadInput) as caught:
        read_log([written(tmp_path, text)], **given)
    return str(caught.value)


def test_nothing_usable_is_refused_with_the_reasons(tmp_path):
    told = refused(tmp_path, "date,query,impressions\n1/2/2024,a,3\n2024-01-01,a,-3\n")
    assert "1 rows: no readable day; 1 rows: negative counts" in told
    assert "date_format" in told
    assert "it has no rows" in refused(tmp_path, "date,query,impressions\n")


@pytest.mark.parametrize("text", ["", "\n\n", "a,b,c\n1,2,3\n"])
def test_what_is_no_log_is_refused(tmp_path, text):
    assert refused(tmp_path, text)


def test_files_are_refused_all_at_once(tmp_path):
    good = written(tmp_path, HEAD)
    empty, binary = written(tmp_path, "", "empty.csv"), tmp_path / "binary.csv"
    binary.write_bytes(b"\xff\xfe\x00\x01")
    with pytest.raises(BadInput) as caught:
        read_log([good, good, empty, binary, tmp_path / "none.csv", tmp_path])
    assert len(caught.value.mistakes) == 5
    broken = tmp_path / "broken.parquet"
    broken.write_bytes(b"PAR1 and no more")
    with pytest.raises(BadInput, match="can't be read"):
        read_log([broken])


def test_a_broken_gzip_is_refused(tmp_path):
    whole = written(tmp_path, HEAD * 200, "log.csv.gz")
    whole.write_bytes(whole.read_bytes()[:60])
    with pytest.raises(BadInput):
        read_log([whole])


def test_a_file_that_lacks_a_column_is_named(tmp_path):
    other = written(tmp_path, "date,query,impressions\n2024-01-03,a,3\n", "later.csv")
    with pytest.raises(BadInput, match=r"later.csv: has no column 'clicks'"):
        read_log([written(tmp_path, HEAD), other])


def test_a_row_that_is_no_utf8_is_left_out(tmp_path):
    file = tmp_path / "latin.csv"
    file.write_bytes(HEAD.encode() + b"2024-01-03,a,10,1\n2024-01-02,caf\xe9,3,1\n")
    reading = read([file])
    assert (reading.used, reading.rows) == (3, 4)
    told = reading.log.flaws[0]
    assert told[:3] == ("lines that are not text in UTF-8, such as those of a file in Latin-1", 1, "left out")
    assert told.example.endswith("in line 5")
    assert reading.lost == pytest.approx(1 / 4)  # of four clicks one; the letter swallows the impressions


def test_a_cell_that_holds_nothing_is_not_wrong(tmp_path):
    rows = "".join(f"a,1,{cell},{cell}\n" for cell in ("", " ", "--", "N/A", "NaN", "null", "0.5"))
    assert "cost" not in " ".join(flaws(tmp_path, "query,impressions,cost,conversions\n" + rows))


def test_a_flaw_shows_one_of_its_cells_and_where_it_stands(tmp_path):
    rows = "2024-01-03,a,5,1,9\n2024-01-03,a,5,many\nsoon,a,5,1\n2024-01-04,a,,1\n"
    log = read_log([written(tmp_path, HEAD), written(tmp_path, HEAD.replace("-01-", "-02-") + rows, "later.csv")])
    shown = {one.what: one.example.replace(str(tmp_path), "") for one in log.flaws}
    assert shown["no readable day"] == '"soon" in line 6 of /later.csv'
    assert shown["clicks are no whole number"] == '"many" in line 5 of /later.csv'
    assert shown["impressions are no whole number"] == "an empty cell in line 7 of /later.csv"


def money_of(tmp_path, cells, head="cost", **given):
    text = f"date;query;impressions;clicks;{head}\n" + "".join(f"2024-01-{day:02};a;100;10;{cell}\n" for day, cell in enumerate(cells, 1))
    return read_log([written(tmp_path, text)], **given)


def test_signs_between_thousands_and_of_currencies_are_read(tmp_path):
    cells = ("1.5", "1,234.5", "$1.50", "EUR 1.50", "2 €", "US$1,000")
    assert money_of(tmp_path, cells).counted["cost"].tolist() == [1.5, 1234.5, 1.5, 1.5, 2.0, 1000.0]
    log = read_log([written(tmp_path, 'query,impressions,clicks\na,"1,234,567","1,000"\na,"1,23",1\n')])
    assert log.counted[["impressions", "clicks"]].to_numpy().tolist() == [[1_234_567, 1000]]
    assert [one[:2] for one in log.flaws if "whole" in one.what] == [("impressions are no whole number", 1)]


def test_a_mapping_file_tells_the_sign_before_decimals(tmp_path):
    comma = written(tmp_path, 'decimal = ","\n', "mapping.toml")
    assert money_of(tmp_path, ("0,37", "1.234,5", "12"), mapping_file=comma).counted["cost"].tolist() == [0.37, 1234.5, 12.0]
    odd = money_of(tmp_path, ("0,37", "1.5"), mapping_file=comma)
    assert ("cost" in odd.counted, odd.not_learnt["cost"]) == (False, "1 of the 2 cells of cost can't be read")
    blank = written(tmp_path, 'decimal = ","\nthousands = " "\n', "mapping.toml")
    assert money_of(tmp_path, ("1 234,5", "1\u202f234"), mapping_file=blank).counted["cost"].tolist() == [1234.5, 1234.0]
    with pytest.raises(BadInput, match="thousands"):
        money_of(tmp_path, ("1",), mapping_file=written(tmp_path, 'thousands = "."\n', "mapping.toml"))


@pytest.mark.parametrize(("odd", "learnt"), [(1, True), (2, False)])
@pytest.mark.parametrize(("head", "cell"), [("cost", "0,90"), ("conversions", "many"), ("conversion_time", "soon")])
def test_a_column_with_many_odd_cells_teaches_nothing(tmp_path, head, cell, odd, learnt):
    good = "2024-01-20" if head == "conversion_time" else "1"
    log = money_of(tmp_path, [good] * (20 - odd) + [cell] * odd, head=head)
    what = "cost" if head == "cost" else "conversions"
    assert (what in log.counted, what not in log.not_learnt) == (learnt, learnt)
    if not learnt:
        assert log.delays_s is None
        told = next(one for one in log.flaws if one.example)
        assert told.rows == odd
        assert told.done.startswith("nothing is learnt of it")
        assert ("decimal" in told.done) == (head == "cost")
        key = {"cost": "market.bid"}.get(head, "conversions.rate")
        assert next(one.why for one in fit_world(log).unknown if one.key == key) == log.not_learnt[what]


def test_positions_of_which_many_are_odd_are_not_used(tmp_path):
    few, many = (money_of(tmp_path, ["1"] * (20 - odd) + ["3.7"] * odd, head="position") for odd in (1, 2))
    assert ("position" in few.has, few.counted["position"].tolist()) == (True, [0] * 19 + [-1])
    assert ("position" in many.has, set(many.counted["position"])) == (False, {-1})
    assert many.not_learnt == {"position": "2 of the 20 cells of position can't be read"}


def test_parts_of_conversions_are_counted(tmp_path):
    assert money_of(tmp_path, ("1.5", "0.25"), head="conversions").counted["conversions"].tolist() == [1.5, 0.25]


def test_more_conversions_than_clicks_teach_no_rate(tmp_path):
    log = money_of(tmp_path, ("30", "0"), head="conversions")
    assert ("more conversions than clicks", 1, "no rate of conversions is learnt") in [one[:3] for one in log.flaws]
    assert log.not_learnt == {"conversions": "it has more conversions than clicks"}
    assert money_of(tmp_path, ("20", "0"), head="conversions").not_learnt == {}


@pytest.mark.parametrize("absurd", [(8_000_000_000,), (8_000_000_000, 1_000_000), (101_000,)])
def test_a_count_far_above_its_querys_usual_is_left_out(tmp_path, absurd):
    rows = days_of(1000, 20)
    rows[: len(absurd)] = [f"2024-01-01,{query},{count},20" for query, count in zip("ab", absurd, strict=False)]
    reading = read([written(tmp_path, "\n".join(["date,query,impressions,clicks", *rows]))])
    assert [one[:3] for one in reading.log.flaws] == [(FAR_ABOVE, len(absurd), "left out")]
    assert reading.log.flaws[0].example == f'"{absurd[0]}" in line 2'
    assert reading.log.counted["impressions"].max() == 1000
    assert judge(reading).level == PART


def test_a_large_count_that_may_be_is_kept(tmp_path):
    rows = days_of(1000, 20)
    rows[0] = "2024-01-01,a,99000,20"  # less than 100 times the median
    one_off = ["2024-01-01,c,500000,20"]  # and a query that has no other
    log = read_log([written(tmp_path, "\n".join(["date,query,impressions,clicks", *rows, *one_off]))])
    assert FAR_ABOVE not in {one.what for one in log.flaws}
    assert log.counted["impressions"].max() == 500_000


@pytest.mark.parametrize("twice", ["impressions", " impressions "])
def test_a_second_column_of_the_same_name_is_told(tmp_path, twice):
    text = f"date,query,impressions,{twice},clicks\n2024-01-01,a,10,99,1\n2024-01-02,a,10,99,1\n"
    log = read_log([written(tmp_path, text)])
    assert log.flaws == (("columns with the name of an earlier one (impressions)", 1, "not used", ""),)
    assert log.counted["impressions"].tolist() == [10, 10]


@pytest.mark.parametrize("times", [("1704103200", "1704189600"), ("1704103200000", "1704189600000")])
@pytest.mark.parametrize("kind", [str, int])
def test_seconds_since_1970_are_of_utc(tmp_path, times, kind):
    file = tmp_path / "log.parquet"
    pd.DataFrame({"time": [kind(time) for time in times], "query": "a"}).to_parquet(file)
    log = read_log([file])
    assert (log.flaws, log.first.isoformat(), log.hours[10]) == ((), "2024-01-01", 2)
