"""The contract with other programs."""

from __future__ import annotations

import json
from dataclasses import replace
from io import StringIO

import pandas as pd
import pytest

from reports.export import json_text, run_json, write_csv
from sim.columns import REVENUE
from sim.study.results import Entry
from tests.reports.made_up import RUNS, make_run

TOP = {
    *("schema", "version", "run", "scenario", "seed", "replications", "start", "currency", "sampler"),
    *("complete", "fingerprint", "candidates", "world"),
}
FIGURES = {
    *("queries", "queries_with_ads", "impressions", "clicks", "ctr", "revenue", "conversions", "advertiser_value"),
    *("invalid_clicks", "refunds", "exhausted_advertisers", "dry_cells", "sightedness", "satisfaction"),
}
COUNTED = ("queries", "queries_with_ads", "impressions", "clicks", "conversions", "invalid_clicks", "exhausted_advertisers", "dry_cells")


@pytest.mark.parametrize("name", RUNS)
def test_every_run_keeps_the_contract(name):
    run = RUNS[name]
    found = json.loads(json_text(run), parse_constant=lambda word: pytest.fail(f"{word} is no JSON"))
    assert set(found) >= TOP
    assert found["schema"] == "foreshow/run/1"
    assert len(found["candidates"]) == len(run.candidates)
    for one in found["candidates"]:
        assert {"name", "objective", "months", "totals", "chronicle", "health"} <= set(one)
        assert [month["month"] for month in one["months"]] == [month.label for month in run.months]
        for figures in (*one["months"], one["totals"]):
            assert set(figures) - {"month", "intervals"} == FIGURES
            assert ("intervals" in figures) == (run.replications > 1)
        assert all(set(entry) == {"replication", "day", "event", "detail", "finding", "evidence", "cost"} for entry in one["chronicle"])
    assert all(set(event) == {"day", "event", "detail"} for event in found["world"]["events"])


def test_one_replication_counts_in_whole_numbers():
    totals = run_json(RUNS["one replication"])["candidates"][0]["totals"]
    assert all(type(totals[metric]) is int for metric in COUNTED)
    assert all(type(totals[metric]) is float for metric in FIGURES - set(COUNTED))
    assert totals["clicks"] == RUNS["one replication"].candidates[0].days[..., 3].sum()


def test_several_replications_have_a_mean_between_its_ends():
    totals = run_json(RUNS["a year"])["candidates"][0]["totals"]
    assert set(totals["intervals"]) == FIGURES
    for metric in FIGURES:
        assert totals["intervals"][metric]["low"] <= totals[metric] <= totals["intervals"][metric]["high"]


def test_no_impressions_is_null_and_not_zero():
    once = run_json(RUNS["nothing at all"])["candidates"][0]
    assert once["totals"]["ctr"] is None
    assert once["months"][0]["ctr"] is None
    often = run_json(RUNS["no impressions"])["candidates"][0]["totals"]
    assert often["ctr"] is None
    assert often["intervals"]["ctr"] is None


def test_months_add_up_to_the_totals():
    one = run_json(RUNS["one replication"])["candidates"][1]
    assert sum(month["impressions"] for month in one["months"]) == one["totals"]["impressions"]


def test_chronicles_hold_the_alarms_on_raw_series_with_the_rate_at_which_they_ring_for_nothing():
    made = make_run(days=150, replications=2)
    rule, ours = made.candidate("keyword"), next(one for one in made.candidates if one.objective)
    days = ours.days.copy()
    days[:, 100:, REVENUE] //= 3
    story = tuple(Entry(number, 20, "deploy", "") for number in range(2))
    run = replace(made, candidates=(rule, replace(ours, days=days, chronicle=story)), incumbent=rule.name)
    quiet, told = (one["chronicle"] for one in json.loads(json_text(run))["candidates"])
    assert not [entry for entry in quiet if entry["event"] == "alarm"]
    assert [entry["event"] for entry in told if entry["event"] != "alarm"] == ["deploy", "deploy"]
    rang = [entry for entry in told if entry["event"] == "alarm" and "revenue" in entry["detail"]]
    assert {entry["replication"] for entry in rang if entry["day"] >= 100} == {0, 1}
    assert all(entry["finding"] == "" and entry["cost"] == 0 for entry in rang)
    assert all({"false_alarms_a_year", "rang_for_nothing", "of", "quiet_days"} == set(entry["evidence"]) for entry in rang)


@pytest.mark.parametrize(("replications", "told"), [(2, False), (3, True)])
def test_less_than_a_year_of_the_rule_tells_no_rate(replications, told):
    made = make_run(days=150, replications=replications)
    rule, ours = made.candidate("keyword"), next(one for one in made.candidates if one.objective)
    days = ours.days.copy()
    days[:, 100:, REVENUE] //= 3
    run = replace(made, candidates=(rule, replace(ours, days=days, chronicle=(Entry(0, 20, "deploy", ""),))), incumbent=rule.name)
    rang = [entry for entry in json.loads(json_text(run))["candidates"][1]["chronicle"] if entry["event"] == "alarm"]
    assert {entry["evidence"]["quiet_days"] for entry in rang} == {150 * replications}
    assert {entry["evidence"]["false_alarms_a_year"] is not None for entry in rang} == {told}
    assert {"too few to tell a rate" not in entry["detail"] for entry in rang} == {told}


def test_the_same_run_gives_the_same_bytes():
    assert json_text(make_run()) == json_text(make_run())
    assert json_text(RUNS["foreign names"]).isascii()


def test_the_log_and_an_interruption_are_in_it():
    assert run_json(RUNS["replayed"])["world"]["log_ctr"] == [0.012, None, 0.013]
    partial = run_json(RUNS["partial"])
    assert partial["complete"] is False
    assert partial["planned"] == 5


def test_csv_has_a_row_for_each_candidate_replication_and_month():
    stream = StringIO()
    write_csv(RUNS["a year"], stream)
    text = stream.getvalue()
    assert "\r" not in text
    assert text.splitlines()[0] == (
        "candidate,replication,month,queries,queries_with_ads,impressions,clicks,ctr,revenue,conversions,advertiser_value,"
        "invalid_clicks,refunds,exhausted_advertisers,dry_cells,sightedness,satisfaction"
    )
    table = pd.read_csv(StringIO(text))
    assert len(table) == 5 * 5 * 12
    assert table["revenue"].sum() == pytest.approx(sum(one.days[..., 4].sum() for one in RUNS["a year"].candidates) / 1e6)


def test_csv_leaves_a_ctr_without_impressions_empty():
    stream = StringIO()
    write_csv(RUNS["nothing at all"], stream)
    assert stream.getvalue().splitlines()[1].endswith(",0,0,,0.0,0,0.0,0,0.0,0,0,1.0,1.0")
