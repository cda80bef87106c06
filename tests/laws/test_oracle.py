"""Nobody beats the oracle at what it aims at, in any single cell, at any moment."""

import numpy as np
import pytest

from sim.candidates.baselines.oracle import Oracle
from sim.lifecycle.platform import Platform
from sim.lifecycle.play import play
from sim.serving.pricing.second_price import SecondPrice
from sim.serving.slate import Auction, compile_slates
from tests.laws.tiny import EVERYONE, policy, stage_of, tiny

DRIFT = [{"kind": "random_walk", "what": "clicks", "by": 0.8}]
SCENARIO = tiny(*EVERYONE, policy({"use": "keyword", "text": 1.0}, name="wide keyword"), drift=DRIFT)
NAMES = [candidate.name for candidate in SCENARIO.candidates]


def scores(world, moment, slates, oracle):
    """What each cell's page is expected to bring a query: looks × (value − cut), shape (variants, cells)."""
    chance = moment.chance.astype(float)
    money = world.sight.bid_micros[:, None, :] / 1e6 if oracle.objective == "revenue" else 1.0
    worth = (chance * money - oracle.cut).reshape(world.sight.cells, -1)
    place = np.maximum(slates.matched, 0).astype(int)
    each = np.take_along_axis(np.broadcast_to(worth, (len(place), *worth.shape)), place, -1)
    looked = np.tile(world.examination, (world.sight.types, 1))
    return np.where(slates.matched >= 0, each * looked, 0).sum(axis=-1)


def best(world, moment, oracle):
    """The oracle's own pages at that moment."""
    offers = oracle.offers_knowing(world.sight, moment.chance)
    auction = Auction(world.sight.slots, world.reserve_micros, SecondPrice, world.ads.advertiser, world.examination)
    return compile_slates(offers, world.sight.ad, world.sight.bid_micros, auction)


@pytest.fixture
def served(monkeypatch):
    """Every pair of a moment and the pages that were served in it."""
    pairs = {}

    def flow(self, now_s, horizon_s):
        pairs[id(self.moment), id(self.slates)] = self.moment, self.slates
        return original(self, now_s, horizon_s)

    original = Platform.flow
    monkeypatch.setattr(Platform, "flow", flow)
    return pairs


def beaten(served, name, oracle):
    """In how many cells *name* scored more than *oracle*, and by how much at most."""
    stage = stage_of(SCENARIO)
    play(stage, SCENARIO.candidates[NAMES.index(name)])
    found = []
    for moment, slates in served.values():
        bound = scores(stage.world, moment, best(stage.world, moment, oracle), oracle)
        found.append(scores(stage.world, moment, slates, oracle) - bound)
    over = np.concatenate([part.ravel() for part in found])
    return int((over > 1e-6).sum()), float(over.max())


@pytest.mark.parametrize("name", NAMES)
def test_nobody_beats_the_oracle_in_any_cell(served, name):
    assert beaten(served, name, Oracle())[0] == 0
    assert len(served) > 1


@pytest.mark.parametrize("cut", [0.0, 0.05, 0.3])
def test_nobody_beats_an_oracle_of_another_cut(served, cut):
    assert beaten(served, "always_show", Oracle(cut=cut))[0] == 0


def test_the_oracle_itself_serves_the_best_pages_at_every_moment(served):
    cells, most = beaten(served, "oracle", Oracle())
    assert (cells, most) == (0, 0.0)


def test_nobody_beats_the_oracle_of_clicks_in_any_cell(served):
    for name in NAMES:
        served.clear()
        assert beaten(served, name, Oracle("clicks"))[0] == 0


def test_averaged_over_queries_the_oracle_is_ahead_of_everyone(served):
    oracle = Oracle()
    stage = stage_of(SCENARIO)
    for name in set(NAMES) - {"oracle"}:
        served.clear()
        play(stage, SCENARIO.candidates[NAMES.index(name)])
        for moment, slates in served.values():
            mine = slates.weights @ scores(stage.world, moment, slates, oracle) @ moment.cell_shares
            bound = scores(stage.world, moment, best(stage.world, moment, oracle), oracle)[0] @ moment.cell_shares
            assert mine < bound
