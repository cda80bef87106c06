"""Alarms of a run's candidates, beside those of the rule with which nothing is wrong."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

from sim import columns
from sim.study.alarms.detecting import DETECTORS, SERIES, alarms
from sim.study.alarms.rung import quiet_rates, rules_of, rung_for, with_alarms
from sim.study.results import CandidateRun, Entry
from tests.reports.made_up import make_run

DAYS = 365
PAGE_HINKLEY = ("Page-Hinkley", "revenue a query")


def days(*years):
    """Ledgers of revenue by day, one for each replication; clicks hardly move."""
    found = np.zeros((len(years), DAYS, len(columns.COLUMNS)), np.int64)
    found[:, :, columns.QUERIES], found[:, :, columns.IMPRESSIONS] = 10_000, 5_000
    found[:, :, columns.CLICKS] = 100 + np.arange(DAYS) % 3
    found[:, :, columns.REVENUE] = years
    return found


def still(rng):
    """Weekdays differ, and nothing else happens."""
    return 1e9 + np.arange(DAYS) % 7 * 1e7


def wandering(rng):
    """In a drifting world."""
    return 1e9 * np.exp(np.cumsum(rng.normal(0, 0.02, DAYS)))


def falling(rng, at):
    return np.where(np.arange(DAYS) < at, 1.0, 0.5) * still(rng)


def study(*candidates, incumbent="rule", numbers=()):
    return replace(make_run(), candidates=candidates, incumbent=incumbent, replications=len(candidates[0].days), numbers=numbers)


def rule(ledgers, name="rule", **more):
    return CandidateRun(name, "", "", ledgers, (), policy="keyword", **more)


def learner(ledgers, *story):
    return CandidateRun("team", "impressions", "glm", ledgers, tuple(Entry(*line) for line in story))


@pytest.fixture
def rng():
    return np.random.default_rng(1)


def test_each_alarm_stands_beside_how_often_the_rule_rings_in_all_worlds(rng):
    quiet = rule(days(wandering(rng), still(rng), wandering(rng)))
    ours = learner(days(falling(rng, 200), still(rng), falling(rng, 300)), *((r, 40, "deploy", "") for r in range(3)))
    run = study(quiet, ours)
    rates = quiet_rates(run)
    by_hand = [sum((one.detector, one.series) == PAGE_HINKLEY for one in alarms(year)) for year in quiet.days]
    assert rates[PAGE_HINKLEY].a_year == pytest.approx(np.mean(by_hand))
    assert (rates[PAGE_HINKLEY].rang, rates[PAGE_HINKLEY].of, rates[PAGE_HINKLEY].rules) == (sum(map(bool, by_hand)), 3, ("rule",))
    assert by_hand[0] > 0 == by_hand[1]
    assert rates["Page-Hinkley", "CTR"].a_year == 0
    found = {(one.detector, one.series): one for one in rung_for(run, ours, rates)}
    assert set(found) == {(detector, series) for detector in DETECTORS for series in SERIES}
    told = found[PAGE_HINKLEY]
    assert [bool(one) for one in told.days] == [True, False, True]
    assert (told.rang, told.of) == (2, 3)
    assert 200 <= told.days[0][0] < 206
    assert 300 <= told.days[2][0] < 306
    assert told.quiet == rates[PAGE_HINKLEY]
    assert told.looked == (DAYS - 40,) * 3  # the rule's rate is told for as many
    assert (told.quiet.times, told.quiet.days) == (sum(by_hand), 3 * DAYS)


def test_the_chronicle_has_them_in_order_of_the_days_and_calls_none_a_finding(rng):
    quiet = rule(days(wandering(rng), wandering(rng)))
    ours = learner(
        days(falling(rng, 100), falling(rng, 150)),
        (3, 40, "deploy", ""), (3, 200, "train", ""), (7, 40, "deploy", ""), (7, 90, "train", ""),
    )  # fmt: skip
    run = study(quiet, ours, numbers=(3, 7))
    entries = with_alarms(run, ours, quiet_rates(run))
    assert [entry for entry in entries if entry.event != "alarm"] == list(ours.chronicle)
    places = [(entry.replication, entry.day) for entry in entries]
    assert places == sorted(places)
    rang = [entry for entry in entries if entry.event == "alarm"]
    assert {entry.replication for entry in rang} == {3, 7}
    assert {entry.finding for entry in rang} == {""}
    assert json.loads(rang[0].evidence)["false_alarms_a_year"] == pytest.approx(quiet_rates(run)[PAGE_HINKLEY].a_year, rel=1e-4)
    assert "with nothing wrong (rule) it rings" in rang[0].detail


def test_where_no_rule_is_played_the_rate_is_unknown_and_not_nothing(rng):
    ours = learner(days(falling(rng, 200)), (0, 40, "deploy", ""))
    run = study(ours, incumbent="")
    assert quiet_rates(run) == {}
    (one, *_) = [entry for entry in with_alarms(run, ours, {}) if entry.event == "alarm"]
    assert "unknown" in one.detail
    assert one.evidence == ""


def test_nothing_is_wrong_with_the_rule_that_served_before_and_else_with_all_that_show_ads(rng):
    year = days(still(rng))
    nothing, oracle = rule(np.zeros_like(year), "never"), rule(year, "oracle", goal="revenue")
    ours, theirs = rule(year, "ours"), rule(year, "theirs")
    everyone = (nothing, oracle, ours, theirs, learner(year))
    assert [one.name for one in rules_of(study(*everyone, incumbent="theirs"))] == ["theirs"]
    assert [one.name for one in rules_of(study(*everyone, incumbent=""))] == ["ours", "theirs"]


def test_nobody_is_told_of_a_deployment_as_an_alarm(rng):
    """The jumps are the team's own: its first model, and the first after it went over to another objective."""
    jumps = np.repeat([1.0, 3.0, 2.0], [100, 100, DAYS - 200]) * still(rng)
    story = [(0, 100, "deploy", ""), (0, 150, "deploy", ""), (0, 195, "switch_objective", ""), (0, 200, "deploy", "")]
    ours = learner(days(jumps), *story)
    assert all(not one.rang for one in rung_for(study(rule(days(still(rng))), ours), ours, {}))
    unawares = learner(days(jumps), *story[:2])
    assert any(one.rang for one in rung_for(study(rule(days(still(rng))), unawares), unawares, {}))


def test_who_never_deployed_has_no_alarms(rng):
    year = days(falling(rng, 200), falling(rng, 200))
    never = learner(year, (0, 40, "train", ""))
    assert rung_for(study(rule(year), never), never, {}) == ()
    once = learner(year, (1, 40, "deploy", ""))
    found = rung_for(study(rule(year), once), once, {})
    assert [one.days[0] for one in found] == [None] * len(found)
    assert {one.of for one in found} == {1}
    assert rung_for(study(rule(year), once), rule(year), {}) == ()


def test_a_switch_that_was_sent_back_is_no_new_start(rng):
    """What serves after it served before it: a detector does not begin anew with its next model."""
    story = [(0, 40, "deploy", ""), (0, 180, "switch_objective", ""), (0, 190, "rollback", ""), (0, 200, "deploy", "")]
    quiet, fallen = rule(days(still(rng))), days(falling(rng, 200))
    sent_back, gone_over = learner(fallen, *story), learner(fallen, *(line for line in story if line[2] != "rollback"))

    def rang(candidate):
        return sum(one.rang for one in rung_for(study(quiet, candidate), candidate, {}) if one.series == "revenue a query")

    assert rang(sent_back) > rang(gone_over)
