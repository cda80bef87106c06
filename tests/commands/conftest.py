"""The command, for every test of this folder."""

from __future__ import annotations

import pytest

from tests.commands.shell import foreshow_in


@pytest.fixture
def foreshow(monkeypatch, capsys):
    """Type a command and get its exit code and what it said."""
    for variable in ("COLUMNS", "NO_COLOR", "FORCE_COLOR"):
        monkeypatch.delenv(variable, raising=False)
    return foreshow_in(monkeypatch, capsys)
