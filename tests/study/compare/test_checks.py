"""What must hold before any figure is believed: each check, kept and broken."""

import pytest

from sim.study.compare.checks import checks
from tests.study.compare.made_up import SETTINGS, asked, figures

MONEY = {"market": SETTINGS["market"] | {"budget": 5.0}}
LEAVING = {"users": {"leaving": 0.1}}


def broken(of, primary="revenue", **changes):
    """What does not hold: check -> why."""
    return {one.name: one.detail for one in checks(figures(of, **changes), primary) if not one.holds}


def test_a_sound_run_keeps_all_of_them():
    found = checks(figures({"base": {}, "ours": {"clicks": 400}}), asked().primary)
    assert sorted(one.name for one in found) == ["budgets kept", "every figure there", "mass balance", "the same queries for all"]
    assert all(one.holds and not one.detail for one in found)


@pytest.mark.parametrize(
    "sums",
    [
        {"clicks": 10_100}, {"impressions": 16_100}, {"impressions": 3_000, "clicks": 10}, {"queries_with_ads": 10_100},
    ],
)  # fmt: skip
def test_nobody_clicks_what_was_not_shown(sums):
    told = "clicks, ads or pages of ours exceed what they are part of"
    assert broken({"base": {}, "ours": sums, "fine": {}}, settings=MONEY) == {"mass balance": told}


@pytest.mark.parametrize("sums", [{"revenue": -1}, {"refunds": -1.0}, {"conversions": -5}, {"exhausted_advertisers": -1}])
def test_nothing_is_below_nothing(sums):
    assert broken({"base": {}, "ours": sums, "fine": {}}, settings=MONEY) == {"mass balance": "ours has a figure below 0"}


def test_money_may_be_given_back_later_than_it_was_earned():
    """A candidate that has gone dark owes refunds for clicks of last week: its revenue is below 0 that day, by no more than these."""
    assert broken({"base": {}, "ours": {"revenue": -3.0, "refunds": 3.0}}) == {}
    assert list(broken({"base": {}, "ours": {"revenue": -3.0, "refunds": 2.0}})) == ["mass balance"]


@pytest.mark.parametrize(("sums", "room"), [("clicks", 2), ("queries_with_ads", 2), ("impressions", 5)])
def test_what_rounding_does_is_no_imbalance(sums, room):
    whole = {"clicks": 1_000, "queries_with_ads": 10_000, "impressions": 16_000}[sums]
    beside = {"clicks": {"impressions": 1_000, "queries_with_ads": 500}, "queries_with_ads": {"impressions": 20_000}}.get(sums, {})
    assert broken({"base": {}, "ours": beside | {sums: whole + room}}, days=1) == {}
    assert list(broken({"base": {}, "ours": beside | {sums: whole + room + 1}}, days=1)) == ["mass balance"]


def test_all_meet_the_same_queries():
    apart = {"base": {}, "ours": {"queries": [10_000, 10_001, 10_000, 10_000]}}
    assert broken(apart) == {"the same queries for all": "ours met others"}
    assert broken(apart, sampler="mean", days=1) == {}  # expectations are rounded
    assert list(broken({"base": {}, "ours": {"queries": 10_003}}, sampler="mean", days=1)) == ["the same queries for all"]


def test_users_who_leave_are_the_candidates_doing_after_the_first_day():
    made = figures({"base": {}, "ours": {"queries": 10_000}}, settings=LEAVING)
    days = made.run.candidates[1].days
    days[:, 1:, 0] -= 1_000
    found = {one.name: one for one in checks(made, "revenue")}["the same queries for all"]
    assert (found.holds, found.detail) == (True, "on the first day; then users may leave")
    days[0, 0, 0] -= 1_000
    assert next(one for one in checks(made, "revenue") if not one.holds).detail == "ours met others on the first day"


def test_no_more_budgets_are_spent_than_there_are():
    assert broken({"base": {}, "ours": {"exhausted_advertisers": 80}}, settings=MONEY) == {}
    told = {"budgets kept": "of ours more budgets are spent than there are"}
    assert broken({"base": {}, "ours": {"exhausted_advertisers": 81}}, settings=MONEY) == told
    assert broken({"base": {}, "ours": {"exhausted_advertisers": 1}}) == told


def test_the_primary_metric_has_a_value_for_everyone_everywhere():
    shown = {"impressions": [9_000, 9_000, 9_000, 0], "queries_with_ads": [4_000, 4_000, 4_000, 0]}
    silent = {"base": {}, "ours": {"clicks": [1, 2, 3, 0], **shown}}
    assert broken(silent) == {}
    assert broken(silent, "ctr") == {"every figure there": "ctr of ours has nothing to be counted or divided by"}
    assert list(broken({"base": {"revenue": 0}, "ours": {}})) == ["every figure there"]


def test_what_fails_comes_first():
    found = checks(figures({"base": {}, "ours": {"revenue": 0, "exhausted_advertisers": 1}}), "cpc")
    assert [one.holds for one in found] == sorted(one.holds for one in found)
