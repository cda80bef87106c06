"""A learned candidate: its models' predictions, seen through an objective, become offers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim.candidates.exploration.explorer import Explorer
from sim.candidates.model import ask_model, ask_spread
from sim.candidates.objectives.objective import Custom, Objective, Outlook, Settled, Unsettled, labels_of
from sim.candidates.offers import Offers
from sim.errors import InvalidRun
from sim.scenario import plugins
from sim.scenario.kinds import Plugin
from sim.world.sight import Sight

if TYPE_CHECKING:
    import pandas as pd

_MICROS = 1_000_000
_MOST = 1e30


@dataclass(frozen=True, slots=True, eq=False)
class Predictions:
    """What the models say of every ad that could be shown; it stands until a model or a feature changes.

    Attributes
    ----------
    table
        The features that they were asked with.
    said
        The probability of each label, shape (rows,).
    log_odds_sd
        Its standard error, or None where a model tells none (or nobody asked).
    """

    table: pd.DataFrame
    said: Mapping[str, NDArray[np.float32]]
    log_odds_sd: Mapping[str, NDArray[np.float32] | None]


def build_objective(plugin: Plugin, folder: Path) -> Objective:
    """The built-in objective of that name, or a user's function of columns."""
    if plugin.use in plugins.BUILT_IN["objective"]:
        built: Objective = plugins.built_in("objective", plugin.use)(**plugin.arguments)
        return built
    arguments = plugin.arguments
    own = {name: arguments.pop(name) for name in ("learns", "cut") if name in arguments}
    return Custom(plugins.load(plugin.use, folder), arguments, **own)


def build_explorer(plugin: Plugin, folder: Path) -> Explorer:
    """The built-in explorer of that name, or a user's own class."""
    named = plugin.use in plugins.BUILT_IN["explore"]
    built: Explorer = (plugins.built_in("explore", plugin.use) if named else plugins.load(plugin.use, folder))(**plugin.arguments)
    return built


def predict(models: Mapping[str, Any], table: pd.DataFrame, who: str, *, errors: bool = False) -> Predictions:
    """Ask the model of each label about the feature *table*, and for its standard errors if they are wanted."""
    said = {label: ask_model(model, table, who) for label, model in models.items()}
    return Predictions(table, said, {label: ask_spread(model, table, who) if errors else None for label, model in models.items()})


def columns_of(objective: Objective, table: pd.DataFrame, said: Mapping[str, NDArray[np.floating]], sight: Sight) -> pd.DataFrame:
    """What an objective sees: features, predictions, bid and the value of a conversion as they stand now."""
    labels = labels_of(objective)
    predicted = {label: said[label].astype(np.float64) for label in labels}
    bid, value = (np.broadcast_to((money / _MICROS)[:, None, :], sight.shape).ravel() for money in (sight.bid_micros, sight.value_micros))
    return table.assign(**predicted, probability=predicted[labels[0]], bid=bid, value=value)


def settle(objective: Objective, columns: pd.DataFrame, outlook: Outlook) -> Settled:
    """An objective that looks at one ad at a time, from one that may have to look at whole pages."""
    return objective.settle(columns, outlook) if isinstance(objective, Unsettled) else Settled(objective, "")


def make_offers(objective: Objective, columns: pd.DataFrame, sight: Sight, who: str) -> Offers:
    """What the candidate offers, one variant; an ad that is not alive is never shown."""
    alive = columns["bid"].to_numpy() > 0
    value = np.where(alive, values(objective, columns, who), np.float32(-np.inf))
    free = values(objective, columns.assign(bid=0.0), who)
    quality = columns["probability"].to_numpy().astype(np.float32)
    shape = (1, *sight.shape)
    return Offers(value.reshape(shape), quality.reshape(shape), free.reshape(shape), objective.cut, np.ones(1))


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
