"""Bounds hold as often as they say: of revenue by weeks, of an AUC, of the difference of two models on the same rows."""

from __future__ import annotations

import numpy as np
import pytest

from sim.lifecycle.team.comparing import by_entropy
from sim.lifecycle.team.entropy import change_of_entropy, normalised_entropy
from sim.lifecycle.team.falling import change_of_weeks
from sim.lifecycle.team.ranking import change_of_auc, ranked
from sim.lifecycle.team.resampling import with_errors

TIMES = 600
WRONG = 0.05  # how often a bound of 95% may miss


def seldom(missed):
    """Whether so many of the times differ from one in twenty by chance only (four standard errors)."""
    return abs(np.mean(missed) - WRONG) < 4 * np.sqrt(WRONG * (1 - WRONG) / len(missed))


def days(rng, persistence, length=42):
    """Days that remember the day before, below weekends that are quieter."""
    noise, seen = rng.normal(size=length), np.zeros(length)
    for day in range(length):
        seen[day] = noise[day] * np.sqrt(1 - persistence**2) + (persistence * seen[day - 1] if day else noise[day] * persistence)
    weekend = np.tile([1.0, 1.0, 1.0, 1.0, 1.0, 0.8, 0.7], length // 7)
    return weekend * (1 + 0.05 * seen)


def weekly(seen):
    return seen.reshape(-1, 7).mean(axis=1)


@pytest.mark.parametrize("persistence", [0.0, 0.3])
def test_weeks_that_only_differ_by_chance_are_seldom_found_to_have_fallen(persistence):
    rng = np.random.default_rng(7)
    drawn = [weekly(days(rng, persistence)) for _ in range(TIMES)]
    found = [change_of_weeks(one[:4], one[4:]) for one in drawn]
    assert seldom([one.high < 0 for one in found])
    assert seldom([one.low > 0 for one in found])


def test_what_has_fallen_far_is_found_and_weekdays_hide_nothing():
    rng = np.random.default_rng(8)
    seen = days(rng, 0.3)
    seen[28:] *= 0.8
    found = change_of_weeks(weekly(seen[:28]), weekly(seen[28:]))
    assert found.value == pytest.approx(-0.2, abs=0.04)
    assert found.high < -0.1


@pytest.mark.parametrize(("at_first", "lately"), [([0.0, 0.0], [1.0, 1.0]), ([1.0], [1.0]), ([], [])])
def test_weeks_that_say_nothing_have_no_bounds(at_first, lately):
    assert np.isnan(change_of_weeks(at_first, lately)).all()


def labelled(rng, rows=3_000):
    """Pairs of which a tenth is to be shown, and what a fair model says of them."""
    truth = 1 / (1 + np.exp(-rng.normal(-3, 1.8, rows)))
    return (rng.random(rows) < truth).astype(np.int8), truth


def test_the_error_of_an_auc_is_that_of_a_bootstrap():
    label, said = labelled(np.random.default_rng(2))
    label[:50] = 1 - label[:50]
    said = said.round(2)  # with ties
    area, error = with_errors(label, said.astype(np.float32), key=5, draws=400)["roc_auc"]
    found = ranked(label, said.astype(np.float32))
    assert found.auc == pytest.approx(area, abs=1e-9)
    assert found.error == pytest.approx(error, rel=0.12)


def test_bounds_of_two_aucs_miss_no_change_once_in_twenty():
    rng = np.random.default_rng(3)
    found = [change_of_auc(*(ranked(*labelled(rng, rows)) for rows in (1_500, 800))) for _ in range(TIMES)]
    assert seldom([one.low > 0 for one in found])
    assert seldom([one.high < 0 for one in found])


@pytest.mark.parametrize("positives", [0, 1])
def test_an_auc_of_next_to_no_positives_has_no_bounds(positives):
    label = np.r_[np.ones(positives, np.int8), np.zeros(50, np.int8)]
    before = ranked(*labelled(np.random.default_rng(4)))
    change = change_of_auc(before, ranked(label, np.linspace(1, 0, len(label))))
    assert np.isnan(change[1:]).all()
    assert not change.low > -1


def both(rng, rows=2_000):
    """Labels, and two models that are equally far from the truth, each in its own way."""
    label, truth = labelled(rng, rows)
    odds = np.log(truth / (1 - truth))
    said = [1 / (1 + np.exp(-(odds + rng.normal(0, 0.5, rows)))) for _ in range(2)]
    return label, *said


def test_bounds_of_two_models_that_are_equally_good_miss_that_once_in_twenty():
    rng = np.random.default_rng(5)
    found = [change_of_entropy(*both(rng)) for _ in range(TIMES)]
    assert seldom([one.high < 0 for one in found])
    assert seldom([one.low > 0 for one in found])


def test_the_error_of_the_difference_counts_that_the_share_of_positives_was_estimated():
    """Models that are far apart: its scatter over sets is what one set says."""
    rng = np.random.default_rng(6)
    drawn = []
    for _ in range(TIMES):
        label, truth, _ = both(rng)
        drawn.append(change_of_entropy(label, np.full(len(label), 0.3), truth))
    values = np.array([one.value for one in drawn])
    errors = np.array([(one.high - one.low) / 2 / 1.645 for one in drawn])
    assert errors.mean() == pytest.approx(values.std(ddof=1), rel=0.1)


def test_the_change_is_that_of_the_two_entropies():
    label, old, new = both(np.random.default_rng(9))
    assert change_of_entropy(label, old, new).value == pytest.approx(normalised_entropy(label, new) - normalised_entropy(label, old))


def test_a_model_against_itself_did_no_worse_and_one_class_can_not_be_told():
    label, said, _ = both(np.random.default_rng(10))
    assert by_entropy(label, said, said).story.startswith("by the same later set recent data did no worse")
    found = by_entropy(np.zeros_like(label), said, said)
    assert "can't be told" in found.story
    assert np.isnan(list(found.evidence.values())).all()
