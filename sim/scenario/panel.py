"""A real counted log that drives the simulation: its queries per day and type, its click rates.

Real logs are dirty. A row that can't be used is counted by what is wrong with it and left out; a
log without one usable row is refused.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.errors import BadInput, Mistake, did_you_mean
from sim.scenario.schema import Columns, Traffic
from sim.scenario.text import is_file
from sim.scenario.units import FIRST_YEAR, LAST_YEAR

if TYPE_CHECKING:
    import pandas as pd

_MOST_DAYS = 3660
_MOST_TYPES = 200_000
_MOST_COUNTS = 50_000_000
_MOST_A_DAY = 1_000_000_000


@dataclass(frozen=True, slots=True, eq=False)
class Panel:
    """A counted log, one row for each day and query.

    Attributes
    ----------
    first
        The date of its first day.
    counts
        Queries per day and type, shape (days, types).
    clicks, shown
        Clicks per day and the impressions they came from, shape (days,); None where it has no clicks.
    type_clicks, type_shown
        The same per type, shape (types,).
    dirty
        How many rows were left out or mended, by reason.
    """

    first: date
    names: tuple[str, ...]
    counts: NDArray[np.int64]
    clicks: NDArray[np.int64] | None
    shown: NDArray[np.int64] | None
    type_clicks: NDArray[np.int64] | None
    type_shown: NDArray[np.int64] | None
    dirty: dict[str, int]

    @property
    def days(self) -> int:
        """How many days it covers, gaps included."""
        return len(self.counts)

    def queries_on(self, day: int, first_day: int) -> NDArray[np.int64]:
        """Queries per type on a day of the horizon; the history before it replays the log's first days."""
        return np.asarray(self.counts[day if day >= 0 else (day - first_day) % self.days], dtype=np.int64)

    def click_rates(self, prior: tuple[float, ...]) -> NDArray[np.float64] | None:
        """Each type's click rate, shrunk towards a Beta prior: (clicks + a) / (impressions + a + b)."""
        if self.type_clicks is None or self.type_shown is None:
            return None
        above, below = prior
        return np.asarray((self.type_clicks + above) / (self.type_shown + above + below), dtype=np.float64)


def read_panel(traffic: Traffic, folder: Path) -> Panel:
    """Read the log that `[traffic] replay` names.

    Raises
    ------
    BadInput
        When it is no table, lacks a column that was named, or has no usable row.
    """
    path = folder / str(traffic.replay)
    stamp = (path.stat().st_mtime_ns, path.stat().st_size) if is_file(path) else None
    return _read(traffic, path, stamp)


@lru_cache(maxsize=1)
def _read(traffic: Traffic, path: Path, _stamp: tuple[int, int] | None) -> Panel:
    """The log as it stood at *_stamp*: every replication of a process asks for the same one."""
    try:
        table, skipped = _read_table(path)
    except Exception as problem:  # noqa: BLE001  what pandas and its unpackers raise on junk has no common name
        found = f"{path.name} can't be read as a table: {str(problem).splitlines()[0] if str(problem) else type(problem).__name__}"
        raise _bad("replay", found, "a CSV (also .gz) or Parquet file") from None
    columns = _chosen(traffic.columns, list(map(str, table.columns)))
    return _count(table, columns, path.name, {"more fields than the table has columns": skipped} if skipped else {})


def _read_table(path: Path) -> tuple[pd.DataFrame, int]:
    """The table, and how many of its lines could not be read."""
    import pandas as pd

    if path.suffix.lower() in (".parquet", ".pq"):
        table = pd.read_parquet(path)
        return table.loc[:, ~table.columns.duplicated()], 0
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        table = pd.read_csv(path, dtype=str, keep_default_na=False, on_bad_lines="warn")
    return table, sum(str(one.message).count("Skipping line") for one in told)


def _chosen(columns: Columns, present: list[str]) -> dict[str, str]:
    """Which column holds what, every wrong name told at once."""
    amount = columns.queries or columns.impressions or next((c for c in ("queries", "impressions") if c in present), "impressions")
    wanted = {"day": columns.day, "query": columns.query, "amount": amount}
    if columns.clicks or "clicks" in present:
        wanted["clicks"] = columns.clicks or "clicks"
    missing = [(key, name) for key, name in wanted.items() if name not in present]
    if missing:
        raise BadInput(
            Mistake(
                f"traffic.columns.{key if key != 'amount' else 'queries' if columns.queries else 'impressions'}",
                f"the log has no column '{name}'",
                f"it has {', '.join(present[:12])}",
                did_you_mean(name, present),
            )
            for key, name in missing
        )
    return wanted


