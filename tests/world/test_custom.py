"""A user's own drift: what it may do, and what it is told when it does something else."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

import sim
from sim.errors import InvalidRun
from sim.scenario.drift_schema import OwnDrift
from sim.scenario.schema import DAY_S
from sim.study.foresee import foresee
from sim.world.drift.custom import Custom, build_custom
from sim.world.drift.patterns import Patterns
from tests.small import SMALL_WORLD

CALM = Patterns.at_start(np.array([0.75, 0.25]), ads=3)


class Told:
    """A drift that says what it is given."""

    def __init__(self, times=(), **changes):
        self.said, self.changes = times, changes

    def times(self, end_s):
        return self.said

    def apply(self, patterns, at_s):
        return replace(patterns, **self.changes)


def custom(times=(), **changes) -> Custom:
    return Custom("shop:Told", Told(times, **changes), 100 * DAY_S)


def test_its_moments_are_sorted_and_those_outside_the_horizon_left_out():
    assert custom([5.0, np.int64(3), 3, -7, 100 * DAY_S]).times(100 * DAY_S) == [3, 5]


@pytest.mark.parametrize("said", [None, 7, ["soon"], [1.5], [True], [float("nan")]])
def test_moments_that_are_no_seconds_are_told(said):
    with pytest.raises(InvalidRun, match="drift 'shop:Told': times returned"):
        custom(said).times(DAY_S)


def test_moments_without_an_end_are_told():
    with pytest.raises(InvalidRun, match="more than 100,000 moments"):
        custom(range(200_000)).times(DAY_S)


def test_what_it_returns_is_the_world():
    changed = custom(demand=2, topic_odds=[0.5, -0.5], topic_shares=np.array([0.25, 0.75])).apply(CALM, DAY_S)
    assert (changed.demand, changed.topic_odds.tolist(), changed.topic_shares.tolist()) == (2.0, [0.5, -0.5], [0.25, 0.75])
    assert changed.ad_odds.tolist() == [0, 0, 0]


def test_what_it_does_not_touch_is_handed_on_as_it_is():
    changed = custom(demand=2.0, topic_odds=np.zeros(2)).apply(CALM, DAY_S)
    assert changed.topic_odds is CALM.topic_odds
    assert changed.margin is CALM.margin
    assert changed.model_up is True


def test_before_day_1_the_world_does_not_drift():
    assert custom(demand=2.0).apply(CALM, -DAY_S) is CALM


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"demand": -0.5}, "demand is -0.5; expected a number from 0 to 1001"),
        ({"demand": float("nan")}, "demand is nan"),
        ({"demand": 2000}, "demand is 2000"),
        ({"demand": "twice"}, "demand is a str; expected a number"),
        ({"demand": None}, "demand is nothing; expected a number"),
        ({"topic_shares": np.array([1.0])}, r"topic_shares has shape \(1,\); expected \(2,\)"),
        ({"topic_shares": np.array([1.5, -0.5])}, "topic_shares holds -0.5; no share may be below 0"),
        ({"topic_shares": np.array([0.5, 0.6])}, "topic_shares sum to 1.1; expected 1"),
        ({"topic_odds": np.array([np.nan, 0])}, "topic_odds holds 1 values that are no finite number"),
        ({"ad_odds": np.array([0, 0, -900.0])}, "ad_odds reaches -900; expected logs from -50 to 50"),
        ({"topic_bids": np.array([0, 60.0])}, "topic_bids reaches 60"),
        ({"ads_alive": np.zeros(3, bool)}, "ads_alive is false throughout; at least one must be left"),
        ({"margin": np.full((1, 1), np.inf)}, "margin holds 1 values that are no finite number"),
        ({"model_up": 0}, "model_up is a int; expected True or False"),
        ({"tracking": 1.5}, "tracking is 1.5; expected a number from 0 to 1"),
        ({"ad_odds": "many"}, "ad_odds is a str; expected an array of numbers"),
    ],
)
def test_what_can_not_be_is_told_with_its_name_and_day(changes, words):
    with pytest.raises(InvalidRun, match="drift 'shop:Told': on day 3 its " + words):
        custom(**changes).apply(CALM, 2 * DAY_S)


def test_something_else_than_patterns_is_told():
    drift = custom()
    drift.own.apply = lambda patterns, at_s: patterns.demand
    with pytest.raises(InvalidRun, match=r"apply returned a float; expected the patterns, changed by dataclasses\.replace"):
        drift.apply(CALM, DAY_S)


def test_it_can_not_write_in_the_world_nor_keep_a_hand_in_it():
    def written(patterns, at_s):
        patterns.topic_odds[0] = 9

    kept = np.zeros(3)
    drift = custom(ad_odds=kept)
    changed = drift.apply(CALM, DAY_S)
    kept[:] = 9
    assert changed.ad_odds.tolist() == [0, 0, 0]
    drift.own.apply = written
    with pytest.raises(InvalidRun, match="apply failed: ValueError: assignment destination is read-only"):
        drift.apply(CALM, DAY_S)
    assert CALM.topic_odds.tolist() == [0, 0]


def test_it_tells_its_story_itself_or_is_called_by_its_name():
    assert custom([9, 5]).story == (5, "Told, a drift of your own")
    drift = Custom("shop:Sale", type("Sale", (Told,), {"__str__": lambda self: "sale: half price"})(), DAY_S)
    assert drift.story == (0, "sale: half price")


def test_its_random_state_is_the_worlds_unless_the_file_says_otherwise(tmp_path):
    lines = "class Lucky:\n    def __init__(self, random_state=None):\n        self.random_state = random_state\n"
    (tmp_path / "lucky_drift.py").write_text(lines)
    built = [
        build_custom(OwnDrift(kind="lucky_drift:Lucky", **more), tmp_path, key, DAY_S)
        for key, more in [(1 << 40, {}), (1 << 40, {"random_state": 3})]
    ]
    assert [one.own.random_state for one in built] == [1 << 8, 3]


def test_one_that_can_not_be_made_is_told(tmp_path):
    (tmp_path / "broken_drift.py").write_text("class Broken:\n    def __init__(self):\n        raise OSError('no calendar')\n")
    with pytest.raises(InvalidRun, match="drift 'broken_drift:Broken' could not be made: OSError: no calendar"):
        build_custom(OwnDrift(kind="broken_drift:Broken"), tmp_path, 1, DAY_S)


SALE = """
from dataclasses import replace

