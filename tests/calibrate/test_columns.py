"""What a column is taken for: what the user says, else its usual name; mistakes are told all at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from sim.calibrate.columns import USUAL, choose, parse_columns
from sim.calibrate.mapping import read_mapping
from sim.calibrate.reading import read, read_log
from sim.errors import BadInput
from tests.calibrate.logs import written


def taken(named, present):
    return {one.role: one.columns for one in choose(named, present)}


def test_every_usual_name_is_found_as_what_it_is():
    for role, names in USUAL.items():
        for name in names:
            present = [name.replace("_", " ").title()] + ([] if role in ("query", "ad", "results") else ["keyword"])
            assert taken({}, present).get(role) == (present[0],), name


def test_a_named_column_is_taken_for_nothing_else():
    assert taken({"ad": "id"}, ["id", "date"]) == {"ad": ("id",), "day": ("date",)}
    assert taken({"clicks": ""}, ["id", "clicks"]) == {"query": ("id",)}


def test_columns_are_joined(tmp_path):
    file = written(tmp_path, "campaign,keyword,device,country,impressions\nsale,tents,phone,,3\nsale,boots,phone,de,4\n")
    log = read_log([file], {"query": "campaign+keyword", "segment": "device+country"})
    assert log.queries == ("sale / boots", "sale / tents")
    assert log.segments == ("phone", "phone / de")
    assert taken({"query": "a+b"}, ["a+b", "a", "b"])["query"] == ("a+b",)


def test_all_mistakes_at_once():
    with pytest.raises(BadInput) as caught:
        choose({"qury": "id", "clicks": "click", "day": "date", "time": "date", "position": "id+date"}, ["date", "id", "clicks"])
    told = str(caught.value)
    assert len(caught.value.mistakes) == 4
    for words in ("did you mean 'query'?", "did you mean 'clicks'?", "day is given twice", "columns.position: found 2 columns"):
        assert words in told


@pytest.mark.parametrize("words", ["day", "=date", "day=a,day=b"])
def test_words_that_are_no_columns(words):
    with pytest.raises(BadInput):
        parse_columns(words)


def test_a_mapping_file_reads_an_odd_log(tmp_path):
    mapping = written(
        tmp_path,
        """separator = ";"
list_separator = "/"
date_format = "%d.%m.%Y"
money_unit = 0.01
position_from = 0
[columns]
day = "Datum"
query = ["Kampagne", "Wort"]
impressions = "Anzahl"
clicks = "Klicks"
cost = "Preis"
position = "Platz"
""",
        "mapping.toml",
    )
    log = read_log([written(tmp_path, "Datum;Kampagne;Wort;Anzahl;Klicks;Preis;Platz\n24.12.2024;x;tents;5;1;250;2\n")], None, mapping)
    assert (log.first.isoformat(), log.queries) == ("2024-12-24", ("x / tents",))
    assert log.counted[["position", "cost"]].values.tolist() == [[2, 2.5]]


def test_the_command_line_goes_before_the_mapping_file(tmp_path):
    mapping = written(tmp_path, '[columns]\nquery = "a"\n', "mapping.toml")
    reading = read([written(tmp_path, "a,b\nx,y\n")], {"query": "b"}, mapping)
    assert reading.log.queries == ("y",)
    assert reading.left == ("a",)


def test_mistakes_in_a_mapping_file_are_told_at_once(tmp_path):
    mapping = written(
        tmp_path, 'seperator = ";"\nposition_from = 2\nmoney_unit = true\ndate_format = "d"\n[columns]\nday = 3\n', "mapping.toml"
    )
    with pytest.raises(BadInput) as caught:
        read_mapping(mapping)
    assert len(caught.value.mistakes) == 5
    assert "did you mean 'separator'?" in str(caught.value)


@pytest.mark.parametrize("text", ["columns = 3", "= 3", "[columns\n", "\x00"])
def test_what_is_no_mapping_file_is_refused(tmp_path, text):
    with pytest.raises(BadInput):
        read_mapping(written(tmp_path, text, "mapping.toml"))
    with pytest.raises(BadInput):
        read_mapping(Path(tmp_path / "none.toml"))


AD_REPORT = "Day,Search keyword,Impr.,Clicks,CTR,Cost,Avg. CPC,Conversions\n2025-01-01,tents,594,32,5.39%,12.8,0.4,1\n"


@pytest.mark.parametrize("title", ["", 'Search keyword report\n"January 1, 2025 - April 10, 2025"\n', "Report\n\n"])
def test_a_report_of_ads_is_read_as_it_comes(tmp_path, title):
    reading = read([written(tmp_path, title + AD_REPORT)])
    assert reading.log.counted[["impressions", "clicks", "cost"]].values.tolist() == [[594, 32, 12.8]]
    told = [one.rows for one in reading.log.flaws if one.what == "lines of title before the one that names the columns"]
    assert told == ([len(title.split())] if title == "Report\n\n" else [2] if title else [])


def test_a_first_line_of_odd_names_is_no_title(tmp_path):
    log = read_log([written(tmp_path, "Wort;Anzahl\ndate;query\ntents;3\n")], {"query": "Wort", "impressions": "Anzahl"})
    assert log.queries == ("tents",)


def test_a_mapping_file_says_how_many_lines_are_passed_over(tmp_path):
    mapping = written(tmp_path, 'skip_rows = 2\n[columns]\nquery = "Wort"\n', "mapping.toml")
    assert read_log([written(tmp_path, "x,y\n\nWort\ntents\nboots\n")], None, mapping).queries == ("boots", "tents")
    with pytest.raises(BadInput, match="skip_rows"):
        read_mapping(written(tmp_path, "skip_rows = -1\n", "mapping.toml"))


def test_counts_without_a_column_of_impressions_are_refused(tmp_path):
    rows = "2025-01-01,tents,594,32\n2025-01-02,tents,500,1\n2025-01-03,tents,480,12\n"
    with pytest.raises(BadInput, match=r"2 of the 3 rows with a click .*impressions=COLUMN.*Einblendungen"):
        read([written(tmp_path, "day,keyword,Einblendungen,clicks\n" + rows)])
    twice = "2025-01-01,tents,1\n" * 9 + "2025-01-01,tents,2\n"
    assert read_log([written(tmp_path, "day,keyword,clicks\n" + twice)]).counted["clicks"].tolist() == [10]
