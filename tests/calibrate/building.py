"""Logs made by hand: counted rows put into the frozen type, without any reading of files."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd

from sim.calibrate.log import UNKNOWN, Log
from tests.real_logs import DATA


def counted_log(rows: pd.DataFrame, first: date, *, days: int | None = None, names: tuple[str, ...] = (), **more) -> Log:
    """A log of rows with day, query, impressions and perhaps clicks, position, ad, cost, conversions."""
    whole = rows.copy()
    for column in ("position", "ad", "segment"):
        if column not in whole:
            whole[column] = UNKNOWN
    kept = [name for name in ("clicks", "conversions", "cost") if name in whole]
    has = {"time", *kept}
    has |= {name for name in ("position", "ad", "segment") if (whole[name] != UNKNOWN).any()}
    keys = ["day", "query", "position", "ad", "segment"]
    whole = whole.groupby(keys, as_index=False)[["impressions", *kept]].sum()
    queries = names or tuple(f"q{code}" for code in range(int(whole["query"].max()) + 1))
    ads = tuple(f"ad{code}" for code in range(int(whole["ad"].max()) + 1))
    return Log("made up", first, days or int(whole["day"].max()) + 1, whole, queries, ads, has=frozenset(has), **more)


def adwords(until: date = date(2013, 1, 1)) -> Log:
    """The AdWords panel up to a date, clicks cut to impressions."""
    rows = pd.read_csv(DATA / "adwords_2012-04_to_2012-12.csv.gz", parse_dates=["date"])
    rows = rows[rows["date"] < pd.Timestamp(until)]
    codes, names = pd.factorize(rows["id"].astype(str), sort=True)
    first = rows["date"].min()
    table = pd.DataFrame({
        "day": (rows["date"] - first).dt.days,
        "query": codes,
        "impressions": rows["impressions"],
        "clicks": np.minimum(rows["clicks"], rows["impressions"]),
    })  # fmt: skip
    return counted_log(table[table["impressions"] > 0], first.date(), names=tuple(names))
