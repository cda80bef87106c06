"""Small logs as files, and the same log written in several ways."""

from __future__ import annotations

import gzip
from datetime import date, timedelta

import pandas as pd

EVENTS = """timestamp,query,ad,position,device,click,price
2024-01-01 00:10:00,tents,a,1,phone,1,0.5
2024-01-01 23:59:59,tents,b,2,phone,0,0.4
2024-01-01 10:00:00,tents,a,1,phone,0,0.5
2024-01-02 10:00:00,boots,b,1,desktop,1,0.25
2024-01-03 10:30:00,boots,a,3,desktop,0,0.25
"""
COUNTED = """date,keyword,impressions,clicks
2012-04-01,tent,30,2
2012-04-01,boots,5,0
2012-04-03,tent,10,1
"""
PAGES = """serp_id,query,results,clicks
2,tents,c a b,
0,tents,a b c,b a
1,boots,c d,c c x
"""


def written(folder, text, name="log.csv"):
    """A file of that text."""
    path = folder / name
    path.write_bytes(gzip.compress(text.encode()) if name.endswith(".gz") else text.encode())
    return path


def as_lists(log):
    """Everything of a log that can be compared."""
    pages = None if log.pages is None else log.pages.to_dict("list")
    delays = None if log.delays_s is None else log.delays_s.to_dict("list")
    flaws = [one[:3] for one in log.flaws if not one.what.startswith("not sorted")]
    return (
        log.first, log.days, log.counted.to_dict("list"), [str(kind) for kind in log.counted.dtypes], log.queries, log.ads, log.segments,
        pages, str(delays), log.hours, log.has, flaws,
    )  # fmt: skip


def named(log):
    """The counted table with names in place of codes."""
    table = log.counted.copy()
    for column, names in (("query", log.queries), ("ad", log.ads), ("segment", log.segments)):
        table[column] = [names[code] if code >= 0 else None for code in table[column]]
    return pd.DataFrame(table)


def days_of(shown, clicks, days=30, queries=("a", "b")):
    """Rows of a plain log."""
    return [f"{date(2024, 1, 1) + timedelta(day)},{query},{shown},{clicks}" for day in range(days) for query in queries]
