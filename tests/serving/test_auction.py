"""What an auction owes its bidders, whatever they bid.

Values are single precision: the numbers here are chosen so that each is held exactly.
"""

import re
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from sim import seeds
from sim.errors import InvalidRun
from sim.serving.auction import run_auctions
from sim.serving.pricing.first_price import FirstPrice
from sim.serving.pricing.second_price import SecondPrice
from sim.serving.pricing.vickrey import Vickrey
from tests.laws.chance import repeatable

NOWHERE = 99


class Bidding:
    """One auction whose bids can be changed: a value is base + pull × bid."""

    def __init__(self, bids, quality, pull, base, slots, cut, reserve):
        self.bids, self.quality = np.array(bids, np.int64), np.array(quality, float)
        self.pull, self.base = np.array(pull, float), np.array(base, float)
        self.slots, self.cut, self.reserve = slots, cut, reserve

    def __repr__(self):
        return f"Bidding({', '.join(f'{name}={np.array(value).tolist()}' for name, value in vars(self).items())})"

    def run(self, bids=None, **rule):
        bids = self.bids if bids is None else bids
        return run_auctions(
            self.base + self.pull * bids,
            self.quality,
            bids,
            slots=self.slots,
            cut=self.cut,
            reserve_micros=self.reserve,
            value_without_bid=self.base,
            **rule,
        )

    def slot(self, ad, bid):
        """Where *ad* would stand if it bid *bid*, NOWHERE if it were not shown."""
        bids = self.bids.copy()
        bids[ad] = bid
        found = np.flatnonzero(self.run(bids).winner == ad)
        return int(found[0]) if len(found) else NOWHERE

    @property
    def tied_at_the_door(self):
        """Whether an ad that was left out is worth as much as one that was let in."""
        value = self.base + self.pull * self.bids
        chosen = {ad for _, ad, _ in self.winners}
        return bool({value[ad] for ad in chosen} & {value[ad] for ad in range(len(value)) if ad not in chosen})

    @property
    def winners(self):
        won = self.run()
        return [(slot, int(ad), int(price)) for slot, (ad, price) in enumerate(zip(*won, strict=True)) if ad >= 0]


