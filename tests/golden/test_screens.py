"""Whole screens as text.

After a change that was meant: `pytest tests/golden --update-golden`, then read the difference.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from reports.health import print_health
from reports.outlook import print_outlook
from reports.page import print_page
from tests.reports.made_up import RUNS
from tests.reports.made_up_health import HEALTHS
from tests.reports.made_up_outlook import OUTLOOKS
from tests.reports.screen import screen_of

HERE = Path(__file__).parent
SCREENS = [
    ("a year", 80, False),
    ("a year", 120, False),
    ("a year", 80, True),
    ("a year", 120, True),
    ("one replication", 100, False),
    ("partial", 60, False),
]


@pytest.mark.parametrize(("name", "width", "ascii_only"), SCREENS)
def test_the_screen_is_as_it_was(name, width, ascii_only, request):
    same_screen(name, print_page, RUNS[name], width, ascii_only, request)


@pytest.mark.parametrize(
    ("name", "width", "ascii_only"),
    [("everything", 80, False), ("everything", 120, False), ("everything", 80, True), ("everything", 120, True), ("nothing", 80, False)],
)
def test_the_outlook_is_as_it_was(name, width, ascii_only, request):
    same_screen(f"outlook {name}", print_outlook, OUTLOOKS[name], width, ascii_only, request)


@pytest.mark.parametrize(
    ("name", "width", "ascii_only"), [("a story", 80, False), ("a story", 120, False), ("a story", 120, True), ("sick", 40, False)]
)
def test_the_health_of_models_is_as_it_was(name, width, ascii_only, request):
    same_screen(f"health {name}", print_health, HEALTHS[name], width, ascii_only, request)


def same_screen(name, show, told, width, ascii_only, request, **how):
    """Whether *show* prints what the file of that name holds."""
    file = HERE / f"{name.replace(' ', '_')}_{width}{'_ascii' if ascii_only else ''}.txt"
    same_as(file, screen_of(show, told, width, ascii_only=ascii_only, **how), request)


def same_as(file, text, request):
    if request.config.getoption("--update-golden"):
        file.write_text(text, encoding="utf-8", newline="\n")
    assert file.read_text(encoding="utf-8") == text
