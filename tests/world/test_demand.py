"""How many queries each day expects: calendar, trend, and noise with the stated moments."""

from datetime import date, timedelta

import numpy as np
import pytest

from sim.scenario.schema import Traffic
from sim.world.demand import daily_rates
from tests.laws.chance import mean_is, near

START = date(2026, 1, 1)
FLAT = {"queries": 1_000, "weekday": (1,) * 7, "season": 0, "noise": 0}


def rates(days=365, first_day=0, start=START, replication=0, **changes):
    return daily_rates(Traffic(**(FLAT | changes)), start, first_day, days, 1, replication)


def test_weekdays_stand_as_stated_and_keep_the_week_as_it_was():
    shape = (3, 1, 1, 1, 2, 1, 5)
    found = rates(7 * 52, weekday=shape)
    assert found[: 7 * 52].mean() == pytest.approx(1_000)
    for day in range(14):
        assert found[day] == pytest.approx(1_000 * shape[(START + timedelta(days=day)).weekday()] / 2)


def test_the_trend_is_by_the_year():
    found = rates(731, trend=0.2)
    assert found[365] / found[0] == pytest.approx(1.2)
    assert found[730] / found[0] == pytest.approx(1.44)
    assert np.diff(np.log(found)) == pytest.approx(np.log(1.2) / 365)
    assert found[0] == 1_000


def test_the_season_peaks_in_its_month_and_is_nothing_over_the_year():
    for peak in (1, 7, 12):
        found = rates(season=0.4, season_peak=peak)
        top = START + timedelta(days=int(found.argmax()))
        assert (top.month, abs(top.day - 15) <= 2) == (peak, True)
        assert found.mean() == pytest.approx(1_000, rel=1e-3)
        assert (found.max(), found.min()) == pytest.approx((1_400, 600), rel=1e-3)


def test_a_leap_year_and_days_before_the_start_are_on_the_same_calendar():
    whole = rates(800, first_day=-100, season=0.3, weekday=(1, 2, 3, 4, 5, 6, 7), trend=0.1, start=date(2028, 2, 1))
    later = rates(700, first_day=0, season=0.3, weekday=(1, 2, 3, 4, 5, 6, 7), trend=0.1, start=date(2028, 2, 1))
    assert (whole[100:] == later).all()


def test_the_noise_has_the_stated_spread_and_memory_and_a_mean_effect_of_one():
    spread, memory, days = 0.3, 0.7, 3
    found = np.array([rates(days, noise=spread, noise_memory=memory, replication=r) for r in range(1_500)]) / 1_000
    log = np.log(found)
    assert mean_is(found[:, 0], 1)
    assert mean_is(found[:, -1], 1)
    assert near(log.mean(axis=0), -(spread**2) / 2, spread / np.sqrt(1_500))
    assert near(log.std(axis=0), spread, spread / np.sqrt(2 * 1_500))
    for lag in (1, 2):
        assert near(np.corrcoef(log[:, 0], log[:, lag])[0, 1], memory**lag, (1 - memory ** (2 * lag)) / np.sqrt(1_500))


def test_the_noise_along_one_year_is_the_same_process():
    log = np.log(rates(20_000, noise=0.2, noise_memory=0.5)) - np.log(1_000) + 0.02
    shocks = log[1:] - 0.5 * log[:-1]
    assert near(shocks.std(), 0.2 * np.sqrt(0.75), 0.2 / np.sqrt(2 * len(shocks)))
    assert near(np.corrcoef(shocks[:-1], shocks[1:])[0, 1], 0, 1 / np.sqrt(len(shocks)))


@pytest.mark.parametrize("history", [0, 1, 14, 200, 1_000])
def test_a_longer_history_does_not_change_the_days_after_it(history):
    alone = rates(50, noise=0.2)
    assert (rates(history + 50, first_day=-history, noise=0.2)[history:] == alone).all()


def test_a_longer_horizon_does_not_change_the_days_before():
    assert (rates(400, noise=0.2)[:30] == rates(30, noise=0.2)).all()


def test_replications_have_noise_of_their_own():
    log = np.log([rates(2_000, noise=0.2, noise_memory=0, replication=r) for r in range(3)])
    assert near(np.corrcoef(log)[np.triu_indices(3, 1)], 0, 1 / np.sqrt(2_000))
