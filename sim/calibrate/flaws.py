"""What is wrong with the rows of a log: found, counted, and never silently used."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from sim.calibrate import odd_cells
from sim.calibrate.log import Flaw
from sim.calibrate.odd_cells import Odd
from sim.calibrate.places import Places

if TYPE_CHECKING:
    import pandas as pd

    from sim.calibrate.door import Connection

NO_DAY, FAR_DAY, NO_QUERY, NO_RESULTS, IMPRESSIONS, CLICKS, NEGATIVE, COPY, APART, ABSURD = range(1, 11)
MOST_APART_DAYS = 3660
MOST_OF_LOG, MOST_TIMES = 0.1, 100  # in one count: a share of all impressions, and times its query's median
FAR_ABOVE = f"a count of impressions above a tenth of all and {MOST_TIMES} times its query's median"
_FEWEST_COUNTS, _ROUNDS = 7, 20  # for a median that says something; of smaller ones that show only when larger are gone
_OUT = "left out"
CUT, AGAIN = "more clicks than impressions", "the same day and names as an earlier row, with other figures"
_WORDS = {
    NO_DAY: "no readable day",
    FAR_DAY: "a day out of range",
    NO_QUERY: "no query",
    NO_RESULTS: "no results",
    IMPRESSIONS: "impressions are no whole number",
    CLICKS: "clicks are no whole number",
    NEGATIVE: "negative counts",
    COPY: "all that an earlier row says",
    APART: "more than ten years away from the rest",
    ABSURD: FAR_ABOVE,
}
# Role -> what is said of its odd cells, what is done about them, and what is not learnt at all if there are many.
_ODD = {
    "conversions": ("conversions that are negative or no number", "taken for none", "conversions"),
    "cost": ("cost is negative or no number", "taken for none", "cost"),
    "price": ("price is negative or no number", "taken for none", "cost"),
    "bid": ("bid is negative or no number", "taken for none", "cost"),
    "click_time": ("no readable time of a click", "taken for none", ""),
    "conversion_time": ("no readable time of a conversion", "taken for none", "conversions"),
    "delay": ("a delay is negative or no number", "taken for none", "conversions"),
    "propensity": ("propensity is not above 0 and at most 1", "told only", ""),
}
_NOT_LEARNT = "nothing is learnt of it"
# Reason why a row is left out -> the roles one of whose cells shows it.
_TOLD_BY = {
    NO_DAY: ("day",), IMPRESSIONS: ("impressions",), CLICKS: ("clicks",), NEGATIVE: ("impressions", "clicks"),
}  # fmt: skip
# The same where the cell is none that is odd in itself: what shows it.
_SHOWN_BY = {
    FAR_DAY: ("moment::DATE::VARCHAR",), APART: ("moment::DATE::VARCHAR",), ABSURD: ("impressions::BIGINT::VARCHAR",),
}  # fmt: skip


def mark_copies(bench: Connection) -> None:
    """Mark counted rows that say what an earlier one says, word for word: the export was made twice."""
    alike = bench.execute("SELECT count(*) - count(DISTINCT copy) FROM staged WHERE flaw = 0").fetchone()
    if alike and alike[0]:
        first = "SELECT min(rowid) FROM staged WHERE flaw = 0 GROUP BY copy"
        bench.execute(f"UPDATE staged SET flaw = {COPY} WHERE flaw = 0 AND rowid NOT IN ({first})")


def mark_far_days(bench: Connection) -> None:
    """Mark days that lie ten years away from the middle one: a single such cell would make a log of empty years."""
    found = bench.execute("SELECT min(moment), max(moment) FROM staged WHERE flaw = 0").fetchone()
    if not found or found[0] is None or (found[1] - found[0]).days <= MOST_APART_DAYS:
        return
    middle = bench.execute("SELECT quantile_disc(moment, 0.5) FROM staged WHERE flaw = 0").fetchone()
    apart = f"abs(date_diff('day', moment, TIMESTAMP '{(middle or found)[0]}')) > {MOST_APART_DAYS}"
    bench.execute(f"UPDATE staged SET flaw = {APART} WHERE flaw = 0 AND {apart}")


def mark_absurd(bench: Connection) -> None:
    """Mark counts that are far above what else their query has: one such cell would be most of the log."""
    for _ in range(_ROUNDS):
        (total,) = bench.execute("SELECT coalesce(sum(impressions), 0) FROM staged WHERE flaw = 0").fetchone() or (0.0,)
        above = f"flaw = 0 AND impressions > {MOST_OF_LOG * total!r}"
        big = f"SELECT rowid AS row, coalesce(query, '') AS name, impressions AS count FROM staged WHERE {above}"
        usual = (
            "SELECT coalesce(query, '') AS name, greatest(median(impressions), 1) AS middle FROM staged WHERE flaw = 0 "
            f"AND coalesce(query, '') IN (SELECT name FROM ({big})) GROUP BY 1 HAVING count(*) >= {_FEWEST_COUNTS}"
        )
        found = bench.execute(f"SELECT row FROM ({big}) JOIN ({usual}) USING (name) WHERE count > {MOST_TIMES} * middle").fetchall()
        if not found:
            return
        bench.execute(f"UPDATE staged SET flaw = {ABSURD} WHERE rowid IN ({', '.join(str(row) for (row,) in found)})")


def of_rows(bench: Connection, places: Places, roles: Sequence[str]) -> Iterator[Flaw]:
    """Rows that were left out, by reason."""
    found = bench.execute("SELECT flaw, count(*), min(rowid) FROM staged WHERE flaw > 0 GROUP BY flaw ORDER BY flaw").fetchall()
    for code, rows, first in found:
        cells = [odd_cells.column(role) for role in _TOLD_BY.get(code, ()) if role in roles] + list(_SHOWN_BY.get(code, ()))
        cell = bench.execute(f"SELECT coalesce({', '.join(cells)}, NULL) FROM staged WHERE rowid = {first}").fetchone() if cells else None
        example = places.told(bench, cell[0], first) if cell else places.where(bench, first)
        yield Flaw(_WORDS[code], rows, _with_decimals(_OUT, cell[0]) if cell else _OUT, example)


def of_cells(odd: Sequence[Odd], not_learnt: Mapping[str, str]) -> Iterator[Flaw]:
    """Cells of rows that are used, which hold something that can't be."""
    for one in odd:
        if one.role not in _ODD:
            continue
        what, done, gone = _ODD[one.role]
        yield Flaw(what, one.rows, _with_decimals(_NOT_LEARNT if gone in not_learnt else done, one.cell), one.example)


