"""Counts by day and query, of logs of any kind."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd

from sim.calibrate.asking import asked
from sim.calibrate.match.tally import tally_of
from tests.calibrate.building import counted_log

DAY = date(2024, 1, 1)


def test_the_rare_ones_are_one():
    rows = pd.DataFrame({"day": [0, 0, 0, 1], "query": [0, 1, 2, 1], "impressions": [1, 9, 5, 9], "clicks": [1, 2, 3, 4]})
    log = counted_log(rows, DAY)
    tally = tally_of(log, asked(log), 1)
    assert (tally.queries, tally.by_query.tolist()) == (1, [18.0])
    assert tally.by_day(tally.asked).tolist() == [15.0, 9.0]
    assert tally.by_day(tally.clicks).tolist() == [6.0, 4.0]
    assert tally.daily(tally.asked, np.array([0])).tolist() == [[9.0], [9.0]]
    assert tally.blocks(tally.asked, 2).tolist() == [[18.0]]


def test_of_several_positions_the_first_counts_at_the_rate_of_all():
    rows = pd.DataFrame({"day": 0, "query": [0, 0], "position": [0, 1], "impressions": [100_000, 100_000], "clicks": [9_000, 1_000]})
    log = counted_log(rows, DAY)
    tally = tally_of(log, asked(log), 9)
    assert tally.shown.tolist() == tally.asked.tolist() == [100_000.0]
    assert abs(tally.clicks[0] - 5_000) < 300
    assert tally_of(log, asked(log), 9).clicks.tolist() == tally.clicks.tolist()


def test_a_log_without_clicks():
    log = counted_log(pd.DataFrame({"day": [0, 3], "query": [0, 0], "impressions": [1, 2]}), DAY)
    tally = tally_of(log, asked(log), 9)
    assert tally.clicks is None
    assert tally.by_day(tally.asked).tolist() == [1.0, 0.0, 0.0, 2.0]
