"""Whole screens of calibrations as text, and their document.

After a change that was meant: `pytest tests/golden --update-golden`, then read the difference.
"""

from __future__ import annotations

import pytest

from reports.calibration import json_text, print_calibration
from tests.golden.test_screens import HERE, same_as, same_screen
from tests.reports.made_up_calibration import OUTCOMES

SCREENS = [("whole", 120, False), ("whole", 80, False), ("whole", 80, True), ("whole", 40, True), ("nothing", 80, False)]


@pytest.mark.parametrize(("name", "width", "ascii_only"), SCREENS)
def test_the_screen_is_as_it_was(name, width, ascii_only, request):
    same_screen(f"calibration {name}", print_calibration, OUTCOMES[name], width, ascii_only, request)


def test_the_document_is_as_it_was(request):
    same_as(HERE / "calibration_whole.json", json_text(OUTCOMES["whole"]), request)
