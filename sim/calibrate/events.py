"""Rows of impressions, staged, added up: one row for each day, query, position, ad and segment."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, NamedTuple

from sim.calibrate.log import UNKNOWN
from sim.calibrate.odd_cells import MOST_CONVERSIONS, MOST_MONEY, MOST_POSITION
from sim.errors import BadInput, Mistake

if TYPE_CHECKING:
    import pandas as pd

    from sim.calibrate.door import Connection

EPOCH = date(1970, 1, 1)  # the day of a log that tells none
ALL = "all"  # the query of a log that tells none
_FEW = 0.1
_MOST = {"query": 2**31 - 1, "ad": 2**31 - 1, "segment": 2**15 - 1}
# Amounts are added in whole millionths, so that their sum does not depend on the order of the rows.
_MICROS = "(sum(CASE WHEN {0} >= 0 AND {0} <= {1!r} THEN round({0} * 1e6)::HUGEINT ELSE 0 END)::DOUBLE / 1e6)"
_SUMS = {
    "clicks": "sum(least(clicks, impressions)::BIGINT)::BIGINT",
    "conversions": _MICROS.format("conversions", MOST_CONVERSIONS),
    "cost": _MICROS.format("cost", MOST_MONEY),
}


class Span(NamedTuple):
    """The days of a log, from the first that occurs to the last."""

    first: date
    days: int


def span(bench: Connection) -> Span:
    """From the first day to the last, of the rows that can be used; one day where the log tells none."""
    found = bench.execute("SELECT min(moment), max(moment) FROM staged WHERE flaw = 0").fetchone() or (None, None)
    first, last = (day.date() if isinstance(day, datetime) else EPOCH for day in found)
    return Span(first, (last - first).days + 1)


def topmost(bench: Connection, given: int | None) -> tuple[int, int]:
    """The number of the topmost position, and how many rows have no readable position.

    Parameters
    ----------
    given
        0 or 1 as the user says it; None to take 0 for it where 0 occurs at least a tenth as often as 1, else 1: the top
        is shown about as often as what stands below it, and a few zeros are dirt.
    """
    whole = f"position % 1 = 0 AND position BETWEEN 0 AND {MOST_POSITION}"
    rows, good, zeros, ones = bench.execute(
        f"SELECT count(*), count(*) FILTER (WHERE {whole}), count(*) FILTER (WHERE position = 0), count(*) FILTER (WHERE position = 1) "
        "FROM staged WHERE flaw = 0"
    ).fetchone() or (0, 0, 0, 0)
    top = given if given is not None else 0 if zeros and zeros >= _FEW * ones else 1
    good -= zeros if top == 1 else 0
    return top, rows - good


def add_up(bench: Connection, first: date, top: int | None, columns: Sequence[str]) -> None:
    """Make the table `grouped` of the usable rows of `staged`, and one of names and codes for each of query, ad and segment.

    Parameters
    ----------
    top
        The number of the topmost position; None for a log whose positions are not used.
    columns
        What the log tells beyond impressions: of "clicks", "conversions" and "cost".

    Raises
    ------
    BadInput
        When there are more segments than a log can have.
    """
    place = f"CASE WHEN position % 1 = 0 AND position BETWEEN {top} AND {MOST_POSITION} THEN position::SMALLINT - {top} ELSE {UNKNOWN} END"
    place = str(UNKNOWN) if top is None else place
    bench.execute(
        f"CREATE TABLE grouped AS SELECT coalesce(date_diff('day', DATE '{first}', moment::DATE), 0)::INT AS day, "
        f"coalesce(query, '{ALL}') AS query, ({place})::SMALLINT AS position, ad, segment, "
        f"sum(impressions::BIGINT)::BIGINT AS impressions{''.join(f', {_SUMS[name]} AS {name}' for name in columns)} "
        "FROM staged WHERE flaw = 0 GROUP BY ALL"
    )
    for name, most in _MOST.items():
        bench.execute(
            f"CREATE TABLE {name}_names AS SELECT {name} AS name, (row_number() OVER (ORDER BY {name}) - 1)::INT AS code "
            f"FROM (SELECT DISTINCT {name} FROM grouped WHERE {name} IS NOT NULL)"
        )
        found = bench.execute(f"SELECT count(*) FROM {name}_names").fetchone()
        if found and found[0] > most:
            hint = f"join fewer columns, or none, with --columns {name}="
            raise BadInput([Mistake(f"columns.{name}", f"the log has {found[0]:,} different ones", f"at most {most:,}", hint)])


def names(bench: Connection, name: str) -> tuple[str, ...]:
    """The names of queries, ads or segments, by code."""
    return tuple(one for (one,) in bench.execute(f"SELECT name FROM {name}_names ORDER BY code").fetchall())


def counted_table(bench: Connection, columns: Sequence[str]) -> pd.DataFrame:
    """The table of a `Log`, from `grouped`, with the *columns* beyond impressions that the log tells."""
    import pandas as pd

    more = "".join(f", g.{name}" for name in columns)
    found = bench.execute(
        f"SELECT g.day, q.code AS query, g.position, coalesce(a.code, {UNKNOWN})::INT AS ad, "
        f"coalesce(s.code, {UNKNOWN})::SMALLINT AS segment, "
        f"g.impressions{more} FROM grouped g JOIN query_names q ON g.query = q.name LEFT JOIN ad_names a ON g.ad = a.name "
        "LEFT JOIN segment_names s ON g.segment = s.name ORDER BY 1, 2, 3, 4, 5"
    ).fetchnumpy()
    return pd.DataFrame(found, copy=False)


def hours(bench: Connection) -> tuple[float, ...] | None:
    """Impressions by hour of day; None where every time is midnight, as of a log that tells days only."""
    found = dict(
        bench.execute("SELECT hour(moment), sum(impressions) FROM staged WHERE flaw = 0 AND moment IS NOT NULL GROUP BY 1").fetchall()
        if _daytime(bench) else []
    )  # fmt: skip
    return tuple(float(found.get(hour, 0.0)) for hour in range(24)) if found else None


def delays(bench: Connection) -> pd.DataFrame | None:
    """Seconds from each click to its conversion and how long it was watched; None where the log has no times of conversions."""
    import pandas as pd

    clicked = "coalesce(clicked_at, moment)"
    waited = f"CASE WHEN converted_at IS NULL THEN delay ELSE date_diff('second', {clicked}, converted_at) END"
    end = "(SELECT max(greatest(moment, clicked_at, converted_at)) FROM staged WHERE flaw = 0)"
    found = bench.execute(
        f"SELECT * FROM (SELECT ({waited})::DOUBLE AS delay_s, date_diff('second', {clicked}, {end})::DOUBLE AS watched_s "
        "FROM staged WHERE flaw = 0 AND clicks >= 1) WHERE delay_s IS NULL OR (delay_s >= 0 AND isfinite(delay_s)) ORDER BY 1, 2"
    ).fetchnumpy()
    frame = pd.DataFrame({name: pd.Series(column, dtype="float64") for name, column in _filled(found).items()})
    return frame if frame["delay_s"].notna().any() else None


def _filled(found: Mapping[str, object]) -> dict[str, object]:
    """Masked columns with NaN where nothing is told."""
    import numpy as np

    return {name: np.ma.filled(np.ma.asarray(column, dtype=np.float64), np.nan) for name, column in found.items()}


def _daytime(bench: Connection) -> bool:
    found = bench.execute(
        "SELECT count(*) > 0 FROM (SELECT 1 FROM staged WHERE flaw = 0 AND moment <> date_trunc('day', moment) LIMIT 1)"
    ).fetchone()
    return bool(found and found[0])
