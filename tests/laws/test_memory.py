"""Users who remember: what a year of good or bad ads does to looking and asking, in whole runs."""

import numpy as np
import pytest

import sim
from sim.columns import CLICKS, MICROS, QUERIES, QUERIES_WITH_ADS, SATISFACTION, SIGHTEDNESS
from sim.lifecycle.platform import Platform
from sim.lifecycle.policies import Rule, build_policy
from sim.scenario.kinds import Plugin
from tests.laws.chance import near
from tests.laws.tiny import policy, stage_of, tiny

RULES = (
    *map(policy, ("keyword", "always_show", "never_show", "oracle")),
    policy({"use": "oracle", "objective": "clicks", "cut": 0.1}, name="only the best"),
)
SHARE = np.array([0.4, 0.6])


def days_of(run, name):
    return run.candidate(name).days[0]


@pytest.fixture(scope="module")
def learned():
    """A quarter in which users learn to look."""
    return sim.run(tiny(*RULES, horizon="90 days", traffic={"queries": 20_000, "noise": 0}))


@pytest.fixture(scope="module")
def left():
    """The same, and users leave."""
    return sim.run(tiny(*RULES, horizon="90 days", traffic={"queries": 20_000, "noise": 0}, users={"leaving": 1.0}))


def expected_met(use, **settings):
    """What users of each device meet on average under a fixed rule: queries, ads that belong, ads that do not."""
    scenario = tiny(policy(use), **settings)
    stage = stage_of(scenario)
    platform = Platform(stage.world, scenario, 0, stage.memory, stage.past, None)
    platform.serve(Rule(build_policy(Plugin(use=use)), platform, 0), 0)
    return stage.memory, platform.board.expected_met(platform.moment.cell_shares)


@pytest.mark.parametrize("use", ["always_show", "oracle"])
def test_in_ninety_days_users_go_65_percent_of_the_way_to_what_they_now_meet(learned, use):
    memory, met = expected_met(use, horizon="90 days", traffic={"queries": 20_000, "noise": 0})
    aim = memory.sightedness_after(np.ones(2), met, 1e9)
    gone = (days_of(learned, use)[-1, SIGHTEDNESS] / MICROS - 1) / (SHARE @ aim - 1)
    assert abs(SHARE @ aim - 1) > 0.02
    assert gone == pytest.approx(0.646, abs=0.02)


def test_good_ads_make_users_look_and_bad_ones_make_them_look_away(learned):
    assert (np.diff(days_of(learned, "only the best")[::7, SIGHTEDNESS]) > 0).all()
    assert (np.diff(days_of(learned, "always_show")[::7, SIGHTEDNESS]) < 0).all()


def test_whoever_meets_what_they_are_used_to_stays_as_they_are(learned, left):
    for run in (learned, left):
        assert days_of(run, "keyword")[:, SIGHTEDNESS] == pytest.approx(MICROS, rel=0.01)
    assert days_of(left, "keyword")[:, SATISFACTION] == pytest.approx(days_of(left, "keyword")[0, SATISFACTION], rel=0.01)


def test_whoever_meets_no_ad_learns_nothing_about_ads(learned, left):
    for run in (learned, left):
        assert (days_of(run, "never_show")[:, SIGHTEDNESS] == MICROS).all()
    assert (days_of(learned, "never_show")[:, SATISFACTION] == MICROS).all()


def test_without_leaving_everyone_asks_as_before(learned):
    queries = days_of(learned, "keyword")[:, QUERIES]
    for candidate in learned.candidates:
        assert (candidate.days[0, :, QUERIES] == queries).all()
        assert (candidate.days[0, :, SATISFACTION] == MICROS).all()


def test_bad_ads_drive_people_away_and_fewer_bring_them_back(left):
    asked = {one.name: one.days[0, :, QUERIES] for one in left.candidates}
    assert (asked["always_show"] <= asked["keyword"]).all()
    assert (asked["keyword"] <= asked["never_show"]).all()
    assert asked["always_show"][-28:].sum() < 0.9 * asked["keyword"][-28:].sum()
    satisfied = days_of(left, "never_show")[:, SATISFACTION]
    assert (np.diff(satisfied) > 0).all()


def test_who_serves_on_as_before_gets_the_queries_that_the_scenario_says(left):
    rates = stage_of(tiny(*RULES, horizon="90 days", traffic={"queries": 20_000, "noise": 0}, users={"leaving": 1.0})).world.rates[14:]
    queries = days_of(left, "keyword")[:, QUERIES]
    # A Poisson number, and satisfaction that wanders a little with what was met by chance.
    assert near(queries.sum(), rates.sum(), np.sqrt(rates.sum()) + 0.001 * rates.sum())


def test_clicks_follow_the_eyes(learned):
    """With the same pages and coins, users who see less click less, as much as they see less."""
    blind = sim.run(tiny(*RULES, horizon="90 days", traffic={"queries": 20_000, "noise": 0}, users={"blindness": 0}))
    before, after = days_of(blind, "always_show"), days_of(learned, "always_show")
    assert (before[:, :CLICKS] == after[:, :CLICKS]).all()
    assert (after[:, CLICKS] <= before[:, CLICKS]).all()
    seen = np.concatenate([[1.0], after[:-1, SIGHTEDNESS] / MICROS])
    expected = (before[:, CLICKS] * seen).sum()
    assert near(after[:, CLICKS].sum(), expected, np.sqrt((before[:, CLICKS] * seen * (1 - seen)).sum() + 1))


def test_frailty_and_a_memory_that_never_moves_leave_the_mean_of_clicks_as_it_was():
    plain, frail = (
        sim.run(tiny(*RULES, horizon="60 days", traffic={"queries": 20_000}, users={"blindness": 0, "frailty": spread}))
        for spread in (0.0, 0.8)
    )
    for use in ("always_show", "oracle"):
        one, other = (days_of(run, use)[:, CLICKS].sum() for run in (plain, frail))
        assert near(one, other, np.sqrt(one + 3 * other))  # not quite independent: a tighter bound than two Poisson numbers have
        assert (days_of(plain, use)[:, : QUERIES_WITH_ADS + 1] == days_of(frail, use)[:, : QUERIES_WITH_ADS + 1]).all()