@st.composite
def auctions(draw, most=40, steps=64, pulls=None):
    """An auction with many ties: bids of a few micro-units, qualities and pulls in 64ths (their products must stay below 2^24 parts)."""
    ads = draw(st.integers(1, 7))
    each = lambda numbers: draw(st.lists(numbers, min_size=ads, max_size=ads))  # noqa: E731
    part = st.integers(0, steps).map(lambda n: n / steps)
    buys = draw(st.booleans()) if pulls is None else pulls  # or the bid plays no part in the value
    return Bidding(
        bids=each(st.integers(1, most)),
        quality=each(part),
        pull=each(part) if buys else [0.0] * ads,
        base=each(part.map(lambda x: 4 * x)),
        slots=draw(st.integers(1, 9)),
        cut=draw(st.sampled_from([0.0, 0.5, 2.0])),
        reserve=draw(st.sampled_from([0, 1, most // 4])),
    )


class Halfway:
    """A rule of a user's own: the mean of a first and a second price."""

    @staticmethod
    def price(bid, thresholds, looks, slots):
        return (bid + thresholds[0]) / 2


class MeanBar:
    """A rule that looks at all it is told."""

    @staticmethod
    def price(bid, thresholds, looks, slots):
        return (thresholds * looks).sum() / looks.sum()


class Huge:
    """A rule that asks for more than there is."""

    @staticmethod
    def price(bid, thresholds, looks, slots):
        return np.inf if slots > 1 else bid * 1e300


class Gift:
    """A rule that would pay for a click."""

    @staticmethod
    def price(bid, thresholds, looks, slots):
        return -1e300


RULES = [SecondPrice, Vickrey, FirstPrice, Halfway, MeanBar, Huge, Gift]


@pytest.mark.parametrize("pricing", RULES)
@given(auctions())
@repeatable
def test_a_price_lies_between_the_reserve_and_the_bid(pricing, auction):
    won = auction.run(pricing=pricing)
    for ad, price in zip(*won, strict=True):
        assert ad < 0 or auction.reserve <= price <= auction.bids[ad]
    assert won.winner.tolist() == auction.run().winner.tolist()  # a rule prices, it does not choose


@given(auctions())
@repeatable
def test_a_rule_of_ones_own_is_told_the_bid_and_the_thresholds(auction):
    first, second, halfway = (auction.run(pricing=rule).price_micros for rule in (FirstPrice, SecondPrice, Halfway))
    assert (np.abs(halfway - (first + second) / 2) <= 0.5).all()  # its own price is rounded up, and so is the second


def test_a_rule_is_told_as_many_thresholds_and_looks_as_there_are_slots_from_the_own_one_down():
    bids, looks = np.array([9, 7, 5, 3]) * 1_000, np.array([1.0, 0.5, 0.25])
    won = run_auctions(bids.astype(float), np.ones(4), bids, slots=3, value_without_bid=np.zeros(4), pricing=MeanBar, looks=looks)
    assert won.winner.tolist() == [0, 1, 2]
    assert won.price_micros.tolist() == [(7_000 + 2_500 + 750) * 4 // 7 + 1, (2_500 + 750) * 4 // 3 + 1, 3_000]


def rule_from(text, name="Rule"):
    """A class whose source is no file."""
    found = {}
    exec(f"class {name}:\n    @staticmethod\n    def price(bid, thresholds, looks, slots):\n        {text}\n", found)
    return found[name]


def run_with(pricing):
    bids = np.array([9, 7, 5])
    return run_auctions(bids.astype(float), np.ones(3), bids, slots=2, value_without_bid=np.zeros(3), pricing=pricing)


def test_a_rule_without_a_file_is_compiled_all_the_same():
    assert run_with(rule_from("return thresholds[0] - 1")).price_micros.tolist() == [6, 4]
    assert run_with(rule_from("return 6")).price_micros.tolist() == [6, 6]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("return bid.cents", "Rule.price can't be compiled: Unknown attribute 'cents' of type float64"),
        ("return 'all of it'", "Rule.price can't be compiled: No conversion from"),
        ("pass", "Rule.price can't be compiled: No conversion from none to float64"),
        ("raise ValueError('never')", "Rule.price returns no number"),
        ("return bid / (slots - slots)", "the rule can't be used: division by zero"),
        ("return bid * np.nan", "Rule.price can't be compiled: "),
        ("return thresholds[slots]", "the rule can't be used: index is out of bounds"),
        ("return (bid * 1e308) * 10 * 0", "the rule can't be used: it asked for a price that is not a number"),
    ],
)
def test_a_rule_that_can_not_be_used_is_told_why(text, words):
    with pytest.raises(InvalidRun, match=re.escape(f"market.pricing: {words}")):
        run_with(rule_from(text))


def test_a_rule_with_other_arguments_can_not_be_used():
    class Rule:
        @staticmethod
        def price(bid):
            return bid

    with pytest.raises(InvalidRun, match="can't be compiled: Signature mismatch: 4 argument types given"):
        run_with(Rule)


@given(auctions())
@repeatable
def test_an_ad_below_the_cut_or_the_reserve_is_never_shown(auction):
    value = auction.base + auction.pull * auction.bids
    shown = {ad for _, ad, _ in auction.winners}
    able = {ad for ad in range(len(value)) if value[ad] >= auction.cut and auction.bids[ad] >= auction.reserve}
    assert shown <= able
    assert len(shown) == min(auction.slots, len(able))


@given(auctions())
@repeatable
def test_the_chosen_are_worth_most_and_stand_in_order_of_weighted_bids(auction):
    value, score = auction.base + auction.pull * auction.bids, auction.quality * auction.bids
    page = [ad for _, ad, _ in auction.winners]
    out = [ad for ad in range(len(value)) if ad not in page and auction.bids[ad] >= auction.reserve]
    assert not out or not page or min(value[page]) >= max(value[out])
    assert all((-score[a], a) < (-score[b], b) for a, b in pairwise(page))


@given(auctions(), st.data())
@repeatable
def test_a_higher_bid_never_loses_a_slot(auction, data):
    ad = data.draw(st.integers(0, len(auction.bids) - 1))
    more = data.draw(st.integers(int(auction.bids[ad]), 60))
    assert auction.slot(ad, more) <= auction.slot(ad, auction.bids[ad])


@given(auctions())
@repeatable
def test_the_price_is_the_lowest_bid_that_keeps_the_slot(auction):
    assume(not auction.tied_at_the_door)
    for slot, ad, price in auction.winners:
        lowest = next(bid for bid in range(auction.bids[ad] + 1) if auction.slot(ad, bid) == slot)
        assert price == max(lowest, auction.reserve) or price + 1 == lowest  # one more where a tie would go to another


def test_an_ad_left_out_at_equal_value_sets_the_price():
    won = run_auctions(np.ones(2), np.ones(2), np.array([5, 3]), slots=1, value_without_bid=np.ones(2))
    assert won.winner.tolist() == [0]
    assert won.price_micros.tolist() == [3]  # with a bid of 2 the other ad would have had the slot


@given(auctions(), st.data())
@repeatable
def test_a_slot_is_kept_at_any_bid_above_its_price_and_lost_at_any_below(auction, data):
    assume(not auction.tied_at_the_door)
    for slot, ad, price in auction.winners:
        dearer = data.draw(st.integers(min(price + 1, int(auction.bids[ad])), int(auction.bids[ad])))
        assert auction.slot(ad, dearer) == slot
        if price > 0:
            assert auction.slot(ad, data.draw(st.integers(0, price - 1))) > slot


@given(auctions(most=3_000_000, steps=4))
@repeatable
def test_prices_of_real_money_are_right_to_the_micro_unit(auction):
    assume(not auction.tied_at_the_door)
    for slot, ad, price in auction.winners:
        assert auction.slot(ad, min(price + 1, auction.bids[ad])) == slot
        assert price == 0 or auction.slot(ad, price - 1) > slot


@given(auctions(pulls=True))
@repeatable
def test_the_first_ad_keeps_its_slot_at_exactly_its_price_when_quality_is_value(auction):
    auction.quality, auction.base = auction.pull, np.zeros_like(auction.base)
    for slot, ad, price in auction.winners:
        if ad == 0 and auction.quality[0] > 0:
            assert auction.slot(0, price) == slot


@given(auctions())
@repeatable
def test_relabelling_ads_without_ties_changes_nothing_but_labels(auction):
    value, score = auction.base + auction.pull * auction.bids, auction.quality * auction.bids
    assume(len(set(value)) == len(value) and len(set(score)) == len(score))
    order = np.argsort(seeds.uniforms(len(value), len(value)))
    other = Bidding(
        auction.bids[order], auction.quality[order], auction.pull[order], auction.base[order], auction.slots, auction.cut, auction.reserve
    )
    assert [(slot, int(order[ad]), price) for slot, ad, price in other.winners] == auction.winners


@pytest.mark.parametrize("pricing", RULES)
@given(st.integers(1, 8), st.integers(1, 8), st.integers(1, 100))
@repeatable
def test_ties_go_to_the_lower_ad_id(pricing, ads, slots, bid):
    auction = Bidding([bid] * ads, [1] * ads, [1] * ads, [0] * ads, slots, 0.0, 0)
    assert auction.run(pricing=pricing).winner.tolist() == list(range(min(ads, slots)))


@given(st.lists(auctions(), min_size=1, max_size=4))
@repeatable
def test_many_auctions_at_once_are_the_same_as_one_by_one(found):
    ads, slots = 7, 3
    rows = [[np.resize(part, ads) for part in (one.base + one.pull * one.bids, one.quality, one.bids, one.base)] for one in found]
    value, quality, bids, base = (np.stack(column) for column in zip(*rows, strict=True))
    together = run_auctions(value, quality, bids, slots=slots, cut=0.5, reserve_micros=3, value_without_bid=base)
    for row in range(len(found)):
        alone = run_auctions(value[row], quality[row], bids[row], slots=slots, cut=0.5, reserve_micros=3, value_without_bid=base[row])
        assert together.winner[row].tolist() == alone.winner.tolist()
        assert together.price_micros[row].tolist() == alone.price_micros.tolist()


def test_an_ad_without_quality_stands_last_and_pays_the_reserve():
    bids = np.array([900, 5, 800])
    won = run_auctions(np.ones(3), np.array([0.0, 0.1, 0.0]), bids, slots=3, reserve_micros=2)
    assert won.winner.tolist() == [1, 0, 2]
    assert won.price_micros.tolist() == [2, 2, 2]


def test_ads_that_must_not_be_shown_leave_their_slots_empty():
    value = np.array([[-np.inf, 1.0, -np.inf], [-np.inf] * 3])
    won = run_auctions(value, np.ones((2, 3)), np.array([9, 7, 5]), slots=2, value_without_bid=np.zeros((2, 3)))
    assert won.winner.tolist() == [[1, -1], [-1, -1]]
    assert won.price_micros.tolist() == [[0, 0], [0, 0]]


def test_an_objective_may_forbid_an_ad_whatever_it_bids():
    value = np.array([-np.inf, 1.0, 0.5])
    won = run_auctions(value, np.ones(3), np.array([9, 7, 5]), slots=3, value_without_bid=np.array([-np.inf, 0.0, 0.0]))
    assert won.winner.tolist() == [1, 2, -1]


def test_a_price_lies_between_the_reserve_and_the_bid_when_two_ads_are_worth_everything():
    won = run_auctions(np.array([np.inf, np.inf, 0.5]), np.ones(3), np.array([9, 7, 5]), slots=1, value_without_bid=np.zeros(3))
    assert 0 <= won.price_micros[0] <= 9


def test_with_more_slots_than_ads_everyone_is_shown_and_pays_the_next_bid():
    bids = np.array([3, 9, 5])
    won = run_auctions(bids.astype(float), np.ones(3), bids, slots=8, reserve_micros=1, value_without_bid=np.zeros(3))
    assert won.winner.tolist() == [1, 2, 0]
    assert won.price_micros.tolist() == [5, 3, 1]


def test_the_best_ad_left_out_sets_the_price_of_the_last_slot():
    bids = np.array([9, 7, 5])
    bought = run_auctions(bids.astype(float), np.ones(3), bids, slots=2, value_without_bid=np.zeros(3))
    ranked = run_auctions(bids.astype(float), np.ones(3), bids, slots=2)
    assert bought.price_micros.tolist() == [7, 5]
    assert ranked.price_micros.tolist() == [7, 0]  # a bid that buys no way in costs nothing there
