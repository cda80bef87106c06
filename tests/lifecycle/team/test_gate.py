"""The offline gate: how sure it is of a difference, and what it lets through."""

import numpy as np
import pytest

from sim.lifecycle.team.gate import MARGIN, Gap, entropy_of, gap_of
from sim.lifecycle.team.scores import Judged, scores

PAIRS, SHOWN = 400, 50


def drawn(rng, off=0.0, slope=1.0):
    """A log: every pair was shown some times; what one model said of it, which is right, and what another did, which is off."""
    odds = rng.normal(-3, 1, PAIRS)
    right = 1 / (1 + np.exp(-odds))
    yes = rng.binomial(SHOWN, right).astype(np.float64)
    rest = yes, SHOWN - yes, np.ones(PAIRS), np.arange(PAIRS)
    return Judged(right, *rest), Judged(1 / (1 + np.exp(-(slope * odds + off))), *rest)


def test_normalised_entropy_is_that_of_the_page_of_health():
    one, other = drawn(np.random.default_rng(1), slope=0.3)
    for judged in (one, other):
        assert entropy_of(judged) == pytest.approx(scores(judged)["normalised_entropy"])
    found = gap_of(one, other)
    assert (found.before, found.after) == pytest.approx((entropy_of(one), entropy_of(other)))


@pytest.mark.parametrize("same_rows", [True, False])
def test_the_error_is_how_far_the_gap_scatters(same_rows):
    """Two models on the same rows, or one model on two logs of other pairs."""
    rng = np.random.default_rng(2)
    found = []
    for _ in range(600):
        (right, off), (later, _) = drawn(rng, slope=0.6), drawn(rng)
        found.append(gap_of(right, off) if same_rows else gap_of(right, later._replace(who=later.who + PAIRS)))
    gaps, errors = np.array([(one.gap, one.error) for one in found]).T
    assert errors.mean() == pytest.approx(gaps.std(), rel=0.12)


def test_what_two_models_share_is_no_error():
    one, other = drawn(np.random.default_rng(3), slope=0.95)
    assert gap_of(one, other).error < 0.3 * gap_of(one, other._replace(who=other.who + PAIRS)).error
    assert gap_of(one, one)[2:] == (0.0, 0.0)


def test_pairs_that_weigh_twice_are_no_two_pairs():
    """Rows of one pair are drawn together: to say each row twice makes nobody surer."""
    one, other = drawn(np.random.default_rng(4), slope=0.6)
    twice = [Judged(*(np.tile(part, 2) for part in judged)) for judged in (one, other)]
    assert gap_of(*twice).error == pytest.approx(gap_of(one, other).error)


@pytest.mark.parametrize("label", [0.0, 1.0])
def test_with_one_class_nothing_is_measured(label):
    rows = np.full(5, 0.2), np.full(5, label), np.full(5, 1 - label), np.ones(5), np.arange(5)
    assert gap_of(Judged(*rows), Judged(*rows)) is None
    assert np.isnan(entropy_of(Judged(*rows)))


def test_worse_is_what_passes_the_margin_and_chance():
    assert Gap(0.5, 0.52, 0.02, 0.009).worse_by(MARGIN)
    assert not Gap(0.5, 0.52, 0.02, 0.011).worse_by(MARGIN)  # by chance
    assert not Gap(0.5, 0.509, 0.009, 0.001).worse_by(MARGIN)  # by too little
    assert not Gap(0.5, 0.4, -0.1, 0.001).worse_by(MARGIN)


def test_of_two_models_that_are_alike_one_in_forty_is_held_at_most():
    rng = np.random.default_rng(5)
    held = 0
    for _ in range(400):
        right, _ = drawn(rng)
        noise = [right._replace(said=1 / (1 + np.exp(-(np.log(right.said / (1 - right.said)) + rng.normal(0, 0.5, PAIRS))))) for _ in "ab"]
        held += gap_of(*noise).worse_by(0.0)
    assert held / 400 < 0.05
