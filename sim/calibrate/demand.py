"""How many queries come: level, trend, weekday, season, hour, and noise that remembers."""

from __future__ import annotations

import warnings
from datetime import date
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.calibrate.asking import Asked
from sim.calibrate.calibration import Found
from sim.calibrate.day_noise import DayNoise, fit_day_noise
from sim.calibrate.log import Figure, Unknown
from sim.calibrate.seasons import COME_BACK_DAYS
from sim.calibrate.spelling import days_of

Array = NDArray[np.float64]

LEVEL, NOISE, MEMORY = "traffic.queries", "traffic.noise", "traffic.noise_memory"
WEEKDAY, TREND, SEASON = "traffic.weekday", "traffic.trend", "traffic.season"
DEMAND = (LEVEL, WEEKDAY, TREND, SEASON, NOISE, MEMORY)
YEAR_DAYS = 365
_CHANCE_OF_ONE, _CHANCE_OF_TWO = 3.84, 5.99  # 5 % of chi-square with one and two degrees of freedom
_FOR_NOISE = 28
_MOST_MEMORY = 0.995
_AROUND = "AR(1) around them by restricted maximum likelihood; error by observed information and the delta method"


class _Columns(NamedTuple):
    """The regressors of the log daily total, in this order: weekdays or one level, trend or line, season."""

    table: Array
    weekday: bool
    trend: bool
    season: bool
    line: bool = False

    @property
    def heads(self) -> int:
        """How many levels come first."""
        return 7 if self.weekday else 1

    def without_season(self) -> _Columns:
        """The same with no yearly wave."""
        return self._replace(table=self.table[:, :-2], season=False)

    def without_trend(self) -> _Columns:
        """The same with no growth."""
        return self._replace(table=np.delete(self.table, self.heads, axis=1), trend=False)

    def with_line(self) -> _Columns:
        """The same around a straight line that is 0 in the middle of the log, so that the level is that of its middle."""
        line = np.linspace(-0.5, 0.5, len(self.table))
        return self._replace(table=np.insert(self.table, self.heads, line, axis=1), line=True)


def fit_demand(asked: Asked, first: date, hours: tuple[float, ...] | None) -> Found:
    """Fit what `[traffic]` says of the number of queries.

    A trend and a season are told apart only in a log in which a season comes back: in a shorter one each calendar month is
    seen once. What no longer log shows beyond chance stays at its default, too.
    """
    totals = asked.by_day
    seen = int((totals > 0).sum())
    figures, unknown = _hours(hours)
    if seen < _FOR_NOISE:
        short = _short(totals, asked.stands_for, seen)
        return Found((*short.figures, *figures), (*short.unknown, *unknown))
    columns, noise, doubts = _beyond_chance(totals, _columns(totals, first))
    unknown += doubts
    told = () if columns.trend else (_slope(totals, columns),)
    if noise.memory > _MOST_MEMORY and not columns.trend:  # growth, or a part of a season, is no noise
        columns = columns.with_line()
        noise = fit_day_noise(totals, columns.table)
    figures = [*_level(noise, columns, asked.stands_for), *_noise(noise, columns), *figures, _dispersion(totals, columns), *told]
    if noise.sd == 0:
        unknown.append(Unknown(MEMORY, "days differ by no more than the chance of counting: there is no noise to remember"))
    if noise.memory > _MOST_MEMORY:
        unknown.append(Unknown(MEMORY, "the noise never comes back within this log: it is no noise around a level"))
    return Found(tuple(one for one in figures if one.key not in {gone.key for gone in unknown if gone.key}), tuple(unknown))


def _columns(totals: Array, first: date) -> _Columns:
    day = np.arange(len(totals))
    weekday = (first.weekday() + day) % 7
    known = np.bincount(weekday[totals > 0], minlength=7).min() >= 2
    parts = [np.eye(7)[weekday] if known else np.ones((len(day), 1))]
    long = len(day) >= COME_BACK_DAYS
    if long:
        angle = 2 * np.pi * (first.timetuple().tm_yday + day) / 365.25
        since = (day[:, None] - len(day)) / YEAR_DAYS  # 0 on the day after the log, where a scenario goes on
        parts += [since, np.column_stack([np.cos(angle), np.sin(angle)])]
    return _Columns(np.hstack(parts), bool(known), long, long)


