"""How many queries come on each day: base, trend, weekday, season and noise that remembers."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from sim import seeds
from sim.scenario.schema import Traffic


def daily_rates(traffic: Traffic, start: date, first_day: int, days: int, seed: int, replication: int) -> NDArray[np.float64]:
    """Expected queries of each day from *first_day* (negative before the start), shape (days,).

    The noise is a stationary AR(1) of the log rate with mean effect 1, so that a day's expected
    number of queries is what the scenario says.

    Examples
    --------
    >>> flat = Traffic(queries=1000, weekday=(1,) * 7, season=0, noise=0)
    >>> daily_rates(flat, date(2026, 1, 1), 0, 3, seed=1, replication=0).tolist()
    [1000.0, 1000.0, 1000.0]
    """
    number = np.arange(first_day, first_day + days)
    weekday = np.array(traffic.weekday) * 7 / sum(traffic.weekday)
    shape = weekday[(start.weekday() + number) % 7]
    trend = (1 + traffic.trend) ** (number / 365)
    noise = _noise(traffic, first_day, days, seed, replication)
    return np.asarray(traffic.queries * trend * shape * _season(traffic, start, number) * noise, dtype=np.float64)


def _season(traffic: Traffic, start: date, number: NDArray[np.int_]) -> NDArray[np.float64]:
    day_of_year = np.array([(start + timedelta(days=int(day))).timetuple().tm_yday for day in number])
    peak = (traffic.season_peak - 0.5) * 365.25 / 12
    return np.asarray(1 + traffic.season * np.cos(2 * np.pi * (day_of_year - peak) / 365.25), dtype=np.float64)


def _noise(traffic: Traffic, first_day: int, days: int, seed: int, replication: int) -> NDArray[np.float64]:
    if traffic.noise == 0:
        return np.ones(days)
    key = seeds.key(seed, "noise", replication)
    # Numbered from long before the first day: a longer history does not change the days after it.
    warm_up = 2000 + first_day
    shocks = seeds.normals(key, warm_up + days)
    level = np.empty(warm_up + days)
    level[0] = shocks[0]
    carry, fresh = traffic.noise_memory, np.sqrt(1 - traffic.noise_memory**2)
    for day in range(1, len(level)):
        level[day] = carry * level[day - 1] + fresh * shocks[day]
    return np.asarray(np.exp(traffic.noise * level[warm_up:] - traffic.noise**2 / 2), dtype=np.float64)
