"""A command as a shell would type it, played in this process."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from typing import NamedTuple

import pytest

from sim import cli


class Done(NamedTuple):
    """How a command ended, and what it said."""

    code: int
    out: str
    err: str

    @property
    def told(self) -> str:
        """What went to standard error, without the breaks in its lines, which depend on how long a path is."""
        return " ".join(self.err.split())


def foreshow_in(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., Done]:
    """Type `foreshow` and some words; how slow this machine is is told by none of them."""
    monkeypatch.setattr("reports.progress._PLAIN_EVERY_S", float("inf"))
    monkeypatch.setattr("reports.comparison.live.PATIENCE_S", threading.TIMEOUT_MAX)

    def typed(*words: str) -> Done:
        monkeypatch.setattr(sys, "argv", ["foreshow", *words])
        code = 0
        try:
            cli.entry()
        except SystemExit as ended:
            code = int(ended.code or 0)
        return Done(code, *capsys.readouterr())

    return typed