def _count(table: pd.DataFrame, columns: dict[str, str], file: str, dirty: dict[str, int]) -> Panel:
    import pandas as pd

    day = _days(table[columns["day"]])
    query = table[columns["query"]].astype("string").str.strip()
    amount = pd.to_numeric(table[columns["amount"]], errors="coerce").astype(float)
    has_clicks = "clicks" in columns
    clicks = pd.to_numeric(table[columns["clicks"]], errors="coerce").astype(float) if has_clicks else amount * 0

    def left_out(reason: str, rows: pd.Series) -> pd.Series:
        dirty.update({reason: int(rows.sum())} if rows.any() else {})
        return ~rows

    good = left_out("no readable day", day.isna())
    good &= left_out("no query", (query.isna() | (query == "")) & good)
    good &= left_out("no whole number of queries from 0 to 10^12", ~_whole(amount) & good)
    good &= left_out("no whole number of clicks from 0 to 10^12", ~_whole(clicks) & good)
    good &= left_out("all that an earlier row says", table.duplicated() & good)
    again = pd.DataFrame({"day": day.dt.normalize(), "query": query})[good].duplicated()
    if again.any():  # a log may be split further, by device say
        dirty["a day and query that came before (added up)"] = int(again.sum())
    if not (good & (amount > 0)).any():
        raise _bad(
            "replay",
            f"{file} has no usable row",
            "rows with a day, a query and a count above 0",
            "; ".join(f"{n} rows: {reason}" for reason, n in dirty.items()),
        )
    more = good & (clicks > amount)
    if more.any():
        dirty["more clicks than impressions (clicks cut down to them)"] = int(more.sum())
    return _panel(day[good], query[good], amount[good], clicks[good].clip(upper=amount[good]) if has_clicks else None, dirty)


def _days(column: pd.Series) -> pd.Series:
    """The day of each row: an ISO date, its time and time zone left aside; not a time where it is none."""
    import pandas as pd

    text = column.astype("string")
    known = text.dropna().drop_duplicates()  # a long log has few different days
    dates = known.str.strip().str.extract(r"^(\d{4}-?\d\d-?\d\d)(?:[T ].*)?$")[0]
    day = pd.to_datetime(dates, errors="coerce", format="ISO8601")
    day = day.where(day.dt.year.between(FIRST_YEAR, LAST_YEAR))
    return pd.to_datetime(text.map(dict(zip(known, day, strict=True))))


def _whole(numbers: pd.Series) -> pd.Series:
    # astype after the comparison: NaN compares false, and infinity is out of range.
    return (numbers >= 0) & (numbers <= 1e12) & (numbers % 1 == 0)


def _panel(day: pd.Series, query: pd.Series, amount: pd.Series, clicks: pd.Series | None, dirty: dict[str, int]) -> Panel:
    first = day.min().normalize()
    number = (day.dt.normalize() - first).dt.days.to_numpy()
    names, column = np.unique(query.to_numpy(dtype=str), return_inverse=True)
    days = int(number.max()) + 1
    if days > _MOST_DAYS or len(names) > _MOST_TYPES or days * len(names) > _MOST_COUNTS:
        allowed = f"at most {_MOST_DAYS:,} days, {_MOST_TYPES:,} queries and {_MOST_COUNTS:,} days × queries"
        raise _bad("replay", f"it holds {days:,} days and {len(names):,} queries", allowed)
    counts = np.zeros((days, len(names)), np.int64)
    whole = amount.to_numpy(dtype=np.int64)
    np.add.at(counts, (number, column), whole)
    if (busiest := int(counts.sum(axis=1).max())) > _MOST_A_DAY:
        raise _bad("replay", f"its busiest day has {busiest:,} queries", f"at most {_MOST_A_DAY:,} a day")
    if missing := int((counts.sum(axis=1) == 0).sum()):
        dirty = dirty | {"days without a query": missing}
    if clicks is None:
        return Panel(first.date(), tuple(names), counts, None, None, None, None, dirty)
    pressed = clicks.to_numpy(dtype=np.int64)
    by_day = np.bincount(number, weights=pressed, minlength=days).astype(np.int64)
    by_type = np.bincount(column, weights=pressed, minlength=len(names)).astype(np.int64)
    return Panel(first.date(), tuple(names), counts, by_day, counts.sum(axis=1), by_type, counts.sum(axis=0), dirty)


def _bad(key: str, found: str, allowed: str = "", hint: str = "") -> BadInput:
    return BadInput([Mistake(f"traffic.{key}", found, allowed, hint)])
