"""What a cell says, as SQL: a time, a number or a name, or NULL where it can't be read as one."""

from __future__ import annotations

import re

from sim.calibrate.door import text

_COINS = "$\u20ac\u00a3\u00a5\u20b9\u20bd"
_BLANKS = "\u00a0\u202f"  # that don't break a line, and stand between thousands
MOST = 1e12  # impressions of one row


def name_in(cell: str, kind: str) -> str:
    """A name without blanks around it; an empty one is none."""
    return f"nullif(trim({cell if kind == 'VARCHAR' else f'{cell}::VARCHAR'}), '')"


def number_in(cell: str, kind: str, signs: tuple[str, str] = (".", ","), *, money: bool = False) -> str:
    """A number; true and false are 1 and 0.

    Parameters
    ----------
    signs
        Before its decimals, and between its thousands.
    money
        Whether a sign or code of a currency may stand before or after it.
    """
    if kind != "VARCHAR":
        return f"try_cast({cell}{'::INT' if kind == 'BOOLEAN' else ''} AS DOUBLE)"
    bare = f"trim({cell})"
    tries = [_plain(cell, signs[0]), f"CASE lower({bare}) WHEN 'true' THEN 1.0 WHEN 'false' THEN 0.0 END", _grouped(bare, signs)]
    if money:
        coin = rf"(US\$|[A-Z]{{3}}|[{_COINS}])"
        without = f"regexp_replace({bare}, '^{coin}\\s?|\\s?{coin}$', '', 'g')"
        tries += [f"CASE WHEN length({bare}) > 1 THEN coalesce({_plain(without, signs[0])}, {_grouped(without, signs)}) END"]
    return f"coalesce({', '.join(tries)})"


def _plain(cell: str, decimal: str) -> str:
    """A number without signs between thousands."""
    if decimal == ".":
        return f"try_cast({cell} AS DOUBLE)"
    return f"CASE WHEN NOT contains({cell}, '.') THEN try_cast(replace({cell}, {text(decimal)}, '.') AS DOUBLE) END"


def _grouped(cell: str, signs: tuple[str, str]) -> str:
    """A number with signs between all of its thousands, such as 1,234,567.8."""
    decimal, thousands = signs
    if thousands.isspace():
        cell = f"translate({cell}, '{_BLANKS}', '{' ' * len(_BLANKS)}')"
        thousands = " "
    shape = text(rf"[-+]?[1-9][0-9]{{0,2}}({re.escape(thousands)}[0-9]{{3}})+({re.escape(decimal)}[0-9]+)?")
    number = f"replace(replace({cell}, {text(thousands)}, ''), {text(decimal)}, '.')"
    return f"CASE WHEN contains({cell}, {text(thousands)}) AND regexp_full_match({cell}, {shape}) THEN try_cast({number} AS DOUBLE) END"


def time_in(cell: str, kind: str, date_format: str | None, *, weeks: bool = False) -> str:
    """A time as the clock of the log showed it, to the second: what zone it is in is left aside.

    Parameters
    ----------
    date_format
        In the letters of strptime; None for ISO dates and times, 20120401 and (milli)seconds since 1970.
    weeks
        Whether six digits are a year and the number of a week that begins on Monday.
    """
    if kind.startswith("TIMESTAMP WITH"):
        return f"date_trunc('second', make_timestamp(epoch_us({cell})))"
    if kind == "DATE" or kind.startswith("TIMESTAMP"):
        return f"date_trunc('second', {cell}::TIMESTAMP)"
    cell = f"trim({cell if kind == 'VARCHAR' else f'{cell}::VARCHAR'})"
    if date_format is not None:
        return f"try_strptime({cell}, {text(date_format)})::TIMESTAMP"
    if weeks:
        return f"coalesce(try_strptime({cell} || '1', '%Y%W%w'), {_iso(cell)})"
    return f"coalesce({_iso(cell)}, {_digits(cell)})"


def zone_in(cell: str, kind: str, date_format: str | None = None) -> str:
    """The time zone that a time states, such as "Z" or "+02:00"; empty where it states none. Seconds since 1970 are of UTC."""
    if kind.startswith("TIMESTAMP WITH") or ("INT" in kind and date_format is None):
        return "'UTC'"
    if kind != "VARCHAR":
        return "''"
    cell = f"trim({cell})"
    ends = "".join(f"WHEN left(right({cell}, {size}), 1) IN ('+', '-') THEN right({cell}, {size}) " for size in (6, 5, 3))
    without = f"{cell} IS NULL OR length({cell}) <= 13 OR (length({cell}) = 19 AND substr({cell}, 17, 1) = ':')"
    digits = f"length({cell}) BETWEEN 9 AND 13 AND try_cast({cell} AS BIGINT) IS NOT NULL"
    since = "" if date_format is not None else f"WHEN {digits} THEN 'UTC' "
    return f"CASE {since}WHEN {without} THEN '' WHEN right({cell}, 1) IN ('Z', 'z') THEN 'Z' {ends}ELSE '' END"


def _iso(cell: str) -> str:
    """An ISO time; what DuckDB takes for one beyond that, such as 'epoch', begins with no year."""
    return f"CASE WHEN substr({cell}, 5, 1) = '-' THEN try_cast(left({cell}, 19) AS TIMESTAMP) END"


def _digits(cell: str) -> str:
    whole = f"try_cast({cell} AS BIGINT)"
    return (
        f"CASE length({cell}) WHEN 8 THEN try_strptime({cell}, '%Y%m%d') WHEN 9 THEN make_timestamp({whole} * 1000000) "
        f"WHEN 10 THEN make_timestamp({whole} * 1000000) WHEN 12 THEN make_timestamp({whole} // 1000 * 1000000) "
        f"WHEN 13 THEN make_timestamp({whole} // 1000 * 1000000) END"
    )
