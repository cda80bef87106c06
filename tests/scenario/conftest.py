"""A small scenario text, and a way to write and read one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

import sim
from sim.errors import Mistake

HEAD = 'name = "small"\nhorizon = "20 days"\n'
RULE = '[[candidate]]\npolicy = "keyword"\n'

Write = Callable[..., Path]
Check = Callable[..., list[Mistake]]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write a text to a file of a folder of its own, and say where it is."""

    def written(text: str | bytes, name: str = "small.toml") -> Path:
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text if isinstance(text, bytes) else text.encode())
        return file

    return written


@pytest.fixture
def check(write: Write) -> Check:
    """Every mistake in a small scenario with some lines of its own."""

    def checked(lines: str = "", candidates: str = RULE) -> list[Mistake]:
        return sim.check(write(HEAD + lines + candidates))

    return checked
