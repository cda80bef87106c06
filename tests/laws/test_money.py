"""Money, impressions and clicks of whole runs, added up again from the pages that were served."""

import numpy as np
import pytest

import sim
from sim.columns import CLICKS, IMPRESSIONS, QUERIES, QUERIES_WITH_ADS, REVENUE
from sim.lifecycle.platform import Platform
from sim.lifecycle.play import play
from tests.laws.tiny import EVERYONE, stage_of, tiny

DRIFT = [{"kind": "random_walk", "what": "clicks", "by": 0.6, "every": "36 h"}]
SCENARIO = tiny(*EVERYONE, drift=DRIFT, replications=2)


@pytest.fixture(scope="module")
def run():
    return sim.run(SCENARIO)


@pytest.fixture
def flows(monkeypatch):
    """Every stretch of traffic that is booked: its day, its pages and what came of it."""
    booked = []

    def book(self, outcome):
        booked.append((self._day, self.slates, outcome))
        return original(self, outcome)

    original = Platform.book
    monkeypatch.setattr(Platform, "book", book)
    return booked


@pytest.mark.parametrize("number", range(len(EVERYONE)))
def test_money_paid_is_money_earned(flows, number):
    ledger = play(stage_of(SCENARIO), SCENARIO.candidates[number]).ledger
    paid = np.zeros_like(ledger)
    for day, slates, outcome in flows:
        if day < 0:
            continue
        for page in np.argwhere(outcome.queries):
            at = tuple(int(part) for part in page)
            ads = [slot for slot in range(slates.matched.shape[2]) if slates.matched[at][slot] >= 0]
            asked = int(outcome.queries[at])
            paid[day, QUERIES] += asked
            paid[day, QUERIES_WITH_ADS] += asked * bool(ads)
            paid[day, IMPRESSIONS] += asked * len(ads)
            paid[day, CLICKS] += sum(int(outcome.clicks[at][slot]) for slot in ads)
            paid[day, REVENUE] += sum(int(outcome.clicks[at][slot]) * int(slates.price_micros[at][slot]) for slot in ads)
        assert outcome.clicks[slates.matched < 0].sum() == 0
        assert (outcome.clicks <= outcome.queries[:, :, None]).all()
    assert (paid == ledger).all()


def test_what_is_earned_is_never_more_than_was_bid(flows):
    stage = stage_of(SCENARIO)
    bids = stage.world.ads.bid_micros
    for candidate in SCENARIO.candidates:
        play(stage, candidate)
    for _, slates, outcome in flows:
        assert (slates.price_micros <= np.where(slates.matched >= 0, bids[slates.ad], 0)).all()
        assert (slates.price_micros[slates.matched >= 0] >= stage.world.reserve_micros).all()
        assert (outcome.clicks * slates.price_micros).sum() <= (outcome.clicks * bids[slates.ad]).sum()


def test_who_never_shows_earns_nothing(run):
    assert not run.candidate("never_show").days[..., QUERIES_WITH_ADS:].any()


def test_counts_are_whole_and_in_order(run):
    for candidate in run.candidates:
        days = candidate.days
        assert days.dtype == np.int64
        assert (days >= 0).all()
        assert (days[..., QUERIES] >= days[..., QUERIES_WITH_ADS]).all()
        assert (days[..., IMPRESSIONS] >= days[..., QUERIES_WITH_ADS]).all()
        assert (days[..., IMPRESSIONS] <= 4 * days[..., QUERIES_WITH_ADS]).all()
        assert (days[..., CLICKS] <= days[..., IMPRESSIONS]).all()


def test_every_candidate_meets_the_same_queries(run):
    first = run.candidates[0].days[..., QUERIES]
    assert (first > 0).all()
    for candidate in run.candidates:
        assert (candidate.days[..., QUERIES] == first).all()


def test_who_always_shows_shows_most(run):
    most = run.candidate("always_show").days[..., IMPRESSIONS]
    for candidate in run.candidates:
        assert (candidate.days[..., IMPRESSIONS] <= most).all()
