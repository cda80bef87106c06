"""The command, for every test of this folder, and a folder with a scenario that is played in a moment."""

from __future__ import annotations

import pytest

from tests.commands.shell import foreshow_in
from tests.small import SMALL_WORLD

SCENARIO = f"""
name    = "small"
horizon = "9 days"
{SMALL_WORLD}
[[candidate]]
policy = "keyword"

[[candidate]]
policy = "random"
"""


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """The current folder, without a store, and without one in the environment."""
    (tmp_path / "small.toml").write_text(SCENARIO, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("FORESHOW_STORE")
    for name in ("NO_COLOR", "FORCE_COLOR", "COLUMNS", "TTY_COMPATIBLE"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


@pytest.fixture
def foreshow(monkeypatch, capsys):
    """Type a command and get its exit code and what it said."""
    for variable in ("COLUMNS", "NO_COLOR", "FORCE_COLOR"):
        monkeypatch.delenv(variable, raising=False)
    return foreshow_in(monkeypatch, capsys)
