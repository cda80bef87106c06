"""Explorers: what they show, how often, and that nothing of it hangs on anything but the key."""

from dataclasses import replace

import numpy as np
import pytest

from sim import seeds
from sim.candidates.exploration.epsilon import Epsilon
from sim.candidates.exploration.explorer import Prospect, explore
from sim.candidates.exploration.thompson import Thompson
from sim.candidates.learned import columns_of, make_offers
from sim.candidates.objectives.clicks import Clicks
from sim.candidates.objectives.revenue import Revenue
from sim.errors import InvalidRun
from sim.serving.placing import placing
from tests.laws.chance import SIGMAS, near
from tests.laws.tiny import pages_of, stage_of, tiny

STAGE = stage_of(tiny())
SIGHT, HISTORIES = STAGE.world.sight, STAGE.past.histories
TABLE = STAGE.features.now(HISTORIES)
SAID = {"click": np.full(len(TABLE), 0.05, np.float32)}
BID = np.broadcast_to(SIGHT.bid_micros[:, None, :], SIGHT.shape)


def prospect(objective=None, said=SAID, spread=None, may_show=None, sight=SIGHT, histories=HISTORIES):
    objective = objective or Clicks()

    def offer(said):
        return make_offers(objective, columns_of(objective, TABLE, said, sight), sight, "mine")

    return Prospect(offer(said), may_show if may_show is not None else BID > 0, sight, histories, said, dict.fromkeys(said, spread), offer)


def placings(offers, slots=SIGHT.slots):
    return placing(pages_of(STAGE.world, offers, slots, 0), SIGHT.matched)


@pytest.mark.parametrize("share", [0.05, "5%", 1.0])
@pytest.mark.parametrize("objective", [Clicks(), Revenue(), Clicks(cut=7.0), Clicks(cut=-3.0), Clicks(cut=1e20)])
def test_a_share_of_the_queries_gets_drawn_pages_and_the_others_the_objectives(share, objective):
    found = Epsilon(share, variants=4).explore(prospect(objective), 7)
    assert found.weights.sum() == pytest.approx(1)
    assert found.weights[1:] == pytest.approx((0.05 if share != 1.0 else 1.0) / 4)
    assert (found.value[0] == prospect(objective).offers.value[0]).all()
    slates = pages_of(STAGE.world, found, SIGHT.slots, 0)
    assert (slates.matched[1:] >= 0).all()  # whatever the cut is
    assert (slates.price_micros[1:, :, :-1] > 0).all()  # the last pays the reserve, which is nothing here


def test_every_ad_that_may_be_shown_is_drawn_alike_and_no_other():
    may_show = seeds.uniforms(5, BID.size).reshape(BID.shape) < 0.6
    may_show[..., 0] = True
    slots = 3
    chance = placings(Epsilon(1.0, variants=15).explore(prospect(may_show=may_show), 11), slots).sum(axis=2).reshape(SIGHT.shape)
    assert (chance[~may_show] == 0).all()
    held = np.broadcast_to(np.minimum(slots / may_show.sum(axis=-1, keepdims=True), 1), may_show.shape)
    error = np.sqrt(held * (1 - held) / 15)
    for place in range(SIGHT.matched):
        allowed = may_show[..., place]
        assert near((chance - held)[..., place][allowed].mean(), 0, error[..., place][allowed].mean() / np.sqrt(allowed.sum()) + 1e-9)


def test_drawn_pages_stand_in_the_order_of_bids_and_no_bid_buys_a_place():
    found = Epsilon(1.0, variants=2).explore(prospect(), 3)
    assert (found.value[1:] == found.value_without_bid[1:]).all()
    slates = pages_of(STAGE.world, found, SIGHT.slots, 0)
    bids = np.take_along_axis(
        np.broadcast_to(BID.reshape(SIGHT.cells, -1), (2, SIGHT.cells, SIGHT.matched)), slates.matched[1:].astype(int), -1
    )
    assert (np.diff(bids, axis=-1) <= 0).all()


@pytest.mark.parametrize("explorer", [Epsilon(), Thompson()])
def test_the_same_key_draws_the_same_pages_and_another_key_others(explorer):
    one, same, other = (explorer.explore(prospect(), key).value for key in (1, 1, 2))
    assert one.tobytes() == same.tobytes()
    assert (one != other).any()


def test_a_draw_is_as_wide_as_the_models_own_error():
    sd = np.full(len(TABLE), 0.4, np.float32)
    found = Thompson(variants=16, scale=1.5).explore(prospect(spread=sd), 5)
    odds = np.log(found.value / (1 - found.value)) - np.log(0.05 / 0.95)
    ads = np.unique(SIGHT.ad)
    drawn = np.array([odds[:, *np.argwhere(SIGHT.ad == ad)[0][[0]], 0, np.argwhere(SIGHT.ad == ad)[0][1]] for ad in ads])
    assert drawn.std() == pytest.approx(0.6, rel=SIGMAS / np.sqrt(2 * drawn.size))
    assert near(drawn.mean(), 0, 0.6 / np.sqrt(drawn.size))
    kind, place = np.argwhere(SIGHT.ad == ads[0]).T
    assert np.ptp(odds[:, kind, :, place], axis=0).max() < 1e-4  # one draw for an ad, wherever it stands


