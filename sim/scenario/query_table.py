"""A table of query types: the share of each in the traffic, and its click rate where that is known."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.errors import BadInput, Mistake
from sim.scenario.text import is_file

if TYPE_CHECKING:
    import pandas as pd

    from sim.scenario.schema import Traffic

MOST_TYPES = 200_000


@dataclass(frozen=True, slots=True, eq=False)
class QueryTable:
    """What a world knows of its query types.

    Attributes
    ----------
    share
        Share of each in the queries that were asked before, shape (types,), sums to 1.
    click_rate
        Clicks for each time that its ad is shown, shape (types,), above 0 and below 1; None where they are drawn.
    """

    share: NDArray[np.float64]
    click_rate: NDArray[np.float64] | None

    @property
    def types(self) -> int:
        """How many there are."""
        return len(self.share)


def read_query_table(traffic: Traffic, folder: Path) -> QueryTable:
    """Read the table that `[traffic] types` names: a column `share`, and `click_rate` if it is known.

    Raises
    ------
    BadInput
        With everything that is wrong with it.
    """
    path = folder / str(traffic.types)
    stamp = (path.stat().st_mtime_ns, path.stat().st_size) if is_file(path) else None
    return _read(path, stamp)


@lru_cache(maxsize=1)
def _read(path: Path, _stamp: tuple[int, int] | None) -> QueryTable:
    """The table as it stood at *_stamp*: every replication of a process asks for the same one."""
    import pandas as pd

    try:
        table = pd.read_parquet(path) if path.suffix.lower() in (".parquet", ".pq") else pd.read_csv(path)
    except Exception as problem:  # noqa: BLE001  what pandas and its unpackers raise on junk has no common name
        told = str(problem).splitlines()[0] if str(problem) else type(problem).__name__
        raise BadInput([_wrong(f"{path.name} can't be read as a table: {told}", "a CSV (also .gz) or Parquet file")]) from None
    if mistakes := _mistakes(table, path.name):
        raise BadInput(mistakes)
    share = table["share"].to_numpy(dtype=np.float64)
    return QueryTable(share / share.sum(), table["click_rate"].to_numpy(dtype=np.float64) if "click_rate" in table else None)


def _mistakes(table: pd.DataFrame, file: str) -> list[Mistake]:
    """What is wrong with a table of query types, all of it."""
    import pandas as pd

    if "share" not in table:
        columns = ", ".join(map(str, list(table.columns)[:12]))
        return [_wrong(f"{file} has no column 'share'", "a share of the queries for each query type", f"it has {columns}")]
    found = []
    if not 1 <= len(table) <= MOST_TYPES:
        found.append(_wrong(f"{file} has {len(table):,} rows", f"1 to {MOST_TYPES:,} query types"))
    bounds = {"share": (0.0, np.inf, "numbers above 0"), "click_rate": (0.0, 1.0, "numbers above 0 and below 1")}
    for column, (low, high, allowed) in bounds.items():
        if column not in table:
            continue
        numbers = pd.to_numeric(table[column], errors="coerce").to_numpy(dtype=np.float64)
        bad = int((~((numbers > low) & (numbers < high))).sum())
        if bad:
            found.append(_wrong(f"{bad:,} rows of {file} have another {column}", allowed))
    return found


def _wrong(found: str, allowed: str, hint: str = "") -> Mistake:
    return Mistake("traffic.types", found, allowed, hint)