def _beyond_chance(totals: Array, columns: _Columns) -> tuple[_Columns, DayNoise, list[Unknown]]:
    """Take out a season and a trend that may be chance: what stays, the noise around it, and why the others are gone."""
    noise, unknown = fit_day_noise(totals, columns.table), []
    if not columns.trend:
        why = f"{len(totals)} days are fewer than the {COME_BACK_DAYS} in which a season comes back: growth and season can't be told apart"
        return columns, noise, [Unknown(TREND, why), Unknown(SEASON, why)]
    if not _differs(noise, slice(-2, None), _CHANCE_OF_TWO):
        columns = columns.without_season()
        noise = fit_day_noise(totals, columns.table)
        unknown.append(Unknown(SEASON, "no yearly wave above chance (Wald test at 5 %)"))
    if not _differs(noise, slice(columns.heads, columns.heads + 1), _CHANCE_OF_ONE):
        columns = columns.without_trend()
        noise = fit_day_noise(totals, columns.table)
        unknown.append(Unknown(TREND, "no growth above chance (Wald test at 5 %)"))
    return columns, noise, unknown


def _differs(noise: DayNoise, which: slice, chance: float) -> bool:
    """Whether some coefficients are more than chance."""
    some = noise.coefficients[which]
    return bool(some @ np.linalg.solve(noise.covariance[which, which], some) > chance)


def _level(noise: DayNoise, columns: _Columns, stands_for: str) -> list[Figure]:
    """The level, weekday, trend and season."""
    heads = columns.heads
    level = np.exp(noise.coefficients[:heads])
    size, peak, calm = 0.0, 0.0, 0.0
    figures: list[Figure] = []
    if columns.season:
        size, peak, error = _wave(noise)
        calm = np.log((1 + np.sqrt(1 - size**2)) / 2)
        source = "cosine and sine of the year in the regression of the log daily total; error by the delta method"
        figures += [
            Figure(SEASON, "yearly wave", size, error, source),
            Figure("traffic.season_peak", "month of the peak", float(int(peak * 12 / (2 * np.pi)) % 12 + 1), None, source),
        ]
    slope = level / level.sum()
    relative = np.sqrt(slope @ noise.covariance[:heads, :heads] @ slope + (noise.sd * noise.sd_error) ** 2)
    queries = float(level.mean() * np.exp(noise.sd**2 / 2 - calm))
    when = "in the middle of the log" if columns.line else "on the day after the log" if columns.trend else "on average"
    source = f"daily totals of {stands_for}, {when} before weekday, season and noise; {_AROUND}"
    figures.insert(0, Figure(LEVEL, "queries a day", queries, queries * float(relative), source))
    if columns.weekday:
        shape = level / level.mean()
        turn = np.diag(shape) - np.outer(shape, shape) / 7
        errors = np.sqrt(np.diag(turn @ noise.covariance[:7, :7] @ turn.T))
        source = "seven levels in a regression of the log daily total, brought to mean 1; error by the delta method"
        figures.insert(1, Figure(WEEKDAY, "weekday, Monday first", tuple(map(float, shape)), tuple(map(float, errors)), source))
    if columns.trend:
        growth = float(np.exp(noise.coefficients[heads]))
        error = growth * float(np.sqrt(noise.covariance[heads, heads]))
        source = "a straight line in the regression of the log daily total, in years of 365 days; error by the delta method"
        figures.append(Figure(TREND, "growth in a year", growth - 1, error, source))
    return figures


