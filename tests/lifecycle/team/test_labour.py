"""What labels cost and how long they take; and what comes of data with one class only."""

import json

import numpy as np
import pytest

from sim.candidates.model import Constant
from sim.lifecycle.chronicle import Chronicle
from sim.lifecycle.clock import Rank
from sim.lifecycle.play import play
from sim.lifecycle.team import viewing
from sim.lifecycle.team.labour import adjudicated, asked, collect, train, wait_for
from sim.lifecycle.team.remedies import recalibrate, recent_data
from sim.lifecycle.team.viewing import own_remedy
from sim.scenario.schema import DAY_S
from tests.laws.chance import near
from tests.laws.tiny import learner, stage_of, tiny
from tests.lifecycle.team.acting import QUICK, act, lines

RATERS = {"capacity": 1_000, "delay": "1 day", "cost": 0.5}


def told(played, event):
    return [json.loads(line.evidence) for line in lines(played, event)]


@pytest.mark.parametrize("design", ["uniform", "retrieved", "targeted", "served"])
def test_adjudicating_what_the_first_rater_calls_show_costs_1_and_2_p_labels_a_sample(design):
    seen = {}

    def does(team, clock):
        days = [team.now(clock.now_s)]
        once = yield from collect(team, clock, design, days, 2_000, "once", adjudicate=False)
        seen["p"] = once.label.mean()
        seen["sample"] = yield from collect(team, clock, design, days, 2_000, "adjudicated")

    played = act(does, raters=RATERS, horizon="30 days")
    first, second = (one["labels"] for one in told(played, "label"))
    assert first == 2_000
    p = seen["p"]
    assert near(second / 2_000, 1 + 2 * p, 2 * np.sqrt(2 * p * (1 - p) / 2_000) + 1e-3)  # p was seen in another sample
    assert set(seen["sample"].votes.tolist()) <= {1, 3}
    assert second == seen["sample"].votes.sum()
    assert [line.cost for line in lines(played, "label")] == [0.5 * first, 0.5 * second]


def test_only_what_one_rater_calls_show_goes_to_further_raters_and_only_once():
    def does(team, clock):
        sample = yield from collect(team, clock, "retrieved", [team.now(clock.now_s)], 500, "some", adjudicate=False)
        twice, more = adjudicated(team, sample)
        assert more == 2 * sample.yes.sum() > 0
        assert (twice.votes == np.where(sample.yes == 1, 3, 1)).all()
        assert (twice.label <= sample.label).all()
        assert adjudicated(team, twice)[1] == 0
        assert (sample.votes == 1).all()  # what there was is left alone

    act(does, raters=RATERS)


def test_orders_at_once_are_done_one_after_the_other_and_each_is_sent_a_day_later():
    done = []

    def order(team, clock, labels):
        yield from wait_for(team, clock, labels)
        done.append((labels, clock.now_s / DAY_S))

    def does(team, clock):
        for labels in (2_000, 1_000, 500):
            clock.start(order(team, clock, labels))
        yield clock.at(9 * DAY_S, Rank.LABELS)
        yield from order(team, clock, 1_000)

    act(does, raters=RATERS)
    assert done == [(2_000, 3.0), (1_000, 4.0), (500, 4.5), (1_000, 11.0)]


def test_no_label_takes_no_time():
    def does(team, clock):
        before = clock.now_s
        yield from wait_for(team, clock, 0)
        assert clock.now_s == before
        yield clock.at(DAY_S, Rank.LABELS)

    act(does)


def test_raters_whose_errors_are_found_settle_labels_of_their_own():
    found = {}

    def does(team, clock):
        for aggregate in ("majority", "dawid_skene"):
            team.raters = team.raters.model_copy(update={"aggregate": aggregate})
            sample = yield from collect(team, clock, "retrieved", [team.now(clock.now_s)], 800, "some", adjudicate=False)
            for _ in range(2):
                sample, _ = asked(team, sample, np.ones(800, np.bool_), 2)
            found[aggregate] = sample

    act(does, raters={"spread": 1.0, "error": 0.45, "capacity": "100k"})
    counted, by_rater = found["majority"], found["dawid_skene"]
    assert counted.ballots is None
    assert by_rater.ballots.shape == (800, 5)
    assert (by_rater.ballots >= 0).all()
    assert 0 < (by_rater.label != (2 * by_rater.yes > by_rater.votes)).sum() < 80


