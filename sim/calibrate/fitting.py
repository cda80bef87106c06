"""From a log to the figures of a world: everything that it tells, and everything that it does not."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.calibrate.arrivals import KEY as NEVER_SEEN
from sim.calibrate.arrivals import fit_arrivals
from sim.calibrate.asking import Asked, asked
from sim.calibrate.blind_days import without_blind_days
from sim.calibrate.calibration import Calibration, Found
from sim.calibrate.clicks.figures import figures_of_pages
from sim.calibrate.delays import fit_delays
from sim.calibrate.demand import DEMAND, fit_demand
from sim.calibrate.drift import BY as CLICKS
from sim.calibrate.drift import fit_drift
from sim.calibrate.heterogeneity import fit_heterogeneity, query_table
from sim.calibrate.log import Figure, Log, Unknown
from sim.calibrate.popularity import fit_popularity
from sim.calibrate.prices import fit_prices
from sim.calibrate.shares import BY as TOPICS
from sim.calibrate.shares import fit_shares

_TIMED = (DEMAND, (TOPICS,), (NEVER_SEEN,), (CLICKS,))
_NEVER_TOLD = (
    Unknown("traffic.topics", "no log says what belongs together"),
    Unknown("traffic.commercial", "a log of ads holds only queries that somebody advertised on"),
    Unknown("users.worthy_lift", "the log shows only ads that were served, and nobody judged them"),
    Unknown("users.intent_lift", "a log of ads holds only queries that somebody advertised on"),
    Unknown("users.ad_spread", "not fitted: ads of one query stand in different places for different reasons"),
    Unknown("users.blindness", "what users learn shows only where the ad load was changed"),
    Unknown("market.ads", "ads that were never shown are not in a log"),
    Unknown("market.budget", "the log does not say when an advertiser's money was gone"),
    Unknown("conversions.worth", "the log does not say what a conversion is worth"),
)


def fit_world(log: Log) -> Calibration:
    """Fit everything that *log* tells of a world.

    Returns
    -------
    Calibration
        Figures, each with its standard error and where it came from; what stays at its default and why; and the table
        "queries".

    Examples
    --------
    >>> import pandas as pd
    >>> from datetime import date
    >>> rows = pd.DataFrame({"day": range(60), "query": 0, "position": -1, "ad": -1, "segment": -1, "impressions": 900, "clicks": 9})
    >>> found = fit_world(Log("shop.csv", date(2026, 1, 1), 60, rows, ("tents",), has=frozenset({"clicks", "time"})))
    >>> round(found.figure("traffic.queries").value, -1), [one.key for one in found.unknown if one.key.startswith("market.bid")]
    (900.0, ['market.bid', 'market.bid_spread'])
    """
    often = asked(log)
    clicking = without_blind_days(log)
    clicks = fit_heterogeneity(clicking)
    demand, shares, arrivals, drift = _of_time(log, clicking, often)
    fits: list[Found] = [
        demand,
        fit_popularity(often),
        shares,
        arrivals,
        clicks,
        drift,
        Found(*figures_of_pages(clicking)),
        fit_prices(log),
        fit_delays(clicking),
    ]
    unknown = [one for fit in fits for one in fit.unknown]
    law = next((one for one in clicks.figures if one.key), None)
    table = query_table(clicking, often.by_query, law)
    figures = (*(figure for fit in fits for figure in fit.figures), *_left_out(often.by_query, len(table)))
    return Calibration(log.source, log.first, log.days, figures, (*unknown, *_NEVER_TOLD), {"queries": table}, "time" in log.has)


def _of_time(log: Log, clicking: Log, often: Asked) -> tuple[Found, Found, Found, Found]:
    """What takes days: demand, how shares move, what is new, how click rates move. A log without time knows not even how much a day is."""
    if "time" in log.has:
        return fit_demand(often, log.first, log.hours), fit_shares(often), fit_arrivals(log, often), fit_drift(clicking)
    demand, shares, arrivals, drift = (Found((), tuple(Unknown(key, "the log has no time") for key in keys)) for keys in _TIMED)
    return demand, shares, arrivals, drift


def _left_out(asked: NDArray[np.float64], kept: int) -> tuple[Figure, ...]:
    """The share of the queries that the table has no room for; nothing where it has them all."""
    there = -np.sort(-asked[asked > 0])
    if kept >= len(there):
        return ()
    share = float(there[kept:].sum() / there.sum())
    told = f"the table holds the {kept:,} asked most of {len(there):,}, and plays them as if they were all"
    return (Figure("", "share of traffic by queries that are not in the table", share, None, told),)
