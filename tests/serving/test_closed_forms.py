"""The auction against revenues that are known in closed form."""

import numpy as np
import pytest

from sim import seeds
from sim.serving.auction import run_auctions
from tests.laws.chance import mean_is

MICRO = 1_000_000


def uniform_bids(bidders, auctions=400_000):
    return np.ceil(seeds.uniforms(bidders, auctions * bidders) * MICRO).astype(np.int64).reshape(auctions, bidders)


def revenue_of_one_slot(bids, reserve=0.0):
    value = bids / MICRO
    won = run_auctions(
        value, np.ones(bids.shape), bids, slots=1, reserve_micros=int(reserve * MICRO), value_without_bid=np.zeros(bids.shape)
    )
    return won.price_micros[:, 0] / MICRO


@pytest.mark.parametrize(
    ("bidders", "reserve", "revenue"),
    [
        (2, 0.0, 1 / 3),
        (2, 0.5, 5 / 12),
        (1, 0.0, 0.0),
        (1, 0.5, 0.25),
        (3, 0.0, 0.5),
        (3, 0.5, 0.53125),
        (5, 0.0, 4 / 6),
        (5, 0.5, 0.671875),
    ],
)
def test_uniform_bidders_pay_what_the_second_price_formula_says(bidders, reserve, revenue):
    paid = revenue_of_one_slot(uniform_bids(bidders), reserve)
    assert mean_is(paid - 0.5e-6, revenue) if paid.any() else revenue == 0  # bids were rounded up to whole micro-units


def test_two_exponential_bidders_pay_what_the_formula_says():
    bids = np.ceil(-np.log(seeds.uniforms(1, 800_000)) * MICRO).astype(np.int64).reshape(-1, 2)
    assert mean_is(revenue_of_one_slot(bids), 0.5)
    assert mean_is(revenue_of_one_slot(bids, 1.0), 2 * np.exp(-1) * (1 - np.exp(-1)) + 1.5 * np.exp(-2))


def test_truthful_bidders_on_two_slots_pay_a_thousand_dollars():
    bids = np.array([10, 4, 2]) * MICRO
    won = run_auctions(bids / MICRO, np.ones(3), bids, slots=2, value_without_bid=np.zeros(3))
    assert won.winner.tolist() == [0, 1]
    assert (won.price_micros @ [200, 100]) / MICRO == 1000


def test_the_top_bidder_would_gain_by_taking_the_second_slot():
    bids = np.array([3, 4, 2]) * MICRO
    won = run_auctions(bids / MICRO, np.ones(3), bids, slots=2, value_without_bid=np.zeros(3))
    assert won.winner.tolist() == [1, 0]
    assert 199 * (10 - won.price_micros[1] / MICRO) == 1592 > 200 * (10 - 4)
