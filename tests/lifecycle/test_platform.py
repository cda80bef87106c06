"""The platform: what the world is at the moment is what its traffic meets."""

import numpy as np
import pytest

from sim.lifecycle.platform import Platform
from sim.lifecycle.play import play
from sim.scenario.schema import DAY_S
from tests.laws.chance import drawn_from, near
from tests.laws.tiny import policy, stage_of, tiny


@pytest.fixture
def flows(monkeypatch):
    """Every stretch of traffic of a run: its day and what came of it."""
    booked = []

    def book(self, outcome):
        booked.append((self._day, outcome))
        return original(self, outcome)

    original = Platform.book
    monkeypatch.setattr(Platform, "book", book)
    return booked


def played(use="always_show", **settings):
    scenario = tiny(policy(use), traffic={"queries": 50_000, "noise": 0}, **settings)
    stage = stage_of(scenario)
    return stage.world, play(stage, scenario.candidates[0]).ledger


@pytest.mark.parametrize("kind", [{"kind": "step"}, {"kind": "ramp", "lasts": "2 days"}])
def test_queries_turn_to_other_topics_when_the_world_does(flows, kind):
    world, _ = played(drift=[kind | {"what": "topics", "by": 0.4, "at": "day 11"}])
    for days in (range(10), range(13, 20)):
        queries = sum(outcome.queries[0] for day, outcome in flows if day in days).reshape(world.sight.types, -1).sum(axis=1)
        shares = world.at(days[0] * DAY_S).cell_shares.reshape(world.sight.types, -1).sum(axis=1)
        assert drawn_from(np.bincount(world.sight.topic, queries), np.bincount(world.sight.topic, shares))
    assert np.abs(world.at(0).cell_shares - world.at(15 * DAY_S).cell_shares).sum() == pytest.approx(0.8)


def test_more_queries_come_when_demand_rises_in_the_middle_of_a_day():
    drift = [{"kind": "step", "what": "demand", "by": 1.0, "at": "day 11", "lasts": "12 h"}]
    world, ledger = played(drift=drift)
    expected = world.rates[14:].copy()
    expected[10] *= 1.5
    assert near(ledger[:, 0], expected, np.sqrt(expected))


def test_clicks_follow_the_chances_of_the_moment(flows):
    drift = [{"kind": "step", "what": "clicks", "by": 2.0, "at": "day 11"}]
    world, ledger = played(drift=drift)
    for days in (range(10), range(10, 20)):
        clicks = sum(outcome.clicks[0] for day, outcome in flows if day in days)
        queries = sum(outcome.queries[0] for day, outcome in flows if day in days)
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
