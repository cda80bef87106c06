"""A platform small enough to play in a tenth of a second, and settings to change it by."""

from __future__ import annotations

from functools import lru_cache

from sim.candidates.offers import Offers
from sim.lifecycle.play import set_stage
from sim.lifecycle.stage import Stage
from sim.scenario.schema import Scenario
from sim.serving.pricing.second_price import SecondPrice
from sim.serving.slate import Auction, SlateTable, compile_slates
from sim.world.build import build_world
from sim.world.world import World

LOGISTIC = {"use": "sklearn.linear_model:LogisticRegression"}
POLICIES = ("keyword", "always_show", "never_show", "random", "oracle")
OBJECTIVES = ("impressions", "clicks", "revenue")


def policy(use, **settings):
    """A candidate that follows a fixed rule."""
    return {"policy": use, **settings}


def learner(objective, model=LOGISTIC, **settings):
    """A candidate that learns, every week from two weeks of its log unless told otherwise."""
    return {"objective": objective, "model": model, "retrain": "7 days", "window": "14 days", **settings}


EVERYONE = (*map(policy, POLICIES), *map(learner, OBJECTIVES))


def tiny(*candidates, traffic=None, market=None, drift=(), **settings) -> Scenario:
    """The scenario; *traffic* and *market* are merged into its own, the other settings replace its own."""
    return Scenario.model_validate(
        {
            "name": "tiny",
            "horizon": "20 days",
            "seed": 3,
            "traffic": {"queries": 5_000, "query_types": 400, "topics": 4} | (traffic or {}),
            "market": {"ads": 800, "advertisers": 80, "matched": 8, "worthy": 0.005} | (market or {}),
            "history": {"days": "14 days"},
            "drift": list(drift),
            "candidate": list(candidates or (policy("keyword"),)),
        }
        | settings
    )


def world_of(*candidates, replication=0, **settings) -> World:
    """The world of a tiny scenario."""
    return build_world(tiny(*candidates, **settings), replication)


@lru_cache(maxsize=4)
def stage_of(scenario: Scenario, replication: int = 0) -> Stage:
    """The stage of a scenario, its history played."""
    return set_stage(scenario, replication)


def pages_of(world: World, offers: Offers, slots: int = 4, reserve_micros: int = 50_000) -> SlateTable:
    """The pages that a world's auction makes of some offers."""
    auction = Auction(slots, reserve_micros, SecondPrice, world.ads.advertiser, world.examination)
    return compile_slates(offers, world.sight.ad, world.sight.bid_micros, auction)
