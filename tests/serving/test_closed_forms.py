"""The auction against revenues that are known in closed form.

Values are micro-units below 2^24, which single precision holds exactly.
"""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim import seeds
from sim.serving.auction import run_auctions
from sim.serving.pricing.first_price import FirstPrice
from sim.serving.pricing.second_price import SecondPrice
from sim.serving.pricing.vickrey import Vickrey
from tests.laws.chance import mean_is, repeatable

MICRO = 1_000_000
LOOKS = np.array([1.0, 0.5, 0.25, 0.125])


def uniform_bids(bidders, auctions=400_000):
    return np.ceil(seeds.uniforms(bidders, auctions * bidders) * MICRO).astype(np.int64).reshape(auctions, bidders)


def revenue_of_one_slot(bids, reserve=0.0, pricing=SecondPrice):
    won = run_auctions(
        bids.astype(float),
        np.ones(bids.shape),
        bids,
        slots=1,
        reserve_micros=int(reserve * MICRO),
        value_without_bid=np.zeros(bids.shape),
        pricing=pricing,
    )
    return won.price_micros[:, 0] / MICRO


def formula(bidders, reserve):
    """Expected revenue of a second price with uniform values: the mean of the winner's virtual value 2v - 1 above the reserve."""
    return 2 * bidders / (bidders + 1) * (1 - reserve ** (bidders + 1)) - (1 - reserve**bidders)


@pytest.mark.parametrize(
    ("bidders", "reserve", "revenue"),
    [
        (1, 0.0, 0.0), (1, 0.5, 0.25), (2, 0.0, 1 / 3), (2, 0.5, 5 / 12), (3, 0.0, 0.5), (3, 0.5, 0.53125),
        (5, 0.0, 4 / 6), (5, 0.5, 0.671875), (10, 0.0, 9 / 11), (10, 0.5, formula(10, 0.5)),
    ],
)  # fmt: skip
def test_uniform_bidders_pay_what_the_second_price_formula_says(bidders, reserve, revenue):
    assert formula(bidders, reserve) == pytest.approx(revenue, abs=1e-12)
    paid = revenue_of_one_slot(uniform_bids(bidders), reserve)
    assert mean_is(paid - 0.5e-6, revenue) if paid.any() else revenue == 0  # bids were rounded up to whole micro-units


@pytest.mark.parametrize(("bidders", "gain"), [(2, 0.25), (3, 0.0625), (5, 0.0078125), (10, 0.00011)])
def test_the_best_reserve_gains_less_the_more_compete(bidders, gain):
    assert formula(bidders, 0.5) / formula(bidders, 0) - 1 == pytest.approx(gain, abs=6e-6)
    bids = uniform_bids(bidders)
    more = revenue_of_one_slot(bids, 0.5) - revenue_of_one_slot(bids)  # the very same bidders, with a reserve and without
    assert mean_is(more, formula(bidders, 0.5) - formula(bidders, 0))


def test_two_exponential_bidders_pay_what_the_formula_says():
    bids = np.ceil(-np.log(seeds.uniforms(1, 800_000)) * MICRO).astype(np.int64).reshape(-1, 2)
    assert bids.max() < 2**24
    assert mean_is(revenue_of_one_slot(bids), 0.5)
    expected = 2 * np.exp(-1) * (1 - np.exp(-1)) + 1.5 * np.exp(-2)
    assert expected == pytest.approx(0.66809, abs=5e-6)
    assert mean_is(revenue_of_one_slot(bids, 1.0), expected)


@pytest.mark.parametrize("bidders", [2, 3, 5])
def test_a_first_price_takes_the_highest_bid(bidders):
    bids = uniform_bids(bidders)
    paid = revenue_of_one_slot(bids, pricing=FirstPrice)
    assert (np.rint(paid * MICRO) == bids.max(axis=1)).all()
    assert mean_is(paid - 0.5e-6, bidders / (bidders + 1))


@pytest.mark.parametrize("bidders", [2, 3, 5])
def test_three_rules_earn_the_same_of_one_slot_when_each_is_bid_in_its_equilibrium(bidders):
    values = uniform_bids(bidders)
    shaded = np.ceil(values * (bidders - 1) / bidders).astype(np.int64)  # the equilibrium of a first price
    first, second, vickrey = (
        revenue_of_one_slot(bids, pricing=rule) for bids, rule in ((shaded, FirstPrice), (values, SecondPrice), (values, Vickrey))
    )
    assert (second == vickrey).all()
    assert mean_is(first - 1e-6, formula(bidders, 0))
    assert mean_is(first - second, 0)


def page(bids, pricing, looks=(1.0, 0.5), slots=2):
    bids = np.array(bids) * MICRO
    return run_auctions(
        bids.astype(float),
        np.ones(len(bids)),
        bids,
        slots=slots,
        value_without_bid=np.zeros(len(bids)),
        pricing=pricing,
        looks=np.array(looks),
    )


