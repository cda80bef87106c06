"""A calibration becomes a folder that a person can read and a scenario can play, with no row of the log in it."""

from __future__ import annotations

import tomllib
from datetime import date

import numpy as np
import pandas as pd
import pytest

import sim
from sim.calibrate.asking import asked
from sim.calibrate.calibration import Calibration
from sim.calibrate.demand import fit_demand
from sim.calibrate.fitting import fit_world
from sim.calibrate.log import Figure, Log, Unknown
from sim.calibrate.match.playing import replayed
from sim.calibrate.world import write_world
from sim.columns import COLUMNS
from tests.calibrate import simulated
from tests.calibrate.building import counted_log
from tests.calibrate.simulated import START
from tests.calibrate.test_fitting import panel
from tests.small import SMALL_WORLD

SCENARIO = """
name    = "calibrated"
horizon = "60 days"
world   = "shop"

[market]
ads = 800
advertisers = 80

[history]
days   = "7 days"
policy = "as_logged"

[[candidate]]
policy = "as_logged"
"""


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    """A folder with a scenario and the world of a made-up log, and the log."""
    folder = tmp_path_factory.mktemp("calibrated")
    log = counted_log(panel(cost=1.5), START, names=tuple(f"secret {code}" for code in range(40)))
    write_world(fit_world(log), folder / "shop")
    (folder / "scenario.toml").write_text(SCENARIO)
    return folder, log


def test_it_is_sound(shop):
    assert sim.check(shop[0]) == []


def test_a_comment_stands_above_every_figure(shop):
    lines = (shop[0] / "shop" / "world.toml").read_text().splitlines()
    settings = [number for number, line in enumerate(lines) if " = " in line and not line.startswith(("#", "kind", "what", "types"))]
    assert len(settings) >= 5
    assert all(lines[number - 1].startswith("# ") for number in settings)
    assert any("± " in line for line in lines)
    assert "# What the log can't tell stays at its default:" in lines
    assert max(map(len, lines)) <= 140


def test_a_figure_is_read_back_to_four_digits(shop):
    folder, log = shop
    found, read = fit_world(log), sim.load(folder)
    for key in ("queries", "weekday", "never_seen", "noise"):
        figure = found.figure(f"traffic.{key}")
        assert getattr(read.traffic, key) == pytest.approx(figure.value, rel=6e-4, abs=1e-6)
    assert read.users.click_rate == pytest.approx(found.figure("users.click_rate").value, rel=6e-4)


def test_no_row_of_the_log_is_in_it(shop):
    table = pd.read_parquet(shop[0] / "shop" / "queries.parquet")
    assert list(table.columns) == ["query", "share", "click_rate"]
    assert len(table) == 40
    assert sorted(file.name for file in (shop[0] / "shop").iterdir()) == ["figures.parquet", "queries.parquet", "world.toml"]


def test_names_can_be_left_out(shop, tmp_path):
    write_world(fit_world(shop[1]), tmp_path / "shop", names=False)
    assert all(b"secret" not in file.read_bytes() for file in (tmp_path / "shop").iterdir())
    assert pd.read_parquet(tmp_path / "shop" / "queries.parquet")["query"][0] == "query 1"


def test_every_figure_is_in_the_table_of_figures(shop):
    table = pd.read_parquet(shop[0] / "shop" / "figures.parquet")
    figures = fit_world(shop[1]).figures
    assert table["key"].tolist() == [one.key for one in figures]
    assert [list(one) for one in table["value"]] == [list(np.atleast_1d(one.value)) for one in figures]


def test_as_logged_has_the_logs_click_rate(shop):
    """The click rate of what the log showed comes out; 3 % allow for noise of 60 days and for how each query is shrunk."""
    folder, log = shop
    found, seen = sim.run(sim.load(folder).but(drifts=())).frame, log.counted
    rate = seen["clicks"].sum() / seen["impressions"].sum()
    assert found["clicks"].sum() / found["impressions"].sum() == pytest.approx(rate, rel=0.03)


def test_all_settings_there_are_can_be_written(tmp_path):
    figures = (
        Figure("traffic.queries", "a", 5000.4, 3.0, "x"),
        Figure("traffic.trend", "b", -0.25, float("nan"), "x"),
        Figure("traffic.season", "c", 0.1, 0.01, "x\ny = 3"),
        Figure("traffic.season_peak", "d", 7.0, None, "x"),
        Figure("conversions.rate", "e", 0.97, 0.1, "x"),
        Figure("conversions.delays", "f", (0.2, 90.0, 1e6), (1.0, 1.0, 7e5), "x"),
        Figure("conversions.delay_shares", "g", (0.2, 0.3, 0.5), (0.1, 0.1, 0.1), "x"),
        Figure("market.bid", "h", 2.0, 0.1, "x"),
        Figure("device.examination", "i", 0.8, 0.1, "x"),
        Figure("drift.clicks.by", "j", 0.3, 0.1, "x"),
        Figure("drift.clicks.half_life", "k", 30.5, 2.0, "x"),
        Figure("traffic.noise", "never written", float("nan"), 0.1, "x"),
    )
    table = pd.DataFrame({"query": ["only"], "share": [1.0], "click_rate": [0.1]})
    write_world(Calibration("a\nlog", START, 9, figures, (Unknown("users.frailty", "no reason"),), {"queries": table}), tmp_path / "shop")
    (tmp_path / "scenario.toml").write_text(SCENARIO.replace("as_logged", "keyword"))
    assert sim.check(tmp_path) == []
    found = sim.load(tmp_path)
    assert (found.traffic.trend, found.traffic.season_peak, found.conversions.rate, found.traffic.noise) == (-0.25, 7, 0.9, 0.05)
    assert found.conversions.delays == pytest.approx((1, 90, 1_000_000), rel=1e-3)
    assert (found.devices[0].examination, found.drifts[0].half_life) == (0.8, 30.5 * 86_400)


