"""Backtests that are made up: scored, unscored, missed, and of pages."""

from __future__ import annotations

from dataclasses import replace

from sim.calibrate.backtest import Backtest, ClickModel, Forecast, Rate
from sim.calibrate.scoring import score

_MONTHS, _QUERIES = ("2026-10", "2026-11", "2026-12"), ("tent", "a very long query about sleeping bags", "boots [men]")
_SHOWN = (9000, 4000, 1000)


def _forecast(total, months, queries):
    return Forecast(total, tuple(zip(_MONTHS, months, strict=True)), (), tuple(zip(_QUERIES, queries, strict=True)))


def _plain(total, *rates):
    return _forecast(Rate(total), [Rate(one) for one in rates[:3]], [Rate(one) for one in rates[3:]])


_PREDICTED = _forecast(
    Rate(0.0217, 0.0191, 0.0247),
    [Rate(0.0244, 0.0217, 0.0275), Rate(0.0207, 0.0178, 0.0238), Rate(0.0212, 0.0199, 0.0253)],
    [Rate(0.0361, 0.0193, 0.0602), Rate(0.0051, 0.002, 0.01), Rate(0.12, 0.05, 0.2)],
)
_ACTUAL = _plain(0.0208, 0.0251, 0.0196, 0.0196, 0.0762, 0.0019, 0.13)
_BASELINES = {
    "carry forward": _plain(0.0243, *[0.0243] * 6),
    "re-weighted by query": _plain(0.0238, 0.0247, 0.0227, 0.0243, 0.03, 0.0033, 0.1),
    "last month shrunk": _plain(0.0225, 0.0247, 0.0209, 0.0225, 0.066, 0.0024, 0.11),
}
SCORED = Backtest(
    "shop.csv.gz, 2026-04-01 to 2026-09-30", "shop.csv.gz, 2026-10-01 to 2026-12-31", _PREDICTED, _BASELINES, _ACTUAL,
    score(_PREDICTED, _BASELINES, _ACTUAL, _SHOWN), 0.9,
    ("more clicks than impressions: 13, clicks cut to impressions", "183 days show no season come back"),
    {"query": _SHOWN, "month": (5000, 5000, 4000)},
)  # fmt: skip
UNSCORED = replace(SCORED, actual=None, scores=None, notes=())
_FAR = _plain(0.05, *[0.05] * 6)
MISSED = replace(SCORED, actual=_FAR, scores=score(_PREDICTED, _BASELINES, _FAR, _SHOWN))
_NEAR = _plain(0.0242, *[0.0243] * 6)
NO_BETTER = replace(SCORED, actual=_NEAR, scores=score(_PREDICTED, _BASELINES, _NEAR, _SHOWN))
_SHRUNK = _BASELINES | {"last month shrunk": _plain(0.0211, 0.0249, 0.0201, 0.0206, 0.066, 0.0024, 0.11)}
SHRUNK = replace(SCORED, baselines=_SHRUNK, scores=score(_PREDICTED, _SHRUNK, _ACTUAL, _SHOWN))  # the plainest is farther, this one nearer


def _pages(band, no_click, two_or_more, *rates):
    by_position = tuple((place, Rate(rate, rate - 0.01, rate + 0.01) if band else Rate(rate)) for place, rate in enumerate(rates, 1))
    total = sum(rates) / len(rates)
    return Forecast(Rate(total, total - 0.01, total + 0.01) if band else Rate(total), (), by_position, (), no_click, two_or_more)


_OF_PAGES, _CAME = _pages(True, 0.338, 0.255, 0.257, 0.249, 0.17), _pages(False, 0.33, 0.26, 0.25, 0.27, 0.165)
_BY_RANK = {"carry forward": _pages(False, 0.35, 0.24, 0.3, 0.2, 0.1)}
PAGES = Backtest(
    "pages.csv, the first 75%", "pages.csv, the last 25%", _OF_PAGES, _BY_RANK, _CAME, score(_OF_PAGES, _BY_RANK, _CAME, ()),
    models=(ClickModel("dynamic bayesian", -3.1234, 1.3456, (1.5, 1.4, 1.3)), ClickModel("cascade", -3.5, 1.4567, (1.6, 1.5, 1.4))),
)  # fmt: skip
BACKTESTS = {"scored": SCORED, "unscored": UNSCORED, "missed": MISSED, "no better": NO_BETTER, "shrunk": SHRUNK, "pages": PAGES}
