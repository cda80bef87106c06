"""The world's default figures, derived again from the AdWords panel and held against their page.

Source: Crealytics GmbH, AdWords panel in the R package FunRegPoI (christophrust/FunRegPoI, data/adwords.rda).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from numpy.typing import NDArray
from scipy.interpolate import CubicSpline
from scipy.optimize import curve_fit, minimize
from scipy.special import betaln, digamma, expit, logit
from scipy.stats import beta

from tests.real_logs import DATA

Array = NDArray[np.float64]

PANEL = DATA / "adwords_2012-04_to_2012-12.csv.gz"
PAGE = Path(__file__).resolve().parents[2] / "docs" / "world_figures.md"
ENOUGH_CLICKS = 10  # what a keyword's overall CTR promises in a month, for the month to count
YEAR = 365.25

needs_panel = pytest.mark.skipif(not PANEL.exists(), reason="needs the AdWords panel, which is not part of the repository")


class Noise(NamedTuple):
    """Weekday and trend coefficients of the log total and the AR(1) around them."""

    sd: float
    sd_error: float
    memory: float
    memory_error: float
    coefficients: Array
    covariance: Array


def stated(figure: str) -> tuple[list[float], list[float]]:
    """Values and standard errors of the page's table row that begins with *figure*."""
    page = PAGE.read_text(encoding="utf-8").splitlines()
    ((_, _, _, value, error, _),) = [row.split("|") for row in page if row.startswith(f"| {figure} |")]
    return [float(x) for x in re.findall(r"[\d.]+", value)], [float(x) for x in re.findall(r"[\d.]+", error)]


@cache
def panel() -> pd.DataFrame:
    """The panel as it is, with its month numbered 4 to 12."""
    rows = pd.read_csv(PANEL, parse_dates=["date"])
    return rows.assign(month=rows["date"].dt.month)


def clean() -> pd.DataFrame:
    """The rows that can be binomial: no more clicks than impressions."""
    return panel().query("clicks <= impressions")


def daily_totals() -> pd.Series:
    """Impressions of each day."""
    return panel().groupby("date")["impressions"].sum()


def ranked_totals() -> Array:
    """Impressions of each keyword, the largest first."""
    return np.sort(panel().groupby("id")["impressions"].sum().to_numpy(float))[::-1]


def keyword_totals() -> tuple[Array, Array]:
    """Impressions and clicks of each keyword."""
    sums = clean().groupby("id")[["impressions", "clicks"]].sum()
    return sums["impressions"].to_numpy(float), sums["clicks"].to_numpy(float)


def keyword_months() -> tuple[Array, Array]:
    """Impressions and clicks of each keyword and month, shape (keywords, 9)."""
    sums = clean().groupby(["id", "month"])[["impressions", "clicks"]].sum().unstack(fill_value=0)
    return sums["impressions"].to_numpy(float), sums["clicks"].to_numpy(float)


def weekdays(first_weekday: int, days: int) -> Array:
    """Seven indicator columns, Monday first."""
    return np.eye(7)[(first_weekday + np.arange(days)) % 7]


def slow_trend(days: int, nodes: int = 10) -> Array:
    """A natural cubic spline with a node a month, without its constant."""
    day = np.arange(days)
    return CubicSpline(np.linspace(0, days - 1, nodes), np.eye(nodes), bc_type="natural")(day)[:, 1:]


def line(days: int) -> Array:
    """A straight line in years."""
    return np.arange(days)[:, None] / YEAR


def wave(days: int) -> Array:
    """One wave a year."""
    angle = 2 * np.pi * np.arange(days) / YEAR
    return np.column_stack([np.cos(angle), np.sin(angle)])


def whitened(columns: Array, memory: float) -> Array:
    """Columns with the AR(1) taken out, the first day included."""
    return np.concatenate([np.sqrt(1 - memory**2) * columns[:1], columns[1:] - memory * columns[:-1]])


def regression(y: Array, x: Array, memory: float) -> tuple[Array, float, Array]:
    """Coefficients, squared residuals and cross-products by least squares on whitened columns."""
    y, x = whitened(y, memory), whitened(x, memory)
    cross = x.T @ x
    coefficients = np.linalg.solve(cross, x.T @ y)
    return coefficients, float(((y - x @ coefficients) ** 2).sum()), cross


