"""How an odd log is written: a TOML file with its column names, separators, date format and units."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from sim.errors import BadInput, Mistake, did_you_mean

_MOST_BYTES = 100_000
MOST_SKIPPED = 1000


class Format(NamedTuple):
    """How the cells of a log are written.

    Attributes
    ----------
    separator
        Between the cells of a CSV file; None to find it.
    list_separator
        Between the entries of a list in one cell; None to find it.
    date_format
        Such as "%d/%m/%Y", in the letters of strptime; None for ISO dates, 20120401 and seconds since 1970.
    position_from
        The number of the topmost position, 0 or 1; None to find it.
    money_unit
        What 1 in a column of money is worth, such as 0.01 for cents; None to take it from the column's name, else 1.
    skip_rows
        How many lines of a CSV file stand before the one that names its columns; None to find that line.
    decimal, thousands
        Before the decimals of a number, "." or ","; between its thousands, None for the other of the two.
    """

    separator: str | None = None
    list_separator: str | None = None
    date_format: str | None = None
    position_from: int | None = None
    money_unit: float | None = None
    skip_rows: int | None = None
    decimal: str = "."
    thousands: str | None = None

    @property
    def signs(self) -> tuple[str, str]:
        """What stands before the decimals of a number and between its thousands.

        Examples
        --------
        >>> Format().signs, Format(decimal=",").signs
        (('.', ','), (',', '.'))
        """
        return self.decimal, self.thousands or ("." if self.decimal == "," else ",")


_ALLOWED: dict[str, tuple[Callable[[Any], bool], str]] = {
    "separator": (lambda it: isinstance(it, str) and len(it) == 1 and it not in '"\r\n', "one character, such as ';'"),
    "list_separator": (lambda it: isinstance(it, str) and 1 <= len(it) <= 9, "a text, such as ' '"),
    "date_format": (lambda it: isinstance(it, str) and "%" in it, "a format such as '%d/%m/%Y'"),
    "position_from": (lambda it: it in (0, 1) and not isinstance(it, bool), "0 or 1"),
    "money_unit": (lambda it: isinstance(it, int | float) and not isinstance(it, bool) and 0 < it < 1e9, "a number above 0, such as 0.01"),
    "skip_rows": (lambda it: isinstance(it, int) and not isinstance(it, bool) and 0 <= it <= MOST_SKIPPED, "a whole number, such as 2"),
    "decimal": (lambda it: it in (".", ","), "'.' or ','"),
    "thousands": (lambda it: isinstance(it, str) and len(it) == 1 and it in ".,' _\u00a0\u202f", "one of . , ' _ and a blank"),
}


def read_mapping(file: Path) -> tuple[dict[str, tuple[str, ...]], Format]:
    """The columns that a mapping file names, by role, and the format it tells.

    Raises
    ------
    BadInput
        When it can't be read, or with every key that is unknown or wrong.
    """
    data = _parse(file)
    mistakes = []
    for key, value in data.items():
        if key != "columns" and key not in _ALLOWED:
            hint = did_you_mean(key, [*_ALLOWED, "columns"])
            mistakes.append(
                Mistake(key, "is not a setting of a mapping", f"there are: {', '.join([*_ALLOWED, 'columns'])}", hint, None, file.name)
            )
        elif key in _ALLOWED and not _ALLOWED[key][0](value):
            mistakes.append(Mistake(key, f"found {value!r}", _ALLOWED[key][1], "", None, file.name))
    if data.get("thousands") == data.get("decimal", "."):
        mistakes.append(Mistake("thousands", "is the sign before the decimals, too", "another one", "", None, file.name))
    columns, wrong = _columns(data.get("columns", {}), file)
    if mistakes or wrong:
        raise BadInput([*mistakes, *wrong])
    return columns, Format(**{key: data[key] for key in _ALLOWED if key in data})


def _columns(named: Any, file: Path) -> tuple[dict[str, tuple[str, ...]], list[Mistake]]:
    allowed = "the name of a column, or a list of names to be joined"
    if not isinstance(named, Mapping):
        return {}, [Mistake("columns", f"found {named!r}", 'a table such as [columns] with day = "date"', "", None, file.name)]
    columns, mistakes = {}, []
    for role, names in named.items():
        listed = [names] if isinstance(names, str) else names
        if isinstance(listed, list) and all(isinstance(name, str) for name in listed):
            columns[str(role)] = tuple(name for name in listed if name)
        else:
            mistakes.append(Mistake(f"columns.{role}", f"found {names!r}", allowed, "", None, file.name))
    return columns, mistakes


def _parse(file: Path) -> dict[str, Any]:
    try:
        raw = file.read_bytes()
    except OSError as problem:
        raise BadInput([Mistake("--mapping", f"{file}: can't be read: {problem.strerror}", "a TOML file")]) from None
    if len(raw) > _MOST_BYTES:
        raise BadInput([Mistake("--mapping", f"{file} has {len(raw):,} bytes", "a TOML file of at most 100 kB")])
    try:
        return tomllib.loads(raw.decode("utf-8-sig").replace("\r\n", "\n"))
    except (ValueError, RecursionError) as problem:
        raise BadInput([Mistake("", f"is not TOML: {problem}", "", "", None, file.name)]) from None
