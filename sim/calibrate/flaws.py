"""What is wrong with the rows of a log: found, counted, and never silently used."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from sim.calibrate.log import Flaw

if TYPE_CHECKING:
    from sim.calibrate.door import Connection

NO_DAY, FAR_DAY, NO_QUERY, NO_RESULTS, IMPRESSIONS, CLICKS, NEGATIVE, COPY, APART = range(1, 10)
MOST_APART_DAYS = 3660
_OUT = "left out"
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
}


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


def of_rows(bench: Connection, unreadable: int) -> Iterator[Flaw]:
    """Rows that were left out, by reason."""
    if unreadable:
        yield Flaw("lines that are no rows, such as those with too many cells", unreadable, _OUT)
    for code, rows in bench.execute("SELECT flaw, count(*) FROM staged WHERE flaw > 0 GROUP BY flaw ORDER BY flaw").fetchall():
        yield Flaw(_WORDS[code], rows, _OUT)


def of_cells(bench: Connection, *, counted: bool, dated: bool) -> Iterator[Flaw]:
    """What is wrong with the rows that are used, and what was done about it."""
    told = {
        "more clicks than impressions": ("clicks > impressions", "clicks cut down to them"),
        "conversions are no whole number": ("conversions < 0 OR conversions % 1 <> 0 OR NOT isfinite(conversions)", "taken for none"),
        "cost is negative or no number": ("cost < 0 OR NOT isfinite(cost) OR cost > 1e15", "taken for none"),
        "propensity is not above 0 and at most 1": ("propensity <= 0 OR propensity > 1 OR isnan(propensity)", "told only"),
        "converted before the click": ("converted_at < coalesce(clicked_at, moment)", "no delay taken from it"),
    }
    sums = ", ".join(f"count(*) FILTER (WHERE {check})" for check, _ in told.values())
    found = bench.execute(f"SELECT {sums} FROM staged WHERE flaw = 0").fetchone() or ()
    for rows, (what, (_, done)) in zip(found, told.items(), strict=True):
        if rows:
            yield Flaw(what, rows, done)
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
        yield Flaw("the same day and names as an earlier row, with other figures", int(found[0]), "added up")


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
