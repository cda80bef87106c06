"""Before and after, by ledgers in which both are known."""

from __future__ import annotations

import numpy as np
import pytest

from reports.effects import Bounds, around, bounds_of, in_words, served_from
from reports.entries import shared, written
from sim.columns import CLICKS, COLUMNS, IMPRESSIONS, QUERIES, REVENUE
from tests.reports.story.made_up import UNTIL_DEPLOYED, WHOLE, story


@pytest.fixture
def ledger():
    """A hundred days: from day 40 on twice the revenue at half the CTR, from day 90 on three times as much."""
    days = np.zeros((100, len(COLUMNS)), np.int64)
    days[:, QUERIES], days[:, IMPRESSIONS], days[:, CLICKS], days[:, REVENUE] = 1_000, 400, 8, 2_000_000
    days[40:, REVENUE], days[40:, CLICKS] = 4_000_000, 4
    days[90:, REVENUE] = 6_000_000
    return days


def test_fourteen_days_before_are_held_against_fourteen_from_the_day_on(ledger):
    found = around(ledger, 40)
    assert found.days == (14, 14)
    assert (found.before.revenue, found.after.revenue) == (2, 4)
    assert (found.before.ctr, found.after.ctr) == (0.02, 0.01)
    assert in_words(found, "USD") == "revenue per 1,000 queries 2.00 → 4.00 USD (+100%), CTR 2.00% → 1.00% (-50%)"


def test_the_ends_of_the_horizon_shorten_what_is_compared_and_it_is_said(ledger):
    assert around(ledger, 97).days == (14, 3)
    assert around(ledger, 5).days == (5, 14)
    assert "(14 days before, 3 after)" in in_words(around(ledger, 97), "USD")
    assert "(1 day before, 14 after)" in in_words(around(ledger, 1), "USD")
    assert around(ledger, 0) is None
    assert around(ledger, 100) is None


def test_in_the_end_means_the_last_days(ledger):
    assert around(ledger, 40, later=86).after.revenue == pytest.approx((4 * 4 + 10 * 6) / 14)


def test_days_without_queries_or_ads_have_no_figure(ledger):
    assert around(np.zeros_like(ledger), 40).before == (None, None)
    assert "–" in in_words(around(np.zeros_like(ledger), 40), "USD")


def test_a_switch_is_served_when_its_first_model_is(ledger):
    lines = story(WHOLE)
    place = [line.event for line in lines].index("switch_objective")
    assert served_from(lines, place) == 57
    assert served_from(lines[: place + 1], place) is None
    told = {line.verb: line for line in reversed(list(written(lines, ledger, "USD")))}
    assert told["SWITCHED"].changed.startswith("in the end: revenue per 1,000 queries 4.00 → 5.43 USD")
    assert told["deployed"].changed.startswith("revenue per 1,000 queries 2.00 → 4.00 USD")


def test_a_switch_that_was_sent_back_changed_nothing(ledger):
    lines = story(UNTIL_DEPLOYED | {"switch_objective": 55, "train+": 57, "rollback": 62, "train++": 70, "deploy+": 70})
    place = [line.event for line in lines].index("switch_objective")
    assert served_from(lines, place) is None
    told = list(written(lines, ledger, "USD"))
    assert [line.changed for line in told if line.verb == "SWITCHED"] == [""]
    assert told[-1].verb == "renewed"  # a newer model of the old objective, and no first one of another


def test_what_was_seen_before_is_held_against_what_is_seen_now(ledger):
    told = [line.changed for line in written(story(WHOLE), ledger, "USD") if line.verb == "looked"]
    assert told == ["recall 2% on day 25 → 80%"]


def test_a_round_of_labour_is_one_line_with_its_whole_cost(ledger):
    latest = {"collect+": 60, "label+": 62, "train+": 64, "deploy+": 64}
    lines = [*story(UNTIL_DEPLOYED), *story(latest)]
    *_, last = written(lines, ledger, "USD")
    assert (last.verb, last.day, last.cost) == ("renewed", 65, 105)
    assert len(list(written(lines, ledger, "USD"))) == len(UNTIL_DEPLOYED) + 1
    # A diary that parts from another in the middle of it tells the round as a whole.
    assert shared(lines, lines[:-2]) == len(UNTIL_DEPLOYED)
    assert [line.verb for line in written(lines, ledger, "USD", len(UNTIL_DEPLOYED))] == ["renewed"]


