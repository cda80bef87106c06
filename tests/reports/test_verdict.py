"""The first lines: each badge in its place, and no sentence that the data do not bear out."""

from __future__ import annotations

import pytest

from reports.page import quiet_line
from reports.verdict import verdict
from tests.reports.made_up import CLICKS, FIVE, KEYWORD, MANY, ORACLE, RUNS, Kind, make_run

BADGES = {
    "a year": "AHEAD",
    "one replication": "ONE RUN",
    "alone": "ALONE",
    "alone with the oracle": "ALONE",
    "no revenue": "LEVEL",
    "nothing at all": "ONE RUN",
    "incumbent earns nothing": "AHEAD",
    "partial": "PARTIAL",
    "cut in the first": "PARTIAL",
    "failed": "AHEAD",
    "no incumbent": "AHEAD",
    "learned incumbent": "BEHIND",
    "only the oracle": "ALONE",
}


@pytest.mark.parametrize("name", BADGES)
def test_each_run_gets_its_badge(name):
    assert verdict(RUNS[name]).badge == BADGES[name]


def test_the_first_line_answers_for_all_three_figures():
    answer = verdict(RUNS["a year"]).answer
    assert answer.startswith("Optimising revenue earns most: revenue +")
    assert "against keyword, impressions +" in answer
    assert "CTR +" in answer


def test_the_oracle_never_wins_but_is_told():
    found = verdict(RUNS["a year"])
    assert "oracle" not in found.answer
    assert "of what the oracle, which knows the truth, earns" in found.doubt
    assert "oracle" not in verdict(make_run((KEYWORD, CLICKS))).doubt


def test_all_proven_worse_is_behind():
    found = verdict(make_run((KEYWORD, Kind("worse", 0.8, 0.005, objective="clicks"))))
    assert found.badge == "BEHIND"
    assert found.answer.startswith("keyword earns most; optimising clicks (worse) comes nearest: revenue -")


def test_a_difference_within_luck_is_level():
    twin = Kind("twin", 0.8, 0.0100001, objective="clicks")
    found = verdict(make_run((KEYWORD, twin), days=20))
    assert found.badge == "LEVEL"
    assert "proven" in found.answer


def test_a_proven_second_is_not_hidden_by_a_lucky_first():
    steady, wild = (make_run((KEYWORD, kind)).candidates[1] for kind in (CLICKS, Kind("wild", 0.8, 0.02)))
    days = wild.days.copy()
    days[1:, :, 4] //= 10
    days[0, :, 4] *= 30
    base = make_run((KEYWORD,)).candidates[0]
    found = verdict(make_run(candidates=(base, steady, type(wild)("wild", "", "", days, ()))))
    assert found.badge == "AHEAD"
    assert found.answer.startswith("Optimising clicks (clicks first) is proven to earn more: ")
    assert found.answer.endswith("wild may earn more still, unproven.")


def test_one_run_claims_nothing_and_says_what_to_add():
    found = verdict(RUNS["one replication"])
    assert "in this one run" in found.answer
    assert "--replications 4" in found.doubt
    assert "±" not in found.answer


def test_an_interruption_comes_first():
    assert verdict(RUNS["partial"]).doubt.startswith("Stopped early: 2 of 5 replications count.")
    assert verdict(RUNS["cut in the first"]).doubt.startswith("Stopped before every candidate was through.")


def test_who_could_not_be_played_is_named():
    assert "could not be played: broken." in verdict(RUNS["failed"]).doubt


def test_most_ads_not_most_money_is_told_only_where_true():
    told = [trap for trap in verdict(RUNS["a year"]).traps if trap.startswith("Most ads is not most money")]
    assert len(told) == 1
    assert "optimising impressions (show more)" in told[0]
    assert "% less." in told[0]
    rich = Kind("show more", 2.4, 0.02, objective="impressions")
    assert not verdict(make_run((KEYWORD, rich, CLICKS), days=90)).traps


def test_fading_revenue_is_told_only_where_it_fades():
    fading = verdict(make_run((KEYWORD, CLICKS))).traps
    assert len(fading) == 1
    assert "from 2026-01 to 2026-12" in fading[0].lower()
    assert "falls by" in fading[0]
    assert not verdict(make_run((KEYWORD, Kind("steady", 0.9, 0.014, objective="clicks")))).traps


def test_a_first_month_that_misleads_is_told_only_where_the_lead_changes_by_more_than_luck():
    slow, quick = Kind("slow", 0.9, 0.010), Kind("quick", 0.9, 0.013, decay=0.5)
    told = [trap for trap in verdict(make_run((KEYWORD, quick, slow))).traps if trap.startswith("The first month misleads")]
    assert len(told) == 1
    assert "quick earns most in 2026-01, slow in 2026-12 (against quick -2" in told[0]
    assert told[0].endswith("% at last).")
    for steady in ((KEYWORD, Kind("quick", 0.9, 0.013), slow), (KEYWORD, Kind("quick", 0.9, 0.0101, decay=0.02), slow)):
        assert not any("misleads" in trap for trap in verdict(make_run(steady)).traps)
    assert not any("misleads" in trap for trap in verdict(make_run((KEYWORD, quick, slow), days=58)).traps)


def test_nobody_earning_anything_is_no_victory():
    assert verdict(RUNS["no revenue"]).answer.startswith("Nobody earned anything")


def test_an_incumbent_without_revenue_gives_no_percentage():
    answer = verdict(RUNS["incumbent earns nothing"]).answer
    assert "USD where keyword earns nothing" in answer
    assert "%" not in answer.split(",")[0]


def test_without_an_incumbent_the_runner_up_is_the_measure():
    assert "against optimising impressions (show more)" in verdict(RUNS["no incumbent"]).answer


def test_the_quiet_line_is_badge_and_answer():
    run = make_run((KEYWORD, MANY, ORACLE, *FIVE[2:4]))
    assert quiet_line(run) == f"[{verdict(run).badge}]  {verdict(run).answer}"
