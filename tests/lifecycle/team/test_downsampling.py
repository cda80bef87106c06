"""Negative down-sampling and what puts it right, beside the published identity."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from sim.lifecycle.team.downsampling import Recalibrated, bar_for, recalibrated, sampled


@pytest.mark.parametrize(("true", "kept", "trained"), [(0.001, 0.01, 0.0910), (0.0001, 0.025, 0.00398)])
def test_the_published_shares_and_back(true, kept, trained):
    """He et al. 2014: what a model learns from down-sampled data, and what the formula makes of it."""
    learned = true / (true + (1 - true) * kept)
    assert learned == pytest.approx(trained, rel=2e-3)  # printed to three digits
    assert recalibrated(np.array([learned]), kept)[0] == pytest.approx(true, rel=1e-12)


def test_a_million_rows_of_one_in_a_thousand_are_learned_as_nine_in_a_hundred_and_said_as_one_in_a_thousand():
    # Standard error of the share: .0029 of .091 with 1 000 positives and 10 000 negatives; four of them are allowed.
    rng = np.random.default_rng(1)
    label = np.zeros(1_000_000, np.int8)
    label[:1_000] = 1
    kept = sampled(label, 0.01, key=7)
    assert kept[:1_000].all()
    assert label[kept].mean() == pytest.approx(0.0910, abs=4 * 0.0029)
    table = rng.normal(size=(int(kept.sum()), 2))  # knows nothing: the model can but learn the share
    model = LogisticRegression().fit(table, label[kept])
    assert model.predict_proba(table)[:, 1].mean() == pytest.approx(0.0910, abs=4 * 0.0029)
    assert Recalibrated(model, 0.01, "a").predict_proba(table)[:, 1].mean() == pytest.approx(0.001, rel=0.15)


def test_the_order_of_pairs_stays_and_a_bar_at_a_half_shows_next_to_nothing():
    p = np.linspace(0.01, 0.99, 99)
    q = recalibrated(p, 0.01)
    assert (np.diff(q) > 0).all()
    assert (p >= 0.5).mean() > 0.5
    assert (q >= 0.5).mean() < 0.05  # which is why the bar is a decision rule on q
    assert (q >= bar_for(q, 0.5)).mean() == pytest.approx(0.5, abs=0.01)


@pytest.mark.parametrize(("share", "count"), [(0.0, 1), (0.001, 1), (0.5, 50), (1.0, 100)])
def test_a_bar_lets_a_share_through_and_never_nothing(share, count):
    said = np.random.default_rng(2).random(100)
    assert (said >= bar_for(said, share)).sum() == count


def test_nothing_is_changed_where_all_are_kept():
    p = np.array([0.0, 0.3, 1.0])
    assert recalibrated(p, 1.0) == pytest.approx(p)
