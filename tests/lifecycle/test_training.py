"""Training sets: rows, labels and weights by hand; and nothing of the future in them."""

from dataclasses import replace

import numpy as np
import pytest

from sim.lifecycle.collecting import click_set, conversion_set, show_set
from sim.lifecycle.labelling import rate
from sim.lifecycle.log import Spell
from sim.lifecycle.play import play
from sim.scenario.schema import DAY_S, Labels
from tests.candidates import spies
from tests.laws.chance import drawn_from, near
from tests.laws.tiny import learner, stage_of, tiny

SPY = {"use": "tests.candidates.spies:Spy"}
STAGE = stage_of(tiny(learner("clicks", window="14 days")))
SPELLS = list(STAGE.past.spells)
WEEK_S = 7 * DAY_S
FEATURES, WORLD = STAGE.features, STAGE.world


def fits(candidate, **settings):
    """The training sets that a candidate's model was given, in order."""
    scenario = tiny(candidate, **settings)
    spies.GIVEN.clear()
    play(stage_of(scenario), scenario.candidates[0])
    return [arguments for what, arguments in spies.GIVEN if what == "fit"]


def same(one, other):
    return all(np.array_equal(np.asarray(a), np.asarray(b)) for a, b in zip(one, other, strict=True))


def test_clicks_and_impressions_without_one_are_the_weights_of_the_labels():
    found = click_set(FEATURES, SPELLS)
    shown, clicks = (sum(int(getattr(spell, name).sum()) for spell in SPELLS) for name in ("shown", "clicks"))
    assert found.weight[found.label == 1].sum() == clicks
    assert found.weight[found.label == 0].sum() == shown - clicks
    assert (found.weight > 0).all()
    assert found.story == f"{shown:,} impressions with {clicks:,} clicks"


def test_each_row_has_the_features_of_its_ad_in_its_cell_and_position_as_they_were_known_then():
    table = click_set(FEATURES, SPELLS).table
    first = 0
    for spell in SPELLS:
        clicked = np.flatnonzero(spell.clicks > 0)
        for number, at in enumerate(clicked[:50]):
            kind, place = spell.row[at] // (2 * WORLD.sight.matched), spell.row[at] % WORLD.sight.matched
            row = table.iloc[first + number]
            assert row["text_match"] == pytest.approx(WORLD.sight.text[kind, place] - 2)
            assert row["log_position"] == pytest.approx(np.log1p(float(spell.position[at])), abs=1e-3)
            assert row["ad_lift"] == spell.histories.ad_lift[WORLD.sight.ad[kind, place]]
        first += len(clicked) + (spell.shown > spell.clicks).sum()
    assert first == len(table)


def test_no_log_makes_an_empty_training_set():
    assert len(click_set(FEATURES, []).table) == 0
    assert show_set(FEATURES, [], STAGE.past.histories, WORLD.relevance.margin, Labels(), 1).story == "no traffic to label"


def test_pairs_are_labelled_as_often_as_their_queries_come_and_each_matched_ad_alike():
    found = show_set(FEATURES, SPELLS, STAGE.past.histories, WORLD.relevance.margin, Labels(rows=200_000, error=0), 7)
    asked = np.sum([spell.queries for spell in SPELLS], axis=0).reshape(WORLD.sight.types, 2)
    assert drawn_from(np.bincount(found.table["device_mobile"].astype(int), minlength=2), asked.sum(axis=0))
    tail = found.table["never_seen"].mean()
    share = asked[WORLD.sight.is_tail].sum() / asked.sum()
    assert near(tail, share, np.sqrt(share * (1 - share) / 200_000))
    worthy = (asked.sum(axis=1)[:, None] * WORLD.relevance.worthy).sum() / asked.sum() / WORLD.sight.matched
    assert near(found.label.mean(), worthy, np.sqrt(worthy / 200_000))
    assert (found.weight == 1).all()
    assert (found.table["log_position"] == 0).all()


