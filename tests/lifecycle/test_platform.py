"""The platform: what the world is at the moment is what its traffic meets."""

from dataclasses import replace

import numpy as np
import pytest

from sim import columns
from sim.kernels import tables as kernel
from sim.lifecycle.platform import Platform
from sim.lifecycle.play import play
from sim.lifecycle.policies import Rule, build_policy
from sim.scenario.kinds import Plugin
from sim.scenario.schema import DAY_S
from tests.laws.chance import drawn_from, near
from tests.laws.stretches import watch
from tests.laws.tiny import policy, stage_of, tiny


@pytest.fixture
def stretches(monkeypatch):
    return watch(monkeypatch)


def played(use="always_show", **settings):
    scenario = tiny(policy(use), traffic={"queries": 50_000, "noise": 0}, users={"blindness": 0}, **settings)
    stage = stage_of(scenario)
    return stage.world, play(stage, scenario.candidates[0]).ledger


@pytest.mark.parametrize("kind", [{"kind": "step"}, {"kind": "ramp", "lasts": "2 days"}])
def test_queries_turn_to_other_topics_when_the_world_does(stretches, kind):
    world, _ = played(drift=[kind | {"what": "topics", "by": 0.4, "at": "day 11"}])
    for days in (range(10), range(13, 20)):
        queries = sum(one.queries[0] for one in stretches if one.day in days).reshape(world.sight.types, -1).sum(axis=1)
        shares = world.at(days[0] * DAY_S).cell_shares.reshape(world.sight.types, -1).sum(axis=1)
        assert drawn_from(np.bincount(world.sight.topic, queries), np.bincount(world.sight.topic, shares))
    assert np.abs(world.at(0).cell_shares - world.at(15 * DAY_S).cell_shares).sum() == pytest.approx(0.8)


def test_more_queries_come_when_demand_rises_in_the_middle_of_a_day():
    drift = [{"kind": "step", "what": "demand", "by": 1.0, "at": "day 11", "lasts": "12 h"}]
    world, ledger = played(drift=drift)
    expected = world.rates[14:].copy()
    expected[10] *= 1.5
    assert near(ledger[:, 0], expected, np.sqrt(expected))


def test_clicks_follow_the_chances_of_the_moment(stretches):
    drift = [{"kind": "step", "what": "clicks", "by": 2.0, "at": "day 11"}]
    world, ledger = played(drift=drift)
    for days in (range(10), range(10, 20)):
        clicks = sum(one.clicks[0] for one in stretches if one.day in days)
        queries = sum(one.queries[0] for one in stretches if one.day in days)
        expected = expected_rates(world, days[0]) * queries[:, None]
        assert near(clicks.sum(axis=0), expected.sum(axis=0), np.sqrt(expected.sum(axis=0)))
    assert ledger[10:, 3].sum() > 2 * ledger[:10, 3].sum()


def expected_rates(world, day):
    """Clicks per query in each cell and slot of the pages that always show, from the truth."""
    sight, chance = world.sight, world.at(day * DAY_S).chance.astype(float)
    rates = np.zeros((sight.types, len(sight.devices), sight.slots))
    for kind in range(sight.types):
        bids = np.where(sight.bid_micros[kind] >= world.reserve_micros, sight.bid_micros[kind], -1)
        page = [place for place in np.argsort(-bids, kind="stable")[: sight.slots] if bids[place] >= 0]
        rates[kind, :, : len(page)] = chance[kind][:, page] * world.examination[:, : len(page)]
    return rates.reshape(sight.cells, sight.slots)


@pytest.fixture
def platform():
    """A platform that shows all ads, on day 1; the keyword rule is at hand for when its model can't be asked."""
    scenario = tiny(policy("always_show"), traffic={"queries": 50_000}, users={"blindness": 0})
    stage = stage_of(scenario)
    found = Platform(stage.world, scenario, 0, stage.memory, stage.past, 28 * DAY_S)
    found.fallback = Rule(build_policy(Plugin(use="keyword")), found, 1)
    found.serve(Rule(build_policy(Plugin(use="always_show")), found, 1), 0, by_model=True)
    return found


def flowed(platform, first_h, end_h):
    """Ads shown in some hours of day 1."""
    outcome = platform.flow(first_h * 3600, end_h * 3600)
    platform.book(outcome)
    return outcome.tally(kernel.IMPRESSIONS) / outcome.tally(kernel.QUERIES)


def test_while_models_can_not_be_asked_another_rule_serves(platform):
    up, down = platform.moment, replace(platform.moment, model_up=False)
    shown = []
    for hour, moment in ((0, up), (6, down), (12, down), (18, up)):
        platform.see(moment, hour * 3600)
        shown.append(flowed(platform, hour, hour + 6))
    assert shown[0] == pytest.approx(shown[3], rel=0.05)
    assert shown[1] == pytest.approx(shown[2], rel=0.2)
    assert max(shown[1:3]) < 0.5 * shown[0]
    platform.log.close(DAY_S)
    assert [spell.start_s // 3600 for spell in platform.log.spells[-3:]] == [0, 6, 18]


def test_a_rule_that_asks_no_model_serves_on_while_models_are_down(platform):
    platform.serve(Rule(build_policy(Plugin(use="always_show")), platform, 1), 0)
    whole = flowed(platform, 0, 12)
    platform.see(replace(platform.moment, model_up=False), 12 * 3600)
    assert flowed(platform, 12, 24) == pytest.approx(whole, rel=0.05)


def test_while_tracking_is_broken_the_ledger_knows_the_clicks_and_the_log_a_part(platform):
    well = platform.moment
    clicked = []
    for hour, tracking in ((0, 1.0), (6, 0.25), (18, 1.0)):
        platform.see(replace(well, tracking=tracking), hour * 3600)
        before = platform.ledger.days[0, columns.CLICKS]
        flowed(platform, hour, {0: 6, 6: 18, 18: 24}[hour])
        clicked.append(int(platform.ledger.days[0, columns.CLICKS] - before))
    platform.log.close(DAY_S)
    logged = [int(spell.clicks.sum()) for spell in platform.log.spells[-3:]]
    assert logged[::2] == clicked[::2]
    assert near(logged[1], 0.25 * clicked[1], np.sqrt(0.1875 * clicked[1]))
    assert clicked[1] > 50


def test_the_log_knows_each_query_click_and_conversion_of_the_ledger(platform):
    for hour in range(0, 24, 6):
        flowed(platform, hour, hour + 6)
        platform.log.close((hour + 6) * 3600)
    day, spells = platform.ledger.days[0], platform.log.spells[-4:]
    assert sum(int(spell.queries.sum()) for spell in spells) == day[columns.QUERIES]
    assert sum(int(spell.shown.sum()) for spell in spells) == day[columns.IMPRESSIONS]
    assert sum(int(spell.clicks.sum()) for spell in spells) == day[columns.CLICKS]
    assert sum(int(spell.conversions(10**9).sum()) for spell in spells) == day[columns.CONVERSIONS] > 5
    assert all((spell.conversions(10**9) <= spell.clicks).all() for spell in spells)
    assert all((spell.conversions(DAY_S) <= spell.conversions(2 * DAY_S)).all() for spell in spells)
