"""A world that replays a log: its queries to the last one, and click rates shrunk from its own."""

from datetime import date, timedelta

import numpy as np
import pytest

import sim
from sim import seeds
from sim.scenario.panel import read_panel
from sim.traffic.arrivals import arrivals_of, cell_table
from sim.world.build import build_world
from tests.laws.chance import near
from tests.traffic.pages import pages, play

DAYS, TYPES = 25, 12
SCENARIO = """
name    = "replayed"
horizon = "20 days"
seed    = 4

[traffic]
replay  = "log.csv"
topics  = 3

[market]
ads         = 600
advertisers = 60
matched     = 8
worthy      = 0.004

[history]
days   = "7 days"
policy = "as_logged"

[[candidate]]
policy = "as_logged"

[[candidate]]
policy = "always_show"
"""


def log(clicks=True):
    """Counts of each day and type as drawn for the test, and clicks of a tenth of them."""
    shown = (seeds.uniforms(1, DAYS * TYPES) ** 2 * 400).astype(int).reshape(DAYS, TYPES)
    shown[:, -1] = 3  # a type about which the log says next to nothing
    shown[5] = 0  # a day without a query
    rates = seeds.uniforms(2, TYPES) * 0.2
    return shown, (shown * rates).astype(int) if clicks else None


@pytest.fixture
def scenario(tmp_path):
    return write(tmp_path)


def write(folder, clicks=True):
    shown, pressed = log(clicks)
    rows = ["day,query,impressions" + ",clicks" * clicks]
    for day, kind in np.ndindex(DAYS, TYPES):
        if shown[day, kind]:
            tail = f",{pressed[day, kind]}" if clicks else ""
            rows.append(f"{date(2025, 3, 1) + timedelta(days=day)},word {kind:02d},{shown[day, kind]}{tail}")
    (folder / "log.csv").write_text("\n".join(rows), encoding="utf-8")
    (folder / "scenario.toml").write_text(SCENARIO, encoding="utf-8")
    return sim.load(folder / "scenario.toml")


def counts_on(world, day):
    """Queries of each type on a day, as the sampler plays them."""
    moment = world.at(0)
    cells = len(moment.cell_shares)
    arrivals = arrivals_of(world, day, moment, cell_table(moment.cell_shares), 4, 0)
    return play(pages(np.full((cells, 1), -1)), 0, arrivals).queries.reshape(TYPES, -1)


def test_replayed_queries_are_the_logs_on_each_day_and_of_each_type(scenario):
    world, shown = build_world(scenario, 0), log()[0]
    for day in range(20):
        assert counts_on(world, day).sum(axis=1).tolist() == shown[day].tolist()


def test_the_history_replays_the_first_days_of_the_log(scenario):
    world, shown = build_world(scenario, 0), log()[0]
    assert world.first_day == -7
    for day in range(-7, 0):
        assert counts_on(world, day).sum(axis=1).tolist() == shown[day + 7].tolist()


def test_devices_are_drawn_with_their_shares(scenario):
    world = build_world(scenario, 0)
    devices = sum(counts_on(world, day) for day in range(20)).sum(axis=0)
    assert near(devices[0] / devices.sum(), 0.4, np.sqrt(0.24 / devices.sum()))


def test_a_run_meets_the_queries_of_the_log(scenario):
    run, shown = sim.run(scenario), log()[0]
    for candidate in run.candidates:
        assert candidate.days[0, :, 0].tolist() == shown[:20].sum(axis=1).tolist()
    assert run.start == date(2025, 3, 1)


def test_click_rates_are_the_logs_shrunk_towards_the_measured_law(scenario):
    shown, clicks = (part.sum(axis=0) for part in log())
    found = read_panel(scenario.traffic, scenario.folder).click_rates((1.16, 33.6))
    assert found == pytest.approx((clicks + 1.16) / (shown + 34.76))


def logged_place(world):
    """Where each type's logged ad, its highest bidder, stands among the matched."""
    return world.sight.bid_micros.argmax(axis=1)


def test_the_logged_ad_alone_on_its_page_clicks_at_the_logs_own_rate(scenario):
    world = build_world(scenario, 0)
    rates = read_panel(scenario.traffic, scenario.folder).click_rates((1.16, 33.6))
    chance = world.at(0).chance.astype(float)
    for kind, place in enumerate(logged_place(world)):
        assert chance[kind][:, place] @ world.users.device_share == pytest.approx(rates[kind], rel=1e-5)


def test_going_on_as_logged_brings_the_impressions_and_the_clicks_of_the_log(scenario):
    run = sim.run(scenario.but(replications=30))
    _, _, impressions, clicks, *_ = run.candidate("as_logged").days.sum(axis=1).T
    shown = log()[0][:20].sum(axis=0)
    rates = read_panel(scenario.traffic, scenario.folder).click_rates((1.16, 33.6))
    assert (impressions == shown.sum()).all()
    assert near(clicks.sum() / 30, (shown * rates).sum(), np.sqrt((shown * rates).sum() / 30))


def test_every_type_of_a_log_has_an_ad_that_belonged_there(scenario):
    world = build_world(scenario, 0)
    assert world.relevance.worthy.any(axis=1).all()
    assert world.relevance.worthy[np.arange(TYPES), logged_place(world)].all()
    assert world.catalogue.commercial.all()
    assert world.sight.commercial.all()
    assert not world.catalogue.is_tail.any()


def test_a_log_without_clicks_leaves_the_rates_to_the_measured_law(tmp_path):
    scenario = write(tmp_path, clicks=False)
    assert read_panel(scenario.traffic, scenario.folder).click_rates((1.16, 33.6)) is None
    assert build_world(scenario, 0).users.odds.std() > 0.1
    assert sim.run(scenario).log_ctr is None


def test_users_who_leave_ask_no_more_than_the_log_says(tmp_path):
    """A log has the queries that came, so those who are as content as then ask them all, and nobody asks more."""
    (tmp_path / "users.toml").write_text('extends = "scenario.toml"\n[users]\nleaving = 1.0\nmemory = "5 days"\n', encoding="utf-8")
    write(tmp_path)
    run, shown = sim.run(tmp_path / "users.toml"), log()[0][:20].sum(axis=1)
    asked = {one.name: one.days[0, :, 0] for one in run.candidates}
    assert (asked["as_logged"] <= shown).all()
    assert asked["as_logged"].sum() >= 0.995 * shown.sum()  # their users stay nearly as they were
    assert (asked["always_show"] <= asked["as_logged"]).all()
    assert asked["always_show"].sum() < 0.9 * shown.sum()
