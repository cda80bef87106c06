"""How unevenly queries are asked: the popularity law, the top ten, and how shares move from month to month."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim import seeds
from sim.calibrate.asking import Asked
from sim.calibrate.calibration import Found
from sim.calibrate.information import covariance, curvature, lags_of, sandwich
from sim.calibrate.log import Figure, Unknown
from sim.calibrate.summing import summed

Array = NDArray[np.float64]

_ONE_BY_ONE = 500  # ranks; those below stand in groups whose ends are 2 % apart
_SIMULATED = 8  # how often the law is drawn to see what sorting does to it
_LEAST_TYPES, _LEAST_WEEKS = 20, 8
_STEP = 1e-3
_EDGE = ", the shift's by a likelihood ratio, since it lies at its edge"
_MOST_ONCE = 0.5  # share of what is asked by queries that were asked once, beyond which ranks are chance
EXPONENT, SHIFT = "traffic.popularity", "traffic.popularity_shift"
_BOUNDS = ((0.0, 5.0), (0.0, 10_000.0))


class _Ranks(NamedTuple):
    """Groups of ranks: the first and last rank of each."""

    first: Array
    last: Array

    def shares(self, s: float, q: float) -> Array:
        """Share of each group under 1 / (rank + q) ** s, by the midpoint rule in groups of many."""
        low, high = self.first - 0.5 + q, self.last + 0.5 + q
        # Relative to its first rank: the same for s = 1 and beside it.
        with np.errstate(divide="ignore", invalid="ignore"):
            inside = np.log(high / low) if abs(s - 1) < 1e-9 else (high ** (1 - s) - low ** (1 - s)) / (1 - s)
        weight = np.where(self.first == self.last, (self.first + q) ** -s, inside)
        return np.asarray(weight / weight.sum())


def fit_popularity(asked: Asked) -> Found:
    """Fit `[traffic] popularity` and `popularity_shift` to the ranked totals, and the share of the top ten.

    The law is fitted by multinomial likelihood, which weighs a rank by its traffic. Sorting makes chance look like popularity
    where counts are small; what it does to the law is seen by drawing the fitted one, sorting and fitting it again.
    """
    totals = np.sort(asked.by_query[asked.by_query > 0])[::-1]
    types = Figure("traffic.query_types", "query types", float(len(totals)), None, "how many different queries occur in the log")
    if why := _lawless(totals):
        return Found((types, _top_ten(asked)) if len(totals) >= _LEAST_TYPES else (types,) if len(totals) else (), _no_law(why))
    raw = _law(totals)
    law = np.clip(2 * raw - _sorted_again(raw, totals), *np.transpose(_BOUNDS))
    error, how = _errors(asked, totals, raw)
    if not np.isfinite(error).all() or (np.maximum(raw, law) > 0.99 * np.array(_BOUNDS)[:, 1]).any():
        return Found(
            (types, _top_ten(asked)), _no_law("the ranked totals follow no such law: the likeliest lies at the edge of all there are")
        )
    source = (
        f"Zipf-Mandelbrot law by multinomial maximum likelihood over {len(totals):,} ranked totals, the effect of sorting taken off; {how}"
    )
    return Found((
        types,
        Figure(EXPONENT, "popularity, exponent", float(law[0]), error[0], source),
        Figure(SHIFT, "popularity, shift", float(law[1]), error[1], source),
        _top_ten(asked),
    ))  # fmt: skip


def _no_law(why: str) -> tuple[Unknown, ...]:
    return Unknown(EXPONENT, why), Unknown(SHIFT, why)


def _lawless(totals: Array) -> str:
    """Why the totals of queries tell of no law; empty where they do."""
    from scipy.stats import chi2

    if len(totals) < _LEAST_TYPES:
        return f"{len(totals)} queries are too few for a law: at least {_LEAST_TYPES} are needed"
    once = float((totals == 1).sum() / totals.sum())
    if once > _MOST_ONCE:
        return f"{once:.0%} of what is asked was asked only once, which tells of no query how popular it is"
    if float(((totals - totals.mean()) ** 2).sum() / totals.mean()) < chi2.ppf(0.95, len(totals) - 1):
        return "the queries are asked equally often, give or take chance (chi-square at 5 %)"
    return ""


def _groups(types: int) -> _Ranks:
    alone = np.arange(1, min(types, _ONE_BY_ONE) + 1, dtype=np.float64)
    if types <= _ONE_BY_ONE:
        return _Ranks(alone, alone)
    ends = np.unique(np.geomspace(_ONE_BY_ONE, types, max(2, int(np.log(types / _ONE_BY_ONE) / 0.02))).round())
    return _Ranks(np.concatenate([alone, ends[:-1] + 1]), np.concatenate([alone, ends[1:]]))


def _loss(totals: Array) -> tuple[_Ranks, Array]:
    """Groups of ranks and the count of each."""
    ranks = _groups(len(totals))
    sums = np.concatenate([[0.0], np.cumsum(totals)])
    return ranks, sums[ranks.last.astype(int)] - sums[ranks.first.astype(int) - 1]


def _law(totals: Array) -> Array:
    """Exponent and shift of the most likely law."""
    from scipy.optimize import minimize

    ranks, count = _loss(totals)
    share = count / count.sum()

    def loss(point: Array) -> float:
        return -float(share @ np.log(ranks.shares(point[0], np.expm1(point[1]))))

    bounds = [_BOUNDS[0], (0.0, float(np.log1p(_BOUNDS[1][1])))]
    best = minimize(loss, [1.0, 1.5], method="L-BFGS-B", bounds=bounds, options={"ftol": 1e-14, "gtol": 1e-9}).x
    return np.array([best[0], np.expm1(best[1])])


def _sorted_again(law: Array, totals: Array) -> Array:
    """The law that is found, on average, when *law* is drawn, sorted and fitted."""
    ranks = np.arange(1, len(totals) + 1)
    expected = (ranks + law[1]) ** -law[0]
    expected *= totals.sum() / expected.sum()
    found = []
    for number in range(_SIMULATED):
        drawn = np.random.default_rng(seeds.key(0, "calibrate", number)).poisson(expected)
        found.append(_law(np.sort(drawn[drawn > 0])[::-1].astype(np.float64)))
    return np.asarray(np.mean(found, axis=0))


def _errors(asked: Asked, totals: Array, law: Array) -> tuple[tuple[float, float], str]:
    """Standard errors, from the scores of weeks where there are enough of them."""
    ranks, count = _loss(totals)
    s, q = float(law[0]), float(max(law[1], 1e-6))
    step = np.array([_STEP, _STEP * (1 + q)])

    def loss(scaled: Array) -> float:
        return -float(count @ np.log(ranks.shares(s + scaled[0] * step[0], abs(q + scaled[1] * step[1]))))

    information = curvature(loss, np.zeros(2), 1.0) / np.outer(step, step)
    weeks = asked.days // 7
    edge = law[1] < 2 * step[1]  # where a likelihood that falls away from 0 has no curvature
    kept = np.array([0]) if edge else np.array([0, 1])
    information = information[np.ix_(kept, kept)]
    beyond = _beyond(law, totals) if edge else None
    if weeks < _LEAST_WEEKS:
        return _spread(covariance(information), beyond), f"error by observed information{_EDGE if edge else ''}"
    rank = np.empty(asked.queries)
    rank[np.argsort(-asked.by_query, kind="stable")] = np.arange(1, asked.queries + 1)
    every = np.arange(1, len(totals) + 1)
    share = totals / totals.sum()
    score = np.column_stack([-np.log(rank + q), -s / (rank + q)])
    score -= share @ np.column_stack([-np.log(every + q), -s / (every + q)])
    week, whole = asked.day // 7, asked.day < weeks * 7
    by_week = [summed(week[whole], asked.number[whole] * part[asked.query[whole]], weeks) for part in score.T[kept]]
    spread = sandwich(information, np.column_stack(by_week), lags_of(weeks))
    # Never less than what counting alone makes of it.
    wider = np.maximum(np.diag(np.diag(spread)), np.diag(np.diag(covariance(information))))
    return _spread(wider, beyond), f"error by the scores of weeks{_EDGE if edge else ''}"


def _spread(matrix: Array, beyond: tuple[float, float] | None) -> tuple[float, float]:
    first, *others = map(float, np.sqrt(np.diag(matrix)))
    return (first, others[0]) if beyond is None else (float(np.hypot(first, beyond[0])), beyond[1])


def _beyond(law: Array, totals: Array) -> tuple[float, float]:
    """How much further a shift is half a unit of log-likelihood less likely, and how far the exponent goes with it."""
    from scipy.optimize import brentq, minimize_scalar

    ranks, count = _loss(totals)

    def best(log_shift: float) -> tuple[float, float]:
        """The exponent that suits a shift, and what is lost."""

        def loss(s: float) -> float:
            return -float(count @ np.log(ranks.shares(s, float(np.expm1(log_shift)))))

        found = minimize_scalar(loss, bounds=_BOUNDS[0], method="bounded", options={"xatol": 1e-7})
        return float(found.x), float(found.fun)

    start, most = float(np.log1p(law[1])), float(np.log1p(_BOUNDS[1][1]))
    exponent, least = best(start)
    if best(most)[1] < least + 0.5:
        return float("nan"), float("nan")
    edge = brentq(lambda at: best(at)[1] - least - 0.5, start, most, xtol=1e-9)
    return abs(best(edge)[0] - exponent), float(np.expm1(edge) - law[1])


def _top_ten(asked: Asked) -> Figure:
    """The share of the ten most asked queries, with an error from its weeks."""
    top = np.zeros(asked.queries, np.bool_)
    top[np.argsort(-asked.by_query, kind="stable")[:10]] = True
    inside = top[asked.query] * asked.number
    share, weeks = float(inside.sum() / asked.number.sum()), max(1, asked.days // 7)
    source = "the ten most asked queries of the whole log; told only"
    if weeks < _LEAST_WEEKS:
        return Figure(
            "", "share of the top ten", share, float(np.sqrt(share * (1 - share) / asked.number.sum())), f"{source}; binomial error"
        )
    off = summed(np.minimum(asked.day // 7, weeks - 1), inside - share * asked.number, weeks)
    error = float(np.sqrt(sandwich(np.eye(1), off[:, None], lags_of(weeks))[0, 0]) / asked.number.sum())
    return Figure("", "share of the top ten", share, error, f"{source}; error by its weeks")