def restricted_loss(y: Array, x: Array) -> Callable[[Array], float]:
    """Minus the restricted log-likelihood of (arctanh memory, log sd)."""

    def loss(point: Array) -> float:
        memory, sd = np.tanh(point[0]), np.exp(point[1])
        fresh = sd**2 * (1 - memory**2)
        _, squares, cross = regression(y, x, memory)
        terms = (len(y) - x.shape[1]) * np.log(fresh) + squares / fresh - np.log(1 - memory**2)
        return float(terms + np.linalg.slogdet(cross)[1]) / 2

    return loss


def ar1_noise(y: Array, x: Array) -> Noise:
    """The AR(1) around a regression by restricted maximum likelihood."""
    loss = restricted_loss(y, x)
    best = minimize(loss, [1.0, -1.5], method="Nelder-Mead", options={"xatol": 1e-5, "fatol": 1e-7}).x
    memory, sd = np.tanh(best[0]), np.exp(best[1])
    error = np.sqrt(np.diag(np.linalg.inv(curvature(loss, best))))
    coefficients, _, cross = regression(y, x, memory)
    covariance = sd**2 * (1 - memory**2) * np.linalg.inv(cross)
    return Noise(sd, sd * error[1], memory, (1 - memory**2) * error[0], coefficients, covariance)


def curvature(loss: Callable[[Array], float], point: Array, step: float = 1e-3) -> Array:
    """Second derivatives of *loss* by central differences."""
    moves = np.eye(len(point)) * step
    signs = [(1, 1), (1, -1), (-1, 1), (-1, -1)]

    def second(u: Array, v: Array) -> float:
        return sum(a * b * loss(point + a * u + b * v) for a, b in signs) / (4 * step**2)

    return np.array([[second(u, v) for u in moves] for v in moves])


@cache
def panel_noise(trend: Callable[[int], Array] = slow_trend) -> Noise:
    """Noise of the panel's log daily total around weekday and *trend*."""
    totals = daily_totals()
    return ar1_noise(np.log(totals.to_numpy()), regressors(trend))


def regressors(trend: Callable[[int], Array]) -> Array:
    """Weekday indicators and *trend* over the panel's days."""
    totals = daily_totals()
    return np.column_stack([weekdays(totals.index[0].weekday(), len(totals)), trend(len(totals))])


def line_and_wave(days: int) -> Array:
    """A straight line and one wave a year."""
    return np.column_stack([line(days), wave(days)])


def weekday_shape(noise: Noise) -> tuple[Array, Array]:
    """Seven volumes of mean 1 and their standard errors by the delta method."""
    level = np.exp(noise.coefficients[:7])
    shape = level / level.mean()
    slope = np.diag(shape) - np.outer(shape, shape) / 7
    return shape, np.sqrt(np.diag(slope @ noise.covariance[:7, :7] @ slope.T))


def zipf_mandelbrot(s: float, q: float, ranks: int) -> Array:
    """Shares of *ranks* ranks under 1 / (rank + q)^s."""
    weight = (np.arange(1, ranks + 1) + q) ** -s
    return weight / weight.sum()


def popularity(totals: Array) -> Array:
    """Exponent and shift by multinomial maximum likelihood over the ranked totals."""
    share = np.sort(totals)[::-1] / totals.sum()

    def loss(point: Array) -> float:
        return -float(share @ np.log(zipf_mandelbrot(point[0], np.exp(point[1]), len(share))))

    best = minimize(loss, [1.1, 2.5], method="Nelder-Mead", options={"xatol": 1e-4, "fatol": 1e-10}).x
    return np.array([best[0], np.exp(best[1])])


def click_rate_likelihood(log_ab: Array, impressions: Array, clicks: Array) -> float:
    """Beta-binomial log-likelihood, without its constant."""
    a, b = np.exp(log_ab)
    return float((betaln(a + clicks, b + impressions - clicks) - betaln(a, b)).sum())


def click_rate_slope(log_ab: Array, impressions: Array, clicks: Array) -> Array:
    """Derivative of the beta-binomial log-likelihood."""
    a, b = np.exp(log_ab)
    both = digamma(a + b) - digamma(a + b + impressions)
    by_a = digamma(a + clicks) - digamma(a) + both
    by_b = digamma(b + impressions - clicks) - digamma(b) + both
    return np.array([a * by_a.sum(), b * by_b.sum()])


def click_rate(impressions: Array, clicks: Array) -> Array:
    """Beta(a, b) of the keywords' click rates by beta-binomial maximum likelihood."""
    data = impressions, clicks
    best = minimize(
        lambda x: -click_rate_likelihood(x, *data),
        [0.15, 3.5],
        jac=lambda x: -click_rate_slope(x, *data),
        method="L-BFGS-B",
        options={"ftol": 1e-11},
    )
    return np.exp(best.x)