def test_a_training_without_any_positive_is_a_constant_and_says_so():
    found = {}

    def does(team, clock):
        team.pairs["first"] = yield from collect(team, clock, "uniform", [team.now(clock.now_s)], 300, "to learn from")
        yield from train(team, clock)
        found["model"] = team.model
        found["said"] = team.ask(team.pairs["first"])

    played = act(does, raters={"error": 0, "slip": 0}, market={"worthy": 1e-9})
    assert isinstance(found["model"], Constant)
    assert not found["said"].any()
    (line,) = lines(played, "train")
    assert line.detail == "on 300 rated pairs, 0 of them to be shown; only one class is in them, so it says 0 to everything"
    assert line.cost == 200


@pytest.mark.parametrize("first_sample", ["uniform", "balanced", "retrieved", "served"])
def test_a_team_whose_data_hold_one_class_lives_through_its_playbook(first_sample):
    candidate = learner("impressions", playbook=QUICK | {"first_sample": first_sample, "look_every": "7 days"})
    del candidate["retrain"]
    scenario = tiny(candidate, horizon="50 days", raters={"error": 0, "slip": 0}, market={"worthy": 1e-9})
    played = play(stage_of(scenario), scenario.candidates[0])
    assert "only one class is in them" in lines(played, "train")[0].detail
    held = lines(played, "rollback")[0]
    assert held.detail == "held at the gate: no evidence, since all 500 pairs of the test set have the same label"
    assert json.loads(held.evidence) == {"normalised_entropy": None}
    assert not lines(played, "deploy")
    for line in played.chronicle:
        values = json.loads(line.evidence or "{}").values()
        assert all(value is None or np.isfinite(value) for value in values)


def test_evidence_that_is_no_number_is_null():
    chronicle = Chronicle()
    chronicle.write(0, "analyse", "x", evidence={"a": 1.0, "b": float("inf"), "c": float("nan")})
    assert chronicle.lines[0].evidence == '{"a": 1.0, "b": null, "c": null}'


def test_labels_that_are_on_order_as_the_horizon_ends_are_owed():
    """Two orders under way: one at the raters' desk, one behind it; an earlier one was paid for when it came in."""

    def does(team, clock):
        now = [team.now(clock.now_s)]
        yield from collect(team, clock, "retrieved", now, 1_000, "to learn from", adjudicate=False)
        for rows in (9_000, 500):
            clock.start(collect(team, clock, "retrieved", now, rows, "too late", adjudicate=False))

    played = act(does, raters=RATERS | {"capacity": 1_000}, horizon="6 days")
    (paid,) = lines(played, "label")
    assert paid.cost == 500
    owed = played.chronicle[-1]
    assert (owed.day, owed.event, owed.cost) == (5, "collect", 0.5 * 9_500)
    assert owed.detail == "9,500 labels are still on order as the horizon ends, and owed"
    assert json.loads(owed.evidence) == {"labels_on_order": 9_500}


def test_a_team_that_ordered_nothing_late_owes_nothing():
    def does(team, clock):
        yield from collect(team, clock, "retrieved", [team.now(clock.now_s)], 1_000, "in time")

    played = act(does, raters=RATERS)
    assert [line.event for line in played.chronicle] == ["collect", "label"]


def test_only_pairs_that_were_bought_to_judge_by_do():
    """Not those of a first sample, of a recalibration or of a user's remedy, though they are drawn as the traffic asks them."""
    kept = {}

    def does(team, clock):
        now = [team.now(clock.now_s)]
        team.pairs["first"] = yield from collect(team, clock, "retrieved", now, 800, "to learn from")
        team.test = yield from collect(team, clock, "retrieved", now, 700, "to be judged by", judges=True)
        yield from train(team, clock)
        yield from recalibrate(team, clock)
        yield from own_remedy("builtins:more")(team, clock)
        yield from recent_data(team, clock)
        kept["test"], kept["judged"], kept["pairs"] = team.test, team.judged, team.pairs

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(viewing, "function_of", lambda *_: lambda _: {"collect": "retrieved", "rows": 600})
        act(does, raters={"capacity": "1M"}, horizon="30 days")
    learned = list(kept["pairs"].values())
    assert [len(one) for one in kept["judged"]] == [700, 500]
    assert kept["judged"][-1] is kept["test"]
    assert not any(judge is one for judge in kept["judged"] for one in learned)
