"""Two bars on one page table: what an arm shows does not hang on the bar of the other."""

import numpy as np
import pytest

from sim.candidates.offers import Offers
from sim.lifecycle.team.serving import lifted
from tests.laws.tiny import pages_of, world_of

BARS = [(0.1, 0.01), (0.05, 0.3), (0.1, -1.0), (0.1, 0.1)]


@pytest.fixture(scope="module")
def world():
    return world_of()


def offered(world, cut, by_bid):
    rng = np.random.default_rng(4)
    shape = (1, *world.sight.shape)
    says = rng.beta(1, 12, shape)
    says[rng.random(shape) < 0.05] = cut  # right at the bar
    bid = np.broadcast_to((world.sight.bid_micros / 1e6)[None, :, None, :], shape)
    value, free = (says * bid, np.zeros(shape)) if by_bid else (says, says)
    return Offers(value.astype(np.float32), says.astype(np.float32), free.astype(np.float32), np.float64(np.float32(cut)), np.ones(1))


@pytest.mark.parametrize(("own", "other"), BARS)
@pytest.mark.parametrize("by_bid", [False, True])
def test_pages_and_prices_stay_when_the_bar_is_that_of_another(world, own, other, by_bid):
    offers = offered(world, own, by_bid)
    before, after = pages_of(world, offers), pages_of(world, lifted(offers, other))
    assert 0 < before.shown.mean() < 4
    assert np.array_equal(after.matched, before.matched)
    assert np.allclose(after.price_micros, before.price_micros, rtol=1e-4, atol=2)
