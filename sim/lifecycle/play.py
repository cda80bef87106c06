"""The plot: a world, a history, a candidate, and traffic that flows from one event to the next.

Between two events nothing changes, so traffic is played in one go (the data plane, columns in and
columns out); then the clock lets happen what is due (the control plane, one event at a time).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim import seeds
from sim.candidates.baselines.oracle import Oracle
from sim.candidates.features import build_features
from sim.candidates.histories import Histories
from sim.lifecycle.chronicle import Chronicle, Line
from sim.lifecycle.clock import Clock, Process, Rank
from sim.lifecycle.learning import Learner
from sim.lifecycle.log import Log, Past
from sim.lifecycle.platform import Platform
from sim.lifecycle.policies import build_policy, offers_now
from sim.lifecycle.stage import Stage
from sim.scenario import schema
from sim.scenario.schema import DAY_S, Scenario
from sim.world.build import build_world
from sim.world.world import World

_REFRESH_S = 7 * DAY_S


class Played(NamedTuple):
    """One candidate's year in one replication: counts per day of shape (days, 5), and its diary."""

    ledger: NDArray[np.int64]
    chronicle: tuple[Line, ...]


def flow(clock: Clock, platform: Platform, end_s: int) -> None:
    """The loop."""
    clock.turn(clock.now)
    while clock.now < end_s:
        horizon_s = int(min(clock.peek(), end_s))
        platform.book(platform.flow(clock.now, horizon_s))
        if horizon_s == end_s:
            return
        clock.turn(horizon_s)


def set_stage(scenario: Scenario, replication: int) -> Stage:
    """Draw the world of a replication, and play its history under the policy that served then."""
    world = build_world(scenario, replication)
    return Stage(scenario, replication, world, build_features(world.at(0).sight), _play_history(scenario, replication, world))


def play(stage: Stage, settings: schema.Candidate) -> Played:
    """Play the whole horizon with one candidate."""
    scenario, world = stage.scenario, stage.world
    end_s = scenario.days * DAY_S
    clock, chronicle = Clock(0), Chronicle()
    log = Log(world.sight, stage.past, 0, settings.window) if settings.policy is None else None
    platform = Platform(world, scenario.seed, stage.replication, scenario.days, log)
    platform.see(world.at(0))
    policy = build_policy(settings.policy or scenario.history.policy)
    key = seeds.key(scenario.seed, "policy", stage.replication)

    def by_rule(now_s: int) -> None:
        platform.serve(offers_now(policy, platform, key), now_s)

    by_rule(0)
    serve = by_rule
    clock.start(_midnights(clock, platform, end_s))
    if log is not None:
        learner = Learner(settings, stage, platform, log, chronicle, by_rule)
        clock.start(learner.training(clock))
        clock.start(learner.refreshing(clock))
        serve = learner.offer
    clock.start(_drifting(clock, platform, end_s, serve, knows_all=isinstance(policy, Oracle) and log is None))
    flow(clock, platform, end_s)
    return Played(platform.ledger, tuple(chronicle.lines))


def _play_history(scenario: Scenario, replication: int, world: World) -> Past:
    start_s, sight = world.first_day * DAY_S, world.sight
    nothing = Past(Histories.empty(sight.ads, sight.types, sight.slots), ())
    log = Log(sight, nothing, start_s, max(candidate.window for candidate in scenario.candidates))
    platform = Platform(world, scenario.seed, replication, 0, log, world.first_day)
    platform.see(world.at(start_s))
    policy = build_policy(scenario.history.policy)
    platform.serve(offers_now(policy, platform, seeds.key(scenario.seed, "policy", replication)), start_s)
    clock = Clock(start_s)
    clock.start(_midnights(clock, platform, 0))
    clock.start(_refreshing(clock, log))
    flow(clock, platform, 0)
    log.refresh(0)
    return log.past


def _midnights(clock: Clock, platform: Platform, end_s: int) -> Process:
    """Each day begins."""
    for at_s in range(clock.now + DAY_S, end_s, DAY_S):
        yield clock.at(at_s, Rank.MIDNIGHT)
        platform.begin_day(at_s // DAY_S)


def _drifting(clock: Clock, platform: Platform, end_s: int, serve: Callable[[int], None], *, knows_all: bool) -> Process:
    """The world changes; what anybody can see of it (ads, bids, a server that is down) has pages made anew.

    The oracle, which *knows_all*, makes its own anew at any change.
    """
    for at_s in platform.world.drift_times(end_s):
        if at_s > 0:
            yield clock.at(at_s, Rank.DRIFT)
            before = platform.moment
            platform.see(platform.world.at(at_s, before))
            seen = platform.moment.sight is not before.sight or platform.moment.model_up != before.model_up
            if seen or knows_all:
                serve(at_s)


def _refreshing(clock: Clock, log: Log) -> Process:
    """The incumbent's log becomes histories week by week."""
    for at_s in range(clock.now + _REFRESH_S, 0, _REFRESH_S):
        yield clock.at(at_s, Rank.FEATURES)
        log.refresh(at_s)
