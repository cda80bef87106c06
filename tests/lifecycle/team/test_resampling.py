"""Measures of all resamples at once are those of scikit-learn, one resample at a time."""

import numpy as np
import pytest
from sklearn.metrics import average_precision_score, roc_auc_score

from sim.lifecycle.team.entropy import entropies, normalised_entropy
from sim.lifecycle.team.resampling import areas, with_errors


@pytest.fixture(scope="module")
def rated():
    """Labels, and what a model says of them in steps of 0.02, so that many rows share a place."""
    draw = np.random.default_rng(1)
    label = (draw.random(2_000) < 0.06).astype(np.int8)
    return label, np.round(draw.random(2_000) * 0.5 + label * 0.3, 2).astype(np.float32)


@pytest.fixture(scope="module")
def weights():
    return np.vstack([np.ones(2_000), np.random.default_rng(2).poisson(1.0, (4, 2_000))]).astype(np.float64)


def test_areas_under_both_curves(rated, weights):
    label, said = rated
    precision, roc = areas(label, said, weights)
    assert precision == pytest.approx([average_precision_score(label, said, sample_weight=one) for one in weights])
    assert roc == pytest.approx([roc_auc_score(label, said, sample_weight=one) for one in weights])


def test_normalised_entropies(rated, weights):
    label, said = rated
    assert entropies(label, said, weights) == pytest.approx([normalised_entropy(label, said, one) for one in weights])


def test_the_error_of_a_measure_falls_with_the_square_root_of_the_rows(rated):
    label, said = rated
    few, many = with_errors(label[:500], said[:500], 1, 200), with_errors(label, said, 1, 200)
    assert many["roc_auc"][1] == pytest.approx(few["roc_auc"][1] / 2, rel=0.5)


def test_the_same_key_draws_the_same(rated):
    assert with_errors(*rated, 3) == with_errors(*rated, 3) != with_errors(*rated, 4)
