"""The plot: a world, a history, a candidate, and traffic that flows from one event to the next.

Between two events nothing changes, so traffic is played in one go (the data plane, columns in and
columns out); then the clock lets happen what is due (the control plane, one event at a time).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim import seeds
from sim.candidates.features import build_features
from sim.candidates.histories import Histories
from sim.health import Health
from sim.lifecycle.chronicle import Chronicle, Line
from sim.lifecycle.clock import Clock, Process, Rank
from sim.lifecycle.learning import Learner
from sim.lifecycle.log import Log, Past
from sim.lifecycle.platform import Platform
from sim.lifecycle.policies import Explored, Rule, build_policy
from sim.lifecycle.stage import Stage
from sim.lifecycle.team.playbook import follow
from sim.lifecycle.team.team import Team
from sim.lifecycle.witness import Write
from sim.scenario import schema
from sim.scenario.partners import labels_of
from sim.scenario.schema import DAY_S, Scenario
from sim.world.build import build_world
from sim.world.memory import memory_of
from sim.world.world import World

_REFRESH_S = 7 * DAY_S
_REPLICATIONS = 2**32  # more than any study has


class Played(NamedTuple):
    """One candidate's year in one replication.

    Attributes
    ----------
    ledger
        What was booked each day, shape (days, columns).
    chronicle
        Its diary.
    lost
        Why its event log is not whole; empty where it is, or none was asked for.
    health
        How its models were doing, for a team with a playbook.
    """

    ledger: NDArray[np.int64]
    chronicle: tuple[Line, ...]
    lost: str = ""
    health: tuple[Health, ...] = ()


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
    """Draw the world of a replication, and play its history under the policy that served then.

    Parameters
    ----------
    replication
        Its number, or what `once_more` makes of it: the same world then, with other traffic and other luck in learning.
    """
    world = build_world(scenario, replication % _REPLICATIONS)
    past, met = _play_history(scenario, replication, world)
    users = scenario.users
    memory = memory_of(users.memory / DAY_S, users.blindness, users.leaving, met)
    return Stage(scenario, replication, world, build_features(world.at(0).sight), past, memory)


def once_more(replication: int, times: int) -> int:
    """The number of a replication that is played in the same world once more, for the first time, the second, ...

    Examples
    --------
    >>> once_more(3, 0), once_more(3, 1) % 2**32
    (3, 3)
    """
    return replication + times * _REPLICATIONS


def play(stage: Stage, settings: schema.Candidate, events: Write | None = None) -> Played:
    """Play the whole horizon with one candidate.

    Parameters
    ----------
    events
        Takes every impression of the horizon, some thousands at a time; None where nobody wants them.
    """
    scenario, world = stage.scenario, stage.world
    end_s = scenario.days * DAY_S
    clock, chronicle = Clock(0), Chronicle()
    keep_s = settings.window if settings.policy is None else None
    if settings.playbook is not None:  # a team looks at the week before, however short its window
        keep_s = max(settings.window, _REFRESH_S)
    platform = Platform(world, scenario, stage.replication, stage.memory, stage.past, keep_s, wait=_waits(settings), events=events)
    key = seeds.key(scenario.seed, "policy", stage.replication)
    platform.fallback = Rule(build_policy(scenario.history.policy), platform, key)
    platform.serve(Rule(build_policy(settings.policy), platform, key) if settings.policy else platform.fallback, 0)
    clock.start(_midnights(clock, platform, end_s))
    clock.start(_drifting(clock, platform, end_s))
    learner: Learner | None = None
    if platform.log is not None:
        own = settings, stage, platform, platform.log, chronicle
        learner = Team(*own, follow) if settings.playbook else Learner(*own)
        learner.start(clock)
    flow(clock, platform, end_s)
    platform.end_day()
    if not isinstance(learner, Team):
        return Played(platform.ledger.days, tuple(chronicle.lines))
    learner.settle(end_s)
    return Played(platform.ledger.days, tuple(chronicle.lines), health=tuple(learner.health))


def _waits(settings: schema.Candidate) -> bool:
    """Whether a candidate learns from conversions."""
    return settings.objective is not None and "conversion" in (labels_of(settings.objective) or ())


def _play_history(scenario: Scenario, replication: int, world: World) -> tuple[Past, NDArray[np.float64]]:
    """The log before day 1, and what users met then: queries, ads that belong, ads that do not, of each device."""
    start_s, sight = world.first_day * DAY_S, world.sight
    nothing = Past(Histories.empty(sight.ads, sight.types, sight.slots), ())
    keep_s = max(candidate.window for candidate in scenario.candidates)
    wait = any(map(_waits, scenario.candidates))
    platform = Platform(world, scenario, replication, None, nothing, keep_s, world.first_day, wait=wait)
    log = platform.log
    if log is None:
        raise ValueError("the history keeps a log")
    rule = Rule(build_policy(scenario.history.policy), platform, seeds.key(scenario.seed, "policy", replication))
    share, key = scenario.history.explored, seeds.key(scenario.seed, "explore", replication, start_s)
    platform.serve(Explored(rule, share, platform, key) if share else rule, start_s)
    met = platform.board.expected_met(platform.moment.cell_shares)
    clock = Clock(start_s)
    clock.start(_midnights(clock, platform, 0))
    clock.start(_refreshing(clock, log))
    flow(clock, platform, 0)
    log.refresh(0)
    return log.past, met


def _midnights(clock: Clock, platform: Platform, end_s: int) -> Process:
    """Each day begins."""
    for at_s in range(clock.now + DAY_S, end_s, DAY_S):
        yield clock.at(at_s, Rank.MIDNIGHT)
        platform.begin_day(at_s // DAY_S)


def _drifting(clock: Clock, platform: Platform, end_s: int) -> Process:
    """The world changes."""
    for at_s in platform.world.drift_times(end_s):
        if at_s > 0:
            yield clock.at(at_s, Rank.DRIFT)
            platform.see(platform.world.at(at_s, platform.moment), at_s)


def _refreshing(clock: Clock, log: Log) -> Process:
    """The incumbent's log becomes histories week by week."""
    for at_s in range(clock.now + _REFRESH_S, 0, _REFRESH_S):
        yield clock.at(at_s, Rank.FEATURES)
        log.refresh(at_s)