@pytest.mark.parametrize(("pricing", "revenue"), [(SecondPrice, 1_000), (Vickrey, 800), (FirstPrice, 2_400)])
def test_truthful_bidders_on_slots_of_200_and_100_clicks_pay(pricing, revenue):
    won = page([10, 4, 2], pricing)
    assert won.winner.tolist() == [0, 1]
    assert (won.price_micros @ [200, 100]) / MICRO == revenue


@pytest.mark.parametrize(("pricing", "truthful", "lower"), [(SecondPrice, 1_200, 1_592), (Vickrey, 1_598, 1_592)])
def test_the_top_bidder_gains_by_taking_the_second_slot_under_second_prices_only(pricing, truthful, lower):
    clicks = np.array([200, 199])

    def gain(own):
        won = page([own, 4, 2], pricing, looks=clicks / 200)
        slot = won.winner.tolist().index(0)
        return clicks[slot] * (10 - won.price_micros[slot] / MICRO)

    assert gain(10) == pytest.approx(truthful, abs=2e-4)  # prices are whole micro-units
    assert gain(3) == pytest.approx(lower, abs=2e-4)


@st.composite
def markets(draw):
    """A position auction in which every number, prices of every rule included, is a whole one: powers of two as qualities and looks."""
    ads = draw(st.integers(1, 6))
    quality = draw(st.lists(st.sampled_from([1.0, 2.0, 4.0]), min_size=ads, max_size=ads))
    value = draw(st.lists(st.integers(1, 40).map(lambda n: n * 4_096), min_size=ads, max_size=ads))
    return np.array(quality), np.array(value), draw(st.integers(1, 4)), draw(st.sampled_from([0, 4_096, 40_960]))


def auction(quality, bids, slots, reserve, pricing):
    return run_auctions(
        quality * bids,
        quality,
        bids,
        slots=slots,
        reserve_micros=reserve,
        value_without_bid=np.zeros(len(bids)),
        pricing=pricing,
        looks=LOOKS[:slots],
    )


def gain(own, bid, quality, value, slots, reserve, pricing):
    """What ad *own* gains per query with a bid, the others bidding their values: looks × (value − price)."""
    bids = value.copy()
    bids[own] = bid
    won = auction(quality, bids, slots, reserve, pricing)
    return sum(look * (int(value[own]) - int(price)) for ad, price, look in zip(*won, LOOKS, strict=False) if ad == own)


@given(markets(), st.data())
@repeatable
def test_no_other_bid_pays_better_than_the_truth_under_vickrey(market, data):
    quality, value, slots, reserve = market
    own = data.draw(st.integers(0, len(value) - 1))
    bid = data.draw(st.integers(1, 200_000) | st.sampled_from([int(v) for v in value]))
    truth = gain(own, value[own], quality, value, slots, reserve, Vickrey)
    assert truth >= 0
    assert gain(own, bid, quality, value, slots, reserve, Vickrey) <= truth


def test_another_bid_pays_better_than_the_truth_under_second_prices():
    market = np.ones(3), np.array([40, 39, 1]) * 4_096, 2, 0
    assert gain(0, 38 * 4_096, *market, SecondPrice) > gain(0, market[1][0], *market, SecondPrice)


@given(markets())
@repeatable
def test_vickrey_asks_no_more_than_a_second_price_nor_that_more_than_a_first_price(market):
    quality, value, slots, reserve = market
    vickrey, second, first = (auction(quality, value, slots, reserve, rule) for rule in (Vickrey, SecondPrice, FirstPrice))
    assert vickrey.winner.tolist() == second.winner.tolist() == first.winner.tolist()
    shown = first.winner >= 0
    assert (vickrey.price_micros <= second.price_micros).all()
    assert (second.price_micros <= first.price_micros).all()
    assert (first.price_micros[shown] == value[first.winner[shown]]).all()
    assert (vickrey.price_micros[shown] >= reserve).all()


@given(markets())
@repeatable
def test_vickrey_charges_each_what_its_presence_costs_the_others(market):
    quality, value, slots, _ = market
    won = auction(quality, value, slots, 0, Vickrey)
    score = quality * value

    def welfare(without):
        ranked = sorted((score[ad] for ad in range(len(value)) if ad != without), reverse=True)[:slots]
        return sum(look * worth for look, worth in zip(LOOKS, ranked, strict=False))

    page_worth = welfare(without=-1)
    for look, ad, price in zip(LOOKS, *won, strict=False):
        if ad >= 0:
            others = page_worth - look * score[ad]
            assert look * quality[ad] * price == welfare(without=ad) - others
