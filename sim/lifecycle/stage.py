"""What every candidate of a replication shares: the world, its features, and the log before day 1."""

from __future__ import annotations

from dataclasses import dataclass

from sim.candidates.features import Features
from sim.lifecycle.log import Past
from sim.scenario.schema import Scenario
from sim.world.memory import Memory
from sim.world.world import World


@dataclass(frozen=True, slots=True, eq=False)
class Stage:
    """One replication's shared part.

    Attributes
    ----------
    replication
        What its draws are keyed by; the world may be that of another.
    past
        The log of whoever served before day 1.
    memory
        What users remember; they are used to whoever served then.
    """

    scenario: Scenario
    replication: int
    world: World
    features: Features
    past: Past
    memory: Memory
