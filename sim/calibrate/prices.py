"""The law of prices: log-normal, from what clicks cost."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.calibrate.calibration import Found
from sim.calibrate.log import Figure, Log, Unknown

Array = NDArray[np.float64]

BID, SPREAD = "market.bid", "market.bid_spread"
_LEAST = 30
_ALIKE = 1e-9  # a spread of logs below it is rounding


def fit_prices(log: Log) -> Found:
    """Fit `[market] bid` and `bid_spread` to the cost per click of each query and ad.

    What a click costs is not what was bid: under a second price bids are higher. Without bids in the log, prices stand for them.
    """
    if "cost" not in log.has or "cost" not in log.counted or "clicks" not in log.counted:
        return _unknown(log.not_learnt.get("cost", "the log has no prices"))
    rows = log.counted[(log.counted["clicks"] > 0) & (log.counted["cost"] > 0)]
    cells = rows.groupby(["query", "ad"], observed=True)[["cost", "clicks"]].sum()
    unit = "queries and ads"
    if len(cells) < _LEAST:  # prices of a few markets: their days stand for themselves
        cells, unit = rows[["cost", "clicks"]], "rows, since there are few queries"
    if len(cells) < _LEAST:
        return _unknown(f"{len(cells)} prices are too few for a law: at least {_LEAST} are needed")
    price = np.log(cells["cost"].to_numpy() / cells["clicks"].to_numpy())
    middle, spread, number = float(price.mean()), float(price.std(ddof=1)), len(price)
    if spread < _ALIKE:
        return _alike(float(np.exp(middle)), number, unit)
    fourth = float(((price - middle) ** 4).mean())
    source = f"mean and sd of the log cost per click of {number:,} {unit}; prices stand for bids, which are higher under a second price"
    bid = Figure(
        BID, "median bid", float(np.exp(middle)), float(np.exp(middle)) * spread / np.sqrt(number), f"{source}; error by the delta method"
    )
    error = float(np.sqrt(max(fourth - spread**4, 0.0) / number) / (2 * spread))
    told = Figure(SPREAD, "spread of bids, sd of the log", spread, error, f"{source}; error from the fourth moment")
    return Found((bid, told))


def _alike(price: float, number: int, unit: str) -> Found:
    """One price for all: nothing varies that an error could be taken from."""
    source = f"the cost per click of {number:,} {unit}, which are all alike; it stands for the bid, which is higher under a second price"
    return Found((Figure(BID, "median bid", price, None, source), Figure(SPREAD, "spread of bids, sd of the log", 0.0, None, source)))


def _unknown(why: str) -> Found:
    return Found((), (Unknown(BID, why), Unknown(SPREAD, why)))
