"""A calm terminal for every test of a screen: none of the reader's own settings gets in."""

from __future__ import annotations

from collections.abc import Callable
from io import StringIO

import pytest

from reports.console import Console, Screen
from reports.page import print_page
from sim.study.results import Run
from tests.reports.screen import screen_of


class Terminal(StringIO):
    """Somewhere to print that says it is a terminal."""

    encoding = "utf-8"

    def isatty(self) -> bool:
        return True


@pytest.fixture(autouse=True)
def _calm(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("NO_COLOR", "FORCE_COLOR", "COLUMNS", "TTY_COMPATIBLE", "TTY_INTERACTIVE", "COLORTERM"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")


@pytest.fixture
def terminal() -> Terminal:
    return Terminal()


@pytest.fixture
def render() -> Callable[..., str]:
    """What a run's page looks like as text."""

    def page(run: Run, width: int = 100, *, ascii_only: bool = False) -> str:
        return screen_of(print_page, run, width, ascii_only=ascii_only)

    return page


@pytest.fixture
def cut(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The lines that would have run over the screen, instead of being printed."""
    found: list[str] = []
    monkeypatch.setattr(
        Screen,
        "print",
        lambda self, text, **how: found.append(text.plain) if text.cell_len > self.width else Console.print(self, text, **how),
    )
    return found
