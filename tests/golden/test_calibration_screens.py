"""Whole screens of calibrations as text, and their document.

After a change that was meant: `pytest tests/golden --update-golden`, then read the difference.
"""

from __future__ import annotations

from io import StringIO
from pathlib import Path

import pytest

from reports.calibration import json_text, print_calibration
from reports.console import open_console
from tests.golden.test_screens import same_as
from tests.reports.made_up_calibration import OUTCOMES

HERE = Path(__file__).parent
SCREENS = [("whole", 120, False), ("whole", 80, False), ("whole", 80, True), ("whole", 40, True), ("nothing", 80, False)]


@pytest.mark.parametrize(("name", "width", "ascii_only"), SCREENS)
def test_the_screen_is_as_it_was(name, width, ascii_only, request, monkeypatch):
    for variable in ("NO_COLOR", "FORCE_COLOR", "COLUMNS", "TTY_COMPATIBLE"):
        monkeypatch.delenv(variable, raising=False)
    stream = StringIO()
    print_calibration(OUTCOMES[name], open_console(stream, width=width, ascii_only=ascii_only))
    same_as(HERE / f"calibration_{name}_{width}{'_ascii' if ascii_only else ''}.txt", stream.getvalue(), request)


def test_the_document_is_as_it_was(request):
    same_as(HERE / "calibration_whole.json", json_text(OUTCOMES["whole"]), request)
