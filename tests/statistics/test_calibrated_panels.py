"""Real logs give the figures that were measured on them by other means, and the shipped world is the one that they give.

The page's figures come from test_world_figures.py, which does not share a line with what is tested here.
"""

from __future__ import annotations

from functools import cache

import numpy as np
import pandas as pd
import pytest

from sim.calibrate.calibration import Calibration
from sim.calibrate.delays import fit_delays
from sim.calibrate.fitting import fit_world
from sim.calibrate.log import Figure
from sim.calibrate.prices import fit_prices
from sim.scenario import shipped
from tests.calibrate.building import adwords, counted_log
from tests.calibrate.simulated import START
from tests.real_logs import DATA

needs_data = pytest.mark.skipif(not DATA.is_dir(), reason="needs the real logs, which are not part of the repository")
WORLD = shipped.folder() / "adwords_shop_world"


@cache
def panel() -> Calibration:
    return fit_world(adwords())


def named(words: str) -> Figure:
    (one,) = [one for one in panel().figures if one.name == words]
    return one


@needs_data
@pytest.mark.parametrize(
    ("key", "value", "within"),
    [
        ("traffic.weekday", (1.090, 1.028, 1.000, 0.954, 0.872, 0.856, 1.200), 0.003),
        ("traffic.popularity", 1.13, 0.005),
        ("traffic.popularity_shift", 12.8, 0.1),
        ("users.click_rate", (1.16, 33.6), 0.4),  # clipped rows here, left out there
        ("drift.clicks.by", 0.62, 0.05),  # what 0.51 between monthly averages takes
        ("drift.clicks.half_life", 40, 10),  # a monthly memory of 0.65, read off other lags with other weights, is 48 days
        ("traffic.noise", 0.27, 0.02),  # around what a world can express
        ("traffic.noise_memory", 0.89, 0.02),
        ("traffic.never_seen", 0, 0.001),
    ],
)
def test_the_panel_gives_the_figures_of_its_page(key, value, within):
    assert np.abs(np.array(panel().figure(key).value) - np.array(value)).max() < within


@needs_data
def test_what_the_panel_tells_beside_its_settings():
    assert named("share of the top ten").value == pytest.approx(0.168, abs=0.001)
    assert named("click rate of all impressions").value == pytest.approx(0.02295, abs=0.0001)
    assert named("over-dispersion of the daily total").value > 900
    line = named("growth in a year, if it were no season")
    assert abs(np.log1p(line.value) - 0.45) < 0.15
    assert {"traffic.trend", "traffic.season", "market.bid", "device.examination"} <= {one.key for one in panel().unknown}


@needs_data
def test_the_shipped_world_is_what_the_panel_gives():
    """Its figures to half a percent: other processors and libraries round differently."""
    table = pd.read_parquet(WORLD / "figures.parquet")
    assert table["name"].tolist() == [one.name for one in panel().figures]
    for shipped_value, one in zip(table["value"], panel().figures, strict=True):
        assert list(shipped_value) == pytest.approx(list(np.atleast_1d(one.value)), rel=5e-3, abs=1e-6), one.name


@needs_data
def test_no_keyword_of_the_panel_is_in_the_shipped_world():
    table = pd.read_parquet(WORLD / "queries.parquet")
    assert list(table.columns) == ["query", "share", "click_rate"]
    assert all(query == f"query {number}" for number, query in enumerate(table["query"], 1))


@needs_data
def test_a_half_of_the_panel_gives_the_same_law_of_clicks():
    """April to September and the whole agree within three of the half's errors."""
    half = fit_world(adwords(pd.Timestamp("2012-10-01").date()))
    for key in ("users.click_rate", "drift.clicks.by", "traffic.popularity"):
        one, whole = half.figure(key), panel().figure(key)
        assert (np.abs(np.array(one.value) - np.array(whole.value)) < 3 * np.array(one.error) + 0.05 * np.array(whole.value)).all(), key


@needs_data
def test_prices_of_ad_exchanges_have_a_law():
    rows = pd.read_csv(DATA / "nab_cpc_cpm_hourly.csv.gz", parse_dates=["timestamp"])
    rows = rows[(rows["metric"].str.lower() == "cpc") & (rows["value"] > 0)]
    day = (rows["timestamp"] - rows["timestamp"].min()).dt.days
    table = pd.DataFrame(
        {"day": day, "query": pd.factorize(rows["exchange"])[0], "ad": np.arange(len(rows)), "impressions": 1, "clicks": 1}
    )
    figures = {one.key: one for one in fit_prices(counted_log(table.assign(cost=rows["value"]), START)).figures}
    assert figures["market.bid"].value == pytest.approx(float(np.exp(np.log(rows["value"]).mean())), rel=1e-6)
    assert 0 < figures["market.bid_spread"].value < 3
    assert fit_delays(counted_log(table, START)).figures == ()
