"""Drifts that can't happen, or that could have no effect, in the scenario they stand in."""

from __future__ import annotations

import pytest

from tests.scenario.conftest import RULE

LEARNER = '[[candidate]]\nobjective = "clicks"\nmodel = "sklearn.linear_model:LogisticRegression"\n'


def only(mistakes):
    (mistake,) = mistakes
    return str(mistake).removeprefix("small.toml, ")


@pytest.mark.parametrize(
    ("drift", "words"),
    [
        ("kind = 'step'\nwhat = 'clicks'\nat = 'day 21'\nby = 1", "line 6  drift 1, at: falls on day 21; a moment within the 20 days"),
        ("kind = 'step'\nwhat = 'clicks'\nat = 2025-12-31\nby = 1", "line 6  drift 1, at: falls on day 0; a moment within the 20 days"),
        ("kind = 'random_walk'\nwhat = 'clicks'\nat = 'month 2'\nby = 1", "line 6  drift 1, at: falls on day 32"),
        ("kind = 'step'\nwhat = 'topics'\nat = 'day 2'\nby = '-5%'", "line 7  drift 1, by: found -0.05; more than 0 and at most 100%"),
        ("kind = 'step'\nwhat = 'topics'\nat = 'day 2'\nby = 1.5", "line 7  drift 1, by: found 1.5; more than 0 and at most 100%"),
        ("kind = 'step'\nwhat = 'demand'\nat = 'day 2'\nby = 1\nshare = 0.5", "line 8  drift 1, share: has no effect on demand"),
        ("kind = 'random_walk'\nwhat = 'clicks'\nby = 1\nevery = '1 min'", "line 7  drift 1, every: 28,800 steps of 20,020 walkers"),
        ("kind = 'random_walk'\nwhat = 'bids'\nby = 1\nevery = '1 min'", "line 7  drift 1, every: 28,800 steps of 20,020 walkers"),
        ("kind = 'random_walk'\nwhat = 'devices'\nby = 1\nevery = '1 s'", "line 7  drift 1, every: 1,728,000 steps of 2 walkers"),
        ("kind = 'random_walk'\nwhat = 'bids'\nby = 1\nsettled = true", "line 7  drift 1, settled: has no effect without a half_life"),
        ("kind = 'shock'\nwhat = 'clicks'\nat = 'day 21'\nby = 1\nhalf_life = '1 day'", "line 6  drift 1, at: falls on day 21"),
        ("kind = 'outage'\nwhat = 'tracking'\nat = 'day 21'\nlasts = '1 day'", "line 6  drift 1, at: falls on day 21"),
        ("kind = 'season'\nwhat = 'clicks'\npeak = 'day 99'\nby = 0.5\nperiod = '1 day'", "line 8  drift 1, period: found 86,400 seconds"),
        (
            "kind = 'step'\nwhat = 'worthiness'\nat = 'day 2'\nby = -0.1",
            "line 7  drift 1, by: found -0.1; more than 0 and at most 100%: the",
        ),
        ("kind = 'shock'\nwhat = 'topics'\nat = 'day 2'\nby = 1.1\nhalf_life = '1 day'", "line 7  drift 1, by: found 1.1; more than 0 and"),
        (
            "kind = 'step'\nwhat = 'devices'\nat = 'day 2'\nby = 0.41",
            "line 7  drift 1, by: found 0.41; at most the 0.4 that the first device",
        ),
        (
            "kind = 'step'\nwhat = 'devices'\nat = 'day 2'\nby = 0.2\nshare = 0.5",
            "line 8  drift 1, share: has no effect on devices; it is the",
        ),
        ("kind = 'season'\nwhat = 'topics'\npeak = 'day 2'\nby = 0.2\nshare = 0.5", "line 8  drift 1, share: has no effect on topics"),
        ("kind = 'step'\nwhat = 'ads'\nat = 'day 2'\nby = 0.51", "line 7  drift 1, by: makes 0.51 of the ads new, with what stands above"),
        (
            "kind = 'ramp'\nwhat = 'ads'\nat = 'day 2'\nby = 0\nlasts = '1 day'",
            "line 7  drift 1, by: found 0; more than 0 and at most 100%: the",
        ),
        ("kind = 'step'\nwhat = 'ads'\nat = 'day 2'\nby = 1e-5", "line 7  drift 1, by: has no effect on 20,000 ads; at least 1 / 20,000"),
        ("kind = 'step'\nwhat = 'types'\nat = 'day 2'\nby = 1e-4", "line 7  drift 1, by: has no effect on 5,000 query types; at least 1 /"),
    ],
)
def test_a_drift_stays_within_what_is_played(check, drift, words):
    assert only(check(f"[[drift]]\n{drift}\n", LEARNER)).startswith(words)


