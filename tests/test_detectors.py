"""Detectors on series by hand: Page-Hinkley, and a trend with Newey and West's error."""

from __future__ import annotations

import numpy as np
import pytest
import statsmodels.api as sm

from sim.detectors import page_hinkley, trend


def test_page_hinkley_finds_a_fall_and_a_rise_and_says_when():
    calm = np.zeros(30)
    assert page_hinkley(np.concatenate([calm, np.full(20, -2.5)]), 0.5, 20) == 40  # the eleventh day of 2 beyond
    assert page_hinkley(np.concatenate([calm, np.full(20, 2.5)]), 0.5, 20) == 40
    assert page_hinkley(np.tile([2.0, -2.0], 200), 0.5, 20) is None


def test_page_hinkley_rings_for_nothing_as_seldom_as_stated():
    # 2 n exp(-2 δ λ): at most 0.36 of the runs with δ .5, λ 6 and 73 days; with 20 none in 2 000 years (expected below .004)
    rng = np.random.default_rng(1)
    rung = np.mean([page_hinkley(rng.normal(size=73), 0.5, 6.0) is not None for _ in range(1_000)])
    assert 0.02 < rung <= 2 * 73 * np.exp(-6.0)
    assert not any(page_hinkley(rng.normal(size=365)) for _ in range(300))


@pytest.mark.parametrize("lags", [None, 0, 5])
def test_the_trend_is_that_of_statsmodels(lags):
    rng = np.random.default_rng(2)
    y = np.cumsum(rng.normal(size=56))
    used = int(4 * 0.56 ** (2 / 9)) if lags is None else lags
    theirs = sm.OLS(y, sm.add_constant(np.arange(56.0))).fit(cov_type="HAC", cov_kwds={"maxlags": used, "use_correction": True})
    ours = trend(y, lags)
    assert (ours.slope, ours.error) == pytest.approx((theirs.params[1], theirs.bse[1]))
