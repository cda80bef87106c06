"""From a scenario to the world of one replication."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim import seeds
from sim.scenario.panel import Panel, read_panel
from sim.scenario.query_table import read_query_table
from sim.scenario.schema import DAY_S, Scenario
from sim.stopwatch import timed
from sim.world.catalogue import Catalogue, build_catalogue
from sim.world.conversions import Conversions, build_conversions
from sim.world.demand import daily_rates
from sim.world.drift.build import build_drifts
from sim.world.drift.patterns import Patterns
from sim.world.market import MICROS, Ads, build_ads
from sim.world.relevance import Relevance, build_relevance
from sim.world.sight import Sight
from sim.world.users import build_users
from sim.world.world import World

_COMMERCIAL_GUESS_ERROR = 0.1


@timed("world")
def build_world(scenario: Scenario, replication: int) -> World:
    """Draw the world of *replication*; the same scenario, seed and replication give the same world."""
    seed = scenario.seed
    panel = read_panel(scenario.traffic, scenario.folder) if scenario.traffic.replay else None
    table = read_query_table(scenario.traffic, scenario.folder) if scenario.traffic.types and not panel else None
    if panel:
        catalogue = _replayed(panel, scenario, replication)
    else:
        catalogue = build_catalogue(scenario.traffic, seed, replication, table.share if table else None)
    ads = build_ads(scenario.market, catalogue.topics, seed, replication)
    relevance = build_relevance(catalogue, ads, scenario.market.matched, scenario.market.worthy, seed, replication)
    rates = None
    if panel:
        relevance = _with_logged_ads(relevance, ads.bid_micros, catalogue.heads)
        rates = panel.click_rates(scenario.users.click_rate)
    elif table:
        relevance = _with_logged_ads(relevance, ads.bid_micros, table.types)
        rates = table.click_rate
    users = build_users(
        scenario.users, scenario.devices, relevance, catalogue.commercial, ads.bid_micros, scenario.market.slots, rates, seed, replication
    )  # fmt: skip
    first_day = -(scenario.history.days // DAY_S)
    days = scenario.days - first_day
    demand = (
        panel_rates(panel, first_day, days) if panel else daily_rates(scenario.traffic, scenario.start, first_day, days, seed, replication)
    )
    conversions = build_conversions(scenario.conversions, relevance, ads, seed, replication)
    return World(
        catalogue=catalogue,
        ads=ads,
        relevance=relevance,
        users=users,
        sight=_visible(scenario, catalogue, ads, relevance, conversions, replication),
        calm=Patterns.at_start(catalogue.topic_shares, users.device_share, relevance.margin, ads.count, catalogue.heads),
        drifts=build_drifts(scenario, catalogue, relevance, users.device_share, replication),
        first_day=first_day,
        rates=demand,
        reserve_micros=round(scenario.market.reserve * MICROS),
        panel=panel,
        conversions=conversions,
        invalid=scenario.market.invalid,
    )


def panel_rates(panel: Panel, first_day: int, days: int) -> NDArray[np.float64]:
    """The log's own number of queries on each day."""
    return np.array([panel.queries_on(day, first_day).sum() for day in range(first_day, first_day + days)], dtype=np.float64)


def _replayed(panel: Panel, scenario: Scenario, replication: int) -> Catalogue:
    """Query types from a log: all of them heads, all commercial (somebody advertised on each)."""
    types = len(panel.names)
    topics = min(scenario.traffic.topics, types)
    order = np.argsort(seeds.uniforms(seeds.key(scenario.seed, "replay", replication), types), kind="stable")
    topic = np.empty(types, np.int32)
    topic[order] = np.arange(types) % topics
    share = panel.counts.sum(axis=0) / panel.counts.sum()
    return Catalogue(topic, np.ones(types, np.bool_), share, types, topics)


def _with_logged_ads(relevance: Relevance, bid_micros: NDArray[np.int64], heads: int) -> Relevance:
    """Lift each head type's highest bidder above the bar: it is the ad that the log shows, and it belonged there."""
    margin = relevance.margin.copy()
    rows, logged = np.arange(heads), bid_micros[relevance.ad[:heads]].argmax(axis=1)
    margin[rows, logged] = np.maximum(margin[rows, logged], np.float32(0.01))
    return Relevance(relevance.ad, relevance.text, margin)


def _visible(scenario: Scenario, catalogue: Catalogue, ads: Ads, relevance: Relevance, conversions: Conversions, replication: int) -> Sight:
    key = seeds.key(scenario.seed, "sight", replication)
    wrong = seeds.uniforms(key, catalogue.types) < (0 if scenario.traffic.replay else _COMMERCIAL_GUESS_ERROR)
    if scenario.traffic.types:  # what a table tells is known
        wrong &= catalogue.is_tail
    return Sight(
        topic=catalogue.topic,
        commercial=catalogue.commercial ^ wrong,
        is_tail=catalogue.is_tail,
        ad=relevance.ad,
        text=relevance.text,
        bid_micros=ads.bid_micros[relevance.ad],
        value_micros=conversions.value_micros[relevance.ad],
        devices=tuple(device.name for device in scenario.devices),
        ads=ads.count,
        topics=catalogue.topics,
        slots=scenario.market.slots,
    )
