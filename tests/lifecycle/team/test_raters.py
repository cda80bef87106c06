"""Raters: how often they are wrong, how alike their mistakes are, who they are, and how they queue."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from sim import seeds
from sim.lifecycle.clock import Clock, Rank
from sim.lifecycle.team.labour import asked
from sim.lifecycle.team.raters import ballots_for, chance_of_error, skills, takes_s, votes_for
from sim.lifecycle.team.sample import fresh
from sim.scenario.playbook_schema import Raters
from sim.scenario.schema import DAY_S
from tests.laws.chance import drawn_from, near

ROWS = 40_000
AT_BAR = np.full(ROWS, 1e-6, np.float32)
UNRELATED = np.full(ROWS, -30, np.float32)


def share(votes, count=1):
    return votes.sum() / (len(votes) * count)


@pytest.mark.parametrize(("margin", "truth"), [(0.0, 0), (0.7, 1), (-0.7, 0), (3.0, 1), (-30.0, 0)])
def test_a_label_is_wrong_as_often_as_the_pair_is_hard(margin, truth):
    raters = Raters(error=0.3, slip=0.01)
    wrong = float(chance_of_error(np.array([margin], np.float32), raters)[0])
    assert wrong == pytest.approx(0.3 * np.exp(-abs(margin) / 1.5) * 0.99 + 0.01)
    said = share(votes_for(np.full(ROWS, margin, np.float32), raters, 1, 5))
    assert near(said, 1 - wrong if truth else wrong, np.sqrt(wrong * (1 - wrong) / ROWS))


def test_slips_do_not_drown_the_few_that_belong():
    """One in 10 000 belongs; a flat error of 8 % would give 800 false positives for each."""
    assert share(votes_for(UNRELATED, Raters(), 1, 3)) < 0.003


def test_further_raters_help_as_far_as_their_mistakes_are_their_own():
    def wrong_majorities(alike):
        return 1 - (votes_for(AT_BAR, Raters(error=0.3, slip=0, alike=alike), 3, 8) >= 2).mean()

    error = np.sqrt(0.25 / ROWS)
    assert near(wrong_majorities(0.0), 3 * 0.3**2 * 0.7 + 0.3**3, error)
    assert near(wrong_majorities(1.0), 0.3, error)
    assert wrong_majorities(0.0) < wrong_majorities(0.5) < wrong_majorities(1.0)


def test_what_misleads_everyone_misleads_whoever_is_asked_later():
    """All alike: a panel confirms every mistake, and overturns nothing that was right."""
    keys, margin = iter(range(9)), np.linspace(-0.2, 0.2, 2_000, dtype=np.float32)
    sample = fresh(np.zeros((2_000, 1), np.float32), margin, np.zeros(2_000, np.int32), "retrieved", np.ones(2_000))
    team = SimpleNamespace(raters=Raters(error=0.4, slip=0, alike=1.0), key=lambda purpose: seeds.key(1, purpose, next(keys)))
    once, _ = asked(team, sample, np.ones(len(sample), np.bool_), 1)
    wrong = once.label != (once.margin > 0)
    panel, _ = asked(team, replace(once, yes=0 * once.yes, votes=0 * once.votes), np.ones(len(once), np.bool_), 3)
    assert 0.3 < wrong.mean() < 0.5
    assert np.array_equal(panel.label, once.label)
    team.raters = Raters(error=0.4, slip=0)
    other, _ = asked(team, replace(once, yes=0 * once.yes, votes=0 * once.votes), np.ones(len(once), np.bool_), 3)
    assert not np.array_equal(other.label, once.label)


def test_the_same_key_is_the_same_vote_and_another_is_another():
    raters = Raters()
    assert np.array_equal(votes_for(AT_BAR, raters, 3, 1), votes_for(AT_BAR, raters, 3, 1))
    assert not np.array_equal(votes_for(AT_BAR, raters, 3, 1), votes_for(AT_BAR, raters, 3, 2))


@pytest.mark.parametrize(("people", "count"), [(3, 3), (5, 3), (20, 3), (20, 9)])
def test_a_pair_is_rated_by_different_people_and_everyone_gets_as_much(people, count):
    voter = ballots_for(AT_BAR, Raters(people=people), count, 4) // 2
    assert all(len(set(row)) == count for row in voter[:500].tolist())
    assert drawn_from(np.bincount(voter[:, 0], minlength=people), np.ones(people))


def test_unlike_raters_err_as_often_together_and_unlike_alone():
    raters = Raters(error=0.1, slip=0, people=10, spread=1.0)
    ballots = ballots_for(AT_BAR, raters, 1, 6)[:, 0]
    wrong, voter = 1 - (ballots & 1), ballots // 2
    assert skills(raters).mean() == pytest.approx(1)
    assert near(wrong.mean(), 0.1, np.sqrt(0.09 / ROWS))
    for one in (0, 9):
        of = voter == one
        expected = 0.1 * skills(raters)[one]
        assert near(wrong[of].mean(), expected, np.sqrt(expected / of.sum()))


def test_the_best_of_raters_without_a_spread_is_as_good_as_the_worst():
    assert skills(Raters(people=7)).tolist() == [1.0] * 7


@pytest.mark.parametrize(("labels", "days"), [(0, 0), (1_000, 1), (2_500, 2.5)])
def test_labels_take_as_long_as_capacity_says(labels, days):
    assert takes_s(labels, Raters(capacity=1_000)) == days * DAY_S


def test_two_orders_at_once_wait_for_each_other_and_an_idle_crew_for_nobody():
    clock, done = Clock(0), []
    crew = clock.crew()

    def order(name, at_s, takes_s):
        yield clock.at(at_s, Rank.LABELS)
        yield from crew.work(takes_s, Rank.LABELS)
        done.append((name, clock.now_s))

    for one in (("first", 0, 100), ("second", 0, 50), ("third", 20, 10), ("late", 500, 5)):
        clock.start(order(*one))
    clock.turn(1_000)
    assert done == [("first", 100), ("second", 150), ("third", 160), ("late", 505)]


def test_another_crew_has_a_line_of_its_own():
    clock, done = Clock(0), []

    def order(crew):
        yield from crew.work(60, Rank.LABELS)
        done.append(clock.now_s)

    for _ in range(2):
        clock.start(order(clock.crew()))
    clock.turn(60)
    assert done == [60, 60]
