"""A learned candidate: a model's predictions, seen through an objective, become offers."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim.candidates.features import Features
from sim.candidates.model import ask_model
from sim.candidates.objectives.objective import Custom, Objective
from sim.candidates.offers import Offers
from sim.errors import InvalidRun
from sim.scenario import plugins
from sim.scenario.schema import Plugin
from sim.world.sight import Sight

if TYPE_CHECKING:
    import pandas as pd

_MICROS = 1_000_000
_MOST = 1e30


def build_objective(plugin: Plugin, folder: Path) -> Objective:
    """The built-in objective of that name, or a user's function of columns."""
    if plugin.use in plugins.BUILT_IN["objective"]:
        built: Objective = plugins.built_in("objective", plugin.use)(**plugin.arguments)
        return built
    arguments = plugin.arguments
    own = {name: arguments.pop(name) for name in ("learns", "cut") if name in arguments}
    return Custom(plugins.load(plugin.use, folder), arguments, **own)


def make_offers(model: Any, objective: Objective, features: Features, table: pd.DataFrame, who: str) -> Offers:
    """What the candidate offers, given the feature *table* as it stands now."""
    return offers_of(ask_model(model, table, who), objective, features.sight, table, who)


def offers_of(probability: NDArray[np.float32], objective: Objective, sight: Sight, table: pd.DataFrame, who: str) -> Offers:
    """What the candidate offers at the bids of *sight*, given what its model said of the rows of *table*."""
    bid = np.broadcast_to((sight.bid_micros / _MICROS)[:, None, :], sight.shape).ravel()
    columns = table.assign(probability=probability.astype(np.float64), bid=bid)
    value = values(objective, columns, who)
    free = values(objective, columns.assign(bid=0.0), who)
    shape = (1, *sight.shape)
    return Offers(value.reshape(shape), probability.reshape(shape), free.reshape(shape), objective.cut, np.ones(1))


def values(objective: Objective, columns: pd.DataFrame, who: str) -> NDArray[np.float32]:
    """What the objective says of each row, looked through.

    Raises
    ------
    InvalidRun
        When it raises, or returns something else than a number for each row.
    """
    try:
        value = np.asarray(objective.value(columns), dtype=np.float64)
    except (Exception, SystemExit) as problem:
        raise InvalidRun(f"candidate '{who}': its objective failed: {type(problem).__name__}: {problem}") from problem
    if value.shape != (len(columns),):
        raise InvalidRun(
            f"candidate '{who}': its objective returned shape {value.shape}; expected one number for each of {len(columns)} rows"
        )
    if np.isnan(value).any():
        raise InvalidRun(f"candidate '{who}': its objective returned {int(np.isnan(value).sum()):,} values that are not a number")
    if (value > _MOST).any():
        found = int((value > _MOST).sum())
        raise InvalidRun(f"candidate '{who}': its objective returned {found:,} values above {_MOST:g}; -inf forbids an ad")
    return value.astype(np.float32)
