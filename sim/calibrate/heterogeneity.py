"""How differently queries are clicked: the Beta law of their click rates, and each one's own rate, shrunk."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.calibrate.calibration import Found
from sim.calibrate.information import AT_THE_EDGE, covariance, curvature
from sim.calibrate.log import Figure, Log, Unknown
from sim.calibrate.summing import summed

if TYPE_CHECKING:
    import pandas as pd

Array = NDArray[np.float64]

_LEAST_QUERIES, _LEAST_CLICKS = 10, 20
KEY = "users.click_rate"


def totals_of(log: Log) -> tuple[Array, Array | None]:
    """Impressions and clicks of each query, shape (queries,); no clicks where the log has none."""
    query, size = log.counted["query"].to_numpy(), len(log.queries)
    shown = summed(query, log.counted["impressions"], size)
    if "clicks" not in log.counted:
        return shown, None
    return shown, summed(query, log.counted["clicks"], size)


def fit_heterogeneity(log: Log) -> Found:
    """Fit `[users] click_rate` as a beta-binomial law of the queries' totals, by maximum likelihood."""
    from scipy.optimize import minimize

    shown, clicks = totals_of(log)
    if clicks is None:
        return Found((), (Unknown(KEY, "the log has no clicks"),))
    used = shown > 0
    if used.sum() < _LEAST_QUERIES or clicks.sum() < _LEAST_CLICKS:
        why = f"{int(used.sum())} queries with {int(clicks.sum())} clicks are too few for a law"
        return Found((_overall(shown, clicks),), (Unknown(KEY, why),))
    if (shown > 1).sum() < _LEAST_QUERIES:  # of one impression only the mean shows, whatever the law
        why = f"{int((shown > 1).sum())} queries were shown more than once: how far click rates differ can't be told of so few"
        return Found((_overall(shown, clicks),), (Unknown(KEY, why),))
    # Queries with the same numbers weigh together: a million seen once are a handful of rows.
    pairs, number = np.unique(np.column_stack([shown[used], clicks[used]]), axis=0, return_counts=True)
    weight = number.astype(np.float64)

    def loss(point: Array) -> float:
        return -float(weight @ _likelihood(point, pairs[:, 0], pairs[:, 1]))

    start = np.log([1.0, shown[used].sum() / max(clicks.sum(), 1.0)])
    best = minimize(loss, start, method="L-BFGS-B", bounds=[(-7.0, 13.0)] * 2, options={"ftol": 1e-12}).x
    errors = np.exp(best) * np.sqrt(np.diag(covariance(curvature(loss, best))))
    if _alike(pairs, weight) - loss(best) < AT_THE_EDGE / 2 or not np.isfinite(errors).all():
        return Found((_overall(shown, clicks),), (Unknown(KEY, "the queries' click rates do not differ by more than chance"),))
    source = f"beta-binomial maximum likelihood over the totals of {int(used.sum()):,} queries; error by observed information"
    law = Figure(KEY, "click rate of queries, Beta a and b", tuple(map(float, np.exp(best))), tuple(map(float, errors)), source)
    return Found((law, _overall(shown, clicks)))


def _likelihood(point: Array, shown: Array, clicks: Array) -> Array:
    """Beta-binomial log-likelihood of each query without its constant, at (log a, log b)."""
    from scipy.special import betaln

    a, b = np.exp(point)
    return np.asarray(betaln(a + clicks, b + shown - clicks) - betaln(a, b))


def _alike(pairs: Array, weight: Array) -> float:
    """Minus the log-likelihood, without the same constant, if all queries had one click rate."""
    shown, clicks = pairs.T
    rate = (weight @ clicks) / (weight @ shown)
    return -float(weight @ (clicks * np.log(rate) + (shown - clicks) * np.log1p(-min(rate, 1 - 1e-12))))


def _overall(shown: Array, clicks: Array) -> Figure:
    rate = float(clicks.sum() / max(shown.sum(), 1.0))
    off = clicks - rate * shown
    error = float(np.sqrt((off**2).sum()) / max(shown.sum(), 1.0))
    return Figure("", "click rate of all impressions", rate, error, "clicks over impressions; error by the spread between queries")


def query_table(log: Log, asked: Array, law: Figure | None, most: int = 20_000) -> pd.DataFrame:
    """The queries asked most: name, share of what they are asked together, click rate shrunk towards the law.

    The shrunk rate is (clicks + a) / (impressions + a + b), the empirical Bayes estimate (Robbins 1956) under the Beta law.
    """
    import pandas as pd

    shown, clicks = totals_of(log)
    order = np.argsort(-asked, kind="stable")[:most]
    order = order[asked[order] > 0]
    table = pd.DataFrame({"query": [log.queries[code] for code in order], "share": asked[order] / max(asked[order].sum(), 1.0)})
    if clicks is None or law is None or not isinstance(law.value, tuple):
        return table.assign(shown=shown[order].astype(np.int64))
    a, b = law.value
    rate = (clicks[order] + a) / (shown[order] + a + b)
    return table.assign(click_rate=rate, shown=shown[order].astype(np.int64), clicks=clicks[order].astype(np.int64))
