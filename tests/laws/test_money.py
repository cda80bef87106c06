"""Money, impressions and clicks of whole runs, added up again from the pages that were served."""

import numpy as np
import pytest

import sim
from sim.columns import (
    ADVERTISER_VALUE,
    CLICKS,
    CONVERSIONS,
    EXHAUSTED,
    IMPRESSIONS,
    INVALID_CLICKS,
    MICROS,
    QUERIES,
    QUERIES_WITH_ADS,
    REFUNDS,
    REVENUE,
    SIGHTEDNESS,
)  # fmt: skip
from sim.kernels import tables as kernel
from sim.lifecycle.play import play
from sim.world.build import build_world
from tests.laws.stretches import watch
from tests.laws.tiny import EVERYONE, stage_of, tiny

DRIFT = [{"kind": "random_walk", "what": "clicks", "by": 0.6, "every": "36 h"}]
REFUND_DAYS = 7
SCENARIO = tiny(*EVERYONE, drift=DRIFT, replications=2)


@pytest.fixture(scope="module")
def run():
    return sim.run(SCENARIO)


@pytest.fixture
def stretches(monkeypatch):
    return watch(monkeypatch)


@pytest.mark.parametrize("number", range(len(EVERYONE)))
def test_money_paid_is_money_earned_less_what_is_paid_back(stretches, number):
    stage = stage_of(SCENARIO)
    stretches.clear()
    ledger = play(stage, SCENARIO.candidates[number]).ledger
    paid, due = np.zeros_like(ledger), np.zeros(len(ledger) + REFUND_DAYS, np.int64)
    for day, _, slates, queries, clicks, outcome in stretches:
        for page in np.argwhere(queries):
            at = tuple(int(part) for part in page)
            ads = [slot for slot in range(slates.matched.shape[2]) if slates.matched[at][slot] >= 0]
            asked = int(queries[at])
            paid[day, QUERIES] += asked
            paid[day, QUERIES_WITH_ADS] += asked * bool(ads)
            paid[day, IMPRESSIONS] += asked * len(ads)
            paid[day, CLICKS] += sum(int(clicks[at][slot]) for slot in ads)
            paid[day, REVENUE] += sum(int(clicks[at][slot]) * int(slates.price_micros[at][slot]) for slot in ads)
        assert clicks[slates.matched < 0].sum() == 0
        assert (clicks <= queries[:, :, None]).all()
        due[day + REFUND_DAYS] += outcome.tally(kernel.INVALID_MICROS)
    paid[:, REFUNDS] = due[: len(ledger)]
    paid[:, REVENUE] -= paid[:, REFUNDS]
    booked = [QUERIES, QUERIES_WITH_ADS, IMPRESSIONS, CLICKS, REVENUE, REFUNDS]
    assert (paid[:, booked] == ledger[:, booked]).all()


def test_what_is_earned_is_never_more_than_was_bid(stretches):
    stage = stage_of(SCENARIO)
    bids = stage.world.ads.bid_micros
    for candidate in SCENARIO.candidates:
        play(stage, candidate)
    for _, _, slates, _, clicks, _ in stretches:
        assert (slates.price_micros <= np.where(slates.matched >= 0, bids[slates.ad], 0)).all()
        assert (slates.price_micros[slates.matched >= 0] >= stage.world.reserve_micros).all()
        assert (clicks * slates.price_micros).sum() <= (clicks * bids[slates.ad]).sum()


def test_what_conversions_are_worth_is_what_their_ads_say(stretches):
    stage = stage_of(SCENARIO)
    stretches.clear()
    ledger = play(stage, SCENARIO.candidates[1]).ledger
    found = np.zeros((len(ledger), 2), np.int64)
    for day, _, slates, _, clicks, outcome in stretches:
        sales = outcome.sales
        row = (*np.divmod(sales.row, slates.matched.shape[1]), sales.slot)
        assert (slates.matched[row] == sales.place).all()
        sold = np.zeros_like(clicks)
        np.add.at(sold, row, 1)
        assert (sold <= clicks).all()
        found[day] += len(sales.row), stage.world.conversions.value_micros[slates.ad[row]].sum()
    assert (found == ledger[:, [CONVERSIONS, ADVERTISER_VALUE]]).all()
    assert found[:, 0].sum() > 50


def test_who_never_shows_earns_nothing(run):
    days = run.candidate("never_show").days
    assert not days[..., QUERIES_WITH_ADS:SIGHTEDNESS].any()
    assert (days[..., SIGHTEDNESS:] == MICROS).all()  # and whoever meets no ad learns nothing


def test_counts_are_whole_and_in_order(run):
    for candidate in run.candidates:
        days = candidate.days
        assert days.dtype == np.int64
        assert (np.delete(days, REVENUE, axis=-1) >= 0).all()
        assert ((days[..., REVENUE] + days[..., REFUNDS]) >= 0).all()  # more may fall due on a day than comes in
        assert (days[..., QUERIES] >= days[..., QUERIES_WITH_ADS]).all()
        assert (days[..., IMPRESSIONS] >= days[..., QUERIES_WITH_ADS]).all()
        assert (days[..., IMPRESSIONS] <= 4 * days[..., QUERIES_WITH_ADS]).all()
        assert (days[..., CLICKS] <= days[..., IMPRESSIONS]).all()
        assert (days[..., CONVERSIONS] + days[..., INVALID_CLICKS] <= days[..., CLICKS]).all()  # what nobody meant leads to nothing
        charged = (days[..., REVENUE] + days[..., REFUNDS]).cumsum(axis=1)
        assert (days[..., REFUNDS].cumsum(axis=1)[:, REFUND_DAYS:] <= charged[:, :-REFUND_DAYS]).all()
        assert not days[:, :REFUND_DAYS, REFUNDS].any()


def test_every_candidate_meets_the_same_queries(run):
    first = run.candidates[0].days[..., QUERIES]
    assert (first > 0).all()
    for candidate in run.candidates:
        assert (candidate.days[..., QUERIES] == first).all()


def test_who_always_shows_shows_most(run):
    most = run.candidate("always_show").days[..., IMPRESSIONS]
    for candidate in run.candidates:
        assert (candidate.days[..., IMPRESSIONS] <= most).all()


@pytest.mark.parametrize("budget", [0.5, 20.0])
def test_nobody_is_charged_more_in_a_day_than_the_budgets_allow(budget):
    scenario = tiny(*EVERYONE, drift=DRIFT, market={"budget": budget})
    limits = build_world(scenario, 0).ads.budgets
    for candidate in sim.run(scenario).candidates:
        (days,) = candidate.days
        charged = days[:, REVENUE] + days[:, REFUNDS]
        assert (charged <= limits.sum()).all()
        assert (days[:, EXHAUSTED] <= (limits > 0).sum()).all()
        if candidate.name == "always_show":
            assert days[:, EXHAUSTED].max() > 0


def test_budgets_that_nobody_reaches_change_nothing():
    free, rich = (sim.run(tiny(*EVERYONE, drift=DRIFT, market=market)) for market in ({}, {"budget": 1e6, "budget_spread": 0.0}))
    assert free.fingerprint == rich.fingerprint


def test_budgets_of_zero_leave_every_page_empty():
    run = sim.run(tiny(*EVERYONE, market={"budget": 0.0}))
    for candidate in run.candidates:
        assert (candidate.days[..., QUERIES] > 0).all()
        assert not candidate.days[..., QUERIES_WITH_ADS:SIGHTEDNESS].any()
