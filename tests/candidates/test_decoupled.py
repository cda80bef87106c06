"""Objectives of several models: parts by hand, and *maximise A subject to B ≥ b* against the best there is."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import linprog

from sim.candidates.objectives.advertiser_value import AdvertiserValue
from sim.candidates.objectives.blend import Blend
from sim.candidates.objectives.constrained import Constrained
from sim.candidates.objectives.conversions import Conversions
from sim.candidates.objectives.long_term import LongTerm
from sim.candidates.objectives.objective import Custom, Outlook, Unsettled, labels_of
from sim.candidates.objectives.revenue import Revenue
from tests.laws.chance import repeatable

COLUMNS = pd.DataFrame(
    {
        "click": [0.1, 0.5, 0.0], "conversion": [0.2, 0.1, 0.9], "show": [0.9, 0.0, 0.5], "probability": [0.1, 0.5, 0.0],
        "bid": [2.0, 0.5, 9.0], "value": [40.0, 10.0, 1.0],
    }
)  # fmt: skip
chances = st.floats(0, 1)


def test_values_are_what_their_names_say():
    assert Conversions().value(COLUMNS).tolist() == pytest.approx([0.02, 0.05, 0])
    assert AdvertiserValue().value(COLUMNS).tolist() == pytest.approx([0.8, 0.5, 0])
    assert LongTerm(annoyance=0.1).value(COLUMNS).tolist() == pytest.approx([0.19, 0.15, -0.05])
    assert Blend(revenue=2, show=-1).value(COLUMNS).tolist() == pytest.approx([-0.5, 0.5, -0.5])


@pytest.mark.parametrize(
    ("objective", "labels"),
    [
        (Conversions(), ("click", "conversion")),
        (AdvertiserValue(), ("click", "conversion")),
        (LongTerm(), ("click", "show")),
        (Blend(show=1.0), ("show",)),
        (Blend(clicks=1.0, show=-0.5), ("click", "show")),
        (Blend(show=1.0, advertiser_value=0.1), ("click", "conversion", "show")),
        (Constrained("impressions", "show"), ("show",)),
        (Constrained("revenue", "conversion_rate"), ("click", "conversion")),
        (Constrained("advertiser_value", "show"), ("click", "conversion", "show")),
        (Custom(len, {}, ["show", "click"]), ("show", "click")),
    ],
)
def test_only_what_is_needed_is_learned_and_the_click_orders_the_page(objective, labels):
    assert labels_of(objective) == labels


@given(chances, chances, chances, st.floats(0, 100), st.floats(0, 100), st.floats(0, 1))
@repeatable
def test_a_value_is_linear_in_the_bid(click, conversion, show, bid, value, weight):
    def worth(objective, bid):
        row = {"click": click, "conversion": conversion, "show": show, "probability": click, "bid": bid, "value": value}
        return objective.value(pd.DataFrame([row]))[0]

    for objective in (Conversions(), AdvertiserValue(), LongTerm(weight), Blend(weight, 1 - weight, 0.5, 0.1, 0.3), Revenue()):
        zero, one, two = (worth(objective, times * bid) for times in (0, 1, 2))
        assert two - one == pytest.approx(one - zero, abs=1e-9)


def test_a_blend_without_weights_is_refused():
    with pytest.raises(ValueError, match="at least one weight that is not 0: revenue, clicks"):
        Blend(revenue=0.0, cut=0.1)


def market(seed, cells=60, matched=5, queries=None):
    rng = np.random.default_rng(seed)
    size = cells * matched
    click = rng.beta(1.2, 20, size)
    bid = np.exp(rng.normal(0, 0.8, size))
    columns = pd.DataFrame({"click": click, "probability": click, "bid": bid, "show": rng.random(size), "conversion": rng.random(size) / 9})
    columns["value"] = 20 * bid
    return columns, queries if queries is not None else rng.integers(1, 50, cells).astype(float)


def best(columns, queries, at_least):
    """The most money that one slot for each cell may earn with clicks ≥ at_least × impressions, ads shown in parts allowed."""
    matched = len(columns) // len(queries)
    weight = np.repeat(queries, matched)
    money = (columns["click"] * columns["bid"]).to_numpy() * weight
    slack = (at_least - columns["click"].to_numpy()) * weight
    one_each = np.kron(np.eye(len(queries)), np.ones(matched))
    found = linprog(-money, np.vstack([slack, one_each]), np.concatenate([[0], np.ones(len(queries))]), bounds=(0, 1))
    return -found.fun


def pages(columns, queries, value, cut=0.0):
    """Money, clicks and impressions of the best ad of each cell."""
    rows = value.reshape(len(queries), -1)
    place = rows.argmax(axis=1)
    shown = rows[np.arange(len(rows)), place] >= cut
    at = np.arange(len(rows)) * rows.shape[1] + place
    click, bid = columns["click"].to_numpy()[at], columns["bid"].to_numpy()[at]
    return float((click * bid * queries)[shown].sum()), float((click * queries)[shown].sum()), float(queries[shown].sum())


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("at_least", [0.05, 0.08, 0.12])
def test_the_price_of_a_constraint_leaves_little_of_the_best_there_is(seed, at_least):
    columns, queries = market(seed)
    settled = Constrained("revenue", "ctr", at_least).settle(columns, Outlook(queries, np.ones(1), 0.0))
    money, clicks, impressions = pages(columns, queries, settled.objective.value(columns).to_numpy())
    assert clicks >= at_least * impressions - 1e-9
    most = best(columns, queries, at_least)
    one_cell = (columns["click"] * columns["bid"]).max() * queries.max()
    assert most - 2 * one_cell <= money <= most + 1e-9  # whole ads only: at most the cell at the margin is lost, and its change


def test_a_constraint_that_holds_anyway_is_free():
    columns, queries = market(1)
    settled = Constrained("revenue", "ctr", 0.001).settle(columns, Outlook(queries, np.ones(1), 0.0))
    assert settled.story.startswith("λ = 0, predicted ctr ")
    assert (settled.objective.value(columns) == Revenue().value(columns)).all()


def test_a_harder_bound_costs_more_and_is_kept():
    columns, queries = market(2)
    prices, rates = [], []
    for at_least in (0.06, 0.09, 0.12, 0.15):
        objective = Constrained("revenue", "ctr", at_least).settle(columns, Outlook(queries, np.ones(1), 0.0)).objective
        _, clicks, impressions = pages(columns, queries, objective.value(columns).to_numpy())
        prices.append(objective.price)
        rates.append(clicks / impressions)
    assert prices == sorted(prices)
    assert all(rate >= at_least for rate, at_least in zip(rates, (0.06, 0.09, 0.12, 0.15), strict=True))
    assert rates[-1] < 0.17  # and by no more than needed


@pytest.mark.parametrize(
    ("maximise", "subject_to"), [("impressions", "ctr"), ("clicks", "show"), ("impressions", "show"), ("revenue", "show")]
)
def test_every_pair_of_measures_settles(maximise, subject_to):
    columns, queries = market(3)
    settled = Constrained(maximise, subject_to, 0.1).settle(columns, Outlook(queries, np.array([1.0, 0.5]), 0.0))
    assert "can't" not in settled.story
    assert settled.objective.learns == Constrained(maximise, subject_to).learns


def test_a_bound_out_of_reach_is_said_to_be_and_the_nearest_is_taken():
    columns, queries = market(4)
    settled = Constrained("revenue", "ctr", 0.9).settle(columns, Outlook(queries, np.ones(1), 0.0))
    assert settled.story.endswith("asked for 90.00%; that can't be met, and this is the nearest to it")
    _, clicks, impressions = pages(columns, queries, settled.objective.value(columns).to_numpy())
    assert clicks / impressions > 0.8 * columns["click"].max()


def test_with_nothing_to_show_there_is_no_price():
    columns, queries = market(5)
    settled = Constrained("revenue", "ctr", 0.02).settle(columns, Outlook(queries, np.ones(1), 1e9))
    assert settled.story.startswith("λ = 0, predicted ctr 0.00%")
    columns["bid"] = 0.0  # nobody is alive
    assert Constrained().settle(columns, Outlook(queries, np.ones(1), 0.0)).objective.price == 0


def test_a_world_that_was_never_asked_counts_its_cells_alike():
    columns, _ = market(6)
    none, ones = (Constrained(at_least=0.1).settle(columns, Outlook(q, np.ones(1), 0.0)).story for q in (np.zeros(60), np.ones(60)))
    assert none == ones


def test_lower_places_are_looked_at_less():
    columns, queries = market(7)
    flat, steep = (
        Constrained("revenue", "ctr", 0.06).settle(columns, Outlook(queries, np.array(look), 0.0)) for look in ([1.0, 1.0], [1.0, 0.3])
    )
    assert steep.objective.price > flat.objective.price


def test_what_is_bounded_is_asked_for_only_of_objectives_that_look_at_pages():
    assert isinstance(Constrained(), Unsettled)
    assert not isinstance(Revenue(), Unsettled)
    assert not isinstance(Custom(len, {}), Unsettled)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"maximise": "ctr"}, "'maximise' is one of revenue"),
        ({"subject_to": "revenue"}, "'subject_to' is one of ctr"),
        ({"at_least": 0}, "above 0%"),
        ({"at_least": "101%"}, "up to 100%"),
    ],
)
def test_what_can_not_be_asked_for_is_refused(arguments, words):
    with pytest.raises(ValueError, match=words):
        Constrained(**arguments)
