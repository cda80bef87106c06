"""Budgets to the click: the tiled kernel against one that walks the matched ads at every query."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.kernels import tables as kernel
from sim.serving.pricing.first_price import FirstPrice
from sim.serving.pricing.second_price import SecondPrice
from sim.serving.pricing.vickrey import Vickrey
from sim.traffic.arrivals import DAY_S
from tests.traffic.market import board_of, day_of, made_market
from tests.traffic.naive import as_dicts, budgets_of, play

MONEY = {"nobody exhausted": 1e6, "some exhausted": 4.0, "nearly all exhausted": 0.4}
MARKETS = {
    "second price": {},
    "vickrey": {"pricing": Vickrey},
    "first price": {"pricing": FirstPrice},
    "ties": {"by_bid": False, "cut": 1.0},
    "cut and reserve": {"cut": 0.8, "reserve": 500_000},
    "three variants": {"variants": 4},
    "ten slots": {"slots": 10, "matched": 14},
    "one slot": {"slots": 1, "matched": 2},
    "cascade": {"cascade": True, "chance": (2, 10)},
    "tired eyes": {"sight": 0.6},
    "sales and invalid clicks": {"invalid": 0.2, "convert": 0.3, "chance": (2, 20)},
}


def made_with(budget, **market):
    """A market, and budgets that are known before its pages are compiled (nobody without money enters)."""
    budgets = budgets_of(made_market(**market), budget)
    return made_market(budgets=budgets, **market), budgets


@pytest.mark.parametrize("money", MONEY)
@pytest.mark.parametrize("market", MARKETS)
def test_the_kernel_equals_the_naive_walk_to_the_last_micro_unit(market, money):
    made, budgets = made_with(MONEY[money], **MARKETS[market])
    board = board_of(made, budgets)
    for day in (1, 2):  # the second day shows that midnight makes all whole
        if day > 1:
            board.begin_day()
        arrivals = day_of(made, 4_000, key=day)
        outcome = board.play(arrivals, 0, DAY_S)
        shown, clicked, left, tallies = play(made, arrivals, budgets)
        assert as_dicts(board.close()) == (shown, clicked)
        assert board.left.tolist() == left
        assert outcome.tally(kernel.CLICKS) == tallies["clicks"]
        assert outcome.tally(kernel.REVENUE) == tallies["revenue"] == sum(budgets.tolist()) - sum(left)
        assert outcome.tally(kernel.IMPRESSIONS) == sum(shown.values())
        assert outcome.tally(kernel.INVALID_CLICKS) == tallies["invalid"]
        assert outcome.tally(kernel.INVALID_MICROS) == tallies["refunds"]
        assert len(outcome.sales.row) == tallies["sales"]
        ended = sum(one == 0 < budget for one, budget in zip(left, budgets.tolist(), strict=True))
        assert outcome.tally(kernel.EXHAUSTED) == board.exhausted == ended
        assert (ended == 0) == (money == "nobody exhausted")


@pytest.mark.parametrize("market", MARKETS)
def test_without_budgets_the_kernel_equals_the_naive_walk(market):
    made = made_market(**MARKETS[market])
    board, arrivals = board_of(made), day_of(made, 4_000)
    outcome = board.play(arrivals, 0, DAY_S)
    shown, clicked, _, tallies = play(made, arrivals, None)
    assert as_dicts(board.close()) == (shown, clicked)
    assert outcome.tally(kernel.REVENUE) == tallies["revenue"]
    assert len(outcome.sales.row) == tallies["sales"]


@given(st.lists(st.integers(0, DAY_S), max_size=5))
@settings(max_examples=25)
def test_a_cut_on_any_second_changes_no_count(cuts):
    made, budgets = made_with(1.0, variants=4, invalid=0.1, convert=0.2)
    arrivals = day_of(made, 6_000)
    whole = board_of(made, budgets)
    once = whole.play(arrivals, 0, DAY_S)
    parted = board_of(made, budgets)
    parts = [parted.play(arrivals, first, end) for first, end in pairwise([0, *sorted(cuts), DAY_S])]
    assert (sum(part.tallies for part in parts) == once.tallies).all()
    assert (np.concatenate([part.sales.second for part in parts]) == once.sales.second).all()
    assert as_dicts(parted.close()) == as_dicts(whole.close())


@given(st.floats(0.05, 50), st.integers(0, 99))
@settings(max_examples=25)
def test_nobody_ever_spends_more_than_the_budget(budget, seed):
    made, budgets = made_with(budget, seed=seed)
    board = board_of(made, budgets)
    for day in range(3):
        board.begin_day()
        outcome = board.play(day_of(made, 3_000, key=day + 1), 0, DAY_S)
        assert (board.left >= 0).all()
        assert outcome.tally(kernel.REVENUE) == (budgets - board.left).sum() <= budgets.sum()


def test_new_pages_in_the_middle_of_a_day_leave_out_whoever_has_spent_a_budget():
    made, budgets = made_with(1.0)
    board, arrivals = board_of(made, budgets), day_of(made, 6_000)
    board.play(arrivals, 0, DAY_S // 2)
    broke = board.left == 0
    board.close()
    board.serve(made.slates, made.truth)
    board.play(arrivals, DAY_S // 2, DAY_S)
    shown, bidding = board.close(), made.slates.bidding
    payers = bidding.payer[bidding.ad[shown.row // 2 % len(bidding.ad), shown.place]]
    assert broke.sum() > 2
    assert not broke[payers].any()


def test_a_cell_is_dry_when_its_page_can_not_be_filled_any_more():
    made, budgets = made_with(0.4)
    board = board_of(made, budgets)
    assert board.dry_cells == 0
    board.play(day_of(made, 4_000), 0, DAY_S)
    bidding, dry = made.slates.bidding, 0
    for row in range(len(bidding.value)):
        able = [bidding.payer[bidding.ad[row // 2, place]] for place in range(8) if budgets[bidding.payer[bidding.ad[row // 2, place]]] > 0]
        before = min(4, len(able))
        dry += min(4, sum(board.left[who] > 0 for who in able)) < before
    assert board.dry_cells == dry > 10
    board.begin_day()
    assert board.dry_cells == 0


@pytest.mark.parametrize("pricing", [SecondPrice, Vickrey, FirstPrice])
def test_rules_order_what_they_ask(pricing):
    made = made_market(pricing=pricing)
    second = made_market(pricing=SecondPrice)
    asked, usual = made.slates.price_micros, second.slates.price_micros
    assert (made.slates.matched == second.slates.matched).all()
    if pricing is Vickrey:
        assert (asked <= usual).all()
        assert (asked < usual).any()
    if pricing is FirstPrice:
        assert (asked >= usual).all()
        assert (asked > usual).any()