def _wave(noise: DayNoise) -> tuple[float, float, float]:
    """How far the wave 1 + s cos rises, the angle of its peak, and the error of s.

    The first harmonic of log(1 + s cos) is 2 r, with r = (1 - sqrt(1 - s^2)) / s, so s = 2 r / (1 + r^2).
    """
    along, across = noise.coefficients[-2:]
    amplitude = float(np.hypot(along, across))
    turn = np.array([along, across]) / amplitude
    spread = float(np.sqrt(turn @ noise.covariance[-2:, -2:] @ turn))
    r = min(amplitude / 2, 0.95)
    slope = (1 - r**2) / (1 + r**2) ** 2
    return 2 * r / (1 + r**2), float(np.arctan2(across, along) % (2 * np.pi)), slope * spread


def _noise(noise: DayNoise, columns: _Columns) -> list[Figure]:
    around = (
        ", ".join(
            ["weekday"] * columns.weekday + ["trend"] * columns.trend + ["season"] * columns.season + ["a straight line"] * columns.line
        )
        or "their mean"
    )
    source = f"log daily totals around {around}, the chance of counting taken off: {_AROUND}"
    return [
        Figure(NOISE, "daily noise, sd of the log", noise.sd, noise.sd_error, source),
        Figure(MEMORY, "daily noise, what is left next day", noise.memory, noise.memory_error, source),
    ]


def _dispersion(totals: Array, columns: _Columns) -> Figure:
    """Pearson's dispersion of the daily total against Poisson."""
    from statsmodels.genmod.families import Poisson
    from statsmodels.genmod.generalized_linear_model import GLM
    from statsmodels.regression.linear_model import OLS

    seen = totals > 0
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # days that are all alike fit perfectly: no fault of theirs
        fit = GLM(totals[seen], columns.table[seen], family=Poisson()).fit()
    terms = fit.resid_pearson**2 * len(fit.resid_pearson) / fit.df_resid
    mean = OLS(terms, np.ones(len(terms))).fit(cov_type="HAC", cov_kwds={"maxlags": 14})
    source = (
        "Pearson's chi-square over its degrees of freedom in a Poisson regression on the same terms; error allows for 14 days of memory"
    )
    return Figure("", "over-dispersion of the daily total", float(mean.params[0]), float(mean.bse[0]), source)


def _slope(totals: Array, columns: _Columns) -> Figure:
    """The straight line of a log that is too short to call it a trend, or in which it may be chance."""
    line = np.arange(len(totals))[:, None] / YEAR_DAYS
    noise = fit_day_noise(totals, np.hstack([columns.table, line]))
    growth = float(np.exp(noise.coefficients[-1]))
    error = growth * float(np.sqrt(noise.covariance[-1, -1]))
    name = "growth in a year, within chance" if len(totals) >= COME_BACK_DAYS else "growth in a year, if it were no season"
    return Figure("", name, growth - 1, error, f"a straight line through the log daily total; {_AROUND}")


def _short(totals: Array, stands_for: str, seen: int) -> Found:
    """A log of less than four weeks: its mean, and what can't be told."""
    days = totals[totals > 0]
    unknown = tuple(Unknown(key, f"{days_of(seen)} with traffic: at least {_FOR_NOISE} are needed") for key in DEMAND[1:])
    if not seen:
        return Found((), (Unknown(LEVEL, "nothing was shown"), *unknown))
    error = float(np.sqrt(days.sum()) / seen if seen < 2 else days.std(ddof=1) / np.sqrt(seen))
    how = "error by Poisson's law" if seen < 2 else "error by the spread between days"
    return Found((Figure(LEVEL, "queries a day", float(days.mean()), error, f"mean of {stands_for} of {days_of(seen)}; {how}"),), unknown)


def _hours(hours: tuple[float, ...] | None) -> tuple[list[Figure], list[Unknown]]:
    if hours is None or sum(hours) == 0:
        return [], [Unknown("", "hour of day: the log has no time of day")]
    share = np.array(hours) / sum(hours)
    error = np.sqrt(share * (1 - share) / sum(hours))
    source = "share of all impressions, told only: a world's queries come evenly over a day; error by the multinomial law"
    return [Figure("", "share of each hour", tuple(map(float, share)), tuple(map(float, error)), source)], []
