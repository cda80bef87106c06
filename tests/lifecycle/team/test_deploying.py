"""Deployment: the gate, the shadow, the canary and back."""

import json

import numpy as np
import pytest

from sim.candidates.model import Constant
from sim.columns import CLICKS, IMPRESSIONS, QUERIES
from sim.lifecycle.arms import Takings, against_others, ctr_against_others
from sim.lifecycle.clock import Rank
from sim.lifecycle.team.deploying import deploy, renew
from sim.lifecycle.team.labour import collect, rebar, train
from sim.lifecycle.team.retraining import fresh_labels
from sim.scenario.schema import DAY_S
from tests.lifecycle.team.acting import act, lines

SURE = {"error": 0, "slip": 0, "capacity": "1M"}


class Says:
    """The same of everything, or what a function makes of the text match."""

    def __init__(self, of):
        self.of = of

    def predict_proba(self, table):
        p = self.of(table["text_match"].to_numpy(np.float64))
        return np.column_stack([1 - p, p])


def ready(team, clock):
    """A test set and a model of rated pairs."""
    now = [team.now(clock.now_s)]
    team.pairs["first"] = yield from collect(team, clock, "targeted", now, 800, "to learn from")
    team.test = yield from collect(team, clock, "retrieved", now, 800, "to be judged by")
    yield from train(team, clock)


