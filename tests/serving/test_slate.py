"""From offers to pages, and from pages to the thresholds that decide clicks."""

import numpy as np
import pytest

from sim import seeds
from sim.candidates.baselines.oracle import Oracle
from sim.candidates.offers import Offers
from sim.serving.auction import run_auctions
from sim.serving.slate import click_thresholds, compile_slates
from tests.laws.tiny import world_of

TYPES, DEVICES, MATCHED = 5, 2, 7
SHAPE = (TYPES, DEVICES, MATCHED)


def drawn(word, *shape):
    return seeds.uniforms(word, int(np.prod(shape))).reshape(shape).astype(np.float32)


@pytest.fixture
def market():
    ad = np.sort(np.argsort(drawn(1, TYPES, 100), axis=1)[:, :MATCHED], axis=1).astype(np.int32)
    return ad, (drawn(2, TYPES, MATCHED) * 1e6).astype(np.int64) + 1


def offers_of(variants, cut=0.3):
    value = drawn(3, variants, *SHAPE)
    return Offers(value, drawn(4, variants, *SHAPE), value / 2, cut, np.full(variants, 1 / variants))


@pytest.mark.parametrize("variants", [1, 3])
@pytest.mark.parametrize("slots", [1, 4, 5, 7])
def test_each_cell_holds_the_outcome_of_its_own_auction(market, variants, slots):
    ad, bid = market
    offers = offers_of(variants)
    slates = compile_slates(offers, ad, bid, slots, reserve_micros=200_000)
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
        )
        assert slates.matched[cell].tolist() == won.winner.tolist()
        assert slates.price_micros[cell].tolist() == won.price_micros.tolist()
        assert slates.ad[cell].tolist() == [ad[kind, place] if place >= 0 else 0 for place in won.winner]
        assert slates.shown[cell] == (won.winner >= 0).sum()


@pytest.mark.parametrize("slots", [1, 4, 7])
def test_a_threshold_is_the_chance_of_a_look_and_a_click(market, slots):
    ad, bid = market
    slates = compile_slates(offers_of(2), ad, bid, slots, reserve_micros=0)
    chance, examination = drawn(5, *SHAPE), drawn(6, DEVICES, slots).astype(np.float64)
    bars = click_thresholds(slates, chance, examination)
    for variant, cell, slot in np.ndindex(slates.matched.shape):
        place, kind, device = slates.matched[variant, cell, slot], *divmod(cell, DEVICES)
        wanted = chance[kind, device, place] * examination[device, slot] if place >= 0 else 0.0
        assert bars[variant, cell, slot] / 2**32 == pytest.approx(wanted, abs=2**-32)


def test_a_click_that_is_certain_fits_in_32_bits(market):
    ad, bid = market
    slates = compile_slates(offers_of(1, cut=0.0), ad, bid, 2, reserve_micros=0)
    bars = click_thresholds(slates, np.ones(SHAPE, np.float32), np.ones((DEVICES, 2)))
    assert (bars == 2**32 - 1).all()


def test_prices_are_right_to_a_millionth_although_values_are_single_precision():
    world = world_of()
    offers = Oracle().offers_knowing(world.sight, world.at(0).chance)
    bids, chance = world.sight.bid_micros, world.at(0).chance
    slates = compile_slates(offers, world.sight.ad, bids, 4, world.reserve_micros)

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
