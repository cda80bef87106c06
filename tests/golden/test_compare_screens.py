"""Whole screens of comparisons as text.

After a change that was meant: `pytest tests/golden --update-golden`, then read the difference.
"""

from __future__ import annotations

import pytest

from reports.comparison.export import json_text, markdown
from reports.comparison.page import print_comparison
from tests.golden.test_screens import HERE, same_as, same_screen
from tests.reports.comparison.example import COMPARISONS

SCREENS = [
    ("ship", 80, False), ("ship", 120, False), ("ship", 80, True), ("ship", 120, True), ("ship", 40, False),
    ("hold for a rule", 80, False), ("undecided", 120, False), ("invalid", 80, False), ("partial", 80, False),
    ("sweep", 120, False), ("twenty", 120, False), ("one replication", 80, False), ("nobody", 80, False),
]  # fmt: skip


@pytest.mark.parametrize(("name", "width", "ascii_only"), SCREENS)
def test_the_screen_is_as_it_was(name, width, ascii_only, request):
    same_screen(f"compare {name}", print_comparison, COMPARISONS[name], width, ascii_only, request, month_page=name == "ship", stored=())


def test_the_documents_are_as_they_were(request):
    same_as(HERE / "compare_ship.md", markdown(COMPARISONS["ship"]), request)
    same_as(HERE / "compare_invalid.json", json_text(COMPARISONS["invalid"]), request)
