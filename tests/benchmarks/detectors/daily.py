"""How much lower normalised entropy is for a model of clicks that is trained daily instead of weekly, beside the published 1 %."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import ClassVar
from unittest.mock import patch

import numpy as np
import threadpoolctl

import sim
from sim.candidates.model import ask_model, fit_model
from sim.lifecycle import play as stage_door
from sim.lifecycle.collecting import click_set
from sim.lifecycle.learning import Learner
from sim.lifecycle.play import play, set_stage
from sim.lifecycle.team.entropy import normalised_entropy
from sim.scenario.kinds import Plugin
from sim.scenario.schema import DAY_S

WALKS = (0.25, 0.51)  # how far the log-odds of a click walk in a month; published: 0.51
CLICKS = """extends = "first_year"
horizon = "5 months"
[[drift]]
kind = "random_walk"
what = "worthiness"
by = 2.2
half_life = "25 days"
settled = true
[[drift]]
kind = "random_walk"
what = "topics"
by = 0.1
[[drift]]
kind = "random_walk"
what = "clicks"
by = {clicks}
"""


def lower_by(seeds: Sequence[int]) -> Iterator[str]:
    """Lines that tell it."""
    yield "Trained daily instead of weekly, normalised entropy is lower by (published: about 1 %, He et al. 2014):"
    with threadpoolctl.threadpool_limits(1):
        for clicks in WALKS:
            found = [older(seed, clicks) for seed in seeds]
            each = ", ".join(f"{one:.2%}" for one in found)
            yield f"  {np.mean(found):.2%} where the log-odds of a click walk {clicks:g} a month ({each})"


class Onlooker(Learner):
    """One that only keeps its log, week by week: the incumbent serves all the time."""

    logs: ClassVar[list] = []

    def start(self, clock):
        self.logs.append(self._log)
        clock.start(self.refreshing(clock))


def older(seed, clicks):
    """How much lower normalised entropy is for a click model trained daily than weekly, from how it rises with age.

    A model of one week of the rule's clicks is asked about each of the following weeks. Trained weekly it is three days
    older on average than trained daily. *clicks* is how far the log-odds of a click walk in a month (published: 0.51).
    """
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "walking.toml"
        file.write_text(CLICKS.format(clicks=clicks))
        scenario = sim.load(file).but(seed=seed)
    rule = scenario.candidates[1].model_copy(update={"playbook": None, "objective": Plugin(use="clicks"), "window": 200 * DAY_S})
    stage = set_stage(scenario, 0)
    with patch.object(stage_door, "Learner", Onlooker):
        play(stage, rule)
    sets = [
        click_set(stage.features, [one]) for one in Onlooker.logs.pop().spells if one.start_s >= 0 and one.end_s - one.start_s > 6 * DAY_S
    ]
    age, loss = [], []
    for place, learned in enumerate(sets[:-2]):
        model = fit_model(rule.model, scenario.folder, seed, learned.table, learned.label, learned.weight, "clicks")
        own = [normalised_entropy(one.label, ask_model(model, one.table, "clicks"), one.weight) for one in sets[place + 1 : place + 9]]
        age += [7.0 * number for number in range(len(own))]
        loss += [np.log(one / own[0]) for one in own]
    slope = float(np.dot(age, loss) / np.dot(age, age))
    return 1 - np.exp(-3 * slope)
