"""A small real world for a part to be tried on: the same columns, labels and counts as in a run."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.lifecycle.collecting import click_set
from sim.lifecycle.play import set_stage
from sim.scenario.schema import Scenario
from sim.world.world import World

if TYPE_CHECKING:
    import pandas as pd

_WORLD = {
    "name": "a small world",
    "horizon": "12 months",
    "traffic": {"queries": "20k/day", "query_types": 400},
    "market": {"ads": 2_000, "advertisers": 200, "worthy": "0.5%"},
    "history": {"days": "14 days"},
    "candidate": [{"policy": "keyword"}],
}


class Sample(NamedTuple):
    """What a part is given.

    Attributes
    ----------
    rows, label, weight
        A training on two weeks of clicks.
    table
        What is asked at a refresh: a row for each ad that could be shown.
    bid
        The bids of those ads.
    world
        The world itself, for a drift.
    """

    rows: pd.DataFrame
    label: NDArray[np.int8]
    weight: NDArray[np.float64]
    table: pd.DataFrame
    bid: NDArray[np.float64]
    world: World


@lru_cache(maxsize=1)
def real_sample() -> Sample:
    """The sample; drawn once, so whoever hands it on gives copies."""
    stage = set_stage(Scenario.model_validate(_WORLD), 0)
    taught = click_set(stage.features, list(stage.past.spells))
    sight = stage.world.sight
    bid = np.broadcast_to((sight.bid_micros / 1e6)[:, None, :], sight.shape).ravel()
    return Sample(taught.table, taught.label, taught.weight, stage.features.now(stage.past.histories), bid, stage.world)


def without_a_topic(table: pd.DataFrame) -> pd.DataFrame:
    """The table as a scenario with one topic less would have it."""
    last = [name for name in table.columns if name.startswith("topic_")][-1]
    return table.drop(columns=last)
