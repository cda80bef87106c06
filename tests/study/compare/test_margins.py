"""How wide intervals are: t or anytime, each for itself or all at once."""

import numpy as np
import pytest
from scipy import stats

from sim.study.compare.margins import Margins, estimate
from sim.study.decision import anytime, family
from tests.study.compare.made_up import around

FIXED, WATCHED = Margins(0.9, sequential=False), Margins(0.9, sequential=True)
BOTH = pytest.mark.parametrize("margins", [FIXED, WATCHED])
ONE = around(3.0, 1.0)
TWO = np.stack([ONE, around(5.0, 2.0)[::-1], np.full(8, 7.0)], axis=1)  # the last one never moves


def test_one_figure_has_its_own_interval():
    found = FIXED.single(ONE)
    assert (found.low, found.high) == pytest.approx(stats.t.interval(0.9, 7, 3.0, stats.sem(ONE)))
    half = anytime.half_width(8, ONE.std(ddof=1), 0.1)
    assert WATCHED.single(ONE)[1:] == pytest.approx((3 - half, 3 + half))


def test_a_family_shares_its_error_among_those_that_move():
    errors = TWO.std(axis=0, ddof=1) / 8**0.5
    assert FIXED.family(TWO) == pytest.approx(family.min_p(TWO, 0.9) * errors)
    assert WATCHED.family(TWO) == pytest.approx([*anytime.half_width(8, TWO[:, :2].std(axis=0, ddof=1), 0.1 / 2), 0])


@BOTH
def test_a_family_is_wider_than_one_alone(margins):
    assert (margins.family(TWO)[:2] > [margins.family(TWO[:, [number]])[0] for number in range(2)]).all()


@BOTH
def test_pairs_are_intervals_of_differences(margins):
    found = margins.pairs(TWO)
    assert (found == found.T).all()
    assert (np.diag(found) == 0).all()
    apart, share = TWO[:, 0] - TWO[:, 1], 0.1 / 2
    wanted = anytime.half_width(8, apart.std(ddof=1), 2 * share) if margins.sequential else stats.t.ppf(1 - share, 7) * stats.sem(apart)
    assert found[0, 1] == pytest.approx(float(wanted))


@BOTH
def test_bounds_share_their_error_among_candidates(margins):
    low, high = margins.bounds(ONE, 0.95, 1)
    assert (low + high) / 2 == pytest.approx(3)
    assert margins.bounds(ONE, 0.95, 5) == pytest.approx(margins.bounds(ONE, 0.99, 1))
    assert margins.bounds(ONE, 0.95, 0) == (low, high)
    if not margins.sequential:
        assert stats.ttest_1samp(ONE, low, alternative="greater").pvalue == pytest.approx(0.05)


@BOTH
def test_one_replication_tells_no_spread(margins):
    assert np.isinf(margins.family(TWO[:1])).all()
    assert np.isinf(margins.pairs(TWO[:1])).all()
    assert margins.single(ONE[:1]) == (ONE[0], None, None)
    assert margins.bounds(ONE[:1], 0.95, 2) == (-np.inf, np.inf)


@BOTH
def test_what_never_moves_is_known_exactly(margins):
    assert (margins.family(np.full((5, 3), 0.1)) == 0).all()
    assert margins.bounds(np.full(5, 2.0), 0.95, 3) == (2.0, 2.0)


def test_no_figure_has_no_interval():
    assert estimate(np.nan, 1.0) == (None, None, None)
    assert estimate(2.0, 0.5) == (2.0, 1.5, 2.5)
