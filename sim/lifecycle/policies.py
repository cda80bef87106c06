"""Fixed policies at work. The oracle is the only one that is told the truth, and it is ours."""

from __future__ import annotations

from typing import Protocol

from sim.candidates.baselines.oracle import Oracle
from sim.candidates.exploration.epsilon import Epsilon
from sim.candidates.exploration.explorer import showable
from sim.candidates.offers import Offers
from sim.lifecycle.platform import Platform
from sim.scenario import plugins
from sim.scenario.kinds import Plugin
from sim.stopwatch import timed
from sim.world.sight import Sight


class Policy(Protocol):
    """A rule that looks at the visible world only."""

    def offers(self, sight: Sight, key: int) -> Offers:
        """What it offers to the auction; *key* is for a rule that draws."""
        ...


def build_policy(plugin: Plugin) -> Policy | Oracle:
    """The fixed policy of that name."""
    built: Policy | Oracle = plugins.built_in("policy", plugin.use)(**plugin.arguments)
    return built


class Explored:
    """A rule at work that shows a share of the queries pages drawn by lot: what stands in its log is not only what it likes."""

    def __init__(self, rule: Rule, share: float, platform: Platform, key: int) -> None:
        self.knows_truth = rule.knows_truth
        self._rule = rule
        self._explorer = Epsilon(share)
        self._platform = platform
        self._key = key

    def __call__(self, sight: Sight) -> Offers:
        """What it offers, and the pages that were drawn."""
        return self._explorer.draw(self._rule(sight), showable(sight, self._platform.world.reserve_micros), self._key)


class Rule:
    """A fixed policy at work: what it offers as the platform stands.

    Attributes
    ----------
    knows_truth
        Whether it has to hear of every drift.
    """

    def __init__(self, policy: Policy | Oracle, platform: Platform, key: int) -> None:
        self.knows_truth = isinstance(policy, Oracle)
        self._policy = policy
        self._platform = platform
        self._key = key

    @timed("slates")
    def __call__(self, sight: Sight) -> Offers:
        """What it offers, given the visible world."""
        if isinstance(self._policy, Oracle):
            return self._policy.offers_knowing(sight, self._platform.moment.chance)
        return self._policy.offers(sight, self._key)
