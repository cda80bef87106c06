"""What stands in a page's tables: the bars of clicks, who pays, and what its users meet."""

import numpy as np
import pytest

from sim.kernels.tables import BAD, GOOD, LANES, PART, PRICE, TERMS
from sim.traffic.arrivals import DAY_S
from tests.laws.chance import near
from tests.traffic.market import board_of, day_of, made_market
from tests.traffic.pages import board_with, pages


@pytest.mark.parametrize("market", [{"slots": 1, "matched": 2}, {}, {"slots": 7, "variants": 3}, {"cascade": True}])
def test_a_bar_is_the_chance_of_a_look_and_a_click(market):
    made = made_market(convert=0.25, **market)
    page, slates, truth = board_of(made)._pages, made.slates, made.truth
    variants, cells, slots = slates.matched.shape
    devices, lanes = len(truth.looks), page.deals.shape[1]
    bars = page.table.reshape(variants, cells, lanes // LANES, 2, LANES)[:, :, :, 1].reshape(variants, cells, lanes)
    deals = page.deals.reshape(variants, cells, lanes, -1)
    for variant, cell, slot in np.ndindex(variants, cells, lanes):
        place, (kind, device) = slates.matched[variant, cell, slot] if slot < slots else -1, divmod(cell, devices)
        if place < 0:
            assert bars[variant, cell, slot] == 0
            continue
        look = 1.0 if truth.scanned else truth.looks[device, slot]  # a cascade looks down the page, slot by slot
        assert bars[variant, cell, slot] / 2**32 == pytest.approx(float(truth.chance[cell, place]) * look, abs=2**-32)
        ad = slates.bidding.ad[kind, place]
        assert deals[variant, cell, slot, PRICE] == slates.price_micros[variant, cell, slot]
        assert divmod(int(deals[variant, cell, slot, TERMS]), 2**32) == (slates.bidding.payer[ad], truth.fate[kind, place])


def test_a_click_that_is_certain_fits_in_32_bits():
    page = board_with(pages(np.arange(8).reshape(2, 4)), 1.0)._pages
    assert (page.table.reshape(2, 2, LANES)[:, 1] == 2**32 - 1).all()


def test_users_meet_the_ads_that_they_look_at():
    made = made_market(variants=3)
    page, slates, truth = board_of(made)._pages, made.slates, made.truth
    rows = slates.matched.reshape(-1, slates.matched.shape[2])
    for row, places in enumerate(rows):
        kind, device = divmod(row % slates.matched.shape[1], len(truth.looks))
        met = {True: 0.0, False: 0.0}
        for slot, place in enumerate(places):
            if place >= 0:
                met[bool(truth.fate[kind, place] & 1)] += truth.looks[device, slot]
        assert (page.state[row, GOOD] / PART, page.state[row, BAD] / PART) == pytest.approx((met[True], met[False]), abs=8 / PART)


def test_what_users_are_expected_to_meet_is_what_they_meet_on_average():
    made = made_market(variants=2)
    board = board_of(made)
    expected, page = board.expected_met(made.shares), board._pages
    met = board.play(day_of(made, 300_000), 0, DAY_S).met
    good, bad = page.state[:, GOOD] / PART, page.state[:, BAD] / PART
    squares = np.stack([np.ones(len(good)), good**2, bad**2], axis=1)
    weight = np.tile(made.shares, 2)[:, None] / 2
    error = np.sqrt(300_000 * (weight * squares).reshape(-1, len(expected), 3).sum(axis=0))
    assert near(met, 300_000 * expected, error)  # a Poisson number of queries of each row
    assert expected[:, 0].sum() == pytest.approx(1)
