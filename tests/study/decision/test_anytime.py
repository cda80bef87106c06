"""The anytime-valid t: its formula's goldens, and the edges."""

import numpy as np
import pytest
from scipy import stats

from sim.study.decision.anytime import half_width, half_width_of, needed, needed_one_sided
from tests.study.decision.degenerate import MOVING, ONE, STILL

LOOKS = np.array([10, 20, 40, 100])


@pytest.mark.parametrize(("g", "expected"), [(1, (1.71, 1.64, 1.64, 1.69)), (10, (8.3, 1.88, 1.62, 1.56))])
def test_its_width_against_the_fixed_t(g, expected):
    fixed = stats.t.ppf(0.975, LOOKS - 1) / LOOKS**0.5
    assert half_width(LOOKS, 1.0, 0.05, g) / fixed == pytest.approx(expected, abs=0.02)


def test_inside_are_the_means_whose_mixture_is_small():
    """The closed form is the inverse of the likelihood ratio mixed over a normal effect with variance sd²/g."""
    n, g, alpha = 12, 1.0, 0.05
    t = half_width(n, 1.0, alpha, g) * n**0.5
    r = g / (g + n)
    mixture = r**0.5 * ((1 + t**2 / (n - 1)) / (1 + r * t**2 / (n - 1))) ** (n / 2)
    assert mixture == pytest.approx(1 / alpha)


def test_a_half_width_is_that_of_the_spread_of_the_replications():
    assert half_width_of(MOVING, 0.1) == pytest.approx(half_width(6, MOVING.std(axis=0, ddof=1), 0.1))


def test_edges_of_half_widths():
    assert np.isinf(half_width_of(ONE, 0.05)).all()
    assert np.isinf(half_width_of(MOVING[:4], 0.05)).all()
    assert (half_width_of(STILL, 0.05) == 0).all()
    assert half_width([0, 1, 2, 4, 5], 0.0, 0.05).tolist() == [np.inf] * 4 + [0.0]


@pytest.mark.parametrize(("needs", "alpha"), [(needed, 0.05), (needed_one_sided, 0.1)])
def test_needed_replications_are_the_fewest(needs, alpha):
    n = needs(2.0, 0.5, 0.95)
    assert half_width(n, 2.0, alpha) <= 0.5 < half_width(n - 1, 2.0, alpha)


def test_what_can_not_be_reached_is_not_needed():
    for needs in (needed, needed_one_sided):
        assert needs(1.0, 0.0, 0.95) is None
        assert needs(1.0, -0.1, 0.95) is None
        assert needs(1.0, 1e-6, 0.95) is None
        assert needs(np.nan, 1.0, 0.95) is None
        assert needs(1.0, np.nan, 0.95) is None
    assert (needed(0.0, 0.1, 0.95), needed_one_sided(0.0, 0.1, 0.95)) == (5, 4)


def test_more_replications_never_need_more():
    widths = half_width(np.arange(2, 5_000), 1.0, 0.05)
    assert (np.diff(widths[np.isfinite(widths)]) < 0).all()
    assert np.isinf(widths[: np.isinf(widths).sum()]).all()