def test_a_rater_errs_as_stated_at_the_bar_and_less_where_the_case_is_clear():
    pairs = 400_000
    margins = np.repeat([-6.0, -1.5, -1e-6, 1e-6, 1.5, 6.0], pairs // 6)
    said = rate(margins.astype(np.float32)[:, None], np.arange(len(margins)), np.zeros(len(margins), np.intp), 0.1, 5).reshape(6, -1)
    wrong = np.where(np.arange(6)[:, None] >= 3, 1 - said, said).mean(axis=1)
    stated = 0.1 * np.exp(-np.abs([6.0, 1.5, 0, 0, 1.5, 6.0]) / np.array(1.5))
    assert near(wrong, stated, np.sqrt(stated / (pairs // 6)))


def test_a_rater_who_never_errs_tells_the_truth():
    query, place = np.divmod(np.arange(WORLD.relevance.margin.size), WORLD.sight.matched)
    assert (rate(WORLD.relevance.margin, query, place, 0.0, 1) == WORLD.relevance.worthy.ravel()).all()


def ads_of(spell):
    """The ad of each row of a spell."""
    sight = WORLD.sight
    return sight.ad[spell.row // (2 * sight.matched), spell.row % sight.matched]


def knowable(spells, spell):
    """Clicks of each ad that could be known when a spell began: those that the last weekly refresh took in, faded."""
    last, known = spell.start_s // WEEK_S * WEEK_S, np.zeros(WORLD.sight.ads)
    for old in spells:
        taken_in = -(-old.end_s // WEEK_S) * WEEK_S
        if taken_in <= last:
            known += np.bincount(ads_of(old), old.clicks, WORLD.sight.ads) * 0.5 ** ((last - taken_in) / WEEK_S / 4)
    return known


def leaks(spells):
    """Spells whose histories know more, or less, than could be known when they began."""
    return [spell for spell in spells if not np.allclose(spell.histories.ad_clicks, knowable(spells, spell), rtol=1e-9)]


@pytest.fixture(scope="module")
def learned_from():
    """The spells that the last training of a whole run looked at."""
    seen = []
    scenario = tiny(learner("clicks", window="60 days", retrain="3 days"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sim.lifecycle.training.click_set", lambda features, spells: seen.append(spells) or click_set(features, spells))
        play(stage_of(scenario), scenario.candidates[0])
    return seen[-1]


def test_histories_of_a_spell_hold_nothing_that_came_after_its_pages_were_made(learned_from):
    assert len(learned_from) > 10
    assert leaks(learned_from) == []


@pytest.mark.parametrize("where", [0, 1, -1])
def test_a_planted_leak_is_caught(learned_from, where):
    spell = learned_from[where]
    kind = spell.row // (2 * WORLD.sight.matched)
    own = spell.histories.after(0, ads_of(spell), kind, spell.position, spell.shown, spell.clicks)
    planted = [replace(one, histories=own) if one is spell else one for one in learned_from]
    assert len(leaks(planted)) == 1


@pytest.mark.parametrize("objective", [{"use": "clicks", "cut": 0.0}, {"use": "impressions", "cut": 0.0}])
def test_a_training_set_does_not_depend_on_what_happens_after_it(objective):
    calm = fits(learner(objective, SPY, name="spy"))
    upset = fits(learner(objective, SPY, name="spy"), drift=[{"kind": "step", "what": "clicks", "at": "day 10", "by": 3.0, "share": 0.5}])
    longer = fits(learner(objective, SPY, name="spy"), horizon="40 days")
    assert len(calm) == 3  # on days 1, 8 and 15
    assert same(calm[0], upset[0])
    assert same(calm[1], upset[1])
    assert not same(calm[2], upset[2])
    assert all(same(one, other) for one, other in zip(calm, longer, strict=False))


def test_what_a_log_gathers_later_changes_no_training_set_that_was_made():
    found = click_set(FEATURES, SPELLS)
    copies = found.table.copy(deep=True), found.label.copy(), found.weight.copy()
    for spell in SPELLS:
        spell.histories.after(7, np.array([0]), np.array([0]), np.array([0]), np.array([100]), np.array([50]))
    again = click_set(FEATURES, SPELLS)
    assert same((again.table, again.label, again.weight), copies)


def test_a_longer_window_gives_more_of_the_same_log():
    short, long = fits(learner("clicks", SPY, window="7 days")), fits(learner("clicks", SPY, window="14 days"))
    assert same(short[0], (part[-len(short[0][1]) :] for part in long[0]))
    assert short[0][2].sum() < long[0][2].sum()


def test_each_row_says_which_ad_in_which_cell_it_is_about():
    for found in (click_set(FEATURES, SPELLS), show_set(FEATURES, SPELLS, STAGE.past.histories, WORLD.relevance.margin, Labels(), 7)):
        assert (found.table["text_match"].to_numpy() == FEATURES.fixed[found.row, 0]).all()


def test_variants_that_show_an_ad_in_the_same_position_make_one_row():
    (spell, *_) = SPELLS
    twice = replace(
        spell,
        row=np.tile(spell.row, 2), position=np.tile(spell.position, 2), shown=np.tile(spell.shown, 2), clicks=np.tile(spell.clicks, 2),
    )  # fmt: skip
    once, merged = click_set(FEATURES, [spell]), click_set(FEATURES, [twice])
    assert len(merged.table) == len(once.table)
    assert merged.weight.sum() == 2 * once.weight.sum()
    order, other = (np.lexsort((one.weight, one.table["log_position"], one.row, one.label)) for one in (once, merged))
    assert (merged.row[other] == once.row[order]).all()
    assert (merged.table.to_numpy()[other] == once.table.to_numpy()[order]).all()
    assert (merged.weight[other] == 2 * once.weight[order]).all()


# --- conversions -----------------------------------------------------------------------------------

NOW_S = 5 * DAY_S


@pytest.fixture
def a_third_converts_in_time(monkeypatch):
    """Of the clicks of each row a third, rounded up, have converted; none is known of those of the last two days."""

    def known(self, now_s):
        return -(-self.clicks // 3) * (self.end_s <= now_s - 2 * DAY_S)

    monkeypatch.setattr(Spell, "conversions", known)


def test_conversions_known_and_other_clicks_are_the_weights_of_the_labels(a_third_converts_in_time):
    found = conversion_set(FEATURES, SPELLS, NOW_S)
    clicks = sum(int(spell.clicks.sum()) for spell in SPELLS)
    known = sum(int(spell.conversions(NOW_S).sum()) for spell in SPELLS)
    assert 0 < known < clicks
    assert found.weight[found.label == 1].sum() == known
    assert found.weight[found.label == 0].sum() == clicks - known
    assert (found.weight > 0).all()
    assert found.story == f"{clicks:,} clicks with {known:,} conversions known"


def test_a_conversion_that_has_not_arrived_looks_like_none(a_third_converts_in_time):
    early, late = (conversion_set(FEATURES, SPELLS, at_s) for at_s in (min(spell.end_s for spell in SPELLS), NOW_S))
    assert early.weight.sum() == late.weight.sum()
    assert (early.label == 0).all()
    assert late.label.any()


def test_an_ad_that_nobody_clicked_says_nothing_of_conversions(a_third_converts_in_time):
    found = conversion_set(FEATURES, SPELLS, NOW_S)
    clicked = np.unique(np.concatenate([spell.row[spell.clicks > 0] for spell in SPELLS]))
    assert np.isin(found.row, clicked).all()
    assert len(conversion_set(FEATURES, [], NOW_S).table) == 0


def test_each_row_of_a_training_has_the_bid_of_its_time():
    drift = [{"kind": "step", "what": "bids", "by": 1.0, "at": "day 4"}]
    before, after = fits(learner("clicks", SPY, window="28 days", takes="1 s"), drift=drift)[0::2][:2]
    calm = fits(learner("clicks", SPY, window="28 days", takes="1 s"))[0]
    assert np.array_equal(before[0]["log_bid"], calm[0]["log_bid"])
    bids = np.unique(np.log(WORLD.ads.bid_micros / 1e6).astype(np.float32))
    old = np.isin(after[0]["log_bid"].to_numpy(), bids)
    new = np.isclose(after[0]["log_bid"].to_numpy()[~old][:, None] - np.log(2), bids, atol=1e-5).any(axis=1)
    assert 0.1 < old.mean() < 0.95
    assert new.all()


def test_raters_are_asked_about_ads_that_exist_and_judge_by_what_is_worthy_now():
    ads = [{"kind": "step", "what": "ads", "by": 0.3, "at": "day 15"}]
    stage = stage_of(tiny(learner("impressions"), drift=ads))
    world, moment = stage.world, stage.world.at(0)
    labels = Labels(rows=100_000, error=0)
    found = show_set(stage.features, list(stage.past.spells), stage.past.histories, world.relevance.margin, labels, 7)
    asked = np.sum([spell.queries for spell in stage.past.spells], axis=0).reshape(world.sight.types, 2).sum(axis=1)
    alive = moment.sight.bid_micros > 0
    assert alive.any(axis=1).all()
    worthy = ((world.relevance.worthy & alive).sum(axis=1) / alive.sum(axis=1) * asked).sum() / asked.sum()
    assert near(found.label.mean(), worthy, np.sqrt(worthy / 100_000))
    turned = -world.relevance.margin
    other = show_set(stage.features, list(stage.past.spells), stage.past.histories, turned, labels, 7)
    assert (found.label + other.label == 1).all()


def test_a_drift_of_worthiness_reaches_the_raters():
    drift = [{"kind": "step", "what": "worthiness", "by": 0.9, "at": "day 4"}]
    settings = {"users": {"worthy_lift": 1.0}, "labels": {"rows": 2_000, "error": 0.0}}
    candidate = learner("impressions", SPY, takes="1 s")
    upset, calm = fits(candidate, drift=drift, **settings), fits(candidate, **settings)
    assert same(upset[0], calm[0])
    assert (np.asarray(upset[1][1]) != np.asarray(calm[1][1])).any()
