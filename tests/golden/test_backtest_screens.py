"""Whole screens of backtests as text, and their document.

After a change that was meant: `pytest tests/golden --update-golden`, then read the difference.
"""

from __future__ import annotations

from io import StringIO
from pathlib import Path

import pytest

from reports.backtest import print_backtest
from reports.backtest_export import json_text
from reports.console import open_console
from tests.golden.test_screens import same_as
from tests.reports.made_up_backtest import BACKTESTS

HERE = Path(__file__).parent
SCREENS = [("scored", 120, False), ("scored", 80, False), ("scored", 40, True), ("unscored", 80, False), ("pages", 100, False)]


@pytest.mark.parametrize(("name", "width", "ascii_only"), SCREENS)
def test_the_screen_is_as_it_was(name, width, ascii_only, request, monkeypatch):
    for variable in ("NO_COLOR", "FORCE_COLOR", "COLUMNS", "TTY_COMPATIBLE"):
        monkeypatch.delenv(variable, raising=False)
    stream = StringIO()
    print_backtest(BACKTESTS[name], open_console(stream, width=width, ascii_only=ascii_only))
    same_as(HERE / f"backtest_{name}_{width}{'_ascii' if ascii_only else ''}.txt", stream.getvalue(), request)


def test_the_document_is_as_it_was(request):
    same_as(HERE / "backtest_scored.json", json_text(BACKTESTS["scored"]), request)
