"""Fixed rules: what each of them shows."""

import numpy as np
import pytest

from sim.candidates.baselines.oracle import Oracle
from sim.lifecycle.policies import build_policy
from sim.scenario.kinds import Plugin
from tests.laws.tiny import pages_of, world_of

WORLD = world_of()
SIGHT = WORLD.sight
OPEN = SIGHT.bid_micros >= WORLD.reserve_micros


def slates(use, key=1, **arguments):
    offers = build_policy(Plugin(use=use, **arguments)).offers(SIGHT, key)
    return pages_of(WORLD, offers)


def pages(found, variant=0):
    """The set of places shown for each type on the first device."""
    return [set(page[page >= 0].tolist()) for page in found.matched[variant, :: len(SIGHT.devices)]]


def test_always_show_fills_the_page_with_the_highest_bids():
    for kind, page in enumerate(pages(slates("always_show"))):
        best = np.argsort(-SIGHT.bid_micros[kind], kind="stable")[:4]
        assert page == {int(place) for place in best if OPEN[kind, place]}


def test_never_show_shows_nothing():
    assert not slates("never_show").shown.any()


@pytest.mark.parametrize("bar", [1.0, 2.2, 9.0])
def test_keyword_shows_the_ads_above_its_bar_for_queries_that_look_commercial(bar):
    for kind, page in enumerate(pages(slates("keyword", text=bar))):
        fits = (SIGHT.text[kind] >= bar) & OPEN[kind] & SIGHT.commercial[kind]
        assert page <= set(np.flatnonzero(fits).tolist())
        assert len(page) == min(4, fits.sum())


def test_random_shows_every_ad_about_as_often_as_any_other():
    counts = np.zeros(SIGHT.matched)
    for key in range(12):
        found = slates("random", key)
        for variant in range(len(found.weights)):
            for page in pages(found, variant):
                counts[list(page)] += 1
    open_ads = OPEN.mean(axis=0)
    assert counts / counts.sum() == pytest.approx(open_ads / open_ads.sum(), abs=0.01)


def test_random_draws_its_variants_from_its_key():
    assert (slates("random", 1).ad == slates("random", 1).ad).all()
    assert (slates("random", 1).ad != slates("random", 2).ad).mean() > 0.5
    found = slates("random")
    assert found.weights.sum() == 1
    assert len({found.ad[variant].tobytes() for variant in range(len(found.weights))}) == len(found.weights)


@pytest.mark.parametrize("objective", ["revenue", "clicks"])
def test_the_oracle_shows_the_ads_that_are_truly_worth_most_above_its_cut(objective):
    chance = WORLD.at(0).chance
    offers = Oracle(objective, cut=0.02).offers_knowing(SIGHT, chance)
    found = pages_of(WORLD, offers)
    for kind, page in enumerate(pages(found)):
        value = chance[kind, 0] * (SIGHT.bid_micros[kind] / 1e6 if objective == "revenue" else 1)
        worth = np.where(OPEN[kind] & (value >= 0.02), value, -1)
        assert page == {int(place) for place in np.argsort(-worth)[:4] if worth[place] >= 0}


def test_the_oracle_knows_two_objectives():
    with pytest.raises(ValueError, match="not 'impressions'"):
        Oracle("impressions")


def test_as_logged_shows_the_highest_bidder_alone_at_the_price_of_the_second():
    found = slates("as_logged")
    assert (found.shown == 1).all()
    every = slates("always_show")
    assert (found.matched[..., 0] == every.matched[..., 0]).all()
    assert found.price_micros[..., 0] == pytest.approx(every.price_micros[..., 0], rel=1e-6, abs=2)  # values are single precision
