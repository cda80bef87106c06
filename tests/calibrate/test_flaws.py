"""What is wrong with a log is counted and told, and never silently used."""

from __future__ import annotations

import pytest

from sim.calibrate.reading import read, read_log
from sim.errors import BadInput
from tests.calibrate.logs import written

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
    assert log.flaws[0] == ("more clicks than impressions", 1, "clicks cut down to them")


def test_the_same_key_with_other_figures_is_added_up(tmp_path):
    log = read_log([written(tmp_path, HEAD + "2024-01-02,a,5,0\n")])
    assert log.counted["impressions"].tolist() == [10, 15]
    assert log.flaws[0] == ("the same day and names as an earlier row, with other figures", 1, "added up")


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
        ("query,impressions,conversions\na,1,2\nb,1,0.5\n", "conversions are no whole number", 1),
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
    file.write_bytes(HEAD.encode() + b"2024-01-02,caf\xe9,3,1\n")
    assert read([file]).used == 2
