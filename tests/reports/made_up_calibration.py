"""Calibrations that are made up, for their screens: no log stands behind them."""

from __future__ import annotations

from datetime import date

import pandas as pd

from sim.calibrate.calibration import Calibration
from sim.calibrate.log import Figure, Flaw, Log, Unknown
from sim.calibrate.match.result import MATCH, OFF, UNSURE, Match, Statistic
from sim.calibrate.outcome import Outcome
from sim.calibrate.receipt import COUNTED, Reading, Taken

FIRST = date(2025, 3, 1)
ROWS = pd.DataFrame({"day": range(120), "query": [0, 1] * 60, "position": -1, "ad": -1, "segment": -1, "impressions": 900, "clicks": 27})
LOG = Log(
    "spring.csv", FIRST, 120, ROWS, ("tents", "boots – women’s"), has=frozenset({"time", "clicks"}),
    flaws=(Flaw("more clicks than impressions", 3, "clicks cut down to them", "line 7"),),
)  # fmt: skip
READING = Reading(LOG, COUNTED, 124, 121, (Taken("day", ("date",), False), Taken("query", ("campaign", "word"), True)), ("notes",))
FITTED = Calibration(
    "spring.csv", FIRST, 120,
    (
        Figure("traffic.noise", "daily noise", 0.1234, 0.011, "log daily totals around weekday; error by observed information"),
        Figure("traffic.noise_memory", "what is left", 0.61, 0.05, "log daily totals around weekday; error by observed information"),
        Figure("drift.clicks.half_life", "half-life", 33.9, None, "hierarchical model"),
        Figure("", "click rate of all impressions", 0.03, 0.0011, "clicks over impressions"),
    ),
    (Unknown("market.bid", "the log has no prices"), Unknown("market.bid_spread", "the log has no prices"), Unknown("", "one thing more")),
    {"queries": pd.DataFrame({"query": ["tents", "boots"], "share": [0.5, 0.5]})},
)  # fmt: skip
MATCHED = Match(
    (
        Statistic("queries.daily_dispersion", "a big query's day, dispersion", 35.1, 15.5, 11.8, 18.1, OFF),
        Statistic("traffic.autocorrelation_7", "daily traffic, autocorr. 7 days", 0.59, 0.4, 0.18, 0.58, UNSURE, why=("it may be chance",)),
        Statistic("queries.top_ten", "share of the top ten queries", 0.1677, 0.19, 0.159, 0.22, MATCH, True, ("near to what was fitted",)),
        Statistic("clicks.ctr_by_month", "CTR month to month, sd of log", 0.109, 0.096, 0.05, 0.148, MATCH),
    ),
    ("days of the fitted world, one ad for each query",), 40, 0.9, ("figures of pages take more of them",),
)  # fmt: skip
OUTCOMES = {
    "whole": Outcome(READING, FITTED, MATCHED, "worlds/spring"),
    "nothing": Outcome(READING, Calibration("spring.csv", FIRST, 120, (), ()), Match((), (), 0, 0.9, ("the log is too short",))),
}
