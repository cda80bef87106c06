"""Whole screens of backtests as text, and their document.

After a change that was meant: `pytest tests/golden --update-golden`, then read the difference.
"""

from __future__ import annotations

import pytest

from reports.backtest import print_backtest
from reports.backtest_export import json_text
from tests.golden.test_screens import HERE, same_as, same_screen
from tests.reports.made_up_backtest import BACKTESTS

SCREENS = [("scored", 120, False), ("scored", 80, False), ("scored", 40, True), ("unscored", 80, False), ("pages", 100, False)]


@pytest.mark.parametrize(("name", "width", "ascii_only"), SCREENS)
def test_the_screen_is_as_it_was(name, width, ascii_only, request):
    same_screen(f"backtest {name}", print_backtest, BACKTESTS[name], width, ascii_only, request)


def test_the_document_is_as_it_was(request):
    same_as(HERE / "backtest_scored.json", json_text(BACKTESTS["scored"]), request)
