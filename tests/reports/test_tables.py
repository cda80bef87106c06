"""The year, the months, the answers and the story."""

from __future__ import annotations

from datetime import date

import numpy as np

from reports.answers import answers
from reports.chronicle import story
from reports.console import Line
from reports.glyphs import UNICODE
from reports.months import months
from reports.year import year
from sim.columns import COLUMNS
from sim.study.results import CandidateRun, Entry, WorldEvent
from tests.reports.made_up import CLICKS, FIVE, KEYWORD, RUNS, Kind, make_run


def plain(lines: list[Line]) -> list[str]:
    return [line.plain for line in lines]


def test_the_year_is_sorted_by_revenue_and_signed():
    rows = plain(year(RUNS["a year"], 100, UNICODE))[2:]
    assert [row[3:15].strip() for row in rows] == [
        "oracle",
        "revenue",
        "clicks first",
        "keyword",
        "show more",
    ]
    assert [row[0] for row in rows] == ["✓", "✓", "✓", " ", "✗"]


def test_one_replication_has_no_sign_and_no_error():
    text = "\n".join(plain(year(RUNS["one replication"], 120, UNICODE)))
    assert not set("✓✗?±●") & set(text)


def test_a_narrow_year_is_a_list_that_keeps_every_figure():
    lines = plain(year(RUNS["a year"], 40, UNICODE))
    assert lines[0] == "✓ oracle (knows the truth)"
    assert lines[1].startswith("  impressions 7.")
    assert "CTR 2.00%" in lines[1]
    assert "±" in lines[2]


def test_a_model_and_bars_come_with_width():
    wide, narrow = ("\n".join(plain(year(RUNS["a year"], width, UNICODE))) for width in (120, 80))
    assert "●" in wide
    assert "●" not in narrow
    assert "optimises" in wide
    assert "optimises" in narrow


def test_twelve_months_fit_eighty_columns():
    lines, notes = months(RUNS["a year"], 80, UNICODE)
    assert plain(lines)[0].split()[-12:] == [
        "Jan",
        "Feb",
        "Mar",
        "Apr",
        "May",
        "Jun",
        "Jul",
        "Aug",
        "Sep",
        "Oct",
        "Nov",
        "Dec",
    ]
    assert all(len(line) <= 80 for line in plain(lines))
    assert not any("have room" in note for note in notes)


def test_months_that_do_not_fit_are_owned_up_to():
    lines, notes = months(RUNS["a year"], 50, UNICODE)
    assert plain(lines)[0].split()[-6:] == ["Jan", "Mar", "May", "Jul", "Sep", "Nov"]
    assert notes[0] == "6 of 12 months have room here; all are in --csv and --json"


def test_more_than_a_year_comes_in_blocks_of_twelve():
    lines = plain(months(RUNS["two years"], 100, UNICODE)[0])
    assert lines[0] == "2026-01 to 2026-12"
    assert "2027-01 to 2027-12" in lines
    assert sum(line.startswith("CTR %") for line in lines) == 2


def test_a_part_of_a_month_is_marked():
    lines, notes = months(make_run(days=40, start=date(2026, 3, 17)), 80, UNICODE)
    assert plain(lines)[0].split()[-2:] == ["Mar*", "Apr*"]
    assert notes[0] == "* part of a month: 15 days of 2026-03, 25 days of 2026-04"


def test_the_log_itself_is_a_row_of_the_ctr():
    lines = plain(months(RUNS["replayed"], 80, UNICODE)[0])
    assert [line for line in lines if "the log itself" in line] == ["the log itself 1.20    – 1.30"]


def test_months_add_up_to_the_year():
    run = make_run((KEYWORD,), replications=1)
    line = plain(months(run, 80, UNICODE)[0])[1]
    total = run.candidates[0].days[..., 2].sum() / 1000
    assert np.isclose(sum(map(float, line.split()[1:])), total, atol=6)


def test_each_objective_gets_its_answer():
    lines = plain(answers(RUNS["a year"], 100, UNICODE))
    assert lines[0].startswith("against keyword:")
    assert [line.split("  ")[0] for line in lines[1:]] == [
        "optimise revenue",
        "optimise clicks (clicks first)",
        "optimise impressions (show more)",
    ]
    assert lines[1].endswith("✓")
    assert lines[-1].endswith("✗")
    assert answers(make_run((KEYWORD, CLICKS)), 100, UNICODE) == []


def test_a_year_of_retraining_is_one_line():
    told, left_out = story(RUNS["a year"])
    assert [(line.when, line.who, line.what) for line in told] == [
        ("1 … 365", "all that learn", "trained and deployed 14 times, every 28 days"),
        ("91", "the world", "ramp: 30% of the traffic moves to other topics over 60 days"),
        ("274", "the world", "step: demand +15%"),
    ]
    assert left_out == 0


def test_the_story_has_fourteen_lines_and_says_how_many_are_missing(render):
    chronicle = tuple(Entry(0, day, f"event {day}", "") for day in range(30))
    one = CandidateRun("busy", "clicks", "", np.ones((1, 31, len(COLUMNS)), np.int64), chronicle)
    run = make_run(candidates=(one,), days=31, replications=1, world_events=(WorldEvent(20, "drift", "late"),))
    told, left_out = story(run)
    assert len(told) == 14
    assert left_out == 17
    assert any(line.what == "late" for line in told)
    assert "… and 17 more, all of them in --json" in render(run)


def test_other_replications_stay_out_of_the_story():
    one = CandidateRun("busy", "clicks", "", np.ones((2, 31, len(COLUMNS)), np.int64), (Entry(1, 3, "train", ""),))
    assert story(make_run(candidates=(one,), replications=2, world_events=())) == ([], 0)


def test_different_rhythms_are_told_apart():
    fast = Kind("fast", 1, 0.01, objective="clicks", retrain=7)
    told, _ = story(make_run((*FIVE, fast)))
    assert ("show more +2", "trained and deployed 14 times, every 28 days") in {(one.who, one.what) for one in told}
    assert ("fast", "trained and deployed 53 times, every 7 days") in {(one.who, one.what) for one in told}


def test_a_drift_that_comes_back_is_told_once():
    sales = tuple(WorldEvent(day, "drift", "sale") for day in (10, 40, 70))
    told, _ = story(make_run((KEYWORD,), world_events=sales))
    assert [(line.when, line.what) for line in told] == [("11 … 71", "sale, 3 times, every 30 days")]
