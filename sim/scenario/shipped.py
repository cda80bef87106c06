"""The scenarios that travel with the program, each found by its name from any folder."""

from __future__ import annotations

import tomllib
from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent.parent


def folder() -> Path:
    """Where the shipped scenarios stand: inside the installed package, or beside it in a checkout."""
    installed = _PACKAGE / "_scenarios"
    return installed if installed.is_dir() else _PACKAGE.parent / "scenarios"


def names() -> dict[str, Path]:
    """Name -> file of every shipped scenario, in alphabetical order.

    Examples
    --------
    >>> "first_year" in names()
    True
    """
    base = folder()
    files = {path.stem: path for path in base.glob("*.toml")}
    files |= {path.parent.name: path for path in base.glob("*/scenario.toml")}
    return dict(sorted(files.items()))


def question(path: Path) -> str:
    """The question that a scenario file asks."""
    return str(tomllib.loads(path.read_text(encoding="utf-8")).get("question", ""))
