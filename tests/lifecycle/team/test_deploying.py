"""Deployment: the gate, the shadow, the canary and back."""

import json

import numpy as np
import pytest

from sim.candidates.model import Constant
from sim.columns import IMPRESSIONS, QUERIES
from sim.lifecycle.clock import Rank
from sim.lifecycle.team.deploying import deploy, renew
from sim.lifecycle.team.labour import collect, train
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


def deployed(cut=0.1, model=None, book=None, before=None):
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

    played = act(does, cut=cut, raters=SURE, book={"canary": 0.25, "shadow": "2 days", "canary_lasts": "3 days"} | (book or {}))
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


def test_a_newer_model_of_the_same_kind_takes_over_at_once():
    kept = {}

    def does(team, clock):
        yield from ready(team, clock)
        yield from deploy(team, clock)
        team.model = Constant(0.9)
        kept["at"] = clock.now_s // DAY_S
        renew(team, clock.now_s)
        kept["models"] = dict(team.models)

    played = act(does, raters=SURE)
    assert isinstance(kept["models"]["show"], Constant)
    assert [line.day for line in lines(played, "deploy")][-1] == kept["at"]
    each = played.ledger[:, IMPRESSIONS] / played.ledger[:, QUERIES]
    assert each[-3:].mean() > each[kept["at"] - 1]