def of_conversions(counted: pd.DataFrame) -> Flaw:
    """More conversions than clicks, all rows together."""
    return Flaw("more conversions than clicks", int((counted["conversions"] > counted["clicks"]).sum()), "no rate of conversions is learnt")


def _with_decimals(done: str, cell: str | None) -> str:
    """What was done about a cell, and what would read it if it has a comma before its decimals."""
    comma = cell is not None and re.fullmatch(r"\s*[-+]?\d+,\d+\s*", cell)
    return f'{done}; decimal = "," in a mapping file reads it' if comma else done


def of_use(bench: Connection, places: Places, *, counted: bool, dated: bool) -> Iterator[Flaw]:
    """What is wrong with the rows that are used as a whole, and what was done about it."""
    told = {
        CUT: ("clicks > impressions", "clicks cut down to them"),
        "converted before the click": ("converted_at < coalesce(clicked_at, moment)", "no delay taken from it"),
    }
    sums = ", ".join(f"count(*) FILTER (WHERE {check}), min(rowid) FILTER (WHERE {check})" for check, _ in told.values())
    found = bench.execute(f"SELECT {sums} FROM staged WHERE flaw = 0").fetchone() or ()
    for rows, first, (what, (_, done)) in zip(found[::2], found[1::2], told.items(), strict=True):
        if rows:
            yield Flaw(what, rows, done, places.where(bench, first))
    if counted:
        yield from _again(bench)
    if dated:
        yield from _order(bench)
        yield from _zones(bench)
    yield from _propensities(bench)


def _again(bench: Connection) -> Iterator[Flaw]:
    key = "moment, query, ad, segment, position, policy"
    found = bench.execute(
        f"SELECT coalesce(sum(n - 1), 0) FROM (SELECT count(*) AS n FROM staged WHERE flaw = 0 GROUP BY {key})"
    ).fetchone()
    if found and found[0]:
        yield Flaw(AGAIN, int(found[0]), "added up")


def _order(bench: Connection) -> Iterator[Flaw]:
    found = bench.execute(
        "SELECT count(*) FROM (SELECT moment, lag(moment) OVER () AS before FROM staged WHERE flaw = 0) WHERE moment < before"
    ).fetchone()
    if found and found[0]:
        yield Flaw("not sorted by time", int(found[0]), "harmless: rows are put in order")


def _zones(bench: Connection) -> Iterator[Flaw]:
    """Time zones, where there is a time of day."""
    rows = bench.execute(
        "SELECT zone, count(*) FROM staged WHERE flaw = 0 AND moment <> date_trunc('day', moment) GROUP BY zone ORDER BY zone"
    ).fetchall()
    stated = [zone for zone, _ in rows if zone]
    if any(not zone for zone, _ in rows):
        yield Flaw("times state no time zone", sum(n for zone, n in rows if not zone), "days and hours are those that are written")
    if len(stated) > 1:
        some = ", ".join(stated[:3]) + (", ..." if len(stated) > 3 else "")
        yield Flaw(
            f"times of {len(stated)} time zones ({some})", sum(n for zone, n in rows if zone), "days and hours are those that are written"
        )


def _propensities(bench: Connection) -> Iterator[Flaw]:
    found = bench.execute(
        "SELECT min(propensity), max(propensity), count(propensity) FROM staged WHERE flaw = 0 AND propensity > 0"
    ).fetchone()
    if found and found[2] > 1 and found[0] == found[1]:
        yield Flaw("the propensity is the same in every row", found[2], "a policy that chooses uniformly")
