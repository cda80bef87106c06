"""Measures: those of scikit-learn, and a difference whose error is that of drawing the pairs again."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import average_precision_score, log_loss, roc_auc_score

from sim.lifecycle.team.scores import NAMES, Judged, differences, scores, tenths


def judged(rows=4_000, seed=1, steep=1.0, digits=3, first=0):
    draw = np.random.default_rng(seed)
    logit = draw.normal(-2, 1.5, rows)
    yes = (draw.random(rows) < 1 / (1 + np.exp(-logit))).astype(float)
    said = np.round(1 / (1 + np.exp(-steep * logit)), digits)
    return Judged(said, yes, 1 - yes, np.ones(rows), first + np.arange(rows))


def weighted(one, seed=2):
    weight = np.random.default_rng(seed).random(one.rows)
    return one._replace(yes=one.yes * weight, no=one.no * weight, unit=weight), weight


@pytest.mark.parametrize("digits", [1, 6])
def test_they_are_those_of_scikit_learn_with_weights_and_ties(digits):
    plain = judged(digits=digits)
    one, weight = weighted(plain)
    found = scores(one)
    said = np.clip(one.said, 1e-6, 1 - 1e-6)
    base = one.yes.sum() / weight.sum()
    assert found["roc_auc"] == pytest.approx(roc_auc_score(plain.yes, said, sample_weight=weight), abs=1e-12)
    assert found["pr_auc_lift"] * base == pytest.approx(average_precision_score(plain.yes, said, sample_weight=weight), abs=1e-12)
    assert found["log_loss"] == pytest.approx(log_loss(plain.yes, said, sample_weight=weight), abs=1e-12)
    assert found["normalised_entropy"] == pytest.approx(found["log_loss"] / -(base * np.log(base) + (1 - base) * np.log(1 - base)))


def test_a_row_that_counts_twice_is_two_rows():
    one = judged(500)
    twice = Judged(*(np.concatenate([part, part]) for part in one))
    doubled = one._replace(yes=2 * one.yes, no=2 * one.no)
    for name in set(NAMES) - {"calibration_error"}:  # equal rows may fall into two tenths
        assert scores(doubled)[name] == pytest.approx(scores(twice)[name])


def test_the_calibration_error_is_by_tenths_of_the_weight():
    one = judged(steep=1.0, digits=9)
    sharp = judged(steep=2.0, digits=9)
    assert scores(one)["calibration_error"] < 0.02 < scores(sharp)["calibration_error"]
    assert np.bincount(tenths(one)).tolist() == [400] * 10


def test_one_class_has_no_measures():
    one = judged(50)
    none = one._replace(yes=np.zeros(50), no=np.ones(50))
    assert scores(none) == {}
    assert differences(one, none, 3) == {}


def test_the_same_pairs_differ_by_nothing_and_others_by_luck():
    one = judged()
    gaps = differences(one, one, 3)
    assert all(gap == 0 and error < 1e-12 for gap, error in gaps.values())
    apart = differences(one, one._replace(who=one.who + one.rows), 3)
    assert all(gap == 0 and error > 0 for gap, error in apart.values())


def test_the_error_is_what_differences_of_two_sets_scatter_by():
    """60 pairs of sets: their scatter is known to 9 %, the error to 15 %; 5 errors' distance is never seen by luck."""
    pairs = [(judged(seed=2 * n), judged(seed=2 * n + 1, first=4_000)) for n in range(60)]
    gaps = np.array([scores(b)["roc_auc"] - scores(a)["roc_auc"] for a, b in pairs])
    error = np.mean([differences(a, b, 5 + n)["roc_auc"][1] for n, (a, b) in enumerate(pairs[:6])])
    assert 0.6 < error / gaps.std(ddof=1) < 1.6