def deployed(cut=0.1, model=None, book=None, before=None, **settings):
    """What comes of deploying a model, and the share of users it serves day by day."""
    served, came = [], []

    def noting(team, clock):
        while True:
            served.append(team.served if team.models else 0.0)
            yield clock.at((clock.now_s // DAY_S + 1) * DAY_S, Rank.ANALYSIS)

    def does(team, clock):
        clock.start(noting(team, clock))
        yield from ready(team, clock)
        if before is not None:
            yield from before(team, clock)
        if model is not None:
            team.model = model
        came.append((yield from deploy(team, clock)))

    played = act(does, cut=cut, raters=SURE, book={"canary": 0.25, "shadow": "2 days", "canary_lasts": "3 days"} | (book or {}), **settings)
    return played, served, came[-1]


def test_a_good_model_goes_through_shadow_and_canary_to_everyone_but_the_holdback():
    played, served, came = deployed()
    assert came
    (line,) = lines(played, "deploy")
    steps = [step for n, step in enumerate(served) if n == 0 or step != served[n - 1]]
    assert steps == [0.0, 0.25, 1.0]
    assert served.count(0.25) == 3
    assert "canary of 25%" in line.detail
    assert "holdback of 5%" in line.detail
    assert {"normalised_entropy", "canary_revenue_change"} <= set(json.loads(line.evidence))


def test_nobody_sees_a_model_in_the_shadow():
    played, served, _ = deployed(book={"shadow": "9 days", "canary_lasts": "1 day"})
    nothing, _, _ = deployed(model=Constant(0.0))
    first = served.index(0.25)
    assert first >= 9
    assert np.array_equal(played.ledger[: first - 1], nothing.ledger[: first - 1])
    assert (played.ledger[first + 2 :] != nothing.ledger[first + 2 :]).any()


@pytest.mark.parametrize("model", [Constant(0.0), Constant(0.5), Says(lambda text: 1 / (1 + np.exp(4 * text)))])
def test_a_model_that_knows_no_more_than_the_base_rate_is_held_at_the_gate(model):
    played, served, came = deployed(model=model)
    assert not came
    assert set(served) == {0.0}
    (line,) = lines(played, "rollback")
    assert line.detail.startswith("held at the gate")
    assert json.loads(line.evidence)["normalised_entropy"] >= 1


def test_a_canary_that_loses_revenue_is_rolled_back_to_the_incumbent():
    """A bar that nothing passes: the canary's users see no ad at all."""
    played, served, came = deployed(cut=0.9999, book={"canary": 0.9, "canary_loss": 0.3})
    assert not came
    assert served[-1] == 0.0
    assert 0.9 in served
    (line,) = lines(played, "rollback")
    assert json.loads(line.evidence)["canary_revenue_change"] < -0.3
    each = played.ledger[:, IMPRESSIONS] / played.ledger[:, QUERIES]
    canary = [day for day in range(1, len(served) - 1) if set(served[day - 1 : day + 2]) == {0.9}]
    assert each[canary].max() < 0.3 * each[:3].mean()
    assert each[-3:].mean() > 0.7 * each[:3].mean()


def test_a_canary_that_is_a_small_share_is_held_against_the_others_and_not_diluted_by_them():
    """A tenth of the traffic that earns nothing costs the platform no more than a tenth, and is found out all the same."""
    played, served, came = deployed(cut=0.9999, book={"canary": 0.1, "canary_lasts": "6 days"}, traffic={"queries": 50_000})
    assert not came
    assert 0.1 in served
    seen = json.loads(lines(played, "rollback")[0].evidence)
    assert seen["canary_revenue_change"] < -0.3
    assert seen["canary_revenue_change"] < -2 * seen["canary_revenue_error"]


@pytest.mark.parametrize("change", [-0.7, 1.5])
def test_what_all_traffic_does_on_the_days_of_the_canary_is_not_held_against_it(change):
    """Everyone clicks less, or more, from its third day on: the days before would convict a good model, or acquit a bad one."""
    busy, slow = {"queries": 50_000}, {"canary_lasts": "6 days"}
    calm, _, _ = deployed(book=slow, traffic=busy)
    (usual,) = lines(calm, "deploy")
    day = usual.day - 4
    step = {"kind": "step", "what": "clicks", "at": f"day {day + 1}", "by": change, "lasts": "20 days"}
    moved, _, came = deployed(book=slow, traffic=busy, drift=[step])
    assert came
    clicks = [played.ledger[day : day + 3, CLICKS].sum() for played in (moved, calm)]
    assert clicks[0] / clicks[1] == pytest.approx(1 + change, rel=0.2)
    seen = [json.loads(line.evidence) for line in (*lines(moved, "deploy"), usual)]
    error = np.hypot(*(one["canary_revenue_error"] for one in seen))
    assert abs(seen[0]["canary_revenue_change"] - seen[1]["canary_revenue_change"]) < 3 * error
    bad, _, came = deployed(cut=0.9999, book=slow, traffic=busy, drift=[step])
    assert not came
    assert lines(bad, "rollback")


def test_a_few_clicks_convict_nobody():
    """A canary of a thousandth of the traffic has hardly a click; chance is no loss."""
    played, _, came = deployed(cut=0.9999, book={"canary": 0.001, "canary_loss": 0.3})
    assert came
    seen = json.loads(lines(played, "deploy")[0].evidence)
    assert seen.get("canary_revenue_change", 0.0) > -2 * seen.get("canary_revenue_error", np.inf)


def test_the_standard_error_is_how_far_canaries_of_the_same_pages_scatter():
    """Two arms that are served alike differ by chance only."""
    rng = np.random.default_rng(3)
    price = np.array([100.0, 400.0, 900.0])

    def arm(queries):
        clicks = rng.poisson(queries * np.array([0.01, 0.02, 0.005]))
        return queries, float(clicks @ price), float(clicks @ price**2), 3.0 * queries, float(clicks.sum())

    drawn = [Takings(*map(np.array, zip(arm(2_000), arm(18_000), strict=True))) for _ in range(2_000)]
    for against in (against_others, ctr_against_others):
        change, error = np.array([against([one], 1, 1) for one in drawn]).T
        assert abs(change.mean()) < 4 * change.std() / np.sqrt(2_000)
        assert error.mean() == pytest.approx(change.std(), rel=0.1)


def test_who_is_held_back_is_in_neither_arm():
    three = Takings(*np.array([[10.0, 20.0, 5.0], [4.0, 4.0, 99.0], [4.0, 4.0, 99.0], [10.0, 20.0, 5.0], [4.0, 4.0, 5.0]]))
    assert against_others([three], 1, 1, 1).change == pytest.approx(1.0)
    assert ctr_against_others([three], 1, 1, 1).change == pytest.approx(1.0)
    assert ctr_against_others([three], 1, 1) == (0.0, np.inf)


def test_pages_of_an_outage_are_left_out():
    one, alone = Takings(*np.ones((5, 2))), Takings(*np.ones((5, 1)))
    assert against_others([one, alone], 1, 1) == against_others([one], 1, 1)
    assert against_others([alone], 1, 1) == (0.0, np.inf)


def test_a_canary_that_loses_less_than_that_goes_on():
    _, served, came = deployed(cut=0.9999, book={"canary": 0.9, "canary_loss": 1.0})
    assert came
    assert served[-1] == 1.0


def test_it_goes_back_to_the_model_that_served_before():
    kept = {}

    def does(team, clock):
        yield from ready(team, clock)
        yield from deploy(team, clock)
        kept["model"] = team.model
        team.model = Says(lambda text: 0.09 / (1 + np.exp(-text)))  # better than nothing, and below the bar everywhere
        kept["came"] = yield from deploy(team, clock)
        kept["models"], kept["served"] = dict(team.models), team.served

    act(does, raters=SURE, book={"canary": 0.9, "canary_loss": 0.3, "shadow": "6 h"}, horizon="30 days")
    assert kept["came"] is False
    assert kept["models"] == {"show": kept["model"]}
    assert kept["served"] == 1.0


def renewed(model=None, book=None, before=None, **settings):
    """What comes of renewing a model that serves, by schedule or with *model* in place of the one that was trained."""
    kept = {}

    def does(team, clock):
        yield from ready(team, clock)
        yield from deploy(team, clock)
        yield from fresh_labels(team, clock)
        kept["served"], kept["judges"] = team.models["show"], team.judged[-1]
        kept["learned"] = [one for sample in team.pairs.values() for one in sample.table[:, 0].tolist()]
        team.model = model or team.model
        if before is not None:
            before(team)
        kept["at"], kept["newer"] = clock.now_s // DAY_S, team.model
        kept["came"] = yield from renew(team, clock)
        kept["models"], kept["model"], kept["cut"] = dict(team.models), team.model, team.objective.cut

    played = act(does, raters=SURE, book={"monthly_rows": 2_000} | (book or {}), **settings)
    return played, kept


def test_a_newer_model_that_is_no_worse_takes_over_and_the_diary_says_by_what():
    played, kept = renewed()
    assert kept["came"]
    assert kept["models"] == {"show": kept["newer"]}
    line = lines(played, "deploy")[-1]
    seen = json.loads(line.evidence)
    assert line.day == kept["at"]
    assert "gate passed: normalised entropy" in line.detail
    assert seen["normalised_entropy"] - seen["normalised_entropy_served"] <= max(0.01, 2 * seen["gap_error"])


@pytest.mark.parametrize("model", [Constant(0.9), Says(lambda text: 1 / (1 + np.exp(2 * text)))])
def test_a_newer_model_that_is_worse_is_held_and_the_one_before_it_serves_on(model):
    played, kept = renewed(model)
    assert kept["came"] is False
    assert kept["models"] == {"show": kept["served"]}
    assert kept["model"] is kept["served"]  # what is looked at from now on
    (line,) = lines(played, "rollback")
    assert line.detail.startswith("the newer model is held at the gate")
    assert line.detail.endswith("the one before it serves on")
    seen = json.loads(line.evidence)
    assert seen["normalised_entropy"] - seen["normalised_entropy_served"] > max(0.01, 2 * seen["gap_error"])
    assert len(lines(played, "deploy")) == 1


def test_a_bar_that_moved_goes_back_with_the_model_that_moved_it():
    _, kept = renewed(Constant(0.9), before=lambda team: rebar(team, 0.7))
    assert kept["cut"] == 0.1
    _, kept = renewed(before=lambda team: rebar(team, 0.7))
    assert kept["cut"] == 0.7


def test_a_fifth_of_the_newest_pairs_judges_and_is_learned_from_a_round_later():
    kept = {}

    def does(team, clock):
        yield from ready(team, clock)
        yield from deploy(team, clock)
        for number in (0, 1):
            yield from fresh_labels(team, clock)
            kept[number] = dict(team.pairs), list(team.judged)
            yield from renew(team, clock)

    act(does, raters=SURE, book={"monthly_rows": 1_000}, horizon="40 days")
    (first, judged), (second, later) = kept[0], kept[1]
    (name,) = (one for one in first if one.startswith("new on"))
    assert (len(first[name]), len(judged[-1])) == (800, 200)
    assert len(second[name]) == 1_000
    assert np.array_equal(second[name].margin[800:], judged[-1].margin)
    assert all(one is not judged[-1] for one in later)
    assert len(later) == len(judged)
