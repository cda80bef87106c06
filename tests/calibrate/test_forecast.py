"""`backtest_counted` on panels that are made up with known drift, and on the AdWords panel where it is at hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest

from sim.calibrate.backtest import PREDICTED
from sim.calibrate.forecast import queries, rows
from sim.calibrate.forecast.counted import backtest_counted
from sim.errors import BadInput
from tests.calibrate.panels import LATER, PANEL, made_up, needs_panel, panel

AHEAD = 63  # days


def back(log, days=AHEAD):
    return backtest_counted(log, fit_until=log.first + timedelta(days=log.days - 1 - days))


def without_clicks(log):
    return replace(log, counted=log.counted.drop(columns="clicks"), has=log.has - {"clicks"})


def shifted(log, days):
    """The part of a log after its first *days*, as a log of its own."""
    counted = log.counted[log.counted["day"] >= days]
    return replace(log, first=log.first + timedelta(days=days), days=log.days - days, counted=counted.assign(day=counted["day"] - days))


def cut(log, days):
    return replace(log, days=days, counted=log.counted[log.counted["day"] < days])


@pytest.fixture(scope="module")
def backtests():
    """Twelve worlds of small panels: differing and drifting queries, a level that wanders."""
    return [back(made_up(seed, queries=60)) for seed in range(12)]


def test_the_intervals_hold_what_they_promise(backtests):
    # Months of one world hang together: worst case they are one, and 8 of 12 or fewer at 90% has a chance of 0.026.
    # The seeds are fixed, so it fails for a change of the model only.
    totals = [one.predicted.total.covers(one.actual.total.ctr) for one in backtests]
    months = [score for one in backtests for score in [one.scores[PREDICTED]]]
    assert sum(totals) >= 9
    assert sum(one.covered for one in months) >= 0.75 * sum(one.intervals for one in months)


def test_the_intervals_are_not_so_wide_that_they_say_nothing(backtests):
    widths = [(one.predicted.total.high - one.predicted.total.low) / one.predicted.total.ctr for one in backtests]
    assert sum(widths) / len(widths) < 0.7


def test_queries_intervals_hold_too(backtests):
    held = [rate.covers(dict(one.actual.by_query)[name].ctr) for one in backtests for name, rate in one.predicted.by_query]
    assert 0.85 < sum(held) / len(held) < 0.97


def test_it_is_nearer_than_every_baseline_query_by_query(backtests):
    def mean(name):
        return sum(one.scores[name].by_query for one in backtests) / len(backtests)

    assert mean(PREDICTED) < min(mean(name) for name in backtests[0].baselines)


def test_the_clicks_of_the_later_traffic_are_not_looked_at():
    log = made_up(3, queries=40, days=140)
    scored = back(log, 42)
    blind = backtest_counted(cut(log, 98), without_clicks(shifted(log, 98)))
    assert blind.predicted == scored.predicted
    assert blind.baselines == scored.baselines
    assert blind.actual is None
    assert blind.scores is None


def test_the_same_log_gives_the_same_forecast_whatever_its_rows_order():
    log = made_up(4, queries=30, days=140)
    turned = replace(log, counted=log.counted.iloc[::-1])
    assert back(log, 42).predicted.total.ctr == pytest.approx(back(turned, 42).predicted.total.ctr, rel=1e-6)


def test_positions_get_what_they_are_worth():
    log = made_up(5, queries=60, days=140, positions=3)
    found = back(log, 42)
    first, second, third = (rate.ctr for _, rate in found.predicted.by_position)
    assert second / first == pytest.approx(0.607, rel=0.06)  # each place has 0.5 less in logs
    assert third / second == pytest.approx(0.607, rel=0.06)
    assert all(rate.covers(dict(found.actual.by_position)[place].ctr) for place, rate in found.predicted.by_position)


def test_a_query_without_a_past_gets_the_population():
    log = made_up(6, queries=40, days=140)
    late = log.counted[(log.counted["query"] != 7) | (log.counted["day"] >= 98)]
    found = back(replace(log, counted=late), 42)
    rate = dict(found.predicted.by_query)["q7"]
    assert rate.high > 5 * rate.low  # as wide as queries differ
    assert any("without a past" in note for note in found.notes)


def test_a_fall_that_lasts_is_followed():
    # A level that fell by a third six weeks before the end is no noise: most of it is expected to stay.
    log = made_up(7, queries=60, days=210, wander=0.03, step_day=105, step=-0.4)
    found = back(log)
    assert found.scores[PREDICTED].total < 0.5 * found.scores["re-weighted by query"].total


def test_rare_queries_share_buckets_and_lose_no_impression(monkeypatch):
    log = made_up(8, queries=40, days=140)
    monkeypatch.setattr(rows, "MOST_QUERIES", 10)
    monkeypatch.setattr(rows, "_BUCKETS", 4)
    found = back(log, 42)
    assert len(found.predicted.by_query) == 10
    assert found.predicted.total.ctr == pytest.approx(found.actual.total.ctr, rel=0.3)
    assert not any("without a past" in note for note in found.notes)


def test_a_new_query_is_told_even_if_it_shares_a_bucket(monkeypatch):
    monkeypatch.setattr(rows, "MOST_QUERIES", 2)
    monkeypatch.setattr(rows, "_BUCKETS", 1)
    log = made_up(8, queries=40, days=140)
    counted = log.counted.assign(query=log.counted["query"] % 20 + 20 * (log.counted["day"] >= 98))
    found = back(replace(log, counted=counted.groupby(["day", "query", "position"], as_index=False).sum()), 42)
    assert any(note.startswith("100.0% of the later impressions") for note in found.notes)


@pytest.mark.parametrize(
    ("log", "traffic", "until", "told"),
    [
        (made_up(9, queries=3, days=28), None, None, "--fit-until: is missing"),
        (made_up(9, queries=3, days=28), None, date(2025, 1, 28), "leaves nothing"),
        (made_up(9, queries=3, days=28), made_up(9, queries=3, days=28), None, "before the log ends"),
        (without_clicks(made_up(9, queries=3, days=28)), None, date(2025, 1, 14), "has no clicks"),
    ],
)
def test_what_can_not_be_is_told(log, traffic, until, told):
    with pytest.raises(BadInput, match=told):
        backtest_counted(log, traffic, until)


def test_a_short_log_goes_by_days():
    log = made_up(10, queries=20, days=35)
    found = backtest_counted(log, fit_until=log.first + timedelta(days=20))
    assert found.predicted.total.low < found.actual.total.ctr < found.predicted.total.high


@needs_panel
def test_the_panels_last_quarter_is_predicted_better_than_by_the_baselines():
    found = backtest_counted(panel(PANEL), fit_until=date(2012, 9, 30))
    assert [round(100 * rate.ctr, 2) for _, rate in found.actual.by_month] == pytest.approx([2.51, 1.96, 1.96], abs=0.006)
    mine = found.scores[PREDICTED]
    assert mine.by_month < 0.0016  # measured: 0.11 pp, against 0.34 carried forward and 0.27 re-weighted
    assert all(mine.by_month < found.scores[name].by_month for name in found.baselines)
    assert mine.covered >= 2


@needs_panel
def test_the_next_year_is_predicted_from_its_traffic_alone():
    found = backtest_counted(panel(PANEL), panel(LATER))
    assert [month for month, _ in found.predicted.by_month] == ["2013-01", "2013-02", "2013-03"]
    assert found.actual is None
    for _, rate in found.predicted.by_month:
        assert rate.low < rate.ctr < rate.high
    assert any(note.startswith("more clicks than impressions: 13") for note in found.notes)


def test_no_interval_goes_beyond_a_click_for_each_impression():
    log = made_up(3, queries=10)
    found = back(replace(log, counted=log.counted.assign(clicks=log.counted["impressions"]))).predicted
    highest = [rate.high for rate in (found.total, *(rate for _, rate in found.by_month), *(rate for _, rate in found.by_query))]
    assert max(highest) <= 1
    assert found.total.ctr > 0.9


def test_figures_however_wild_leave_variances_finite():
    # The search for the figures tries such: clipped where they must not be, variances exploded and leaked warnings.
    exposure, clicks = np.full((2, 60), 500.0), np.tile([[40.0], [0.0]], 60)
    with np.errstate(all="raise", under="ignore"):
        states, _, _ = queries.watch(exposure, clicks, queries.Population(-3.0, 0.0, 3.0, 3.0, 0.6, 3.0))
    spread = states.own_var + states.drift_var + 2 * states.both
    assert (states.own_var > 0).all()
    assert (spread > 0).all()
    assert (spread <= 2 * 3.0**2).all()


def test_one_absurd_cell_is_named_and_nothing_is_made_up():
    log = made_up(3, queries=40, days=100)
    absurd = log.counted.reset_index(drop=True)
    row = int(absurd.index[(absurd["query"] == 5) & (absurd["day"] < 7)][0])
    absurd["impressions"] = absurd["impressions"].astype("int64")
    absurd.loc[row, "impressions"] = 8_000_000_000_000
    with pytest.raises(BadInput, match=r"largest cell has 8,000,000,000,000 impressions, 100% of all.*'q5' on 2025-01-04"):
        back(replace(log, counted=absurd), 30)
