"""What known parameters bring: days, shares, click rates, walks, prices and delays, drawn with NumPy or by the world's own laws."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd

from sim.calibrate.asking import Asked
from sim.calibrate.log import Log
from sim.scenario.schema import Traffic
from sim.world.catalogue import popularity
from sim.world.demand import daily_rates
from tests.calibrate.building import counted_log

START = date(2024, 1, 1)
STEP_DAYS, MONTH_DAYS = 7, 30


def of_days(totals) -> Asked:
    """Daily totals of one query."""
    days = len(totals)
    return Asked(np.arange(days), np.zeros(days, int), np.asarray(totals, float), days, 1, "queries")


def daily(traffic: Traffic, days: int, seed: int) -> Asked:
    """Days as a world of ours makes them, counted by Poisson's law."""
    rates = daily_rates(traffic, START, 0, days, seed, 0)
    return of_days(np.random.default_rng(seed).poisson(rates))


def ranked(types: int, s: float, q: float, a_day: float, days: int, seed: int) -> Asked:
    """Queries that are asked by the popularity law, day by day."""
    rng = np.random.default_rng(seed)
    count = rng.poisson(a_day * popularity(types, s, q), (days, types))
    count = count[:, rng.permutation(types)]
    day, query = np.nonzero(count)
    return Asked(day, query, count[day, query].astype(float), days, types, "queries")


def clicked(queries: int, a: float, b: float, seed: int) -> Log:
    """One day of queries whose click rates follow a Beta law."""
    rng = np.random.default_rng(seed)
    shown = 1 + rng.poisson(rng.gamma(0.5, 400, queries))
    clicks = rng.binomial(shown, rng.beta(a, b, queries))
    return counted_log(pd.DataFrame({"day": 0, "query": range(queries), "impressions": shown, "clicks": clicks}), START)


def walked(queries: int, by: float, half_life: float | None, days: int, seed: int, a_week: float = 2_000.0) -> Log:
    """Queries whose log-odds of a click walk in weekly steps, each for itself."""
    rng = np.random.default_rng(seed)
    weeks = -(-days // STEP_DAYS)
    kept = 1.0 if half_life is None else 0.5 ** (STEP_DAYS / half_life)
    size = by * np.sqrt(STEP_DAYS / MONTH_DAYS)
    place = np.zeros((weeks, queries))
    place[0] = 0.0 if half_life is None else rng.normal(0, size / np.sqrt(1 - kept**2), queries)
    for week in range(1, weeks):
        place[week] = kept * place[week - 1] + rng.normal(0, size, queries)
    odds = rng.normal(-3.3, 0.7, queries) + place
    shown = rng.poisson(rng.gamma(2.0, a_week / 2, queries), (weeks, queries))
    clicks = rng.binomial(shown, 1 / (1 + np.exp(-odds)))
    week, query = np.nonzero(shown)
    rows = {"day": week * STEP_DAYS, "query": query, "impressions": shown[week, query], "clicks": clicks[week, query]}
    return counted_log(pd.DataFrame(rows), START, days=days)


def turning(types: int, topics: int, by: float, half_life: float | None, days: int, seed: int) -> Asked:
    """Queries whose topics walk as a world's do: log shares in weekly steps."""
    rng = np.random.default_rng(seed)
    weeks = days // STEP_DAYS
    kept = 1.0 if half_life is None else 0.5 ** (STEP_DAYS / half_life)
    size = by * np.sqrt(STEP_DAYS / MONTH_DAYS) / (0.5 * np.sqrt(2 / np.pi))
    place = np.zeros((weeks, topics))
    if half_life is not None:
        place[0] = rng.normal(0, size / np.sqrt(1 - kept**2), topics)
    for week in range(1, weeks):
        place[week] = kept * place[week - 1] + rng.normal(0, size, topics)
    topic = np.exp(place)
    topic /= topic.sum(axis=1, keepdims=True)
    share = popularity(types, 1.0, 10.0)
    of = rng.permutation(np.arange(types) % topics)
    share /= np.bincount(of, share)[of]
    count = rng.poisson(100_000 * topic[:, of] * share)
    week, query = np.nonzero(count)
    return Asked(week * STEP_DAYS, query, count[week, query].astype(float), days, types, "queries")


def converted(clicks: int, rate: float, mean_s: tuple[float, ...], share: tuple[float, ...], days: float, seed: int) -> Log:
    """Clicks of so many days, watched until the last of them ends, and those conversions that came in time."""
    rng = np.random.default_rng(seed)
    watched = rng.uniform(0, days * 86_400, clicks)
    delay = rng.exponential(np.array(mean_s)[rng.choice(len(share), clicks, p=share)])
    came = (rng.random(clicks) < rate) & (delay < watched)
    table = pd.DataFrame({"delay_s": np.where(came, delay, np.nan), "watched_s": watched})
    rows = pd.DataFrame({"day": [0], "query": [0], "impressions": [clicks], "clicks": [clicks]})
    return counted_log(rows, START, delays_s=table)


def priced(queries: int, bid: float, spread: float, seed: int) -> Log:
    """Queries whose clicks cost what a log-normal law says."""
    rng = np.random.default_rng(seed)
    clicks = 1 + rng.poisson(20, queries)
    cost = clicks * bid * np.exp(spread * rng.normal(size=queries))
    rows = {"day": 0, "query": range(queries), "impressions": clicks * 30, "clicks": clicks, "cost": cost}
    return counted_log(pd.DataFrame(rows), START)