class Sale:
    def __init__(self, day, demand=2.0):
        self.day, self.demand = day, demand

    def times(self, end_s):
        return [self.day * 86_400]

    def apply(self, patterns, at_s):
        return replace(patterns, demand=self.demand) if at_s >= self.day * 86_400 else patterns
"""
SCENARIO = f"""
name    = "sale"
horizon = "6 days"
{SMALL_WORLD}
[[candidate]]
policy = "keyword"
"""


@pytest.fixture
def sale(tmp_path):
    (tmp_path / "sale_drift.py").write_text(SALE)

    def of(lines: str):
        file = tmp_path / "scenario.toml"
        file.write_text(f"{SCENARIO}\n[[drift]]\n{lines}\n")
        return file

    return of


def test_a_scenario_plays_it_in_one_process_and_in_two(sale):
    file = sale('kind = "sale_drift:Sale"\nday = 2\ndemand = 3.0')
    found = sim.load(file)
    one, two = sim.run(found, replications=2), sim.run(found, replications=2, workers=2)
    queries = one.candidates[0].days[:, :, 0].mean(axis=0)
    assert 2.5 < queries[2:].mean() / queries[:2].mean() < 3.5
    assert np.array_equal(one.candidates[0].days, two.candidates[0].days)
    assert [(event.day, event.detail) for event in one.world_events] == [(2, "Sale, a drift of your own")]


def test_what_it_will_do_can_be_seen_before_anything_is_played(sale):
    outlook = foresee(sim.load(sale('kind = "sale_drift:Sale"\nday = 2\ndemand = 3.0')))
    assert [(event.day, event.detail) for event in outlook.events] == [(2, "Sale, a drift of your own")]
    (demand,) = outlook.series
    assert demand.size[2] / demand.size[1] > 2.5


def test_one_that_goes_wrong_ends_the_run_with_its_name(sale):
    with pytest.raises(InvalidRun, match="drift 'sale_drift:Sale': on day 3 its demand is -1"):
        sim.run(sale('kind = "sale_drift:Sale"\nday = 2\ndemand = -1.0'))


@pytest.mark.parametrize(
    ("lines", "where", "words"),
    [
        ('kind = "sale_drift:Sail"', "drift 1, kind", "has no 'Sail'; did you mean 'Sale'?"),
        ('kind = "sales_drift:Sale"', "drift 1, kind", "no module named 'sales_drift'"),
        ('kind = "sale_drift:replace"', "drift 1, kind", "has no method 'times'"),
        ('kind = "sale_drift:"', "drift 1, kind", "an import path 'module:Class'"),
        ('kind = "sale_drift:Sale"', "drift 1", "Sale needs the argument 'day'"),
        ('kind = "sale_drift:Sale"\nday = 2\ndemend = 3', "drift 1, demend", "did you mean 'demand'?"),
        ('kind = "sale_drift:Sale"\nday = 2\nuse = 3', "drift 1, use", "Sale takes no such argument"),
        ('kind = "stp"\nwhat = "demand"', "drift 1, kind", "did you mean 'step'?"),
        ('what = "demand"', "drift 1, kind", "is missing"),
    ],
)
def test_mistakes_in_a_file_are_told_where_they_are(sale, lines, where, words):
    (mistake,) = sim.check(sale(lines))
    assert mistake.where == where
    assert words in str(mistake)
    assert mistake.line
