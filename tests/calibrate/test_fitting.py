"""What a log can't tell stays at its default, with the reason; odd logs are fitted without a fuss."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pandas as pd
import pytest

from sim.calibrate.arrivals import fit_arrivals
from sim.calibrate.asking import Asked, asked
from sim.calibrate.demand import fit_demand
from sim.calibrate.fitting import fit_world
from sim.calibrate.log import Log
from sim.calibrate.popularity import fit_popularity
from sim.calibrate.prices import fit_prices
from sim.scenario.schema import Traffic
from tests.calibrate import simulated
from tests.calibrate.building import counted_log
from tests.calibrate.simulated import START


def panel(days: int = 120, queries: int = 40, seed: int = 1, **columns) -> pd.DataFrame:
    """Rows of every query on every day."""
    rng = np.random.default_rng(seed)
    day, query = (part.ravel() for part in np.meshgrid(np.arange(days), np.arange(queries)))
    shown = rng.poisson(2000 / (query + 3.0))
    rows = pd.DataFrame({"day": day, "query": query, "impressions": shown, "clicks": rng.binomial(shown, 0.01 + 0.002 * query)})
    return rows.assign(**columns)[shown > 0]


def reasons(log: Log) -> dict[str, str]:
    return {one.key: one.why for one in fit_world(log).unknown}


def test_everything_of_the_table_is_a_setting_or_has_a_reason():
    found = fit_world(counted_log(panel(), START))
    keys = {one.key for one in found.figures} | {one.key for one in found.unknown}
    elsewhere = {"replay", "columns", "types", "season_peak"}
    assert {f"traffic.{key}" for key in set(Traffic.model_fields) - elsewhere} <= keys
    assert not {one.key for one in found.figures if one.key} & {one.key for one in found.unknown}


def test_every_figure_has_a_sentence_and_most_an_error():
    found = fit_world(counted_log(panel(cost=1.0), START))
    assert all(len(one.told) > 20 for one in found.figures)
    assert {one.key for one in found.figures if one.error is None} <= {"traffic.query_types", "drift.topics.half_life", ""}
    errors = [np.atleast_1d(one.error) for one in found.figures if one.error is not None]
    assert all(np.isfinite(one).all() and (one >= 0).all() for one in errors)


def test_one_day_tells_how_much_was_asked_and_no_more():
    found = fit_world(counted_log(panel(days=1), START))
    day = found.figure("traffic.queries")
    assert day is not None
    assert day.error == pytest.approx(np.sqrt(day.value))
    why = {one.key: one.why for one in found.unknown}
    assert why["traffic.weekday"] == why["traffic.noise"] == "1 day with traffic: at least 28 are needed"
    assert why["drift.clicks.by"] == "1 day: at least two times 28 are needed"
    assert why["traffic.never_seen"].startswith("1 day can't tell")


def test_a_log_without_dates_has_no_queries_a_day():
    """Its pages count as one day only because nobody knows of how many they are."""
    log = counted_log(panel(days=1), START)
    found = fit_world(replace(log, has=log.has - {"time"}))
    why = {one.key: one.why for one in found.unknown}
    timed = ("queries", "weekday", "trend", "season", "noise", "noise_memory", "never_seen")
    assert {why[f"traffic.{key}"] for key in timed} | {why["drift.topics.by"], why["drift.clicks.by"]} == {"the log has no time"}
    assert not {f"traffic.{key}" for key in timed} & {one.key for one in found.figures}
    assert found.tables["queries"]["share"].sum() == pytest.approx(1)


def test_a_log_without_clicks_or_prices_says_so():
    why = reasons(counted_log(panel().drop(columns="clicks"), START))
    assert why["users.click_rate"] == why["drift.clicks.by"] == "the log has no clicks"
    assert why["market.bid"] == "the log has no prices"
    assert why["conversions.delays"] == "the log has no times of conversions"
    assert "click_rate" not in fit_world(counted_log(panel().drop(columns="clicks"), START)).tables["queries"]


def test_less_than_a_year_tells_growth_and_season_apart_from_nothing():
    found = fit_world(counted_log(panel(days=300), START))
    assert "in which a season comes back" in {one.key: one.why for one in found.unknown}["traffic.trend"]
    assert found.figure("traffic.trend") is None
    assert [one for one in found.figures if one.name == "growth in a year, if it were no season"]


def busy_at_the_end_of_the_year(days: int, seed: int) -> Asked:
    """No growth, and a November and December with half as much again."""
    calm = simulated.daily(Traffic(queries=5000, noise=0.05, noise_memory=0.5, season=0), days, seed).by_day
    month = np.array([(START + timedelta(days=day)).month for day in range(days)])
    return simulated.of_days(np.round(calm * np.where(month > 10, 1.5, 1.0)))


@pytest.mark.parametrize("seed", range(4))
def test_a_busy_end_of_the_year_is_no_growth(seed):
    """370 days hold each November once: around a wave, the bump at the end leans the line up by more than its error."""
    found = fit_demand(busy_at_the_end_of_the_year(370, seed), START, None)
    assert not {"traffic.trend", "traffic.season"} & {one.key for one in found.figures}
    assert {"traffic.trend", "traffic.season"} <= {one.key for one in found.unknown}


def test_growth_is_written_only_beyond_chance():
    """In one of twenty logs without growth it seems to be there; none of three seeds is such a log."""
    for seed in range(3):
        flat = Traffic(queries=5000, noise=0.1, noise_memory=0.5, season=0)
        found = fit_demand(simulated.daily(flat, 600, seed), START, None)
        assert {one.key: one.why for one in found.unknown}["traffic.trend"] == "no growth above chance (Wald test at 5 %)"
        assert [one for one in found.figures if one.name == "growth in a year, within chance"]
    grown = fit_demand(simulated.daily(flat.model_copy(update={"trend": 0.3}), 600, 1), START, None)
    assert {one.key for one in grown.figures} & {"traffic.trend"}


def test_a_season_can_stay_where_growth_is_chance():
    world = Traffic(queries=5000, noise=0.1, noise_memory=0.5, season=0.4, season_peak=7)
    figures = {one.key: one for one in fit_demand(simulated.daily(world, 600, 2), START, None).figures}
    assert "traffic.trend" not in figures
    assert abs(figures["traffic.season"].value - 0.4) < 4 * figures["traffic.season"].error
    assert abs(figures["traffic.queries"].value - 5000) < 4 * figures["traffic.queries"].error


def test_growth_of_a_short_log_is_no_noise():
    """The counts are Poisson around a straight line: a noise that remembers for ever would be played as one that does not."""
    rng = np.random.default_rng(5)
    rows = pd.DataFrame({"day": range(120), "query": 0, "impressions": rng.poisson(20_000 * np.exp(np.linspace(-0.2, 0.2, 120)))})
    found = fit_world(counted_log(rows, START))
    noise, queries = found.figure("traffic.noise"), found.figure("traffic.queries")
    assert noise.value < 0.01
    assert "a straight line" in noise.told
    assert queries.value == pytest.approx(20_000, rel=0.01)
    assert "in the middle of the log" in queries.told


def test_queries_that_do_not_differ_have_no_law():
    rng = np.random.default_rng(3)
    rows = pd.DataFrame({"day": 0, "query": range(200), "impressions": 500, "clicks": rng.binomial(500, 0.1, 200) * 0 + 50})
    assert "do not differ by more than chance" in reasons(counted_log(rows, START))["users.click_rate"]


def test_queries_shown_once_do_not_tell_whether_click_rates_differ():
    clicks = np.random.default_rng(3).random(2_000) < 0.3
    why = reasons(counted_log(pd.DataFrame({"day": 0, "query": range(2_000), "impressions": 1, "clicks": clicks.astype(int)}), START))
    assert why["users.click_rate"] == "0 queries were shown more than once: how far click rates differ can't be told of so few"


def test_queries_asked_once_have_no_popularity():
    once = Asked(np.arange(30_000) // 300, np.arange(30_000), np.ones(30_000), 100, 30_000, "queries")
    found = fit_popularity(once)
    assert {one.key: one.why for one in found.unknown} == dict.fromkeys(
        ("traffic.popularity", "traffic.popularity_shift"),
        "100% of what is asked was asked only once, which tells of no query how popular it is",
    )
    new = next(one for one in fit_arrivals(counted_log(panel(days=100), START), once).figures if one.key == "traffic.never_seen")
    assert new.value == 0.99
    assert "it is 100.000%, and a world takes 99% at most" in new.told


@pytest.mark.parametrize("mean", [2, 1_000])
def test_queries_asked_equally_often_have_no_popularity(mean):
    number = np.random.default_rng(1).poisson(mean, 1_000).astype(float)
    found = fit_popularity(Asked(np.zeros(1_000, int), np.arange(1_000), number, 1, 1_000, "queries"))
    assert {one.key for one in found.unknown} == {"traffic.popularity", "traffic.popularity_shift"}
    assert not {one.key for one in found.figures} & {"traffic.popularity", "traffic.popularity_shift"}


@pytest.mark.parametrize("days", [1, 70])
def test_a_law_without_a_shift_has_errors(days):
    """Its top is a little steeper than Zipf's, so the likeliest shift is none: an edge, where the likelihood has no curvature."""
    expected = 1 / (np.arange(1, 2_001) - 0.02) ** 0.9
    number = np.tile(np.round(3e6 / days * expected / expected.sum()), days)
    day, query = np.repeat(np.arange(days), 2_000), np.tile(np.arange(2_000), days)
    figures = {one.key: one for one in fit_popularity(Asked(day, query, number, days, 2_000, "queries")).figures}
    law, shift = figures["traffic.popularity"], figures["traffic.popularity_shift"]
    assert (law.value, shift.value) == pytest.approx((0.9, 0.0), abs=0.01)
    assert 0 < law.error < 0.01
    assert 0 < shift.error < 0.1
    assert "by a likelihood ratio" in shift.told