def squared_moves(impressions: Array, clicks: Array, months: int, promised: float) -> tuple[Array, Array]:
    """Each keyword's summed squared logit moves without binomial noise, and how many there were."""
    enough = impressions * (clicks.sum(axis=1) / impressions.sum(axis=1))[:, None] >= promised
    both = enough[:, months:] & enough[:, :-months]
    odds = np.log((clicks + 0.5) / (impressions - clicks + 0.5))
    binomial = 1 / (clicks + 0.5) + 1 / (impressions - clicks + 0.5)
    moves = odds[:, months:] - odds[:, :-months]
    own = moves - np.average(moves, axis=0, weights=both)
    excess = own**2 - binomial[:, months:] - binomial[:, :-months]
    return (excess * both).sum(axis=1), both.sum(axis=1).astype(float)


def logit_step(impressions: Array, clicks: Array, months: int = 1, promised: float = ENOUGH_CLICKS) -> float:
    """Standard deviation of a keyword's logit move over *months*, binomial noise removed."""
    squares, count = squared_moves(impressions, clicks, months, promised)
    return float(np.sqrt(squares.sum() / count.sum()))


def total_dispersion() -> tuple[float, float]:
    """Pearson's dispersion of the daily total against Poisson, with an error that allows for memory."""
    totals, x = daily_totals().to_numpy(float), regressors(slow_trend)
    fit = sm.GLM(totals, x, family=sm.families.Poisson()).fit()
    terms = fit.resid_pearson**2 * len(totals) / fit.df_resid
    mean = sm.OLS(terms, np.ones(len(terms))).fit(cov_type="HAC", cov_kwds={"maxlags": 14})
    return float(mean.params[0]), float(mean.bse[0])


def keyword_dispersion() -> tuple[Array, Array]:
    """Each keyword's Pearson sum around its month's mean and the day's common factor, and its freedom."""
    days = panel().pivot_table(index="date", columns="id", values="impressions", aggfunc="sum").fillna(0)
    pearson, freedom = np.zeros(days.shape[1]), np.zeros(days.shape[1])
    for _, month in days.groupby(days.index.month):
        seen = month.to_numpy()
        mean = np.outer(seen.sum(axis=1), seen.sum(axis=0)) / seen.sum()
        enough = mean.min(axis=0) >= 1
        pearson[enough] += ((seen - mean) ** 2 / np.maximum(mean, 1e-9)).sum(axis=0)[enough]
        freedom[enough] += len(seen) - 1
    return pearson[freedom > 0], freedom[freedom > 0]


def resampled_error(figure: Callable[..., Any], *columns: Array, times: int = 300) -> Array:
    """Standard error of *figure* when keywords are drawn again with replacement."""
    rng, count = np.random.default_rng(2012), len(columns[0])
    draws = [rng.integers(count, size=count) for _ in range(times)]
    return np.std([figure(*(column[rows] for column in columns)) for rows in draws], axis=0, ddof=1)


@needs_panel
def test_the_weekday_shape_is_the_stated_one() -> None:
    values, errors = stated("weekday shape, Monday to Sunday")
    shape, error = weekday_shape(panel_noise())
    assert shape == pytest.approx(values, abs=0.0006)
    assert error == pytest.approx(errors, abs=0.0006)
    assert sum(values) == pytest.approx(7, abs=1e-9)


@needs_panel
def test_the_weekday_shape_hardly_depends_on_the_trend_or_the_method() -> None:
    values, _ = stated("weekday shape, Monday to Sunday")
    totals = daily_totals()
    ratio = (totals / totals.rolling(7, center=True).mean()).groupby(totals.index.day_of_week).mean()
    assert (ratio / ratio.mean()).to_numpy() == pytest.approx(values, abs=0.008)
    assert weekday_shape(panel_noise(line_and_wave))[0] == pytest.approx(values, abs=0.001)


@needs_panel
def test_the_noise_and_its_memory_are_the_stated_ones() -> None:
    noise = panel_noise()
    for found, error, figure in (
        (noise.sd, noise.sd_error, "daily noise, sd of the log"),
        (noise.memory, noise.memory_error, "daily noise, AR(1) coefficient"),
    ):
        ((value,), (stated_error,)) = stated(figure)
        assert found == pytest.approx(value, abs=0.001)
        assert error == pytest.approx(stated_error, abs=0.002)


