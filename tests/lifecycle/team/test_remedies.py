"""Remedies: each does what it is called, to what it should and to nothing else, and says what came of it."""

import json

import numpy as np

from sim.lifecycle.clock import Rank
from sim.lifecycle.team.labour import collect, train
from sim.lifecycle.team.remedies import positives, recent_data, relabel
from sim.lifecycle.team.sample import DESIGNS
from sim.scenario.schema import DAY_S
from tests.lifecycle.team.acting import act, lines

NOISY = {"error": 0.45, "slip": 0.01, "capacity": "1M"}
SURE = {"error": 0, "slip": 0, "capacity": "1M"}


def mended(remedy, raters=NOISY, wait=0, book=None, **settings):
    """What a team has before and after a remedy, and its diary."""
    kept = {}

    def does(team, clock):
        now = [team.now(clock.now_s)]
        team.pairs["first"] = yield from collect(team, clock, "retrieved", now, 800, "to learn from", adjudicate=False)
        team.test = yield from collect(team, clock, "retrieved", now, 800, "to be judged by", adjudicate=False)
        yield from train(team, clock)
        if wait:
            yield clock.at(clock.now_s + wait * DAY_S, Rank.ANALYSIS)
        kept["before"] = dict(team.pairs), team.test, team.model
        kept["begun_s"] = clock.now_s
        yield from remedy(team, clock)
        kept["after"] = dict(team.pairs), team.test, team.model
        kept["ended_s"] = clock.now_s

    return act(does, raters=raters, horizon="40 days", book=book, **settings), kept


def true_share(sample):
    """How many of the pairs that are labelled "show" belong."""
    return (sample.margin[sample.label == 1] > 0).mean()


def test_relabelling_cleans_what_was_called_show_and_leaves_the_rest():
    played, kept = mended(relabel, book={"guidelines": "3 days"})
    (pairs, test, model), (cleaned, cleaner, newer) = kept["before"], kept["after"]
    for old, new in ((pairs["first"], cleaned["first"]), (test, cleaner)):
        assert true_share(new) > true_share(old) + 0.05
        assert np.array_equal(new.votes, np.where(old.yes == 1, 3, 1))
        assert np.array_equal(new.table, old.table)
    assert newer is not model
    (line,) = lines(played, "relabel")
    labels = 2 * sum(int(one.yes.sum()) for one in (pairs["first"], test))
    assert json.loads(line.evidence) == {"labels": labels, "show": int(cleaned["first"].label.sum())}
    assert line.cost == 0.1 * labels
    assert kept["ended_s"] - kept["begun_s"] >= (3 + 1) * DAY_S  # guidelines, and labels that are on their way


def test_relabelling_what_perfect_raters_said_changes_no_label():
    _, kept = mended(relabel, raters=SURE)
    assert np.array_equal(kept["before"][0]["first"].label, kept["after"][0]["first"].label)
    assert (kept["after"][1].label == (kept["after"][1].margin > 0)).all()


def test_positives_are_added_from_pages_of_the_test_set_or_of_the_last_week():
    for source, days in (("archive", {0, 7}), ("fresh", {20, 21, 22, 23})):
        _, kept = mended(positives, raters=SURE, wait=20, book={"positives_from": source})
        pairs, new = kept["before"][0], kept["after"][0]
        assert new["first"] is pairs["first"]
        assert set(new["positives"].day.tolist()) <= days, source
        assert set(new["positives"].why) == {DESIGNS.index("targeted")}
        assert new["positives"].label.mean() > 1.3 * pairs["first"].label.mean()


def test_recent_pairs_take_the_place_of_positives_and_a_later_set_that_of_the_test_set():
    def both(team, clock):
        yield from positives(team, clock)
        yield from recent_data(team, clock)

    played, kept = mended(both, raters=SURE, wait=14, drift=[{"kind": "step", "what": "worthiness", "at": "day 8", "by": 0.9}])
    _, test, _ = kept["before"]
    pairs, later, _ = kept["after"]
    assert set(pairs) == {"first", "recent"}
    assert pairs["recent"].day.min() > test.day.max() + 10
    assert later.day.min() >= pairs["recent"].day.max()
    seen = json.loads(lines(played, "analyse")[-1].evidence)
    assert seen["normalised_entropy_after"] < seen["normalised_entropy_before"]  # another world than the old pairs told of


def test_recent_may_mean_weeks():
    def does(team, clock):
        yield from recent_data(team, clock)

    _, kept = mended(does, raters=SURE, wait=20, book={"recent": "14 days"})
    assert len(set(kept["after"][0]["recent"].day.tolist())) >= 2


def test_weights_of_inclusion_reach_the_model():
    """The same targeted pairs: weighted, the model says about as many positives as the traffic has; else too many."""
    share = {}

    for weights in ("none", "inclusion"):

        def does(team, clock, weights=weights):
            now = [team.now(clock.now_s)]
            team.pairs["first"] = yield from collect(team, clock, "targeted", now, 4_000, "to learn from")
            test = yield from collect(team, clock, "retrieved", now, 4_000, "to be judged by")
            yield from train(team, clock)
            share[weights] = team.ask(test).mean() / test.label.mean()

        act(does, raters=SURE, book={"weights": weights})
    assert abs(share["inclusion"] - 1) < 0.25
    assert share["none"] > share["inclusion"]
