"""What `docs/scenario.md` says of each key: the one place where settings are put into words.

Its tables are compared with the code by tests, so they can be trusted here: for what an editor shows of
a key, and for how its default is written.
"""

from __future__ import annotations

import re
import tomllib
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

_PACKAGE = Path(__file__).resolve().parent.parent
_HEADING = re.compile(r"^#{1,6} +(.+?) *$", flags=re.MULTILINE)
_FENCE = re.compile(r"^```.*?^```", flags=re.MULTILINE | re.DOTALL)
_TABLE = re.compile(r"(?:^\|.*\|\n)+", flags=re.MULTILINE)
_LINK = re.compile(r"\[((?:`[^`]*`|[^]`])*)\]\([^)]*\)")


class Row(NamedTuple):
    """What is said of a key or an argument, as it stands in its table.

    Attributes
    ----------
    what, written, limits
        What it is, how it is written, and from where to where; links are left out.
    default
        As it stands: a value in backticks, "required", "none" or words.
    """

    what: str
    written: str
    default: str
    limits: str

    @property
    def required(self) -> bool:
        """Whether the file must say it."""
        return self.default == "required"

    @property
    def values(self) -> list[Any]:
        """The default as a file would hold it: one value, or none where words say what happens."""
        found = re.findall(r"`([^`]+)`", self.default)
        return [tomllib.loads(f"it = {found[0]}")["it"]] if len(found) == 1 else []

    @property
    def texts(self) -> list[str]:
        """The texts that its range names, as a file would hold them."""
        return [text.strip('"') for text in re.findall(r"`([^`]+)`", self.limits) if text.startswith('"')]

    @property
    def several(self) -> bool:
        """Whether a list of those will do as well."""
        return "a list of them" in self.limits

    @property
    def words(self) -> str:
        """All of it in a few sentences."""
        parts = [
            self.what,
            f"written as {self.written}" if self.written else "",
            f"default: {self.default}" if self.default not in ("required", "none") else "",
            f"range: {self.limits}" if self.limits else "",
        ]
        return ". ".join(part[:1].upper() + part[1:] for part in parts if part)


def file() -> Path:
    """Where the reference stands: inside the installed package, or beside it in a checkout."""
    installed = _PACKAGE / "_docs" / "scenario.md"
    return installed if installed.is_file() else _PACKAGE.parent / "docs" / "scenario.md"


def keys(heading: str) -> dict[str, Row]:
    """The keys of the section with that *heading*.

    Examples
    --------
    >>> keys("[history]")["days"].words
    'How long the platform ran before day 1. Written as whole days: `"56 days"`. Default: `"56 days"`. Range: `"1 day"` to `"1000 days"`'
    """
    return {_bare(row["key"]): _row(row) for row in _sections().get(heading, []) if "key" in row}


def arguments(kind: str) -> dict[tuple[str, str], Row]:
    """The arguments of everything built in of that *kind*, by its name and the argument's.

    Examples
    --------
    >>> arguments("policy")["keyword", "text"].values
    [2.2]
    """
    rows = [row for section in _sections().values() for row in section if kind in row and "argument" in row]
    return {(_bare(row[kind]), _bare(row["argument"])): _row(row) for row in rows}


def table(name: str) -> str:
    """What a table such as "[traffic]" or "[[device]]" describes; nothing if that is not told.

    Examples
    --------
    >>> table("[[device]]")
    'a kind of screen'
    """
    rows = [row for section in _sections().values() for row in section if row.get("table") and _bare(_unlinked(row["table"])) == name]
    return rows[0]["what it describes"] if rows else ""


@lru_cache(maxsize=1)
def _sections() -> dict[str, list[dict[str, str]]]:
    """The rows of every table under each heading, by the names of their columns."""
    parts = _HEADING.split(_FENCE.sub("", file().read_text(encoding="utf-8")))
    return {_bare(heading): list(_rows(body)) for heading, body in zip(parts[1::2], parts[2::2], strict=True)}


def _rows(body: str) -> list[dict[str, str]]:
    found = []
    for block in _TABLE.findall(body):
        head, _, *lines = ([cell.strip() for cell in line.strip("|").split("|")] for line in block.splitlines())
        found += [dict(zip(head, line, strict=True)) for line in lines]
    return found


def _row(cells: dict[str, str]) -> Row:
    what, written, limits = (_unlinked(cells.get(column, "")) for column in ("what it is", "written as", "range"))
    return Row(what, written, cells["default"], limits)


def _unlinked(cell: str) -> str:
    return _LINK.sub(r"\1", cell)


def _bare(cell: str) -> str:
    return cell.strip("`")