@needs_panel
def test_a_stiffer_trend_leaves_more_and_longer_noise_but_the_same_daily_shock() -> None:
    spline, stiff = panel_noise(), panel_noise(line_and_wave)
    assert (stiff.sd, stiff.memory) == pytest.approx((0.27, 0.89), abs=0.005)
    for noise in (spline, stiff):
        assert noise.sd * np.sqrt(1 - noise.memory**2) == pytest.approx(0.12, abs=0.004)


@needs_panel
def test_plain_residuals_understate_noise_and_memory() -> None:
    fit = sm.OLS(np.log(daily_totals().to_numpy()), regressors(slow_trend)).fit()
    assert np.sqrt(fit.mse_resid) == pytest.approx(0.165, abs=0.001)
    assert np.corrcoef(fit.resid[1:], fit.resid[:-1])[0, 1] == pytest.approx(0.70, abs=0.005)


def test_a_known_noise_is_found_again() -> None:
    rng, days = np.random.default_rng(1), 275
    x = np.column_stack([weekdays(6, days), slow_trend(days)])
    found = []
    for _ in range(25):
        shocks = rng.normal(0, 0.19, days)
        for day in range(1, days):
            shocks[day] = 0.77 * shocks[day - 1] + np.sqrt(1 - 0.77**2) * shocks[day]
        noise = ar1_noise(shocks, x)
        found.append((noise.sd, noise.memory))
    assert np.mean(found, axis=0) == pytest.approx((0.19, 0.77), abs=0.025)


@needs_panel
def test_the_popularity_law_is_the_stated_one() -> None:
    impressions = ranked_totals()
    (s,), (s_error,) = stated("popularity, exponent s")
    (q,), (q_error,) = stated("popularity, shift q")
    found_s, found_q = popularity(impressions)
    assert found_s == pytest.approx(s, abs=0.005)
    assert found_q == pytest.approx(q, abs=0.05)
    assert resampled_error(popularity, impressions) == pytest.approx((s_error, q_error), rel=0.2)


@needs_panel
def test_the_popularity_law_gives_the_shares_of_the_top_10_and_the_top_100() -> None:
    ranked = ranked_totals()
    (s,), (q,) = stated("popularity, exponent s")[0], stated("popularity, shift q")[0]
    law, seen = np.cumsum(zipf_mandelbrot(s, q, len(ranked))), np.cumsum(ranked) / ranked.sum()
    assert (seen[9], seen[99]) == pytest.approx((0.168, 0.566), abs=0.0006)
    assert (law[9], law[99]) == pytest.approx((0.166, 0.574), abs=0.0006)
    assert np.abs(law - seen).max() < 0.015
    assert zipf_mandelbrot(s, q, 5000)[:10].sum() == pytest.approx(0.13, abs=0.005)


@needs_panel
def test_least_squares_misses_the_top_and_the_cut_tail_steepens_the_law() -> None:
    ranked = ranked_totals()
    rank = np.arange(1, len(ranked) + 1)
    (_, s, q), _ = curve_fit(lambda r, c, s, q: c - s * np.log(r + q), rank, np.log(ranked), p0=[15, 1.1, 13])
    assert (s, q) == pytest.approx((1.46, 45.2), rel=0.005)
    assert zipf_mandelbrot(s, q, len(ranked))[:10].sum() == pytest.approx(0.12, abs=0.005)
    assert popularity(ranked[:450]) == pytest.approx((1.02, 8.9), rel=0.005)


@needs_panel
def test_the_spread_of_click_rates_is_the_stated_one() -> None:
    values, errors = stated("keyword CTR, Beta a and b")
    assert click_rate(*keyword_totals()) == pytest.approx(values, rel=0.005)
    assert resampled_error(click_rate, *keyword_totals()) == pytest.approx(errors, rel=0.2)


@needs_panel
def test_rows_with_more_clicks_than_impressions_do_not_matter() -> None:
    rows = panel()
    clipped = rows.assign(clicks=np.minimum(rows["clicks"], rows["impressions"]))
    sums = clipped.groupby("id")[["impressions", "clicks"]].sum().to_numpy(float)
    assert len(rows) - len(clean()) == 13
    assert click_rate(*sums.T) == pytest.approx(click_rate(*keyword_totals()), rel=0.003)


@needs_panel
def test_an_earlier_estimate_of_the_click_rates_is_within_sampling_error() -> None:
    best = click_rate_likelihood(np.log(click_rate(*keyword_totals())), *keyword_totals())
    earlier = click_rate_likelihood(np.log([1.18, 35.9]), *keyword_totals())
    assert 2 * (best - earlier) == pytest.approx(2.4, abs=0.2)


