"""SHIP, HOLD or UNDECIDED: every way to each of them."""

import numpy as np
import pytest

from sim.study.compare.choice import choose
from sim.study.compare.comparison import FAIL, HOLD, INVALID, PASS, SHIP, UNDECIDED, Verdicted
from sim.study.compare.margins import Margins
from tests.study.compare.made_up import MOVES, around

FIXED, WATCHED = Margins(0.95, sequential=False), Margins(0.95, sequential=True)
BOTH = pytest.mark.parametrize("margins", [FIXED, WATCHED])


def chosen(means, margins=FIXED, spread=0.002, count=24, indifference=0.005, **states):
    """A choice among candidates with those lifts, each with its own noise; the first is the baseline."""
    noise = [np.zeros(count), *(np.roll(np.resize(MOVES, count), 3 * number) for number in range(1, len(means)))]
    lifts = np.stack([mean + spread * one for mean, one in zip(means, noise, strict=True)], axis=1)
    names = ["base", *(f"c{number}" for number in range(1, len(means)))]
    rules = tuple(Verdicted("ctr >= 2%", name, status, None, None) for name, all_of in states.items() for status in all_of.split())
    return choose(lifts, 0, margins, indifference, rules, names)


@BOTH
def test_the_best_ships_when_all_is_proven(margins):
    found = chosen([0, 0.03, 0.01], margins)
    assert (found.verdict, found.ship, found.leader, found.why) == (SHIP, 1, 1, "")
    assert found.mcb[1, 0] == 0  # nobody is ahead of it
    assert found.mcb[1, 1] > 0.015
    assert found.mcb[2, 1] == 0


@BOTH
def test_two_that_nobody_can_tell_apart_and_need_not_ship_one(margins):
    found = chosen([0, 0.03, 0.0301], margins)
    assert (found.verdict, found.ship) == (SHIP, 2)
    assert found.mcb[2, 0] < 0


@BOTH
def test_the_next_ships_when_the_best_fails_a_guardrail(margins):
    found = chosen([0, 0.02, 0.05], margins, c1=PASS, c2=f"{PASS} {FAIL}")
    assert (found.verdict, found.ship, found.leader) == (SHIP, 1, 1)
    assert found.mcb[1, 0] == 0  # it is not held against one that can't be had
    assert found.mcb[2, 1] > 0.02  # but that one against it is


def test_an_invalid_guardrail_is_as_bad_as_a_broken_one():
    assert chosen([0, 0.02, 0.05], c2=INVALID).ship == 1


@BOTH
def test_an_open_guardrail_keeps_it_undecided(margins):
    found = chosen([0, 0.03], margins, c1=f"{PASS} {UNDECIDED}")
    assert (found.verdict, found.ship) == (UNDECIDED, None)
    assert found.why == "a guardrail of c1 is neither proven nor broken"


def test_of_two_alike_the_one_whose_guardrails_are_proven_ships():
    found = chosen([0, 0.03, 0.0301], c1=PASS, c2=UNDECIDED)
    assert (found.verdict, found.ship, found.leader) == (SHIP, 1, 2)


@BOTH
def test_what_is_not_proven_better_does_not_ship(margins):
    found = chosen([0, 0.004], margins, spread=0.02)
    assert (found.verdict, found.why) == (UNDECIDED, "nothing is proven better than base")


def test_a_leader_that_is_not_told_apart_from_the_next_but_better_than_the_baseline_ships_only_within_the_zone():
    assert chosen([0, 0.03, 0.032], spread=0.012, indifference=0.02).verdict == SHIP
    found = chosen([0, 0.03, 0.032], spread=0.012, indifference=0.0)
    assert (found.verdict, found.why) == (UNDECIDED, "c2 leads, but is not yet told apart from the next")


@BOTH
def test_nothing_gains(margins):
    found = chosen([0, -0.03, 0.001], margins, spread=0.001)
    assert (found.verdict, found.leader) == (SHIP, 2)  # a proven gain ships, however small
    found = chosen([0, -0.03, -0.001], margins, spread=0.001)
    assert (found.verdict, found.leader, found.why) == (HOLD, 0, "nothing that keeps the guardrails gains 0.5% on base")


def test_the_baseline_is_as_good_as_the_best():
    found = chosen([0, 0, 0], spread=0.0075, count=8)  # their joint interval reaches beyond the zone, the one to choose by does not
    assert (found.verdict, found.why) == (HOLD, "base is as good as the best, within what nobody cares about")


def test_the_baseline_alone_breaks_no_rule_and_beats_nobody():
    found = chosen([0])
    assert (found.verdict, found.leader, found.why) == (HOLD, 0, "nobody can be compared with base")


@BOTH
def test_no_candidate_keeps_every_guardrail(margins):
    found = chosen([0, 0.03, 0.05], margins, c1=FAIL, c2=INVALID)
    assert (found.verdict, found.leader, found.why) == (HOLD, 0, "no candidate keeps every guardrail")


def test_a_gain_of_one_that_breaks_a_guardrail_keeps_nothing_open():
    assert chosen([0, -0.02, 0.05], c1=PASS, c2=FAIL).verdict == HOLD


@BOTH
@pytest.mark.parametrize("spread", [0.0, 0.01])
@pytest.mark.parametrize("count", [1, 2, 8])
def test_twins_of_the_baseline_never_ship(margins, spread, count):
    found = choose(np.zeros((count, 3)), 0, margins, 0.005, (), ["base", "twin", "another"])
    assert found.verdict == (UNDECIDED if count == 1 else HOLD)
    assert found.ship is None
    noisy = np.stack([np.zeros(count), spread * np.resize(MOVES, count), spread * np.resize(MOVES, count)], axis=1)
    assert choose(noisy - 1e-9, 0, margins, 0.005, (), ["base", "twin", "another"]).ship is None


@BOTH
def test_better_twins_ship_one_of_them(margins):
    lifts = np.stack([np.zeros(24), *[around(0.03, 0.002, 24)] * 2], axis=1)
    found = choose(lifts, 0, margins, 0.005, (), ["base", "one", "other"])
    assert (found.verdict, found.ship) == (SHIP, 1)
    assert found.mcb[1:].tolist() == [[0, 0], [0, 0]]


@BOTH
def test_twenty_candidates(margins):
    found = chosen([0.0, *np.linspace(-0.03, 0.06, 20)], margins, count=40)
    assert (found.verdict, found.ship) == (SHIP, 20)
    assert chosen([0.0, *np.linspace(-0.04, -0.01, 20)], margins, count=40).verdict == HOLD
    assert found.mcb.shape == (21, 2)


@BOTH
def test_one_replication_decides_nothing(margins):
    found = chosen([0, 0.9], margins, count=1)
    assert (found.verdict, found.ship) == (UNDECIDED, None)


def test_the_baseline_needs_not_be_the_first():
    lifts = np.stack([around(0.03, 0.002, 24), np.zeros(24)], axis=1)
    assert choose(lifts, 1, FIXED, 0.005, (), ["one", "base"]).ship == 0


def test_a_baseline_alone_is_held_against_nobody():
    found = choose(np.zeros((4, 1)), 0, FIXED, 0.005, (), ["base"])
    assert (found.verdict, found.ship) == (HOLD, None)
    assert np.isnan(found.mcb).all()
