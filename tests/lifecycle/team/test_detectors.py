"""Detectors on series by hand: Page-Hinkley, a trend with Newey and West's error, clicks against the model's own expectation."""

from __future__ import annotations

import numpy as np
import pytest
import statsmodels.api as sm

from sim import columns
from sim.lifecycle.team.alarms import alarms, alarms_a_year, every, falling, off_course, told
from sim.lifecycle.team.detectors import page_hinkley, trend
from sim.lifecycle.team.expecting import LEARNED_DAYS, begun, drift, residuals


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


# --- clicks against expectation --------------------------------------------------------------------


def course(days, rng, step=1.0, at=60, noise=0.05):
    """Days on which clicks go with the fit, up to noise shared by a day, until a step."""
    fit = 1_000 * (1 + 0.3 * np.sin(np.arange(days) * 2 * np.pi / 7)) * rng.uniform(0.8, 1.2, days)
    rate = 0.5 * np.where(np.arange(days) < at, 1.0, step) * np.exp(rng.normal(0, noise, days))
    return begun(10).grown(fit, rng.poisson(rate * fit).astype(float))


def test_residuals_are_standard_while_all_is_well():
    rng = np.random.default_rng(4)
    z = np.concatenate([residuals(course(60, rng)) for _ in range(200)])
    assert abs(z.mean()) < 0.1
    assert 0.9 < z.std() < 1.25  # the scatter is itself learned from two weeks only


def test_drift_in_clicks_is_found_within_days_and_said_in_words():
    found = [drift(course(120, np.random.default_rng(seed), step=0.7), 0.1, 0.5, 20.0) for seed in range(40)]
    assert all(one.found for one in found)
    delays = [one.evidence["found_on"] - (10 + 60) for one in found]
    assert 0 <= np.median(delays) < 14
    assert found[0].evidence["clicks_to_expected"] == pytest.approx(0.7, abs=0.1)


@pytest.mark.parametrize("tolerance", [0.0, 0.1])
def test_steady_clicks_are_seldom_called_drift(tolerance):
    # Independent days: what is left is that scatter and rate are learned from two weeks. At most 5 % of years.
    found = [drift(course(365, np.random.default_rng(seed)), tolerance, 0.5, 20.0).found for seed in range(200)]
    assert np.mean(found) <= 0.05 + 4 * np.sqrt(0.05 * 0.95 / 200)


def test_a_sure_but_small_change_is_no_drift():
    small = [course(200, np.random.default_rng(seed), step=0.93, noise=0.0) for seed in range(20)]
    assert all(drift(one, 0.0, 0.5, 20.0).found for one in small)
    assert not any(drift(one, 0.1, 0.5, 20.0).found for one in small)


@pytest.mark.parametrize("days", [0, LEARNED_DAYS])
def test_no_drift_is_found_before_there_is_something_to_hold_against(days):
    assert not drift(course(days, np.random.default_rng(5)), 0.1, 0.5, 20.0).found


def test_few_clicks_say_nothing():
    few = begun(0).grown(np.ones(60), np.ones(60))
    assert "too few clicks" in drift(few, 0.1, 0.5, 20.0).story


# --- alarms on raw series --------------------------------------------------------------------------


def ledger(revenue, clicks=None):
    days = np.zeros((len(revenue), len(columns.COLUMNS)), np.int64)
    days[:, columns.QUERIES], days[:, columns.IMPRESSIONS] = 10_000, 5_000
    days[:, columns.REVENUE] = revenue
    days[:, columns.CLICKS] = np.full(len(revenue), 100) + np.arange(len(revenue)) % 3 if clicks is None else clicks
    return days


def wandering(rng, days=365, step=0.02):
    """Revenue in a drifting world: nothing is wrong with who serves."""
    return 1e9 * np.exp(np.cumsum(rng.normal(0, step, days)))


def test_an_alarm_is_told_with_the_rate_at_which_it_cries_wolf_for_the_rule():
    rng = np.random.default_rng(6)
    fallen = ledger(np.concatenate([rng.normal(1e9, 1e7, 100), rng.normal(5e8, 1e7, 100)]))
    quiet = [ledger(wandering(rng)) for _ in range(5)]
    rate = alarms_a_year(quiet)
    assert rate["Page-Hinkley", "revenue a query"] > 1  # in a drifting world, and nothing is wrong
    assert rate["Page-Hinkley", "CTR"] == 0
    (line, *_) = told(fallen, quiet)
    assert 100 <= line.day < 110
    assert line.event == "alarm"
    assert f"rings {rate['Page-Hinkley', 'revenue a query']:.1f} times a year for the rule" in line.detail


def test_without_a_measured_rate_no_alarm_is_told():
    rng = np.random.default_rng(7)
    days = ledger(wandering(rng))
    assert alarms(days)
    assert told(days, []) == ()
    assert alarms_a_year([days[:10]], first=10) == {}


def test_days_before_a_deployment_are_not_looked_at():
    jump = ledger(np.r_[np.full(100, 1e9), np.full(200, 4e9)] + np.arange(300) % 7 * 1e7)
    assert alarms(jump)[0].day >= 100
    assert [one for one in alarms(jump, first=100) if one.detector == "Page-Hinkley"] == []


def test_a_fall_that_lasts_rings_once_in_eight_weeks():
    y = 100 - 0.5 * np.arange(112) + np.random.default_rng(8).normal(size=112)
    assert falling(y) == [55, 111]
    assert falling(-y) == []


def test_a_level_that_stays_rings_once_and_is_learned_anew():
    rng = np.random.default_rng(9)
    y = np.concatenate([rng.normal(0, 1, 60), rng.normal(-6, 1, 100)])
    assert len(off_course(y)) == 1
    assert off_course(np.ones(100)) == []


def test_the_dummy_rings_whatever_happens():
    assert every(100)(np.zeros(350)) == [99, 199, 299]