@pytest.mark.parametrize("seed", range(6))
def test_zipfs_law_has_errors_wherever_its_likeliest_shift_lies(seed):
    """By some of these seeds none, by others one so small that a step to both sides of it would pass 0."""
    figures = {one.key: one for one in fit_popularity(simulated.ranked(1_000, 0.9, 0.0, 2e7, 1, seed)).figures}
    for key, truth in (("traffic.popularity", 0.9), ("traffic.popularity_shift", 0.0)):
        assert abs(figures[key].value - truth) < 4 * figures[key].error < 0.02


def test_one_price_for_all_has_no_error():
    rows = panel(days=60)
    rows = rows.assign(cost=0.37 * rows["clicks"])
    bid, spread = fit_prices(counted_log(rows, START)).figures
    assert (bid.value, spread.value) == pytest.approx((0.37, 0))
    assert (bid.error, spread.error) == (None, None)
    assert "all alike" in bid.told


def test_click_rates_that_stand_still_have_no_drift():
    why = reasons(simulated.walked(50, 1e-6, None, 168, 2))
    assert why["drift.clicks.by"] == "click rates move no more than chance (likelihood ratio)"


def test_days_without_a_query_are_gaps():
    rows = panel(days=200)
    whole, holed = (fit_world(counted_log(part, START, days=200)) for part in (rows, rows[rows["day"] % 9 != 4]))
    for key in ("traffic.queries", "traffic.noise"):
        one, other = whole.figure(key), holed.figure(key)
        assert other.value == pytest.approx(one.value, rel=0.02, abs=0.01)