def test_rounds_of_labour_in_a_row_are_one_line(ledger):
    rounds = [story({"collect+": day - 4, "label+": day - 2, "train+": day, "deploy+": day}) for day in (50, 60, 74)]
    lines = [*story(UNTIL_DEPLOYED), *(line for one in rounds for line in one)]
    *_, last = written(lines, ledger, "USD")
    assert (last.verb, last.day, last.cost) == ("renewed", 51, 315)
    assert last.words.startswith("3 times until day 75, every 10 to 14 days; the last time ")
    assert last.changed == in_words(around(ledger, 50, Bounds(40), later=74), "USD")
    # Of a diary that begins like another's, what is left of the row is told: two of them one by one.
    assert [line.verb for line in written(lines, ledger, "USD", len(UNTIL_DEPLOYED) + 4)] == ["renewed", "renewed"]


def test_what_another_deployment_changed_is_not_this_ones(ledger):
    """Renewed until day 87 while another model serves from day 91 on, which is what triples revenue."""
    lines = story({"deploy": 40, "train": 80, "deploy+": 80, "train+": 86, "deploy++": 86, "switch_objective": 88, "deploy+++": 90})
    *_, second, third, switched, last = written(lines, ledger, "USD")
    assert bounds_of(lines, 2) == (40, 86)
    assert second.changed == "revenue per 1,000 queries 4.00 → 4.00 USD (+0%), CTR 1.00% → 1.00% (+0%) (14 days before, 6 after)"
    assert third.changed == "revenue per 1,000 queries 4.00 → 4.00 USD (+0%), CTR 1.00% → 1.00% (+0%) (6 days before, 4 after)"
    assert last.changed.endswith("4.00 → 6.00 USD (+50%), CTR 1.00% → 1.00% (+0%) (4 days before, 10 after)")
    assert switched.changed.startswith("in the end: revenue per 1,000 queries 4.00 → 6.00 USD (+50%)")
    assert switched.changed.endswith("(14 days before, 10 after)")


def test_rounds_in_a_row_end_where_the_next_deployment_is_served(ledger):
    rounds = [story({"train": day, "deploy": day}) for day in (58, 72, 86)]
    lines = [*story({"deploy": 40}), *(line for one in rounds for line in one), *story({"alarm": 89, "deploy": 90})]
    renewed = next(line for line in written(lines, ledger, "USD") if line.verb == "renewed")
    assert renewed.changed == in_words(around(ledger, 58, Bounds(40, 90), later=86), "USD")
    assert renewed.changed.endswith("4.00 → 4.00 USD (+0%), CTR 1.00% → 1.00% (+0%) (14 days before, 4 after)")


def test_the_days_after_the_last_of_some_rounds_are_its_own(ledger):
    """Near the end of the horizon fewer days are told, and none of the round before it."""
    lines = [*story({"deploy": 40}), *(line for day in (62, 76, 90) for line in story({"train": day, "deploy": day}))]
    *_, renewed = written(lines, ledger, "USD")
    assert "4.00 → 6.00 USD" in renewed.changed
    assert renewed.changed.endswith("(14 days before, 10 after)")


def test_the_first_model_after_a_switch_is_deployed_and_those_after_it_renew_it(ledger):
    rounds = [{"train": day, "deploy": day} for day in (57, 64, 71, 78)]
    lines = [*story(UNTIL_DEPLOYED), *story({"switch_objective": 55, "alarm": 56}), *(line for one in rounds for line in story(one))]
    told = list(written(lines, ledger, "USD"))[len(UNTIL_DEPLOYED) :]
    assert [(line.verb, line.style, line.day) for line in told] == [
        ("SWITCHED", "estimate", 56), ("ALARM", "bad", 57), ("deployed", "good", 58), ("renewed", "", 65),
    ]  # fmt: skip
    assert (told[2].cost, told[3].words.partition(" until")[0]) == (5, "3 times")


def test_nothing_is_renewed_before_a_model_serves(ledger):
    lines = story({"collect": 7, "label": 9, "train": 11, "deploy": 11})
    assert [line.verb for line in written(lines, ledger, "USD")] == ["collected", "labelled", "trained", "deployed"]
