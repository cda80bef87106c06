"""Fixed policies at work. The oracle is the only one that is told the truth, and it is ours."""

from __future__ import annotations

from typing import Protocol

from sim.candidates.baselines.oracle import Oracle
from sim.candidates.offers import Offers
from sim.lifecycle.platform import Platform
from sim.scenario import plugins
from sim.scenario.schema import Plugin
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


def offers_now(policy: Policy | Oracle, platform: Platform, key: int) -> Offers:
    """What the policy offers as the platform stands."""
    sight = platform.moment.sight
    if isinstance(policy, Oracle):
        return policy.offers_knowing(sight, platform.moment.chance)
    return policy.offers(sight, key)
