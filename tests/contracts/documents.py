"""How the documents are read: their sections, tables, blocks and the values in backticks."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
REFERENCE = (ROOT / "docs" / "scenario.md").read_text(encoding="utf-8")
TINY = """
name    = "tiny"
horizon = "14 days"
"""
RULE = """
[[candidate]]
policy = "keyword"
"""
Row = dict[str, str]


def sections(text: str) -> dict[str, str]:
    """What stands under each heading, up to the next heading of any level; backticks of headings left out."""
    parts = re.split(r"^#{1,6} +(.+?) *$", without_fences(text), flags=re.MULTILINE)
    return {heading.strip("`"): body for heading, body in zip(parts[1::2], parts[2::2], strict=True)}


def tables(body: str) -> list[list[Row]]:
    """The tables of a section, each row by the names of its columns."""
    found = []
    for block in re.findall(r"(?:^\|.*\|\n)+", body, flags=re.MULTILINE):
        cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in block.splitlines()]
        assert all(len(row) == len(cells[0]) for row in cells), f"a ragged table under {cells[0]}"
        found.append([dict(zip(cells[0], row, strict=True)) for row in cells[2:]])
    return found


def table(heading: str, column: str) -> list[Row]:
    """The rows of the section's tables that have *column*."""
    return [row for rows in tables(sections(REFERENCE)[heading]) for row in rows if column in row]


def blocks(page: Path, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", page.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)


def without_fences(text: str) -> str:
    return re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL)


def code(cell: str) -> list[str]:
    return re.findall(r"`([^`]+)`", cell)


def toml(text: str) -> Any:
    return tomllib.loads(f"it = {text}")["it"]


def toml_values(cell: str) -> list[Any]:
    """The values in backticks that a file could hold."""
    values = []
    for text in code(cell):
        try:
            values.append(toml(text))
        except tomllib.TOMLDecodeError:
            continue
    return values
