"""Cells of a log that hold something, but nothing that can be used: each is kept as it stands, to be counted and shown."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from sim.calibrate.cells import MOST
from sim.calibrate.places import Places

if TYPE_CHECKING:
    from sim.calibrate.door import Connection

MONEY = ("cost", "price", "bid")
MOST_MONEY, MOST_CONVERSIONS, MOST_POSITION = 1e15, 1e12, 30_000
MOST_ODD = 0.05  # of the cells that hold something: with more, nothing is learnt of a column
_NONE = ("", "-", "--", "null", "none", "na", "n/a", "nan", "nat")  # how exports say that a cell holds nothing
_PAID = f"cost >= 0 AND cost <= {MOST_MONEY!r}"
# Role -> when its cell, as it was read, can be used. In DuckDB what is no number is above all numbers.
_FINE: dict[str, str] = {
    "day": "isfinite(moment)",
    "click_time": "isfinite(clicked_at)",
    "conversion_time": "isfinite(converted_at)",
    "position": f"position % 1 = 0 AND position BETWEEN 0 AND {MOST_POSITION}",
    "impressions": f"impressions >= 0 AND floor(impressions) = impressions AND impressions <= {MOST!r}",
    "clicks": f"clicks >= 0 AND floor(clicks) = clicks AND clicks <= {MOST!r}",
    "conversions": f"conversions >= 0 AND conversions <= {MOST_CONVERSIONS!r}",
    "delay": "delay >= 0 AND isfinite(delay)",
    "propensity": "propensity > 0 AND propensity <= 1",
    **dict.fromkeys(MONEY, _PAID),
}
_LEARNT = {
    "position": ("position",),
    "conversions": ("conversions",),
    "conversion_time": ("conversions", "delays"),
    "delay": ("conversions", "delays"),
    **dict.fromkeys(MONEY, ("cost",)),
}


class Odd(NamedTuple):
    """Of the rows that can be used: how many odd and fine cells a role has, the first odd one, and that with where it stands."""

    role: str
    rows: int
    fine: int
    cell: str
    example: str


def watched(roles: Sequence[str]) -> tuple[str, ...]:
    """Those of the *roles* whose odd cells are kept."""
    return tuple(role for role in roles if role in _FINE)


def fine(role: str) -> str:
    """When the cell of a role, as it was read, can be used."""
    return _FINE[role]


def column(role: str) -> str:
    """The column of `staged` that holds the odd cells of a role, NULL for all others."""
    return f"odd_{role}"


def odd_in(role: str, raw: str, kind: str) -> str:
    """A cell as it stands where it holds something that can't be used, else NULL.

    Parameters
    ----------
    raw, kind
        The column that holds it as it stands, and its type.
    """
    words = f"{raw}::VARCHAR"
    plain = raw if kind == "VARCHAR" else words
    nothing = ", ".join(f"'{word}'" for word in _NONE)
    return f"CASE WHEN NOT coalesce({_FINE[role]}, false) AND lower(trim({plain})) NOT IN ({nothing}) THEN {words} END AS {column(role)}"


def counted(bench: Connection, roles: Sequence[str], places: Places) -> Iterator[Odd]:
    """The roles that have odd cells in rows that can be used."""
    if not roles:
        return
    asked = ", ".join(
        f"count({column(role)}), count(*) FILTER (WHERE {_FINE[role]}), min(rowid) FILTER (WHERE {column(role)} IS NOT NULL)"
        for role in roles
    )
    found = bench.execute(f"SELECT {asked} FROM staged WHERE flaw = 0").fetchone() or ()
    for number, role in enumerate(roles):
        rows, fine, first = found[3 * number : 3 * number + 3]
        if rows:
            (cell,) = bench.execute(f"SELECT {column(role)} FROM staged WHERE rowid = {first}").fetchone() or ("",)
            yield Odd(role, rows, fine, cell, places.told(bench, cell, first))


def not_learnt(odd: Sequence[Odd]) -> dict[str, str]:
    """What is not learnt of a log, since too many of the cells that tell it are odd, and why."""
    why: dict[str, str] = {}
    for one in odd:
        if one.rows > MOST_ODD * (one.rows + one.fine):
            words = f"{one.rows:,} of the {one.rows + one.fine:,} cells of {one.role.replace('_', ' ')} can't be read"
            why |= {what: words for what in _LEARNT.get(one.role, ()) if what not in why}
    return why
