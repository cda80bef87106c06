"""From the `[[drift]]` tables of a scenario to the drifts of one replication's world."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from sim import seeds
from sim.scenario import drift_schema
from sim.scenario.schema import DAY_S, Scenario
from sim.world.catalogue import Catalogue
from sim.world.drift import walkers
from sim.world.drift.custom import build_custom
from sim.world.drift.effects import Demand, Devices, InTopics, LostClicks, ModelDown, Topics
from sim.world.drift.level import Ramp, Step
from sim.world.drift.patterns import Drift, Effect
from sim.world.drift.random_walk import RandomWalk
from sim.world.drift.season import Season
from sim.world.drift.shock import Shock
from sim.world.drift.turnover import Turnover
from sim.world.drift.worthiness import Worthiness, losing_types
from sim.world.relevance import Relevance

_Levelled = drift_schema.Step | drift_schema.Ramp | drift_schema.Season | drift_schema.Shock
_SWINGING = ("demand", "clicks", "bids")
_CATALOGUE = ("ads", "types")


def build_drifts(
    scenario: Scenario, catalogue: Catalogue, relevance: Relevance, device_shares: NDArray[np.float64], replication: int
) -> tuple[Drift, ...]:
    """Every drift of *replication*'s world, in the order of the file.

    Parameters
    ----------
    device_shares
        Share of each device, shape (devices,), sums to 1.
    """
    build = _Builder(scenario, catalogue, relevance, device_shares, replication)
    return tuple(build.drift(number, drift) for number, drift in enumerate(scenario.drifts))


class _Builder:
    def __init__(
        self, scenario: Scenario, catalogue: Catalogue, relevance: Relevance, device_shares: NDArray[np.float64], replication: int
    ) -> None:
        self._scenario = scenario
        self._catalogue = catalogue
        self._relevance = relevance
        self._device_shares = device_shares
        self._of = (scenario.seed, replication)
        # One order for all drifts of ads (of types), so that each has ads of its own to let live and die.
        self._unborn = {what: self._in_order(number, total) for number, (what, total) in enumerate(self._totals.items())}

    @property
    def _totals(self) -> dict[str, int]:
        return {"ads": self._scenario.market.ads, "types": self._catalogue.heads}

    def _in_order(self, number: int, total: int) -> Iterator[np.intp]:
        seed, replication = self._of
        return iter(np.argsort(seeds.uniforms(seeds.key(seed, "turnover", replication, number), total), kind="stable"))

    def drift(self, number: int, drift: drift_schema.Drift) -> Drift:
        seed, replication = self._of
        key = seeds.key(seed, "drift", replication, number)
        if isinstance(drift, drift_schema.OwnDrift):
            return build_custom(drift, self._scenario.folder, key, self._scenario.days * DAY_S)
        if isinstance(drift, drift_schema.RandomWalk):
            end_s = self._scenario.days * DAY_S
            return RandomWalk(self._walkers(drift.what), drift.by, drift.at, drift.every, end_s, key, drift.half_life, drift.settled)
        if isinstance(drift, drift_schema.Outage):
            return Step(LostClicks(drift.by) if drift.what == "tracking" else ModelDown(), drift.at, drift.lasts)
        effect = self._effect(drift, key)
        if isinstance(drift, drift_schema.Season):
            return Season(effect, drift.period, drift.peak, drift.what in _SWINGING)
        if isinstance(drift, drift_schema.Shock):
            return Shock(effect, drift.at, drift.half_life)
        if isinstance(drift, drift_schema.Ramp):
            return Ramp(effect, drift.at, drift.lasts)
        return Step(effect, drift.at, drift.lasts)

    def _effect(self, drift: _Levelled, key: int) -> Effect:
        if drift.what == "demand":
            return Demand(drift.by)
        if drift.what == "devices":
            return Devices(drift.by)
        if drift.what in _CATALOGUE:
            born, dying = (self._next(drift.what, drift.by) for _ in range(2))
            return Turnover("ads_alive" if drift.what == "ads" else "types_asked", born, dying)
        order = np.argsort(seeds.uniforms(key, self._catalogue.topics), kind="stable")
        if drift.what == "topics":
            return Topics(drift.by, order)
        if drift.what == "worthiness":
            return Worthiness(drift.by, losing_types(self._relevance.margin, self._catalogue.topic, drift.by, order))
        touched = order[: max(1, round(drift.share * len(order)))]
        return InTopics("topic_odds" if drift.what == "clicks" else "topic_bids", drift.by, touched)

    def _next(self, what: str, by: float) -> NDArray[np.intp]:
        """The next ads or types that no drift has a hold on, a part *by* of all."""
        count = int(by * self._totals[what] + 1e-9)
        return np.array([next(self._unborn[what]) for _ in range(count)], dtype=np.intp)

    def _walkers(self, what: str) -> walkers.Walkers:
        topics, ads = self._catalogue.topics, self._scenario.market.ads
        if what == "demand":
            return walkers.DemandWalker()
        if what == "topics":
            return walkers.TopicWalkers(topics)
        if what == "devices":
            return walkers.DeviceWalkers(self._device_shares)
        if what == "worthiness":
            return walkers.WorthinessWalkers(topics, ads, self._catalogue.topic, self._relevance.ad)
        return walkers.PairWalkers("bids" if what == "bids" else "clicks", topics, ads)