@needs_panel
def test_the_beta_has_too_light_a_right_tail() -> None:
    impressions, clicks = keyword_totals()
    assert (np.mean(clicks / impressions), clicks.sum() / impressions.sum()) == pytest.approx((0.033, 0.023), abs=5e-4)
    seen = np.quantile(clicks / impressions, [0.5, 0.95, 0.99])
    assert seen == pytest.approx((0.022, 0.105, 0.175), abs=0.001)
    assert beta(1.16, 33.6).ppf([0.5, 0.95, 0.99]) == pytest.approx((0.025, 0.093, 0.137), abs=0.001)


@needs_panel
def test_single_months_spread_wider_than_the_nine_together() -> None:
    impressions, clicks = keyword_months()
    fits = np.array([click_rate(impressions[:, month], clicks[:, month]) for month in range(9)])
    assert np.median(fits, axis=0) == pytest.approx((0.95, 28.0), rel=0.02)


@needs_panel
def test_counts_are_over_dispersed_as_stated() -> None:
    ((total,), (total_error,)) = stated("over-dispersion, daily total")
    ((keyword,), (keyword_error,)) = stated("over-dispersion, one keyword's day")
    pearson, freedom = keyword_dispersion()
    assert total_dispersion() == pytest.approx((total, total_error), rel=0.02)
    assert pearson.sum() / freedom.sum() == pytest.approx(keyword, abs=0.06)
    assert np.median(pearson / freedom) == pytest.approx(4.66, abs=0.05)
    error = resampled_error(lambda x, n: x.sum() / n.sum(), pearson, freedom)
    assert float(error) == pytest.approx(keyword_error, rel=0.2)


@needs_panel
def test_nine_months_cannot_tell_trend_from_season() -> None:
    totals = daily_totals()
    months = totals.groupby(totals.index.month).mean() / totals.mean()
    stated_months = [0.86, 0.80, 0.85, 1.14, 1.04, 0.90, 0.74, 1.19, 1.47]
    assert months.to_numpy() == pytest.approx(stated_months, abs=0.006)
    alone, beside = panel_noise(line), panel_noise(line_and_wave)
    assert (alone.coefficients[7], np.sqrt(alone.covariance[7, 7])) == pytest.approx((0.45, 0.26), abs=0.01)
    assert (beside.coefficients[7], np.sqrt(beside.covariance[7, 7])) == pytest.approx((0.89, 0.79), abs=0.02)
    days = len(totals)
    explained = sm.OLS(line(days)[:, 0], sm.add_constant(wave(days))).fit().rsquared
    assert explained == pytest.approx(0.90, abs=0.005)


@needs_panel
def test_the_monthly_step_of_a_logit_click_rate_is_the_stated_one() -> None:
    ((value,), (error,)) = stated("monthly step of a keyword's logit CTR, sd")
    assert logit_step(*keyword_months()) == pytest.approx(value, abs=0.005)
    assert float(resampled_error(logit_step, *keyword_months())) == pytest.approx(error, abs=0.005)


@needs_panel
def test_the_monthly_step_hardly_depends_on_which_keywords_count() -> None:
    steps = [logit_step(*keyword_months(), promised=clicks) for clicks in (5, 20, 50, 100)]
    assert steps == pytest.approx([0.49, 0.52, 0.60, 0.54], abs=0.006)


@needs_panel
def test_the_steps_turn_back_after_some_months() -> None:
    impressions, clicks = keyword_months()
    gaps = np.arange(1, 9)
    moves = np.array([logit_step(impressions, clicks, months) for months in gaps])
    (spread, memory), _ = curve_fit(lambda k, s, r: s * np.sqrt(2 * (1 - r**k)), gaps, moves, p0=[0.6, 0.6])
    assert moves[[1, 3, 7]] == pytest.approx((0.69, 0.81, 0.87), abs=0.01)
    assert (spread, memory) == pytest.approx((0.634, 0.653), abs=0.005)


def test_a_known_step_is_found_again() -> None:
    rng = np.random.default_rng(3)
    impressions = np.repeat(np.round(rng.lognormal(6.5, 1.3, (900, 1))), 9, axis=1)
    walk = logit(rng.beta(1.16, 33.6, (900, 1))) + np.cumsum(rng.normal(0, 0.5, (900, 9)), axis=1)
    clicks = rng.binomial(impressions.astype(int), expit(walk)).astype(float)
    assert logit_step(impressions, clicks) == pytest.approx(0.5, abs=0.04)
