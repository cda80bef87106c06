"""Holm's p-values, against statsmodels, and that his steps are what decides."""

import numpy as np
import pytest
from statsmodels.stats.multitest import multipletests

from sim.holm import holm


@pytest.mark.parametrize("size", [1, 4, 37])
def test_holm_is_that_of_statsmodels(size):
    p = np.random.default_rng(size).random(size) ** 3
    assert holm(p) == pytest.approx(multipletests(p, method="holm")[1])
    assert ((holm(p) < 0.05) == multipletests(p, alpha=0.05, method="holm")[0]).all()


def test_a_test_that_fails_ends_the_steps():
    assert holm(np.array([0.01, 0.04, 0.03, 0.005])) == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert holm(np.array([])).shape == (0,)
