"""A candidate can't reach the truth: we walk through everything that it is ever given."""

import functools
from dataclasses import fields

import numpy as np
import pandas as pd
import pytest

from sim.lifecycle.log import Log
from sim.lifecycle.platform import Platform
from sim.lifecycle.play import play
from sim.lifecycle.stage import Stage
from sim.scenario.panel import Panel
from sim.scenario.schema import DAY_S
from sim.world.catalogue import Catalogue
from sim.world.drift.patterns import Patterns
from sim.world.market import Ads
from sim.world.relevance import Relevance
from sim.world.sight import Sight
from sim.world.users import Users
from sim.world.world import Moment, World
from tests.candidates import spies
from tests.candidates.reach import leaks, reachable
from tests.laws.tiny import learner, stage_of, tiny, world_of

SPY = {"use": "tests.candidates.spies:Spy"}
TRUTH = (World, Moment, Patterns, Relevance, Users, Catalogue, Ads, Panel, Stage, Platform, Log)
SCENARIO = tiny(
    learner("impressions", SPY, name="show"),
    learner("clicks", SPY, name="click"),
    learner({"use": "tests.candidates.spies:spying_objective", "cut": 0.0}, SPY, name="own"),
    learner({"use": "tests.candidates.spies:spying_objective", "learns": ["click", "show", "conversion"]}, SPY, name="three"),
    learner("clicks", SPY, name="exploring", explore="tests.candidates.spies:Explorer"),
    learner("clicks", {"use": "tests.candidates.spies:Counting"}, name="going on", incremental=True, calibrate="sigmoid"),
    drift=[{"kind": "random_walk", "what": "clicks", "by": 0.5}],
)


@pytest.fixture(scope="module")
def stage():
    return stage_of(SCENARIO)


@pytest.fixture(scope="module")
def hidden(stage):
    world, moment = stage.world, stage.world.at(0)
    return {
        "margin": world.relevance.margin,
        "odds": world.users.odds,
        "device odds": world.users.device_odds,
        "examination": world.users.examination,
        "intent": world.catalogue.commercial,
        "popularity": world.catalogue.share,
        "rates": world.rates,
        "chance": moment.chance,
        "shares": moment.cell_shares,
    }


@pytest.fixture(scope="module")
def given(stage):
    """Everything that the spies were given while all candidates were played."""
    spies.GIVEN.clear()
    for candidate in SCENARIO.candidates:
        play(stage, candidate)
    return list(spies.GIVEN)


def test_a_model_is_given_tables_labels_and_weights_that_lead_nowhere(given, hidden):
    assert {what for what, _ in given} == {"fit", "partial_fit", "predict", "value", "explore"}
    assert len(given) > 20
    assert leaks(given, TRUTH, hidden) == []


def test_sight_and_features_and_histories_lead_to_no_truth(stage, hidden):
    assert leaks([stage.world.sight, stage.features, stage.past.histories], TRUTH, hidden) == []


def test_the_log_of_a_candidate_holds_no_truth(stage, hidden):
    assert leaks(list(stage.past.spells), TRUTH, hidden) == []


def test_nobody_sees_the_bid_of_an_ad_that_is_not_born():
    scenario = tiny(learner("revenue", SPY), drift=[{"kind": "step", "what": "ads", "by": 0.3, "at": "day 10"}])
    stage = stage_of(scenario)
    unborn = ~stage.world.patterns_at(0).ads_alive & stage.world.patterns_at(15 * DAY_S).ads_alive
    hidden = unborn[stage.world.sight.ad]
    assert hidden.sum() > 100
    spies.GIVEN.clear()
    play(stage, scenario.candidates[0])
    for sight in (stage.features.sight, *(spell.sight for spell in stage.past.spells)):
        assert (sight.bid_micros[hidden] == 0).all()
    first, *_, last = (arguments[0] for what, arguments in spies.GIVEN if what == "predict")
    for table, known in ((first, False), (last, True)):
        bids = table["log_bid"].to_numpy().reshape(stage.world.sight.shape)[:, 0]
        assert (len(np.unique(bids[hidden])) > 1) == known


def test_the_walk_reaches_what_is_hidden_behind_a_view_a_closure_or_an_attribute(stage, hidden):
    table = pd.DataFrame({"x": np.zeros(3)})
    table.attrs["world"] = stage.world
    world = stage.world
    for planted in (
        table,
        functools.partial(print, world),
        lambda: world,
        world.at,
        {"deep": [(world.users,)]},
        pd.DataFrame(world.relevance.margin, copy=False),
        world.relevance.margin[3:5, ::2].T,
        np.array([None, world], dtype=object),
    ):
        assert leaks([planted], TRUTH, hidden)


def test_the_walk_goes_through_everything_a_table_is_made_of(stage):
    table = stage.features.now(stage.past.histories)
    assert any(isinstance(thing, np.ndarray) and thing.size == table.size for thing in reachable(table))


def test_nothing_that_a_model_sees_is_a_copy_of_the_truth(stage, given, hidden):
    shape = stage.world.sight.shape
    truths = [np.broadcast_to(hidden[name][:, None, :], shape).ravel() for name in ("margin", "odds")] + [hidden["chance"].ravel()]
    table = next(arguments[0] for what, arguments in given if what == "predict")
    for truth in truths:
        for column in table:
            if table[column].std() > 0:
                # Text shows the match with a correlation below 1; bids, histories and topics far less.
                assert abs(np.corrcoef(table[column], truth)[0, 1]) < 0.9


@pytest.mark.parametrize(
    "truth",
    [{"users": {"click_rate": [5.0, 20.0], "worthy_lift": 2.0, "ad_spread": 1.0, "intent_lift": 1.0}}, {"market": {"worthy": 0.02}}],
)
def test_the_visible_world_is_the_same_whatever_is_true(truth):
    ours, other = world_of().sight, world_of(**truth).sight
    for field in fields(Sight):
        assert np.array_equal(getattr(ours, field.name), getattr(other, field.name))


def test_a_model_that_spoils_its_table_spoils_nobody_elses(stage):
    table = stage.features.now(stage.past.histories)
    table.iloc[:, :] = -1.0
    fresh = stage.features.now(stage.past.histories)
    assert not (fresh == -1.0).all().any()
    assert not np.shares_memory(stage.features.now(stage.past.histories).to_numpy(), stage.features.fixed)


def test_rows_handed_to_a_training_are_copies(stage):
    row = np.arange(10)
    rows = stage.features.rows(stage.past.histories, row, np.zeros(10, np.int8))
    rows[:] = -7
    assert not (stage.features.fixed[row] == -7).any()
