"""The command in this process, in a folder of its own, with a scenario that is played in a moment."""

from __future__ import annotations

import sys
from typing import NamedTuple

import pytest

from sim import cli
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


class Done(NamedTuple):
    code: int
    out: str
    err: str


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
def foreshow(folder, monkeypatch, capsys):
    """The command: its exit code and both streams."""

    def call(*words: str) -> Done:
        monkeypatch.setattr(sys, "argv", ["foreshow", *words])
        code = 0
        try:
            cli.entry()
        except SystemExit as ended:
            code = ended.code
        out, err = capsys.readouterr()
        return Done(code, out, err)

    return call
