"""A team's clicks against what its model expects: residuals, and drift that is found in them."""

from __future__ import annotations

import numpy as np
import pytest

from sim.lifecycle.team.expecting import LEARNED_DAYS, begun, drift, residuals


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