def test_what_is_well_known_is_drawn_close_and_what_is_new_far_away():
    known = replace(HISTORIES, ad_expected=np.full(SIGHT.ads, 1e4), query_expected=np.full(SIGHT.types, 1e4))
    new = replace(HISTORIES, ad_expected=np.zeros(SIGHT.ads), query_expected=np.zeros(SIGHT.types))
    odds = [np.log(Thompson(16).explore(prospect(histories=one), 5).value[:, ~SIGHT.is_tail] / 0.05) for one in (known, new)]
    assert odds[0].std() == pytest.approx(np.sqrt(2 / 1e4), rel=0.1)
    assert odds[1].std() == pytest.approx(1.0, rel=0.15)  # sqrt(1/2 + 1/2), less what 1 - p takes


def test_a_pool_of_never_seen_queries_is_never_known():
    known = replace(HISTORIES, query_expected=np.full(SIGHT.types, 1e8), ad_expected=np.full(SIGHT.ads, 1e8))
    odds = np.log(Thompson(16).explore(prospect(histories=known), 5).value / 0.05)
    assert odds[:, ~SIGHT.is_tail].std() < 0.01
    assert odds[:, SIGHT.is_tail].std() > 0.4


def test_conversions_are_known_from_fewer_events_than_clicks():
    known = replace(HISTORIES, ad_expected=np.full(SIGHT.ads, 100.0), query_expected=np.full(SIGHT.types, 100.0))
    said = SAID | {"conversion": np.full(len(TABLE), 0.01, np.float32)}
    drawn = Thompson()._draw(prospect(said=said, histories=known), 5, 0)
    head = np.broadcast_to(~SIGHT.is_tail[:, None, None], SIGHT.shape).ravel()
    clicks, conversions = np.log(drawn["click"][head] / 0.05).std(), np.log(drawn["conversion"][head] / 0.01).std()
    assert clicks == pytest.approx(np.sqrt(2 / 102), rel=0.15)
    assert conversions == pytest.approx(np.sqrt(2 / 3), rel=0.15)


def test_labels_of_raters_are_drawn_only_from_the_models_own_errors():
    said = SAID | {"show": np.full(len(TABLE), 0.3, np.float32)}
    assert (Thompson()._draw(prospect(said=said), 5, 0)["show"] == said["show"]).all()
    sure = prospect(said=said, spread=np.full(len(TABLE), 0.5, np.float32))
    assert Thompson()._draw(sure, 5, 0)["show"].std() > 0.05


def test_an_ad_without_a_history_is_shown_to_some():
    new = replace(HISTORIES, ad_expected=np.where(np.arange(SIGHT.ads) % 2, 1e4, 0.0), query_expected=np.full(SIGHT.types, 1e4))
    said = {"click": np.where(SIGHT.ad % 2, 0.08, 0.05)[:, None, :].repeat(2, axis=1).ravel().astype(np.float32)}
    unknown = np.broadcast_to(SIGHT.ad[:, None, :] % 2 == 0, SIGHT.shape).reshape(SIGHT.cells, SIGHT.matched)
    objective = Clicks(cut=0.06)
    found = prospect(objective, said=said, histories=new)
    assert placings(found.offers)[unknown].sum() == 0
    assert 0.1 < placings(Thompson().explore(found, 5))[unknown].sum(axis=1).mean() < 0.9


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda offers: "pages", "returned str; expected the Offers"),
        (lambda offers: replace(offers, weights=np.array([0.5])), "weights that are not from 0 and do not sum to 1"),
        (lambda offers: replace(offers, weights=np.array([1.5, -0.5])), "weights that are not from 0"),
        (lambda offers: replace(offers, weights=np.ones(17) / 17), r"weights of shape \(17,\); expected one for each of 1 to 16"),
        (lambda offers: replace(offers, weights=np.ones(2) / 2), r"value of shape \(1, .*\); expected \(2, "),
        (lambda offers: replace(offers, quality=offers.quality[0]), r"quality of shape .* expected \(1, "),
        (lambda offers: replace(offers, value=offers.value * np.nan), "value with values that are not a number"),
        (lambda offers: 1 / 0, "its exploration failed: ZeroDivisionError"),
    ],
)
def test_an_explorer_that_returns_no_offers_is_told_with_the_candidates_name(change, words):
    class Mine:
        def explore(self, prospect, key):
            return change(prospect.offers)

    with pytest.raises(InvalidRun, match=f"candidate 'mine': .*{words}"):
        explore(Mine(), prospect(), 1, "mine")


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: Epsilon(share=0), "'share' is a share above 0%"),
        (lambda: Epsilon(share="120%"), "up to 100%"),
        (lambda: Epsilon(variants=16), "from 1 to 15"),
        (lambda: Thompson(variants=17), "from 1 to 16"),
        (lambda: Thompson(scale=0.0), "'scale' is above 0"),
    ],
)
def test_what_makes_no_sense_is_refused(make, words):
    with pytest.raises(ValueError, match=words):
        make()
