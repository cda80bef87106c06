"""The log as the estimators take it: impressions that are alike in everything, and how many of them there are.

All that follows is a sum over cells, so that ten million rows cost no more than what differs among them.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim import seeds
from sim.calibrate.policy.rows import Rows
from sim.calibrate.policy.target import Target

if TYPE_CHECKING:
    import pandas as pd

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

FOLDS = 3
LEVELS = 50  # of a column of the context; rarer ones are one
_NOWHERE = -1
_BETWEEN = "\x1f"


@dataclass(frozen=True, slots=True, eq=False)
class Cells:
    """Impressions that are alike; every array has the shape (cells,) unless said otherwise.

    Attributes
    ----------
    place
        Code of the place in the target.
    entry
        Row of the target's frame with this place and ad; -1 where the target never shows the ad there.
    clicked, propensity, count
        0 or 1; the log's own chance of the ad; how many impressions.
    fold
        From 0 to FOLDS - 1, drawn for each impression: a model never sees the rows that it is applied to.
    features
        Codes, shape (cells, k): ad (of its campaign), position, the pair of query and ad, then segment and context.
    levels
        How many codes each feature has, shape (k,).
    entry_features
        The first three features of the target's rows, -1 where the log has no such ad or pair; shape (rows, 3).
    entry_place
        Code of the place of each of the target's rows.
    rows
        Impressions in the log, those included for which the target says nothing.
    """

    place: Ints
    entry: Ints
    clicked: Floats
    propensity: Floats
    count: Floats
    fold: Ints
    features: Ints
    levels: tuple[int, ...]
    entry_features: Ints
    entry_place: Ints
    rows: float

    @property
    def total(self) -> float:
        """Impressions that are evaluated."""
        return float(self.count.sum())


def cells_of(log: Rows, target: Target, seed: int) -> Cells:
    """Sort the log's rows into cells.

    Parameters
    ----------
    seed
        Decides which fold an impression falls into, and nothing else.
    """
    import pandas as pd

    given, wanted = list(target.given), target.frame
    frame = log.frame.merge(wanted[[*given, "place"]].drop_duplicates(), on=given, how="left")
    frame = frame.merge(wanted[[*given, "ad"]].assign(entry=np.arange(len(wanted))), on=[*given, "ad"], how="left")
    rows = float(frame["count"].sum())
    frame = frame[frame["place"].notna()].reset_index(drop=True)
    codes, levels, entries = _features(frame, wanted, [name for name in ("segment", *log.context) if name in frame])
    keys = pd.DataFrame(codes, columns=[f"f{number}" for number in range(codes.shape[1])])
    keys = keys.assign(
        place=frame["place"].astype(np.int64), entry=frame["entry"].fillna(_NOWHERE).astype(np.int64),
        clicked=frame["clicked"].astype(float), propensity=frame["propensity"],
    )  # fmt: skip
    names = list(keys.columns)
    alike = keys.assign(count=frame["count"]).groupby(names, sort=True)[["count"]].sum().reset_index()
    grouped, counts, fold = _folded(alike, seed)
    return Cells(
        place=grouped["place"].to_numpy(dtype=np.int64), entry=grouped["entry"].to_numpy(dtype=np.int64),
        clicked=grouped["clicked"].to_numpy(dtype=np.float64), propensity=grouped["propensity"].to_numpy(dtype=np.float64),
        count=counts, fold=fold, features=grouped[names[: codes.shape[1]]].to_numpy(dtype=np.int64), levels=levels,
        entry_features=entries, entry_place=wanted["place"].to_numpy(dtype=np.int64), rows=rows,
    )  # fmt: skip


def _folded(alike: pd.DataFrame, seed: int) -> tuple[pd.DataFrame, Floats, Ints]:
    """Each cell split into folds, every impression by a draw of its own; and the counts and folds of the parts."""
    rng = np.random.default_rng(seeds.key(seed, "calibrate", 0))
    shares = rng.multinomial(alike["count"].to_numpy(dtype=np.int64), np.full(FOLDS, 1 / FOLDS))
    cell, fold = np.nonzero(shares)
    return alike.iloc[cell], shares[cell, fold].astype(np.float64), fold.astype(np.int64)


def _features(frame: pd.DataFrame, wanted: pd.DataFrame, seen: list[str]) -> tuple[Ints, tuple[int, ...], Ints]:
    """Codes of the features of the log's rows, how many there are of each, and codes of the target's rows."""
    import pandas as pd

    columns, levels, entries = [], [], []
    owner = [name for name in ("campaign",) if name in wanted]
    pair = [name for name in ("campaign", "query") if name in wanted]
    for parts in ([*owner, "ad"], ["position"], [*pair, "ad"] if "query" in wanted else []):
        ours, theirs = _joined(frame, parts), _joined(wanted, parts)
        known = pd.Index(sorted(ours.unique()))
        columns.append(known.get_indexer(ours))
        entries.append(known.get_indexer(theirs))
        levels.append(max(1, len(known)))
    for name in seen:
        often = frame.groupby(name)["count"].sum().sort_values(ascending=False, kind="stable").index[:LEVELS]
        code = pd.Index(often).get_indexer(frame[name])
        columns.append(np.where(code < 0, len(often), code))
        levels.append(len(often) + 1)
    stack = np.stack(columns, axis=1) if len(frame) else np.empty((0, len(columns)), dtype=np.int64)
    return stack.astype(np.int64), tuple(levels), np.stack(entries, axis=1).astype(np.int64)


def _joined(frame: pd.DataFrame, parts: list[str]) -> pd.Series:
    """Several columns as one."""
    import pandas as pd

    if not parts:
        return pd.Series("", index=frame.index)
    joined = frame[parts[0]].astype(str)
    for part in parts[1:]:
        joined = joined + _BETWEEN + frame[part].astype(str)
    return joined


def gathered(cells: Cells, expected: Floats) -> tuple[Cells, Floats]:
    """Cells that differ in context and fold only made one, and what was expected of them averaged.

    A bootstrap draws these: what a model expects varies little within them, and there are few of them.
    """
    import pandas as pd

    names = ["place", "entry", "clicked", "propensity"]
    table = pd.DataFrame({name: getattr(cells, name) for name in names}).assign(count=cells.count, sum=cells.count * expected)
    fewer = table.groupby(names, sort=True)[["count", "sum"]].sum().reset_index()
    made = replace(
        cells, place=fewer["place"].to_numpy(dtype=np.int64), entry=fewer["entry"].to_numpy(dtype=np.int64),
        clicked=fewer["clicked"].to_numpy(dtype=np.float64), propensity=fewer["propensity"].to_numpy(dtype=np.float64),
        count=fewer["count"].to_numpy(dtype=np.float64), fold=np.zeros(len(fewer), dtype=np.int64),
        features=np.empty((len(fewer), 0), dtype=np.int64),
    )  # fmt: skip
    return made, (fewer["sum"] / fewer["count"]).to_numpy(dtype=np.float64)