def test_a_world_of_ours_that_was_played_is_found_again(tmp_path):
    """The number of queries of a played run, two years of it: level and noise within four errors (one in 16,000 runs is not)."""
    text = f'name = "played"\nhorizon = "2 years"\nseed = 3\n{SMALL_WORLD}\n[[candidate]]\npolicy = "never_show"\n'
    (tmp_path / "scenario.toml").write_text(text.replace("[traffic]\n", '[traffic]\nnoise = "12%"\nnoise_memory = 0.6\ntrend = "30%"\n'))
    run = sim.run(tmp_path)
    totals = run.candidates[0].days[0, :, COLUMNS.index("queries")]
    figures = {one.key: one for one in fit_demand(simulated.of_days(totals), run.start, None).figures}
    for key, truth in (("traffic.queries", 5000 * 1.3**2), ("traffic.noise", 0.12), ("traffic.noise_memory", 0.6), ("traffic.trend", 0.3)):
        assert abs(figures[key].value - truth) < 4 * figures[key].error, key


def test_a_log_that_doubles_each_year_goes_on_where_it_ended(tmp_path):
    """The world's level is that of the day after the log, and the match, which plays the log's own days, begins at its first."""
    day, rng = np.arange(730), np.random.default_rng(4)
    shown = rng.poisson(np.outer(1000 * 2 ** (day / 365), (0.5, 0.3, 0.2)) * np.exp(rng.normal(0, 0.05, (730, 1))))
    rows = pd.DataFrame(
        {"day": np.repeat(day, 3), "query": np.tile([0, 1, 2], 730), "impressions": shown.ravel(), "clicks": shown.ravel() // 40}
    )
    found = fit_world(counted_log(rows, START))
    queries = found.figure("traffic.queries")
    assert abs(queries.value - 4000) < 4 * queries.error < 400
    assert "on the day after the log" in queries.told
    write_world(found, tmp_path / "shop")
    (tmp_path / "scenario.toml").write_text(SCENARIO)
    assert sim.load(tmp_path).traffic.queries == pytest.approx(queries.value, rel=6e-4)
    again = next(replayed(found, 1))
    month = again.by_day(again.asked)[[*range(28), *range(702, 730)]].reshape(2, 28).mean(axis=1)
    assert month == pytest.approx(shown.sum(axis=1)[[*range(28), *range(702, 730)]].reshape(2, 28).mean(axis=1), rel=0.05)


def test_what_is_written_is_the_same_again(shop, tmp_path):
    write_world(fit_world(shop[1]), tmp_path / "shop")
    for file in (tmp_path / "shop").iterdir():
        assert file.read_bytes() == (shop[0] / "shop" / file.name).read_bytes()
    assert tomllib.loads((tmp_path / "shop" / "world.toml").read_text())["traffic"]["types"] == "queries.parquet"
    assert asked(shop[1]).by_day.sum() > 0


def test_a_log_of_one_query_makes_a_sound_world(tmp_path):
    rows = pd.DataFrame({"day": range(60), "query": 0, "position": -1, "ad": -1, "segment": -1, "impressions": 900, "clicks": 9})
    write_world(fit_world(Log("one.csv", date(2026, 1, 1), 60, rows, ("tents",), has=frozenset({"clicks", "time"}))), tmp_path / "one")
    file = tmp_path / "one.toml"
    file.write_text('name = "one"\nworld = "one"\nhorizon = "30 days"\n[[candidate]]\npolicy = "keyword"\n')
    assert sim.check(file) == []


@pytest.mark.parametrize(
    ("dated", "days", "words"), [(True, 1, "1 day from 2"), (True, 9, "9 days from 2"), (False, 1, "a log without dates.")]
)
def test_the_file_says_of_when_it_is(tmp_path, dated, days, words):
    table = pd.DataFrame({"query": ["only"], "share": [1.0], "click_rate": [0.1]})
    file = write_world(Calibration("log.csv", START, days, (), (), {"queries": table}, dated), tmp_path / "shop")
    assert f"calibrated from log.csv: {words}" in " ".join(file.read_text(encoding="utf-8").replace("\n# ", " ").split())
