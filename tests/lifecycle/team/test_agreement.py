"""Dawid and Skene's model: their own example, and whether it knows good raters from bad ones."""

import numpy as np
import pytest

from sim.lifecycle.team.agreement import dawid_skene, settled
from sim.lifecycle.team.raters import ballots_for
from sim.lifecycle.team.sample import fresh, joined
from sim.scenario.playbook_schema import Raters

# Table 1 of Dawid and Skene (1979): 45 patients; the first anaesthetist saw each form three times, four others once.
TABLE_1 = (
    "1111111 3334334 1122122 2223121 2223222 2223322 1222111 3333433 2222223 2322223 4444444 2223343 1111111 2223212 1211111 "
    "1112111 1111111 1111111 2222221 2221322 2222222 2222221 2223222 2212222 1111111 1111111 2322222 1111111 1111111 1121121 "
    "1111111 3333233 1111111 2222222 2223232 4334343 2212232 2323233 3333432 1111111 1111111 1212111 2322222 1211111 2222222"
)
PATIENTS = TABLE_1.split()
WHO = [0, 0, 0, 1, 2, 3, 4]


@pytest.fixture(scope="module")
def anaesthetists():
    item = np.repeat(np.arange(45), 7)
    said = np.array([int(one) - 1 for patient in PATIENTS for one in patient])
    return dawid_skene(item, np.tile(WHO, 45), said, classes=4, rounds=1_000)


def test_the_published_shares_of_the_classes_are_found(anaesthetists):
    assert anaesthetists.share.round(2).tolist() == [0.40, 0.42, 0.11, 0.07]


def test_who_is_agreed_upon_is_sure_and_error_rates_are_probabilities(anaesthetists):
    for number, patient in enumerate(PATIENTS):
        if len(set(patient)) == 1:
            assert anaesthetists.chance[number, int(patient[0]) - 1] > 0.999
    assert anaesthetists.errors.shape == (5, 4, 4)
    assert anaesthetists.errors.sum(axis=2) == pytest.approx(1)
    assert anaesthetists.chance.sum(axis=1) == pytest.approx(1)


def test_good_raters_are_believed_where_they_are_fewer():
    """Five raters of twenty judge each pair; some err ten times as often as others."""
    margin = np.where(np.arange(6_000) % 3 == 0, 0.2, -0.2).astype(np.float32)
    ballots = ballots_for(margin, Raters(error=0.35, slip=0, people=20, spread=1.0), 5, 9)
    wrong = {
        "majority": np.mean(((ballots & 1).sum(axis=1) >= 3) != (margin > 0)),
        "dawid_skene": np.mean((settled(ballots) == 1) != (margin > 0)),
    }
    assert wrong["dawid_skene"] < 0.8 * wrong["majority"]


def test_how_often_each_rater_errs_is_found():
    rng = np.random.default_rng(2)
    truth, errs = rng.random(3_000) < 0.3, np.array([0.02, 0.1, 0.2, 0.3, 0.4])
    said = truth[:, None] ^ (rng.random((3_000, 5)) < errs)
    found = dawid_skene(np.repeat(np.arange(3_000), 5), np.tile(np.arange(5), 3_000), said.ravel().astype(int))
    for true in (0, 1):
        assert found.errors[:, true, 1 - true] == pytest.approx(errs, abs=0.06)  # 4.5 standard errors of 900 ratings


def test_where_everyone_was_asked_once_the_vote_is_the_label():
    margin = np.linspace(-2, 2, 2_000).astype(np.float32)
    ballots = ballots_for(margin, Raters(), 1, 7)
    assert np.array_equal(settled(ballots), ballots[:, 0] & 1)


def test_seats_that_nobody_took_say_nothing():
    ballots = np.array([[0, -1, -1], [3, 1, 5], [2, 0, -1], [-1, -1, -1]], np.int16)
    assert settled(ballots).tolist() == [0, 1, 0, 0]
    assert settled(np.full((2, 3), -1, np.int16)).tolist() == [0, 0]


def test_what_was_settled_stays_so_when_samples_are_joined():
    one = fresh(np.zeros((2, 1), np.float32), np.zeros(2, np.float32), np.zeros(2, np.int32), "uniform", np.ones(2))
    every = np.ones(2, np.bool_)
    by_rater = one.rated(every, np.array([[1], [0]], np.int16), by_rater=True)
    counted = one.rated(every, np.array([[3, 5], [1, 2]], np.int16))
    assert (by_rater.votes.tolist(), by_rater.yes.tolist(), by_rater.label.tolist()) == ([1, 1], [1, 0], [1, 0])
    assert (counted.votes.tolist(), counted.yes.tolist(), counted.label.tolist()) == ([2, 2], [2, 1], [1, 0])  # a tie is "no"
    assert joined([by_rater, counted]).label.tolist() == [1, 0, 1, 0]
    assert joined([counted, counted]).settled is None
    again = by_rater.rated(np.array([True, False]), np.array([[4, 6]], np.int16), by_rater=True)
    assert (again.votes.tolist(), again.yes.tolist(), again.ballots.tolist()) == ([3, 1], [1, 0], [[1, 4, 6], [0, -1, -1]])