def test_one_topic_leaves_no_other_to_move_to(check):
    one = "[traffic]\ntopics = 1\nquery_types = 400\n"
    step = "[[drift]]\nkind = 'step'\nwhat = 'topics'\nat = 'day 2'\nby = '20%'\n"
    assert only(check(one + step)) == "line 8  drift 1, what: has no effect with one topic; two topics or more"


def test_a_walk_may_step_each_day_for_years(check):
    assert check("[[drift]]\nkind = 'random_walk'\nwhat = 'clicks'\nby = 0.6\nevery = '1 day'\n") == []


@pytest.mark.parametrize("what", ["ads", "types"])
@pytest.mark.parametrize("kind", ["random_walk", "season", "shock"])
def test_a_catalogue_neither_wanders_nor_swings(check, kind, what):
    more = {"random_walk": "", "season": "peak = 'day 2'", "shock": "at = 'day 2'\nhalf_life = '1 day'"}[kind]
    found = only(check(f"[[drift]]\nkind = '{kind}'\nwhat = '{what}'\nby = 0.2\n{more}\n"))
    assert found.startswith(
        f"line 5  drift 1, what: found '{what}'; one of 'demand', 'topics', 'clicks', 'worthiness', 'bids' or 'devices'"
    )


@pytest.mark.parametrize("kind", ["step", "season"])
def test_worthiness_turns_over_between_topics(check, kind):
    one = "[traffic]\ntopics = 1\nquery_types = 400\n"
    when = "at" if kind == "step" else "peak"
    drift = f"[[drift]]\nkind = '{kind}'\nwhat = 'worthiness'\n{when} = 'day 2'\nby = '20%'\n"
    assert only(check(one + drift)) == "line 8  drift 1, what: has no effect with one topic; two topics or more"
    assert check(one + "[[drift]]\nkind = 'random_walk'\nwhat = 'worthiness'\nby = 1\n") == []


def test_worthiness_that_nobody_feels_has_no_effect(check):
    lines = "[users]\nworthy_lift = 1\n[[drift]]\nkind = 'random_walk'\nwhat = 'worthiness'\nby = 1\n"
    assert only(check(lines)).startswith("line 7  drift 1, what: has no effect: users click on worthy ads like on others")
    assert check(lines, LEARNER) == []


def test_one_device_leaves_no_other_to_move_to(check):
    lines = "[[device]]\nname = 'a'\nshare = 1\n[[drift]]\nkind = 'step'\nwhat = 'devices'\nat = 'day 2'\nby = '20%'\n"
    assert only(check(lines)) == "line 8  drift 1, what: has no effect with one device; two devices or more"


@pytest.mark.parametrize(("what", "why"), [("tracking", "learns from its log"), ("model", "has a model")])
def test_an_outage_needs_somebody_who_feels_it(check, what, why):
    lines = f"[[drift]]\nkind = 'outage'\nwhat = '{what}'\nat = 'day 2'\nlasts = '1 day'\n"
    assert only(check(lines)).startswith(f"line 5  drift 1, what: has no effect: no candidate {why}; a candidate with an objective")
    assert check(lines, RULE + LEARNER) == []


def test_a_model_that_is_down_is_down_altogether(check):
    lines = "[[drift]]\nkind = 'outage'\nwhat = 'model'\nat = 'day 2'\nlasts = '1 day'\nby = 0.5\n"
    assert only(check(lines, LEARNER)) == "line 8  drift 1, by: has no effect on model: the server is down altogether; remove it"


def test_all_drifts_together_renew_half_of_the_catalogue_at_most(check):
    one = "[[drift]]\nkind = 'step'\nwhat = 'ads'\nat = 'day 2'\nby = '{}'\n"
    assert check(one.format("30%") + one.format("20%") + one.format("20%").replace("ads", "types")) == []
    found = only(check(one.format("30%") + one.format("25%")))
    assert found.startswith("line 12  drift 2, by: makes 0.55 of the ads new, with what stands above; at most 50% in all")


def test_a_peak_may_lie_outside_of_what_is_played(check):
    for peak in ("'month 30'", "2020-07-01"):
        assert check(f"[[drift]]\nkind = 'season'\nwhat = 'clicks'\npeak = {peak}\nby = 0.2\n") == []


def test_a_season_and_a_shock_of_demand_count_towards_the_busiest_day(check):
    busy = "[traffic]\nqueries = 1e10\n" + 3 * "[[drift]]\nkind = 'shock'\nwhat = 'demand'\nat = 'day 2'\nhalf_life = '1 day'\nby = 1.1\n"
    assert check(busy) == []
    wave = "[[drift]]\nkind = 'season'\nwhat = 'demand'\npeak = 'day 2'\nby = 0.2\n"
    assert "at most 100,000,000,000 on any day" in only(check(busy + wave))
