"""Outages and the market seen from the platform: what reaches the log, who serves, what a bid does to a page."""

from __future__ import annotations

import numpy as np
import pytest

from sim.lifecycle import learning
from sim.lifecycle.log import Log
from sim.lifecycle.play import play
from sim.scenario.schema import DAY_S
from tests.laws.chance import near
from tests.laws.tiny import learner, policy, stage_of, tiny, world_of


def played(candidate, **settings):
    scenario = tiny(candidate, **settings)
    return play(stage_of(scenario), scenario.candidates[0])


def outage(what, **settings):
    return {"kind": "outage", "what": what, "at": "day 6", "lasts": "5 days"} | settings


@pytest.fixture
def logs(monkeypatch):
    """The logs of a run, kept whole."""
    kept = []
    original = Log.__init__

    def begin(self, sight, past, start_s, keep_s, *rest):
        original(self, sight, past, start_s, 10_000 * DAY_S, *rest)
        kept.append(self)

    monkeypatch.setattr(Log, "__init__", begin)
    return kept


def logged_clicks(log, first, end):
    return sum(spell.clicks.sum() for spell in log.spells if first * DAY_S <= spell.start_s < end * DAY_S)


SETTINGS = {"traffic": {"queries": 50_000}}
STEADY = learner("clicks", retrain="never", refresh="1 day")


def test_while_tracking_is_down_no_click_reaches_the_log_and_every_click_is_billed(logs):
    lost = played(STEADY, drift=[outage("tracking")], **SETTINGS).ledger
    log = logs[-1]
    assert (lost[5:10, 3] > 0).all()
    assert logged_clicks(log, 5, 10) == 0
    assert logged_clicks(log, 0, 5) == lost[:5, 3].sum()
    assert logged_clicks(log, 10, 19) == lost[10:19, 3].sum()


def test_what_happens_before_an_outage_is_as_it_would_be_without_one_and_what_comes_after_is_not():
    calm, upset = (played(STEADY, drift=drift, **SETTINGS).ledger for drift in ([], [outage("tracking")]))
    assert (calm[:6] == upset[:6]).all()
    assert (calm[:, 0] == upset[:, 0]).all()
    assert (calm[6:, 2] != upset[6:, 2]).any()  # the histories of the next refresh miss a day's clicks


@pytest.mark.parametrize("share", [0.2, 0.5, 0.9])
def test_of_clicks_the_stated_share_is_lost(logs, share):
    ledger = played(STEADY, drift=[outage("tracking", by=share)], **SETTINGS).ledger
    log = logs[-1]
    clicks = ledger[5:10, 3].sum()
    assert near(logged_clicks(log, 5, 10), (1 - share) * clicks, np.sqrt(clicks * share * (1 - share)))
    for spell in log.spells:
        assert (spell.clicks <= spell.shown).all()


def test_which_clicks_are_lost_is_drawn_by_key(logs):
    first = [played(STEADY, drift=[outage("tracking", by=0.5)], **SETTINGS), logs[-1]]
    again = [played(STEADY, drift=[outage("tracking", by=0.5)], **SETTINGS), logs[-1]]
    assert (first[0].ledger == again[0].ledger).all()
    assert logged_clicks(first[1], 5, 10) == logged_clicks(again[1], 5, 10)


def test_while_the_model_is_down_the_incumbent_serves(logs):
    for incumbent in ("keyword", "random"):
        # Users who remember would tell the pages of days 1 to 5 apart, refunds the clicks.
        settings = {"history": {"days": "14 days", "policy": incumbent}, "users": {"blindness": 0}, "market": {"invalid": 0}}
        ours = played(learner("clicks"), drift=[outage("model")], **settings).ledger
        theirs = played(policy(incumbent), **settings).ledger
        calm = played(learner("clicks"), **settings).ledger
        assert (ours[5:10] == theirs[5:10]).all()
        assert (ours[1:5] == calm[1:5]).all()
        assert (ours[5:, 2] != calm[5:, 2]).any()
        assert (ours[11:, 2] != theirs[11:, 2]).any()


def test_a_model_that_comes_back_serves_at_once():
    ours, theirs = played(learner("clicks"), drift=[outage("model", lasts="12 h")]).ledger, played(policy("keyword")).ledger
    calm = played(learner("clicks")).ledger
    assert min(theirs[5, 2], calm[5, 2]) < ours[5, 2] < max(theirs[5, 2], calm[5, 2])
    assert (ours[6, :3] == calm[6, :3]).all()


def test_a_rule_does_not_notice_that_the_model_is_down():
    calm, upset = (played(policy("keyword"), drift=drift).ledger for drift in ([], [outage("model")]))
    assert (calm == upset).all()


@pytest.mark.parametrize("use", ["keyword", "always_show", "random", "oracle"])
def test_who_pays_more_pays_more_at_once(use):
    drift = [{"kind": "step", "what": "bids", "by": 1.0, "at": "day 6"}]
    calm, rich = (played(policy(use), drift=steps, market={"reserve": 0.0}).ledger for steps in ([], drift))
    assert (calm[:5] == rich[:5]).all()
    if use != "oracle":  # its page depends on the value of a look
        assert (calm[:, :4] == rich[:, :4]).all()
        assert rich[5:, 4].sum() == pytest.approx(2 * calm[5:, 4].sum(), rel=0.01)  # refunds go by the bids of their clicks


def test_a_learner_meets_todays_bids_without_asking_its_model_again(monkeypatch):
    asked = []
    original = learning.predict
    monkeypatch.setattr(learning, "predict", lambda *rest, **more: asked.append(1) or original(*rest, **more))
    settings = {"retrain": "never", "refresh": "100 days", "takes": "1 s"}
    drift = [{"kind": "step", "what": "bids", "by": 3.0, "at": "day 6", "share": 0.5}]
    calm, rich = (played(learner({"use": "revenue", "cut": 0.05}, **settings), drift=steps).ledger for steps in ([], drift))
    assert len(asked) == 2
    assert (calm[:5] == rich[:5]).all()
    assert rich[5:, 4].sum() > 1.3 * calm[5:, 4].sum()
    assert (calm[5:, 2] != rich[5:, 2]).any()


def test_an_ad_without_a_bid_is_never_shown_even_without_a_reserve():
    drift = [{"kind": "step", "what": "ads", "by": 0.5, "at": "day 15"}]
    world = world_of(drift=drift, market={"reserve": 0.0})
    for use in ("always_show", "random", "oracle"):
        scenario = tiny(policy(use), drift=drift, market={"reserve": 0.0})
        shown = play(stage_of(scenario), scenario.candidates[0]).ledger
        full = played(policy(use), market={"reserve": 0.0}).ledger
        assert (shown[:, 2] < full[:, 2]).all()
    assert (world.at(0).sight.bid_micros > 0).mean() == pytest.approx(0.5, abs=0.06)