def test_many_queries_that_are_seen_once_are_never_seen():
    rows = panel(days=100)
    day = np.repeat(np.arange(100), 300)
    once = pd.DataFrame({"day": day, "query": 40 + np.arange(len(day)), "impressions": 1, "clicks": 0})
    found = fit_world(counted_log(pd.concat([rows, once]), START)).figure("traffic.never_seen")
    assert found.value == pytest.approx(len(day) / (rows["impressions"].sum() + len(day)), abs=4 * found.error + 0.001)
    assert found.value > 0.03


def test_the_first_place_of_a_page_stands_for_a_query():
    rows = panel(days=40)
    below = rows.assign(position=2, impressions=rows["impressions"] // 2, clicks=0)
    often = asked(counted_log(pd.concat([rows.assign(position=1), below]), START))
    assert often.number.sum() == rows["impressions"].sum()
    assert often.stands_for == "impressions in the first place of a page"


def test_pages_are_queries():
    pages = pd.DataFrame({"day": [0, 0, 1], "query": [1, 1, 0], "results": [(0,), (0,), (1,)]})
    often = asked(counted_log(panel(days=2, queries=2), START, pages=pages))
    assert (often.by_day.tolist(), often.by_query.tolist()) == ([2.0, 1.0], [1.0, 2.0])


def test_conversions_without_their_times_have_a_rate():
    rows = panel()
    found = fit_world(counted_log(rows.assign(conversions=rows["clicks"] // 4), START))
    rate = found.figure("conversions.rate")
    assert rate.value == pytest.approx((rows["clicks"] // 4).sum() / rows["clicks"].sum())
    assert "still to come are missing" in rate.told


def test_conversions_without_the_clicks_that_did_not_convert_are_taken_as_cut_off():
    whole = simulated.converted(60_000, 0.3, (3_600.0, 400_000.0), (0.5, 0.5), 20, 5)
    only = whole.delays_s[whole.delays_s["delay_s"].notna()]
    log = counted_log(panel(days=2), START, delays_s=only)
    delays = fit_world(log).figure("conversions.delays")
    assert np.abs((np.array(delays.value) - (3_600, 400_000)) / delays.error).max() < 4
    assert max(only["delay_s"].mean(), 0) < 0.9 * 201_800  # as they stand they would seem sooner


def test_the_same_log_gives_the_same_figures():
    first, second = (fit_world(counted_log(panel(), START)) for _ in range(2))
    assert first.figures == second.figures


def test_queries_without_room_in_the_table_are_told(monkeypatch):
    monkeypatch.setattr("sim.calibrate.heterogeneity.query_table.__defaults__", (10,))
    found = fit_world(counted_log(panel(), START))
    left = next(one for one in found.figures if one.name == "share of traffic by queries that are not in the table")
    by_query = panel().groupby("query")["impressions"].sum().sort_values(ascending=False)
    assert left.value == pytest.approx(by_query[10:].sum() / by_query.sum())
    assert left.told.startswith("the table holds the 10 asked most of 40")
