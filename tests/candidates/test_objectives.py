"""Objectives and the offers that follow from them."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.candidates.learned import build_objective, columns_of, make_offers, predict
from sim.candidates.objectives.clicks import Clicks
from sim.candidates.objectives.impressions import Impressions
from sim.candidates.objectives.objective import Custom, labels_of
from sim.candidates.objectives.revenue import Revenue
from sim.errors import InvalidRun
from sim.scenario.kinds import Plugin
from tests.candidates.spies import spying_objective
from tests.laws.chance import repeatable
from tests.laws.tiny import stage_of, tiny

HERE = Path()
COLUMNS = pd.DataFrame({"probability": [0.1, 0.5, 0.0], "bid": [2.0, 0.5, 9.0], "text_match": [1.0, 2.0, 3.0]})


class Half:
    """A model that finds everything as likely as not."""

    def predict_proba(self, table):
        return np.full((len(table), 2), 0.5)


@pytest.fixture(scope="module")
def stage():
    return stage_of(tiny())


def offers(stage, function, model=None, **settings):
    table = stage.features.now(stage.past.histories)
    objective = function if isinstance(function, Impressions | Clicks | Revenue) else Custom(function, {}, **settings)
    sight = stage.world.sight
    said = predict({label: model or Half() for label in labels_of(objective)}, table, "mine").said
    return make_offers(objective, columns_of(objective, table, said, sight), sight, "mine")


@pytest.mark.parametrize(("objective", "learns", "cut"), [(Impressions, "show", 0.2), (Clicks, "click", 0.01), (Revenue, "click", 0.001)])
def test_each_built_in_learns_its_label_and_has_a_cut(objective, learns, cut):
    assert (objective().learns, objective().cut, objective(cut=0.3).cut) == (learns, cut, 0.3)


def test_values_are_what_their_names_say():
    assert Impressions().value(COLUMNS).tolist() == Clicks().value(COLUMNS).tolist() == [0.1, 0.5, 0.0]
    assert Revenue().value(COLUMNS).tolist() == [0.2, 0.25, 0.0]


@given(st.floats(0, 1), st.floats(0, 1000), st.floats(0, 1000))
@repeatable
def test_only_revenue_asks_for_the_bid(probability, bid, other):
    one, two = (pd.DataFrame({"probability": [probability], "bid": [money]}) for money in (bid, other))
    for objective in (Impressions(), Clicks()):
        assert (objective.value(one) == objective.value(two)).all()
    assert Revenue().value(one)[0] == probability * bid


def test_a_function_of_ones_own_gets_its_arguments_and_we_keep_ours():
    plugin = Plugin(use="tests.candidates.spies:spying_objective", weight=3.0, learns="show", cut=0.7)
    objective = build_objective(plugin, HERE)
    assert (objective.learns, objective.cut, objective.arguments) == ("show", 0.7, {"weight": 3.0})
    assert objective.value(COLUMNS).tolist() == pytest.approx([0.6, 0.75, 0.0])
    assert build_objective(plugin, HERE).arguments == {"weight": 3.0}  # the scenario was not written into


def test_built_in_objectives_are_found_by_name():
    objective = build_objective(Plugin(use="clicks", cut=0.5), HERE)
    assert isinstance(objective, Clicks)
    assert objective.cut == 0.5


def test_offers_hold_the_value_with_and_without_the_bid_and_the_prediction(stage):
    found = offers(stage, Revenue())
    bid = np.broadcast_to(stage.world.sight.bid_micros[:, None, :] / 1e6, stage.world.sight.shape)
    assert found.value[0] == pytest.approx(0.5 * bid, rel=1e-6)
    assert (found.value_without_bid == 0).all()
    assert (found.quality == 0.5).all()
    assert (found.weights.tolist(), found.cut) == ([1.0], 0.001)


def test_an_objective_sees_the_features_the_prediction_and_the_bid(stage):
    seen = {}

    def look(columns):
        seen.update(columns=list(columns), rows=len(columns))
        return columns["probability"]

    offers(stage, look)
    assert seen["columns"] == [*stage.features.names, "click", "probability", "bid", "value"]
    assert seen["rows"] == np.prod(stage.world.sight.shape)


@pytest.mark.parametrize(
    ("function", "told"),
    [
        (lambda columns: columns["missing"], "its objective failed: KeyError"),
        (lambda _: 1.0, r"its objective returned shape \(\)"),
        (lambda columns: columns["bid"].to_numpy()[1:], "expected one number for each"),
        (lambda columns: columns["bid"] * np.nan, "values that are not a number"),
        (lambda columns: columns["bid"] * np.inf, r"values above 1e\+30"),
        (lambda columns: np.full(len(columns), "dear"), "its objective failed: ValueError"),
    ],
)
def test_an_objective_that_returns_no_number_for_each_row_is_refused(stage, function, told):
    with pytest.raises(InvalidRun, match=f"candidate 'mine': .*{told}"):
        offers(stage, function)


def test_an_objective_may_be_a_plain_function_of_columns():
    assert Custom(spying_objective, {"weight": 2.0}).value(COLUMNS)[0] == pytest.approx(0.4)
    assert (Custom(len, {}).learns, Custom(len, {}).cut) == ("click", 0.0)
