"""From offers to pages."""

from dataclasses import replace

import numpy as np
import pytest

from sim import seeds
from sim.candidates.baselines.oracle import Oracle
from sim.candidates.offers import Offers
from sim.serving.auction import run_auctions
from sim.serving.pricing.first_price import FirstPrice
from sim.serving.pricing.second_price import SecondPrice
from sim.serving.pricing.vickrey import Vickrey
from sim.serving.slate import Auction, compile_slates
from tests.laws.tiny import world_of

TYPES, DEVICES, MATCHED = 5, 2, 7
SHAPE = (TYPES, DEVICES, MATCHED)
PAYERS = 13
LOOKS = np.arange(1, 8) ** -np.array([[1.0], [1.2]])


def drawn(word, *shape):
    return seeds.uniforms(word, int(np.prod(shape))).reshape(shape).astype(np.float32)


@pytest.fixture
def market():
    ad = np.sort(np.argsort(drawn(1, TYPES, 100), axis=1)[:, :MATCHED], axis=1).astype(np.int32)
    return ad, (drawn(2, TYPES, MATCHED) * 1e6).astype(np.int64) + 1


def auction_of(slots, reserve_micros=0, pricing=SecondPrice):
    return Auction(slots, reserve_micros, pricing, (np.arange(100) % PAYERS).astype(np.int32), LOOKS[:, :slots])


def offers_of(variants, cut=0.3):
    value = drawn(3, variants, *SHAPE)
    return Offers(value, drawn(4, variants, *SHAPE), value / 2, cut, np.full(variants, 1 / variants))


@pytest.mark.parametrize("variants", [1, 3])
@pytest.mark.parametrize("slots", [1, 4, 5, 7])
@pytest.mark.parametrize("pricing", [SecondPrice, Vickrey, FirstPrice])
def test_each_cell_holds_the_outcome_of_its_own_auction(market, variants, slots, pricing):
    ad, bid = market
    offers = offers_of(variants)
    slates = compile_slates(offers, ad, bid, auction_of(slots, 200_000, pricing))
    assert slates.ad.shape == slates.price_micros.shape == slates.matched.shape == (variants, TYPES * DEVICES, slots)
    for variant, kind, device in np.ndindex(variants, TYPES, DEVICES):
        cell = variant, kind * DEVICES + device
        one = variant, kind, device
        won = run_auctions(
            offers.value[one],
            offers.quality[one],
            bid[kind],
            slots=slots,
            cut=0.3,
            reserve_micros=200_000,
            value_without_bid=offers.value_without_bid[one],
            pricing=pricing,
            looks=LOOKS[device, :slots],
        )
        assert slates.matched[cell].tolist() == won.winner.tolist()
        assert slates.price_micros[cell].tolist() == won.price_micros.tolist()
        assert slates.ad[cell].tolist() == [ad[kind, place] if place >= 0 else 0 for place in won.winner]
        assert slates.shown[cell] == (won.winner >= 0).sum()


def test_a_page_may_hold_fewer_ads_than_the_platform_has_slots(market):
    ad, bid = market
    full = compile_slates(offers_of(2), ad, bid, auction_of(5))
    short = compile_slates(replace(offers_of(2), slots=2), ad, bid, auction_of(5))
    assert short.matched.shape == full.matched.shape
    assert (short.matched[..., 2:] == -1).all()
    assert (short.price_micros[..., 2:] == 0).all()
    assert (short.shown == np.minimum(full.shown, 2)).all()


@pytest.mark.parametrize("pricing", [SecondPrice, Vickrey, FirstPrice])
def test_who_has_a_budget_of_zero_never_enters(market, pricing):
    ad, bid = market
    offers, auction = offers_of(2, cut=0.0), auction_of(3, pricing=pricing)
    broke = drawn(8, PAYERS) < 0.4
    slates = compile_slates(offers, ad, bid, auction, broke)
    out = broke[auction.payer[ad]]
    without = Offers(np.where(out[:, None], -np.inf, offers.value), offers.quality, offers.value_without_bid, 0.0, offers.weights)
    same = compile_slates(without, ad, bid, auction)
    assert out.any()
    assert (slates.matched == same.matched).all()
    assert (slates.price_micros == same.price_micros).all()


def test_prices_are_right_to_a_millionth_although_values_are_single_precision():
    world = world_of()
    offers = Oracle().offers_knowing(world.sight, world.at(0).chance)
    bids, chance = world.sight.bid_micros, world.at(0).chance
    auction = Auction(4, world.reserve_micros, SecondPrice, world.ads.advertiser, world.examination)
    slates = compile_slates(offers, world.sight.ad, bids, auction)

    def slot_at(kind, place, bid):
        changed = bids[kind].copy()
        changed[place] = bid
        value = chance[kind, 0].astype(float) * changed / 1e6
        alone = run_auctions(
            value, chance[kind, 0], changed, slots=4, cut=0.001, reserve_micros=world.reserve_micros, value_without_bid=np.zeros(len(value))
        )
        return alone.winner.tolist().index(place) if place in alone.winner else 9

    for kind in range(0, world.catalogue.types, 7):
        page = slates.matched[0, kind * 2], slates.price_micros[0, kind * 2]
        for slot, (place, price) in enumerate(zip(*page, strict=True)):
            if place >= 0:
                assert slot_at(kind, place, min(price + 2 + price // 1_000_000, bids[kind, place])) == slot
                assert slot_at(kind, place, price - 2 - price // 1_000_000) > slot
